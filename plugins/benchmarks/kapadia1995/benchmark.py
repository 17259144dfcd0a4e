"""Facilitation of V1 units by a collinear bar beyond the receptive field, after Kapadia, Ito, Gilbert & Westheimer (1995)."""

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from harness import Timeline
from harness.benchmarks import plain
from harness.benchmarks.physiology import InSilicoBenchmark, Laboratory, Measured, NothingShown, Responses, optimal_bars
from harness.errors import StimulusError
from harness.metrics.statistics import Target
from harness.stimuli import Bar, draw_bars
from harness_plugins.benchmarks.kapadia1995 import BIBTEX
from harness_plugins.stimuli.kapadia.display import Background, Flankers, display

if TYPE_CHECKING:
    from matplotlib.figure import Figure

CONTRAST, FLANKER_CONTRAST = 0.2, 0.6
GAPS = (2.0, 3.0, 4.0, 6.0, 8.0)
"""Between the ends of target and flanker, in widths of the bar."""
SILENT = 0.1
"""Of the response to the target: what a flanker alone may evoke if it is to lie outside the receptive field."""
CRITERION = 0.1
"""Of the response to the target: by how much a facilitated unit's response exceeds the sum of its responses to the parts."""
PATTERNS = (0, 1, 2)
SHARE = 0.42
"""Of complex cells: those that were facilitated."""
EXPOSURE = 200.0
TIME_BINS = [(start, start + 25.0) for start in np.arange(0, EXPOSURE, 25.0)]
SOURCE = "Kapadia, Ito, Gilbert & Westheimer 1995, Neuron 15:843-856"


class Kapadia1995(InSilicoBenchmark):
    """A target bar, optimal for the unit, at low contrast; a bar of higher contrast in line with it, beyond the receptive field.

    Every unit gets its own bars (`harness.benchmarks.physiology.preferred_bars`) and the nearest flanker of five that alone
    evokes no more than a tenth of the target's response. It is facilitated if target and flanker together evoke more than
    both alone by a tenth of the target's response: to take off what the flanker does alone makes sure that a filter that
    sums is never facilitated. The share of facilitated units is counted in proportion up to twice that tenth, so that no unit
    makes a jump at the criterion. Orders are asked of the published share of units, those that are facilitated most. Units for
    which no flanker fits on the image, or none lies outside the receptive field, are left out."""

    identifier = "Kapadia1995"
    version = 2
    bibtex = BIBTEX
    targets: Mapping[str, Target] = {
        "share_facilitated": Target(
            SHARE,
            0.0,
            None,
            f"{SOURCE}, as a later paper quotes it, in which n is not stated; what it took for facilitation is not established",
            "quoted",
            "42% of complex cells responded more strongly to a bar presented in the suprathreshold (classical) receptive field if "
            "another (collinear) bar was presented in the surround",
        )
    }
    orders: ClassVar[Mapping[str, str]] = {
        "facilitated": "a collinear flanker lifts the response of the 42 % of units that it lifts most",
        "blocked": "an orthogonal bar between target and flanker takes away at least half of that",
        "suppressed": "bars at random around the target lower the response",
        "restored": "some of them made collinear with the target lift it again, in the units that a flanker lifts",
    }
    asked_of_some: ClassVar[frozenset[str]] = frozenset({"facilitated", "blocked", "restored"})
    disabled: Mapping[str, str] = {
        "fold_change": "a facilitation of cells by a factor of 2 to 3 is often repeated, but was not found in the paper itself",
        "human_threshold": "thresholds that fall by up to 40 % with a collinear line are quoted from memory of the abstract",
        "facilitation_over_distance": "numbers in circulation as figure 5 are not data; the time course is shown and not scored",
    }

    def measure(self, laboratory: Laboratory) -> Measured:
        optimal = optimal_bars(laboratory, CONTRAST).bars
        bars = {row: bar for row, bar in enumerate(optimal) if bar is not None}
        if not bars:
            raise NothingShown("bars drive no unit")
        alone, flanker, both = _over_distance(laboratory, bars)
        with np.errstate(invalid="ignore", divide="ignore"):
            index = (both - flanker - alone[:, None]) / alone[:, None]
            outside = flanker <= SILENT * alone[:, None]
        nearest = {row: GAPS[int(outside[row].argmax())] for row in bars if alone[row] > 0 and outside[row].any()}
        _note(laboratory, bars, nearest)
        displays = lambda row: _displays(laboratory, bars[row], nearest[row])
        responses = laboratory.each_of(nearest, displays, TIME_BINS)
        return _measured(responses, index, nearest)

    def figure(self, details: dict[str, Any]) -> "Figure":
        from harness_plugins.benchmarks.kapadia1995.figure import draw

        return draw(details)


def _over_distance(laboratory: Laboratory, bars: Mapping[int, Bar]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Responses to the target (units,), and to flanker and to both (units, gaps); NaN where they do not fit."""
    target = lambda row: {"target": _still(laboratory, bars[row], "target", GAPS[0])}
    alone = laboratory.each_of(bars, target, TIME_BINS).rates()["target"]
    flanker, both = np.full((2, len(alone), len(GAPS)), np.nan)
    for column, gap in enumerate(GAPS):
        rows = [row for row, bar in bars.items() if _fits(laboratory, bar, gap)]
        if rows:
            rates = laboratory.each_of(rows, partial(_pair, laboratory, bars, gap), TIME_BINS).rates()
            flanker[:, column], both[:, column] = rates["flanker"], rates["collinear"]
    return alone, flanker, both


def _pair(laboratory: Laboratory, bars: Mapping[int, Bar], gap: float, row: int) -> dict[str, Timeline]:
    return {name: _still(laboratory, bars[row], name, gap) for name in ("flanker", "collinear")}


def _note(laboratory: Laboratory, bars: Mapping[int, Bar], nearest: Mapping[int, float]) -> None:
    """Write down which units have no flanker.

    Raises:
        NothingShown: if none has.
    """
    for row, unit in enumerate(laboratory.units):
        if row not in nearest:
            reason = "no flanker fits outside its receptive field" if row in bars else "bars do not drive it"
            laboratory.failures[f"unit {unit.channel}"] = reason
    if not nearest:
        longest = max(3 * bar.length + 2 * GAPS[0] * bar.width for bar in bars.values())
        raise NothingShown(
            "for no unit does a flanker fit on the image and outside the receptive field: target and flankers are up to "
            f"{longest:.3g} degrees long, on an image of {laboratory.canvas.visual_degrees:g} degrees"
        )


def _bars(laboratory: Laboratory, target: Bar, configuration: str, gap: float, pattern: int = 0) -> list[Bar]:
    """The bars of a display whose flankers and nearest bars at random lie `gap` widths from the target's end."""
    around = np.sign(target.contrast) * FLANKER_CONTRAST
    distance = target.length + gap * target.width
    extent = laboratory.canvas.visual_degrees - 2 * max(abs(target.centre[0]), abs(target.centre[1]))
    background = Background(distance, around, extent, seed=pattern)
    return display(configuration, target, Flankers(distance, around), background)


def _still(laboratory: Laboratory, target: Bar, configuration: str, gap: float, pattern: int = 0) -> Timeline:
    bars = _bars(laboratory, target, configuration, gap, pattern)
    return laboratory.still(draw_bars(laboratory.canvas, bars), EXPOSURE)


def _displays(laboratory: Laboratory, target: Bar, gap: float) -> dict[str, Timeline]:
    """All configurations of a unit, those at random in several patterns."""
    single = ("target", "flanker", "collinear", "orthogonal_flanker", "orthogonal", "blocked")
    shown = {name: _still(laboratory, target, name, gap) for name in single}
    for pattern in PATTERNS:
        for name in ("background", "random", "random_collinear"):
            shown[f"{name}/{pattern}"] = _still(laboratory, target, name, gap, pattern)
    return shown


def _fits(laboratory: Laboratory, target: Bar, gap: float) -> bool:
    """Whether all displays with this gap can be drawn; those at random leave out what does not fit."""
    try:
        for configuration in ("blocked", "random_collinear"):
            _still(laboratory, target, configuration, gap)
    except StimulusError:
        return False
    return True


def _measured(responses: Responses, index: np.ndarray, nearest: Mapping[int, float]) -> Measured:
    rates = _over_patterns(responses.rates())
    target = rates["target"]
    share = {name: rate / target for name, rate in rates.items()}
    beyond = share["collinear"] - share["flanker"] - 1
    with np.errstate(invalid="ignore"):
        facilitated = beyond > CRITERION
    known = np.isfinite(beyond)
    most = known & (beyond >= np.quantile(beyond[known], 1 - SHARE))
    in_most = lambda difference: np.where(most, difference, np.nan)
    gain = share["collinear"] - 1
    details = {
        "criterion": CRITERION,
        "gaps": list(GAPS),
        "gap": [nearest.get(row) for row in range(len(target))],
        "facilitated": facilitated.tolist(),
        "facilitation_over_distance": plain(index),
        "relative_to_target": {name: plain(values) for name, values in share.items()},
        "times": responses.times.tolist(),
        "time_courses": {
            name: plain(responses.trace(name) / target[:, None]) for name in ("target", "collinear", "blocked")
        },
    }
    return Measured(
        properties={"share_facilitated": np.clip(beyond / (2 * CRITERION), 0, 1)},
        orders={
            "facilitated": in_most(beyond),
            "blocked": in_most(np.minimum(gain, gain / 2 - (share["blocked"] - 1))),
            "suppressed": 1 - share["random"],
            "restored": in_most(np.minimum(beyond, share["random_collinear"] - share["random"])),
        },
        details=details,
    )


def _over_patterns(rates: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The mean over random patterns, where there are several."""
    names = dict.fromkeys(name.split("/")[0] for name in rates)
    return {name: np.mean([rate for key, rate in rates.items() if key.split("/")[0] == name], axis=0) for name in names}
