"""Contrast response functions of single units, against cells of macaque V1 (Albrecht & Hamilton 1982)."""

from typing import TYPE_CHECKING, Any

import numpy as np

from harness.benchmarks import plain
from harness.benchmarks.physiology import InSilicoBenchmark, Laboratory, Measured
from harness_plugins.benchmarks.contrast_response import HAMILTON, published
from harness_plugins.benchmarks.contrast_response.experiment import CONTRASTS, WINDOW, responses
from harness_plugins.benchmarks.contrast_response.naka_rushton import fit_naka_rushton

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class ContrastResponse(InSilicoBenchmark):
    """Contrast gain and saturation of single units, compared with cells.

    Each unit sees its preferred grating for 200 ms in a patch of twice its summation diameter, at nine contrasts. Its mean
    response over 300 ms from the onset is fitted with the hyperbolic ratio; c50 counts on a logarithmic scale, and a
    response proportional to contrast, whose c50 lies at the bound of 1, is what scores 0. Required are a response that
    grows faster than contrast where contrast is low and slower where it is high.
    """

    identifier = "AlbrechtHamilton1982-contrast_response"
    version = 3
    bibtex = HAMILTON
    targets = {"log10_c50": published.C50, "n": published.N}  # noqa: RUF012
    orders = {  # noqa: RUF012
        "accelerates": "the response to 15 % contrast is more than 2.5 times that to 6 %",
        "saturates": "the response to 90 % contrast is less than 2.7 times that to 33 %",
    }
    disabled = {  # noqa: RUF012
        "c50 and n of LGN, V1 and MT": published.SCLAR,
        "supersaturation": "Peirce 2007 found it in a share of cells that is not established",
    }

    def measure(self, laboratory: Laboratory) -> Measured:
        shown = responses(laboratory)
        rates = np.nan_to_num(np.maximum(shown.mean(0, WINDOW), 0))
        fit = fit_naka_rushton(CONTRASTS, rates)
        with np.errstate(divide="ignore"):
            properties = {"log10_c50": np.log10(fit["c50"]), "n": fit["n"]}
        details = {
            "contrasts": plain(CONTRASTS),
            "responses": plain(_shares(rates)),
            "r_max": plain(fit["r_max"] / rates.max(1).clip(1e-30)),
            "explained": plain(fit.explained),
            "factor_of_spread": published.SPREAD,
        }
        return Measured(
            properties, {"accelerates": _below(rates, 0.06, 0.15), "saturates": _below(rates, 0.9, 0.33)}, details
        )

    def figure(self, details: dict[str, Any]) -> "Figure":
        """Contrast response functions of the units and of the published cells, c50 against n, and the score's parts."""
        from harness_plugins.benchmarks.contrast_response.figure import response

        return response(details)


def _shares(rates: np.ndarray) -> np.ndarray:
    """Responses as shares of each unit's largest."""
    return rates / rates.max(1, keepdims=True).clip(1e-30)


def _below(rates: np.ndarray, contrast: float, other: float) -> np.ndarray:
    """(units,), by how much the response per contrast at one contrast falls short of that at another, as a share of the latter."""
    gain = rates / CONTRASTS
    at, reference = (gain[:, np.flatnonzero(each == CONTRASTS)[0]] for each in (contrast, other))
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(reference > 0, 1 - at / reference, np.nan)
