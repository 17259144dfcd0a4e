"""Opposite interactions of collinear bars: suppression of the pooled drive, facilitation of spikes."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import product
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from harness import Timeline
from harness.benchmarks import plain
from harness.benchmarks.physiology import InSilicoBenchmark, Laboratory, Measured, NothingShown, optimal_bars
from harness.errors import StimulusError
from harness.stimuli import Bar, draw_bars
from harness_plugins.benchmarks.kinoshita2009 import BIBTEX
from harness_plugins.benchmarks.kinoshita2009.pooled import pooled_drive, pooled_layers
from harness_plugins.stimuli.kinoshita.kinoshita import in_line

if TYPE_CHECKING:
    from matplotlib.figure import Figure

CONTRAST = 0.2
GAPS = (2.0, 4.0, 6.0)
"""Between the ends of neighbouring bars, in widths of a bar."""
TURNS = (45.0, 90.0)
SILENT = 0.1
"""Of the response to the single bar: what the flanks alone may evoke if they are to lie outside the receptive field."""
CRITERION = 0.1
"""Of the response to the single bar: by how much a facilitated unit's response exceeds the sum of its responses to the parts."""
SHARE = 0.42
"""Of units: those of which facilitation is asked."""
EXPOSURE = 200.0
BIN = (0.0, EXPOSURE)
Suppression = Mapping[tuple[int, float, float], tuple[float, float]]
"""(row of the unit, gap, turn of the flanks) -> SUPP / (single + flanks), of the magnitude and of the power."""


class Kinoshita2009(InSilicoBenchmark):
    """A single bar, a pair of identical flanks in line with it, and all three (Kinoshita, Gilbert & Das 2009; cited by some with
    the 2008 of its digital object identifier).

    The published measure is SUPP = (single + flanks alone) - three bars of the intrinsic signal. Here it is of the pooled drive
    over the middle quarter of the map, all channels, excitatory and inhibitory (see `pooled`), as a share of the linear sum. The
    drive is the power r^2 of responses r above those to a blank screen, averaged over flanks of the polarity of the single bar
    and of the other one: filters that are linear before they are squared then have a SUPP of 0. The mean of |r| is not free of
    interference where filters see two bars; it is reported, and not scored. Beside it stands the same comparison in single units.
    Those count as facilitated whose response to three bars exceeds the linear sum by a tenth of that to the single bar, with
    flanks that alone evoke at most a tenth of it. Sizes are not established, so that the score is that of orders; of facilitation
    it is asked in the 42 % of units that are facilitated most, as many as Kapadia et al. (1995) found. Each unit gets its own
    optimal bar; contrast is the published 20 %, and bars stay still.

    Args:
        units, seed: see `InSilicoBenchmark`.
        layers: what is pooled; the layer of V1 if none are given, with the inhibitory state of the same circuit where the model has
            one.
    """

    identifier = "Kinoshita2009"
    version = 3
    bibtex = BIBTEX
    orders: ClassVar[Mapping[str, str]] = {
        "suppressed": "flanks in line suppress the pooled drive, below the linear sum",
        "facilitated": "the same flanks lift the response of the 42 % of units that they lift most",
        "collinear": "orthogonal flanks at the same places suppress the pooled drive less",
        "near": "the nearest flanks suppress the pooled drive more than the farthest",
    }
    clear: ClassVar[Mapping[str, float]] = {"suppressed": 0.05, "collinear": 0.05, "near": 0.05}
    """Of the linear sum."""
    asked_of_some: ClassVar[frozenset[str]] = frozenset({"facilitated"})
    disabled: Mapping[str, str] = {
        "suppression": "the size of the suppression of the intrinsic signal is not established",
        "facilitation": "the size of the facilitation in spikes is not established",
    }

    def __init__(self, units: int = 24, seed: int = 0, layers: Sequence[str] = ()):
        super().__init__(units, seed)
        self.layers = (layers,) if isinstance(layers, str) else tuple(layers)

    def measure(self, laboratory: Laboratory) -> Measured:
        optimal = optimal_bars(laboratory, CONTRAST).bars
        bars = {row: bar for row, bar in enumerate(optimal) if bar is not None}
        interaction, flanks = _in_units(laboratory, bars)
        nearest = {row: int((flanks[row] <= SILENT).argmax()) for row in bars if (flanks[row] <= SILENT).any()}
        _note(laboratory, bars, nearest)
        layers = self.layers or pooled_layers(laboratory)
        suppression = _pooled(laboratory, bars, nearest, layers)
        return _measured(interaction, suppression, nearest, layers)

    def figure(self, details: dict[str, Any]) -> "Figure":
        from harness_plugins.benchmarks.kinoshita2009.figure import draw

        return draw(details)


def _in_units(laboratory: Laboratory, bars: Mapping[int, Bar]) -> tuple[np.ndarray, np.ndarray]:
    """(units, gaps): (three bars - single - flanks) / single, and flanks / single; NaN where the bars do not fit."""
    interaction, alone = np.full((2, len(laboratory.units), len(GAPS)), np.nan)
    for column, gap in enumerate(GAPS):
        rows = [row for row, bar in bars.items() if _fits(laboratory, bar, gap)]
        if rows:
            rates = laboratory.each_of(rows, partial(_trio, laboratory, bars, gap), [BIN]).rates()
            with np.errstate(invalid="ignore", divide="ignore"):
                single = np.where(rates["single"] > 0, rates["single"], np.nan)
            interaction[:, column] = (rates["three"] - rates["flanks"]) / single - 1
            alone[:, column] = rates["flanks"] / single
    return interaction, alone


def _trio(laboratory: Laboratory, bars: Mapping[int, Bar], gap: float, row: int) -> dict[str, Timeline]:
    return {name: _still(laboratory, bars[row], name, gap) for name in ("single", "flanks", "three")}


def _still(
    laboratory: Laboratory, bar: Bar, configuration: str, gap: float, turn: float = 0.0, polarity: int = 1
) -> Timeline:
    """A configuration; `polarity` -1 for flanks of the other polarity than the bar in the middle."""
    bars = in_line(configuration, bar, gap * bar.width, turn)
    flanks = [replace(each, contrast=polarity * each.contrast) for each in bars if each != bar]
    shown = [each for each in bars if each == bar] + flanks
    return laboratory.still(draw_bars(laboratory.canvas, shown), EXPOSURE)


def _fits(laboratory: Laboratory, bar: Bar, gap: float) -> bool:
    try:
        for turn in (0.0, *TURNS):
            _still(laboratory, bar, "three", gap, turn)
    except StimulusError:
        return False
    return True


def _note(laboratory: Laboratory, bars: Mapping[int, Bar], nearest: Mapping[int, int]) -> None:
    """Write down which units have no flanks.

    Raises:
        NothingShown: if none has.
    """
    for row, unit in enumerate(laboratory.units):
        if row not in nearest:
            laboratory.failures[f"unit {unit.channel}"] = "no flanks fit outside its receptive field"
    if not nearest:
        longest = max((3 * bar.length + 2 * GAPS[0] * bar.width for bar in bars.values()), default=0.0)
        raise NothingShown(
            "for no unit do flanks fit on the image and outside the receptive field: three bars in line are up to "
            f"{longest:.3g} degrees long, on an image of {laboratory.canvas.visual_degrees:g} degrees"
        )


def _pooled(
    laboratory: Laboratory, bars: Mapping[int, Bar], nearest: Mapping[int, int], layers: Sequence[str]
) -> Suppression:
    """SUPP of the pooled drive for every gap and, for the nearest flanks, every turn."""
    places = {row: [(gap, 0.0) for gap in GAPS if _fits(laboratory, bars[row], gap)] for row in nearest}
    shown: dict[tuple[Any, ...], Timeline] = {}
    for row, column in nearest.items():
        places[row] += [(GAPS[column], turn) for turn in TURNS]
        shown[row, "single"] = _still(laboratory, bars[row], "single", GAPS[0])
        for (gap, turn), sign, name in product(places[row], (1, -1), ("flanks", "three")):
            shown[row, name, gap, turn, sign] = _still(laboratory, bars[row], name, gap, turn, sign)
    drive = pooled_drive(laboratory, {str(key): timeline for key, timeline in shown.items()}, BIN, layers)
    seen = {key: drive[str(key)] for key in shown}
    return {(row, *place): _suppression(seen, row, *place) for row, pairs in places.items() for place in pairs}


def _suppression(seen: Mapping[tuple[Any, ...], np.ndarray], row: int, gap: float, turn: float) -> tuple[float, float]:
    """SUPP / linear sum: of the magnitude with flanks of the same polarity, and of the power averaged over both."""
    both = lambda name: (seen[row, name, gap, turn, 1] + seen[row, name, gap, turn, -1]) / 2
    magnitudes = [seen[row, name, gap, turn, 1][0] for name in ("flanks", "three")]
    powers = [both(name)[1] for name in ("flanks", "three")]
    single = seen[row, "single"]
    return _share(single[0], *magnitudes), _share(single[1], *powers)


def _share(single: float, flanks: float, three: float) -> float:
    linear = single + flanks
    return float(1 - three / linear) if linear > 0 else np.nan


def _measured(
    interaction: np.ndarray, suppression: Suppression, nearest: Mapping[int, int], layers: Sequence[str]
) -> Measured:
    """The orders; what needs suppression of the pooled drive to begin with is not asked of a unit without it."""
    rows = range(len(interaction))
    place = [GAPS[nearest.get(row, 0)] for row in rows]
    none = np.nan, np.nan
    over_gaps = np.array([[suppression.get((row, gap, 0.0), none) for gap in GAPS] for row in rows])
    over_turns = np.array([[suppression.get((row, place[row], turn), none) for turn in (0.0, *TURNS)] for row in rows])
    chosen = np.array([interaction[row, nearest[row]] if row in nearest else np.nan for row in rows])
    power, turned = over_gaps[..., 1], over_turns[..., 1]
    known = np.isfinite(chosen)
    most = known & (chosen >= np.quantile(chosen[known], 1 - SHARE))
    with np.errstate(invalid="ignore"):
        facilitated = chosen > CRITERION
    farthest = np.array([curve[np.isfinite(curve)][-1] if np.isfinite(curve).any() else np.nan for curve in power])
    return Measured(
        properties={},
        orders={
            "suppressed": turned[:, 0],
            "facilitated": np.where(most, chosen, np.nan),
            "collinear": np.minimum(turned[:, 0], turned[:, 0] - turned[:, -1]),
            "near": np.minimum(turned[:, 0], turned[:, 0] - farthest),
        },
        details={
            "pooled_layers": list(layers),
            "gaps": list(GAPS),
            "turns": [0.0, *TURNS],
            "gap": [GAPS[nearest[row]] if row in nearest else None for row in rows],
            "facilitated": facilitated.tolist(),
            "interaction_over_gaps": plain(interaction),
            "interaction": plain(chosen),
            "suppression_over_gaps": plain(power),
            "suppression_over_turns": plain(turned),
            "magnitude_over_gaps": plain(over_gaps[..., 0]),
            "magnitude_over_turns": plain(over_turns[..., 0]),
        },
    )
