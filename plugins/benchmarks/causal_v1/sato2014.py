"""Stimulation and contrast: summation at low contrast, division at high contrast (Sato, Hausser & Carandini 2014)."""

from typing import TYPE_CHECKING, Any

import numpy as np

from harness.benchmarks import plain
from harness.benchmarks.physiology import InSilicoBenchmark, Laboratory, Measured, patch
from harness.brain_model import perturbable
from harness.errors import NotMeasurable
from harness.perturbation import Annulus, Disc, Fraction
from harness_plugins.benchmarks._causal import matched, trend, with_current
from harness_plugins.benchmarks.causal_v1 import HUANG, NASSI_SUMS, SATO

if TYPE_CHECKING:
    from matplotlib.figure import Figure

CONTRASTS = (0.0, 0.06, 0.12, 0.25, 0.5, 1.0)
EXPOSURE, SETTLED = 300.0, 100.0
DOSES = (0.05, 0.1, 0.25, 0.5)
"""Currents in units of the mean response at the highest contrast."""
MAIN = 0.25
INNER, OUTER = 2.0, 4.0
"""Diameters of the ring that is stimulated, in summation diameters of the typical unit; no more than the field of view."""
ADDITIVE = 0.05
"""Share of the response at the highest contrast up to which the effect of a current does not depend on contrast."""


class StimulationAndContrast(InSilicoBenchmark):
    """A current into V1 away from a unit, at six contrasts: it adds at rest, and divides at high contrast.

    Each unit sees patches of its preferred grating, as large as its summation diameter, for 300 ms; responses are means from 100
    ms on, the blank not subtracted. A current flows into all cells of a ring around the recorded place, from two to four summation
    diameters, or, as in Nassi et al. 2015, into those at the place itself. It is a share of the mean response at the highest
    contrast; the orders are of a quarter, and all doses are shown. D is perturbed less control, as a share of the unit's response
    at the highest contrast.

    Huang et al. 2014 found that stimulation adds to vision linearly: the share of units in which D at no contrast differs by
    more than 5 % from D at rest is reported as their result. No score rewards both.
    """

    identifier = "Sato2014.V1-stimulation"
    version = 1
    bibtex = f"{SATO}\n{NASSI_SUMS}\n{HUANG}"
    orders = {  # noqa: RUF012
        "adds_at_rest": "without contrast a distant current raises the response",
        "divides_at_high_contrast": "at the highest contrast it lowers it",
        "falls_with_contrast": "its effect falls with contrast",
        "subadditive": "a current into the recorded place adds less at the highest contrast than at rest (Nassi et al. 2015)",
    }
    clear = dict.fromkeys(("adds_at_rest", "divides_at_high_contrast", "subadditive"), 0.02)
    disabled = {  # noqa: RUF012
        "sizes": "spikes in the far zone: 56 sites activated then suppressed, 47 suppressed only; currents differ"
    }

    def suits(self, laboratory: Laboratory) -> None:
        """Refuse a model that takes no current before its units are looked for."""
        with_current(perturbable(laboratory.candidate), self.region, 1.0)

    def measure(self, laboratory: Laboratory) -> Measured:
        control = _curves(laboratory)
        peak = np.where(control[:, -1] > 0, control[:, -1], np.nan)
        typical = float(np.nanmean(peak))
        if not typical > 0:
            raise NotMeasurable("no unit responds to the highest contrast above 0")
        ring, place = _places(laboratory)

        def effect(where: Any, dose: float, units: Any = None) -> np.ndarray:
            able = with_current(perturbable(laboratory.candidate), self.region, dose * typical, where, units)
            return (_curves(laboratory.seen_by(able)) - control) / peak[:, None]

        by_dose = matched({f"{dose:g}": lambda dose=dose: effect(ring, dose) for dose in DOSES if dose != MAIN})  # type: ignore[misc]
        distant, local = effect(ring, MAIN), effect(place, MAIN)
        largest = np.abs(local).max(1)
        orders = {
            "adds_at_rest": distant[:, 0],
            "divides_at_high_contrast": -distant[:, -1],
            "falls_with_contrast": -trend(distant.T),
            "subadditive": (local[:, 0] - local[:, -1]) / np.where(largest > 0, largest, 1),
        }
        details = {
            "contrasts": list(CONTRASTS),
            "control": plain(control / peak[:, None]),
            "distant": plain(distant),
            "local": plain(local),
            "by_dose": {name: None if one is None else plain(one.mean(0)) for name, one in by_dose.items()}
            | {f"{MAIN:g}": plain(distant.mean(0))},
            "huang2014": {
                "additive": plain(np.mean(np.ptp(distant, axis=1) <= ADDITIVE)),
                "margin": ADDITIVE,
            },
            "controls": matched(
                {
                    "no current": lambda: plain(effect(ring, 0.0).mean(0)),
                    "into as many units at random": lambda: plain(effect(ring, MAIN, Fraction(0.5, self.seed)).mean(0)),
                }
            ),
        }
        return Measured({}, orders, details)

    def figure(self, details: dict[str, Any]) -> "Figure":
        """Effects over contrast, by place and dose, and the orders."""
        from harness_plugins.benchmarks.causal_v1.figure import stimulation

        return stimulation(details)


def _places(laboratory: Laboratory) -> tuple[Annulus, Disc]:
    """The places that are stimulated: away from the recorded place, and at it.

    Raises:
        NotMeasurable: if the field of view has no room around a unit.
    """
    degrees = laboratory.canvas.visual_degrees
    typical = float(np.median([unit.summation for unit in laboratory.units]))
    if INNER * typical >= 0.9 * degrees:
        raise NotMeasurable(
            f"a summation diameter of {typical:.3g} degrees leaves no place to stimulate in a field of view of {degrees:g} degrees"
        )
    return Annulus(0.0, 0.0, INNER * typical, min(OUTER * typical, degrees)), Disc(0.0, 0.0, typical)


def _curves(laboratory: Laboratory) -> np.ndarray:
    """(units, contrasts), responses from which the blank is not taken."""
    highest = laboratory.canvas.highest_contrast
    seen = laboratory.each(
        lambda unit: {
            f"{contrast:g}": laboratory.still(patch(laboratory, unit, unit.summation, contrast * highest), EXPOSURE)
            for contrast in CONTRASTS
        },
        [(SETTLED, EXPOSURE)],
    )
    return (seen.values + seen.blank[:, None])[..., 0]
