"""Responses of the V1 population to two orthogonal gratings (Busse, Wade & Carandini 2009, cat)."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from harness import Timeline
from harness.benchmarks import plain
from harness.benchmarks.physiology import InSilicoBenchmark, Laboratory, Measured, Unit
from harness.errors import BenchmarkError
from harness.metrics.statistics import Target
from harness_plugins.benchmarks.busse2009 import BIBTEX, published
from harness_plugins.benchmarks.busse2009.published import CONTRASTS
from harness_plugins.stimuli.gratings.patches import Component, Patch, Screen

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DURATION, RECORDED = 200.0, 300.0
WEAK, STRONG = np.array([(1, 2), (2, 3), (3, 4), (1, 3), (1, 4), (2, 4)]).T
"""Positions in `CONTRASTS` of unequal pairs: three of a ratio of two, three of four and more."""
SILENT = 1e-3
CURVES = ((0.0, 0.5), (0.12, 0.5), (0.5, 0.5))


def interactions(population: np.ndarray) -> dict[str, np.ndarray]:
    """Responses to a component in a plaid by those to the component alone.

    Args:
        population: (contrast of the preferred component, contrast of the other) at `CONTRASTS`.

    Returns:
        equal (4,): with another of the same contrast.
        double (3, 2): in pairs of a contrast ratio of two, the weak and the strong component.
        winner (3, 2): the same for ratios of four and more.
    """
    alone = population[:, :1]
    share = np.where(alone > SILENT, population / np.maximum(alone, SILENT), 1.0)
    unequal = np.stack([share[WEAK, STRONG], share[STRONG, WEAK]], axis=1)
    return {"equal": np.diagonal(share)[1:].copy(), "double": unequal[:3], "winner": unequal[3:]}


def _targets() -> dict[str, Target]:
    table = published.population()
    return {
        name: Target(
            value,
            np.ones_like(value),
            None,
            f"{published.READING}, {name}; n is not stated in the abstract",
            "read from a figure",
            published.QUOTATIONS[name],
        )
        for name, value in interactions(table).items()
    }


class Busse2009(InSilicoBenchmark):
    """Do two gratings at right angles share the population's response if equal, and does the stronger take it all if not?

    Plaids of components at 0, 6, 12, 25 and 50 % contrast each, in a patch on the receptive field; one component has the unit's
    preferred orientation, or the other has. Populations by preference, as the paper shows them, are made of units to which the
    plaid is turned in steps of 15 degrees. Plaids are shown for 200 ms; responses are means over 300 ms, since those to low
    contrasts are late, and relative to the preferred grating at 50 %.

    What is scored are ratios to the component alone, so that a model's own contrast response is not: its share in plaids of
    equal contrast (about half, in the cat), of contrasts in a ratio of two, and of four and more (next to nothing for the weak
    component, nearly all for the strong). No number is fitted. Both components have the unit's preferred phase in the middle.

    The species is the cat, whose population is more sensitive to contrast (half of the response at 6 %) than macaque V1.

    Args:
        units: maximum number of units studied.
        seed: seed of the choice of units.
        diameter: of the plaids, as a multiple of each unit's summation diameter.
    """

    identifier = "Busse2009"
    version = 2
    bibtex = BIBTEX
    targets: Mapping[str, Target] = _targets()
    orders: ClassVar[Mapping[str, str]] = {
        "shared": "two gratings of 50 % contrast drive the units of either less than that grating alone",
        "winner": "with contrasts of 12 and 50 %, the weak component loses more of its response than the strong one",
    }

    def __init__(self, units: int = 24, seed: int = 0, diameter: float = 1.4):
        super().__init__(units, seed)
        if not diameter > 0:
            raise BenchmarkError(f"'{self.identifier}' needs a diameter > 0, not {diameter:g}")
        self.diameter = float(diameter)

    def measure(self, laboratory: Laboratory) -> Measured:
        screen = Screen(laboratory.canvas, 60.0, 0.0)
        means = laboratory.each(lambda unit: self._displays(screen, unit), [(0, RECORDED)]).rates()
        best = means[_name({0: 0.5})]
        with np.errstate(invalid="ignore", divide="ignore"):
            relative = {name: values / np.where(best > 0, best, np.nan) for name, values in means.items()}
        plaid = np.zeros((len(best), len(CONTRASTS), len(CONTRASTS)))
        for row, preferred in enumerate(CONTRASTS):
            for column, other in enumerate(CONTRASTS):
                if preferred or other:
                    plaid[:, row, column] = relative[_name({0: preferred, -90: other})]
        return Measured({"plaid": plaid}, _orders(plaid), self._more(plaid, relative))

    def summarise(self, properties: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        """The interactions in the population; a unit without a response answers to each component as if it were alone."""
        return interactions(_mean(properties["plaid"]))

    def figure(self, details: dict[str, Any]) -> "Figure":
        """Populations by preference, responses by both contrasts, and every target."""
        from harness_plugins.benchmarks.busse2009.figure import draw

        return draw(details)

    def _displays(self, screen: Screen, unit: Unit) -> dict[str, Timeline]:
        window = screen.window(self.diameter * unit.summation, None, unit.centre)
        shown = {}
        for plaid in _all():
            waves = tuple(
                Component(unit.orientation + angle, unit.spatial_frequency, contrast, unit.phase)
                for angle, contrast in plaid.items()
                if contrast
            )
            shown[_name(plaid)] = screen.timeline([Patch(window, waves, unit.centre)], DURATION, 0.0)
        return shown

    def _more(self, plaid: np.ndarray, relative: Mapping[str, np.ndarray]) -> dict[str, Any]:
        curves = {
            f"{100 * first:g}/{100 * second:g}": plain(
                [np.nanmean(relative[_name(_seen_from(int(p), first, second))]) for p in published.PREFERENCES]
            )
            for first, second in CURVES
        }
        return {
            "species": "cat",
            "contrasts": list(CONTRASTS),
            "population": plain(_mean(plaid)),
            "published_population": plain(published.population()),
            "preferences": published.PREFERENCES.tolist(),
            "curves": curves,
            "published_curves": {
                f"{first}/{second}": list(curve) for (first, second), curve in published.CURVES.items()
            },
            "geometry": {"diameter": self.diameter},
        }


def _wrapped(angle: int) -> int:
    return (angle + 90) % 180 - 90


def _seen_from(preference: int, first: float, second: float) -> dict[int, float]:
    """Angle from the preference -> contrast, of a plaid with components at 0 and 90 degrees."""
    return {_wrapped(-preference): first, _wrapped(90 - preference): second}


def _name(plaid: Mapping[int, float]) -> str:
    return "+".join(f"{angle}:{contrast:g}" for angle, contrast in sorted(plaid.items()) if contrast)


def _all() -> list[dict[int, float]]:
    """Every plaid that is shown to a unit, once."""
    at_peaks = [{0: preferred, -90: other} for preferred in CONTRASTS for other in CONTRASTS if preferred or other]
    curves = [_seen_from(int(p), first, second) for first, second in CURVES for p in published.PREFERENCES]
    return list({_name(plaid): plaid for plaid in at_peaks + curves}.values())


def _mean(plaid: np.ndarray) -> np.ndarray:
    """(contrasts, contrasts), over units."""
    known = np.isfinite(plaid).all((1, 2))
    if not known.any():
        return np.ones(plaid.shape[1:])
    alone = np.broadcast_to(plaid[known].mean(0)[:, :1], plaid.shape[1:])
    return np.where(known[:, None, None], plaid, alone).mean(0)


def _orders(plaid: np.ndarray) -> dict[str, np.ndarray]:
    lost = plaid[:, :, :1] - plaid
    with np.errstate(invalid="ignore", divide="ignore"):
        weak, strong = lost[:, 2, 4] / plaid[:, 2, 0], lost[:, 4, 2] / plaid[:, 4, 0]
    return {"shared": lost[:, 4, 4], "winner": np.where(plaid[:, 2, 0] > SILENT, weak - strong, np.nan)}
