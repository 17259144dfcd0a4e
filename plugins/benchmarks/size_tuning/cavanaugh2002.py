"""Size tuning and its change with contrast (Cavanaugh, Bair & Movshon 2002)."""

from typing import TYPE_CHECKING, Any

import numpy as np

from harness.benchmarks import plain
from harness.benchmarks.physiology import InSilicoBenchmark, Laboratory, Measured, Unit, patch
from harness.metrics.statistics import Target
from harness.metrics.tuning import SUMMATION_CRITERION, fit_ratio_of_gaussians, suppression_index
from harness_plugins.benchmarks.size_tuning import CAVANAUGH
from harness_plugins.benchmarks.size_tuning.drive import CONTRASTS, EXPOSURE, PROBE, growth, lowest_contrasts, rates

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from harness.metrics.statistics import Fit
    from harness.stimuli import Timeline

SIZES = 12
SMALLEST = 1 / 3
"""Of the summation diameter."""
SOURCE = (
    "Cavanaugh, Bair & Movshon 2002, J. Neurophysiol. 88:2530-2546, by a third party's notes, in which n is not stated; its "
    "published histograms are of 190 cells"
)


class SizeTuning(InSilicoBenchmark):
    """Suppression by large patches, and the increase of the summation field at low contrast.

    Each unit sees its preferred grating for 200 ms in discs of 12 diameters, from a third of its summation diameter to the
    field of view, at the highest contrast and at the lowest that still drives it: that at which a patch of twice its
    summation diameter gives a twentieth of its response at the highest. Suppression is that by the largest disc, relative
    to the best; the summation field is the diameter at which 95 % of the largest response are reached. Ratios of Gaussians
    are fitted to both curves and reported: the paper found that the gains of centre and surround change with contrast, and
    their widths need not.
    """

    identifier = "Cavanaugh2002-size_tuning"
    version = 2
    bibtex = CAVANAUGH
    targets = {  # noqa: RUF012
        "suppression": Target(0.38, 0.0, None, SOURCE, "quoted", "38 % on average at high contrast"),
        "summation_ratio": Target(2.5, 1.0, None, SOURCE, "quoted", "2.5 times larger at the lowest contrast"),
    }
    orders = {  # noqa: RUF012
        "suppressed": "the largest patch gives less than the best, at high contrast",
        "sums_further": "the summation field is larger at the lowest contrast",
        "suppressed_less": "the largest patch suppresses less at the lowest contrast",
    }
    disabled = {  # noqa: RUF012
        "low-contrast area of Sceniak et al. 1999": "about 2.3 times larger: from memory, unverified",
        "gains and widths of the ratio of Gaussians": "their distributions are not established",
    }

    def measure(self, laboratory: Laboratory) -> Measured:
        highest = laboratory.canvas.highest_contrast
        lowest, by_contrast = lowest_contrasts(
            laboratory, lambda unit: patch(laboratory, unit, PROBE * unit.summation, highest)
        )
        sizes = np.stack([_sizes(laboratory, unit) for unit in laboratory.units])
        shown = lambda unit: _discs(laboratory, unit, lowest[unit.channel])
        responses = np.stack(list(rates(laboratory, shown).values()), axis=1).reshape(-1, 2, SIZES)
        curves = dict(zip(("high", "low"), np.moveaxis(responses, 1, 0), strict=True))
        fields = {name: growth(sizes, curve, SUMMATION_CRITERION) for name, curve in curves.items()}
        suppression = {name: suppression_index(curve.max(1), curve[:, -1]) for name, curve in curves.items()}
        fits = {name: _fits(sizes, curve) for name, curve in curves.items()}
        return Measured(
            {"suppression": suppression["high"], "summation_ratio": fields["low"] / fields["high"]},
            {
                "suppressed": suppression["high"],
                "sums_further": fields["low"] / fields["high"] - 1,
                "suppressed_less": suppression["high"] - suppression["low"],
            },
            {
                "lowest_contrast": plain(list(lowest.values())),
                "contrasts": plain(CONTRASTS),
                "by_contrast": plain(by_contrast),
                "sizes": plain(sizes),
                "curves": {name: plain(curve) for name, curve in curves.items()},
                "fields": {name: plain(field) for name, field in fields.items()},
                "suppression": {name: plain(index) for name, index in suppression.items()},
                "ratio_of_gaussians": fits,
            },
        )

    def figure(self, details: dict[str, Any]) -> "Figure":
        """Size tuning at both contrasts, summation fields of the units, and the score's parts."""
        from harness_plugins.benchmarks.size_tuning.figure import sizes

        return sizes(details)


def _discs(laboratory: Laboratory, unit: Unit, lowest: float) -> "dict[str, Timeline]":
    """Patches of all sizes at full contrast and at the unit's lowest, a share of it."""
    full = laboratory.canvas.highest_contrast
    discs = [patch(laboratory, unit, size, full) for size in _sizes(laboratory, unit).tolist()]
    return {
        f"{name}/{place}": laboratory.still(share * disc, EXPOSURE)
        for name, share in {"high": 1.0, "low": lowest}.items()
        for place, disc in enumerate(discs)
    }


def _sizes(laboratory: Laboratory, unit: Unit) -> np.ndarray:
    """(SIZES,) diameters in degrees, evenly spaced on a logarithmic scale."""
    smallest = max(SMALLEST * unit.summation, 4 * laboratory.canvas.pixel)
    return np.geomspace(smallest, laboratory.canvas.visual_degrees, SIZES)


def _fits(sizes: np.ndarray, curves: np.ndarray) -> dict[str, Any]:
    """Medians over units of the parameters of the ratio of Gaussians, and of what it explains; widths in summation diameters."""
    fits: list[Fit] = [fit_ratio_of_gaussians(own, curve[None]) for own, curve in zip(sizes, curves, strict=True)]
    if not fits:
        return {}
    medians = {name: np.nanmedian(_column([fit[name] for fit in fits])) for name in fits[0].values}
    return {
        **{name: plain(value) for name, value in medians.items() if name != "centre_gain"},
        "explained": plain(np.nanmedian(_column([fit.explained for fit in fits]))),
    }


def _column(values: list[np.ndarray]) -> np.ndarray:
    return np.concatenate(values)
