"""Effect of a surround on the population response of V1 to gratings and plaids (Trott & Born 2015)."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from harness import Timeline
from harness.benchmarks import plain
from harness.benchmarks.physiology import InSilicoBenchmark, Laboratory, Measured, Responses, Unit
from harness.errors import BenchmarkError
from harness.metrics.statistics import Target
from harness_plugins.benchmarks.trott_born2015 import published
from harness_plugins.benchmarks.trott_born2015.population import (
    MIDDLE,
    effects,
    held_out_curve,
    plaid_peaks,
    pooled,
    pooling_share,
)
from harness_plugins.benchmarks.trott_born2015.published import PREFERENCES
from harness_plugins.stimuli.centre_surround import BIBTEX
from harness_plugins.stimuli.centre_surround.displays import Display
from harness_plugins.stimuli.gratings.patches import Screen

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DURATION = 200.0
TIME_BINS = [(float(start), start + 25.0) for start in range(0, 200, 25)]
REPORTED = ((1.0, 1.1), (1.0, 1.5), (1.4, 1.1), (1.4, 1.5))
"""Geometries (centre, gap) in which the preferred centre is measured, whichever is scored."""
OFFSETS = (0, 30, 60, 90)
DIGITISED: dict[str, np.ndarray] = {
    "centre": published.CENTRE,
    "centre_surround": published.CENTRE_SURROUND,
    "plaid": published.PLAID,
    "plaid_surround": published.PLAID_SURROUND,
}
EFFECTS = effects(DIGITISED, pooling=0.0)


def _target(name: str, null: float) -> Target:
    value = EFFECTS[name]
    source = f"{published.READING}, {name}; n is not stated in the abstract"
    return Target(value, np.full_like(value, null), None, source, "read from a figure", published.QUOTATIONS[name])


class TrottBorn2015(InSilicoBenchmark):
    """Does a surround scale the population's response to a grating, and to a plaid suppress the component that it matches?

    A grating in the receptive field at six orientations, with surrounds of six orientations beyond a blank gap; plaids of two such
    gratings, alone and within a surround that matches the second. All have the same contrast and spatial frequency and one phase
    in the middle of the centre. Displays turn around each unit in steps of 30 degrees, so that every unit stands for all
    preferences, and responses are means over 200 ms, each unit's relative to its preferred centre alone.

    The recordings were of multi-unit activity, which is less tuned than a cell. One number is fitted, to responses without any
    surround: the share of a site's activity that comes from units of all preferences (`population.pooled`), so that the curve for
    centres alone comes near the published one; how near, each point left out in turn, is reported. All that is scored is with
    a surround: the 6 x 6 ratios to the centre alone, those with a matched surround, how much less an unmatched one suppresses, the
    same ratios for plaids, and the shift of the plaid population's vector average towards the unmatched component.

    The sizes of the original displays are not established, and they decide much: with a centre of the summation diameter and a
    narrow gap, the ring still reaches into many a receptive field and drives it. By default the centre has 1.4 times
    that diameter and the ring begins at 1.5 times the centre's. The response to the surround alone is always recorded, and the
    preferred centre is measured in three further geometries.

    Args:
        units: maximum number of units studied.
        seed: seed of the choice of units.
        centre: diameter of the centre, as a multiple of each unit's summation diameter.
        gap: inner diameter of the surround, as a multiple of the centre's.
    """

    identifier = "TrottBorn2015"
    version = 3
    bibtex = BIBTEX
    targets: Mapping[str, Target] = {
        "matrix": _target("matrix", 1.0),
        "matched": _target("matched", 1.0),
        "tuning": _target("tuning", 0.0),
        "plaid_ratio": _target("plaid_ratio", 1.0),
        "plaid_shift": _target("plaid_shift", 0.0),
    }
    orders: ClassVar[Mapping[str, str]] = {
        "suppressed": "a matched surround reduces the response to the preferred centre",
        "tuned": "a matched surround reduces it more than those 60 and 90 degrees off do",
        "selective": "in a plaid, the response of units that prefer the matched component falls more than that of the others",
    }

    def __init__(self, units: int = 24, seed: int = 0, centre: float = 1.4, gap: float = 1.5):
        super().__init__(units, seed)
        if not (centre > 0 and gap >= 1):
            raise BenchmarkError(f"'{self.identifier}' needs centre > 0 and gap >= 1, not {centre:g} and {gap:g}")
        self.centre, self.gap = float(centre), float(gap)

    def measure(self, laboratory: Laboratory) -> Measured:
        screen = Screen(laboratory.canvas, 60.0, 0.0)
        responses = laboratory.each(lambda unit: self._displays(screen, unit), TIME_BINS)
        means = responses.rates()
        with np.errstate(invalid="ignore", divide="ignore"):
            best = np.where(means[_name([0])] > 0, means[_name([0])], np.nan)
            relative = {name: values / best for name, values in means.items()}
        properties = _populations(relative)
        return Measured(properties, _orders(properties), self._more(properties, relative, responses))

    def summarise(self, properties: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        """The effects in the population; a unit without a response has the population's, and no effect of a surround."""
        return effects(_mean(properties))

    def figure(self, details: dict[str, Any]) -> "Figure":
        """Population curves with and without surrounds, for centres and plaids, and every target."""
        from harness_plugins.benchmarks.trott_born2015.figure import draw

        return draw(details)

    def _displays(self, screen: Screen, unit: Unit) -> dict[str, Timeline]:
        """Every display that any population needs, once."""
        contrast = screen.canvas.highest_contrast / 2
        geometries = dict.fromkeys([(self.centre, self.gap), *REPORTED])
        shown = {}
        for centre, gap in geometries:
            diameter = centre * unit.summation
            display = Display(screen, unit.spatial_frequency, diameter, unit.centre, unit.phase, gap)
            still = lambda gratings, surround, display=display: display.still(
                [(unit.orientation + angle, contrast) for angle in gratings],
                None if surround is None else (unit.orientation + surround, contrast),
                DURATION,
            )
            scored = (centre, gap) == (self.centre, self.gap)
            for gratings, surround in _all() if scored else _reported():
                shown[_name(gratings, surround, None if scored else (centre, gap))] = still(gratings, surround)
        return shown

    def _more(
        self, properties: Mapping[str, np.ndarray], relative: Mapping[str, np.ndarray], responses: Responses
    ) -> dict[str, Any]:
        populations = _mean(properties)
        share = pooling_share(populations["centre"])
        many = pooled(populations, share)
        time_course = {
            name: plain(np.nanmean(responses.trace(condition), axis=0))
            for name, condition in [("centre", _name([0])), ("matched", _name([0], 0)), ("orthogonal", _name([0], -90))]
        }
        return {
            "fitted_numbers": 1,
            "pooling_share": share,
            "held_out_centre_curve": plain(held_out_curve(populations["centre"])),
            "populations": {name: plain(values / many["centre"][MIDDLE]) for name, values in many.items()},
            "published_populations": {
                name: plain(values / published.CENTRE[MIDDLE]) for name, values in DIGITISED.items()
            },
            "plaid_peaks": {name: plain(values) for name, values in plaid_peaks(many).items()},
            "published_plaid_peaks": {name: plain(values) for name, values in plaid_peaks(DIGITISED).items()},
            "preferences": PREFERENCES.tolist(),
            "geometry": {
                "centre": self.centre,
                "gap": self.gap,
                "contrast": "half of the highest, centre and surround",
            },
            "geometries": [self._geometry(relative, geometry) for geometry in REPORTED],
            "surround_alone": plain(np.nanmean(relative[_name([], 0)])),
            "time_course": time_course,
            "times": responses.times.tolist(),
        }

    def _geometry(self, relative: Mapping[str, np.ndarray], geometry: tuple[float, float]) -> dict[str, Any]:
        """Responses to the preferred centre with surrounds at 0, 30, 60, 90 degrees, and to a matched surround alone, as shares of
        that to the centre alone in the same geometry."""
        where = None if geometry == (self.centre, self.gap) else geometry
        mean = lambda gratings, surround=None: float(np.nanmean(relative[_name(gratings, surround, where)]))
        alone = mean([0])
        ratios = [mean([0], -90 if offset == 90 else offset) / alone for offset in OFFSETS]
        around = {"ratios": plain(ratios), "surround_alone": plain(mean([], 0) / alone)}
        return {"centre": geometry[0], "gap": geometry[1], "offsets": list(OFFSETS), **around}


def _wrapped(angle: float) -> int:
    return int((angle + 90) % 180 - 90)


def _name(gratings: Any, surround: float | None = None, geometry: tuple[float, float] | None = None) -> str:
    """A condition by its angles relative to the unit's preference, whatever the order of a plaid's components."""
    angles = "+".join(str(angle) for angle in sorted(_wrapped(angle) for angle in gratings))
    where = "" if geometry is None else f"@{geometry[0]:g}x{geometry[1]:g}"
    return f"{angles}|{'' if surround is None else _wrapped(surround)}{where}"


def _all() -> list[tuple[list[int], int | None]]:
    """(angles of the centre's gratings, angle of the surround or None), of everything that is scored, and surrounds alone."""
    angles = PREFERENCES.tolist()
    single = [([c], s) for c in angles for s in (None, *angles)]
    plaids = [([-p, th - p], s) for th in angles for p in angles for s in (None, th - p)]
    found = {_name(*pair): ([_wrapped(a) for a in pair[0]], pair[1]) for pair in single + plaids}
    alone: list[tuple[list[int], int | None]] = [([], s) for s in angles]
    return [(gratings, None if s is None else _wrapped(s)) for gratings, s in found.values()] + alone


def _reported() -> list[tuple[list[int], int | None]]:
    return [([0], None), ([], 0), *(([0], _wrapped(offset)) for offset in OFFSETS)]


def _populations(relative: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Each (units, ...) laid out as in `published`."""
    angles = PREFERENCES.tolist()
    table = lambda make: np.moveaxis(
        np.array([[relative[make(row, column)] for column in angles] for row in angles]), 2, 0
    )
    return {
        "centre": np.stack([relative[_name([c])] for c in angles], axis=1),
        "centre_surround": table(lambda c, s: _name([c], s)),
        "plaid": table(lambda th, p: _name([-p, th - p])),
        "plaid_surround": table(lambda th, p: _name([-p, th - p], th - p)),
    }


def _mean(properties: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Means over units. In the place of responses that do not exist come the population's without a surround."""
    filled = {}
    for name, without in (
        ("centre", "centre"),
        ("plaid", "plaid"),
        ("centre_surround", "centre"),
        ("plaid_surround", "plaid"),
    ):
        values = properties[name]
        if without == name:
            known = np.isfinite(values)
            usual = np.where(known, values, 0).sum(0) / np.maximum(known.sum(0), 1)
            filled[name] = np.where(known.any(0), usual, 1.0)
        else:
            usual = filled[without] if values.ndim - 1 == filled[without].ndim else filled[without][:, None]
            filled[name] = np.where(np.isfinite(values), values, usual).mean(0)
    return filled


def _orders(properties: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """(units,) differences as shares of the response to the preferred centre."""
    preferred = properties["centre_surround"][:, MIDDLE]
    other = preferred[:, np.isin(PREFERENCES, (-90, -60, 60))].mean(1)
    lost = properties["plaid"] - properties["plaid_surround"]
    selective = [
        lost[:, row, row] - lost[:, row, MIDDLE] for row, angle in enumerate(PREFERENCES) if abs(angle) in (30, 60)
    ]
    return {
        "suppressed": 1 - preferred[:, MIDDLE],
        "tuned": other - preferred[:, MIDDLE],
        "selective": np.mean(selective, axis=0),
    }
