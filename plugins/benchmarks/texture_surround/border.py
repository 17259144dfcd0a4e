"""Figures of oriented texture: two rival accounts of the modulation of V1 at their borders and inside them."""

from typing import TYPE_CHECKING, Any

import numpy as np

from harness.benchmarks.physiology import InSilicoBenchmark, Laboratory, Measured, Unit, bar_place, plain
from harness.errors import StimulusError
from harness.metrics.dynamics import first_difference
from harness.metrics.statistics import Target
from harness_plugins.benchmarks.texture_surround import ROSSI
from harness_plugins.stimuli.textures import ZIPSER
from harness_plugins.stimuli.textures.elements import Lattice
from harness_plugins.stimuli.textures.textures import regions

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from harness.stimuli import Timeline

FIGURES = (0.2, 0.3, 0.45, 0.6, 0.75)
"""Sides of the figures, in fields of view."""
MOVED = "0.45"
"""The figure whose border is brought near the receptive field."""
NEAR = 1.0
"""Summation diameters from that border to the middle of the receptive field."""
LENGTH, WIDTH, PITCH, JITTER = 0.8, 0.3, 1.15, 0.05
"""Of the texture's bars, in cycles of the preferred spatial frequency."""
MOST_ACROSS = 40
"""Bars along a side of the image; the texture of a unit that prefers finer detail is coarser than its cycle."""
TEXTURES = 2
EXPOSURE, WINDOW, BIN = 200.0, 300.0, 10.0
TIME_BINS = [(start, start + BIN) for start in np.arange(0, WINDOW, BIN).tolist()]
CHANGED = 0.05
"""Of the response to the uniform texture; a smaller change is none."""


class TextureBorder(InSilicoBenchmark):
    """What both hypotheses share; see their classes.

    Each unit sees textures of short bars of its preferred orientation for 200 ms. They fill the image, or a square figure
    on a ground of orthogonal bars: figures of five sizes with the receptive field in the middle, and one of 0.45 fields of
    view that is moved, so that its left or its lower border lies a summation diameter from the middle of the receptive
    field. The bars around the receptive field are the same in all. Responses, in bins of 10 ms, are means over two textures
    and over both borders. Enhancement is the response minus that to the uniform texture, as a share of the latter.
    """

    version = 1

    def measure(self, laboratory: Laboratory) -> Measured:
        shown = laboratory.each(lambda unit: images(laboratory, unit), TIME_BINS)
        names = ["uniform", "left", "lower", *(f"{side:g}" for side in FIGURES)]
        traces = {
            name: np.mean([np.nan_to_num(shown.trace(f"{name}/{seed}")) for seed in range(TEXTURES)], axis=0)
            for name in names
        }
        traces["border"] = (traces.pop("left") + traces.pop("lower")) / 2
        uniform = traces["uniform"]
        base = uniform.mean(1)
        with np.errstate(invalid="ignore", divide="ignore"):
            enhancement = {
                name: np.where(base > 0, (trace - uniform).mean(1) / base, np.nan) for name, trace in traces.items()
            }
        centred = np.stack([enhancement[f"{side:g}"] for side in FIGURES], axis=1)
        peak = uniform.max(1, keepdims=True).clip(1e-30)
        details = {
            "sides": plain(np.array(FIGURES) * laboratory.canvas.visual_degrees),
            "centred": plain(centred),
            "border": plain(enhancement["border"]),
            "times": plain(shown.times),
            "traces": {name: plain((trace / peak).mean(0), 4) for name, trace in traces.items()},
            "changed": CHANGED,
        }
        properties, orders = self.judge(laboratory, enhancement["border"], centred, traces, shown.times)
        return Measured(properties, orders, details)

    def judge(
        self,
        laboratory: Laboratory,
        border: np.ndarray,
        centred: np.ndarray,
        traces: dict[str, np.ndarray],
        times: np.ndarray,
    ) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
        """Properties and orders of one hypothesis from enhancement at the border (units,) and within figures (units, sides)."""
        raise NotImplementedError

    def figure(self, details: dict[str, Any]) -> "Figure":
        """Enhancement by distance from the border, responses over time, and the score's parts."""
        from harness_plugins.benchmarks.texture_surround.figure import border

        return border(details, self.identifier)


class RossiTextureBorder(TextureBorder):
    """Hypothesis: V1 marks the borders of a texture and not what they enclose. See `TextureBorder`.

    A unit is of that kind if its response is enhanced near the border by a twentieth or more, and changed by less than that
    in the middle of the largest figure. Rossi et al. found the same response to a large figure and to uniform texture in 98
    of 102 cells, and enhancement only where the border lay in or near the receptive field. A model without any
    enhancement has no such units.
    """

    identifier = "Rossi2001-texture_border"
    bibtex = ROSSI
    targets = {  # noqa: RUF012
        "border_only": Target(
            98 / 102,
            0.0,
            0.019,
            "Rossi, Desimone & Ungerleider 2001, J. Neurosci. 21:1698-1709, abstract: 98 of 102 neurons; binomial error",
            "high",
        )
    }
    orders = {  # noqa: RUF012
        "enhanced_at_border": "the response is larger near the border than in uniform texture",
        "border_more_than_middle": "enhancement is larger near the border than in the middle of the largest figure",
    }
    disabled = {"size of the enhancement near the border": "not established"}  # noqa: RUF012

    def judge(
        self,
        laboratory: Laboratory,
        border: np.ndarray,
        centred: np.ndarray,
        traces: dict[str, np.ndarray],
        times: np.ndarray,
    ) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
        only = (border >= CHANGED) & (np.abs(centred[:, -1]) < CHANGED)
        orders = {"enhanced_at_border": border, "border_more_than_middle": border - np.abs(centred[:, -1])}
        return {"border_only": only.astype(float)}, orders


class ZipserFigureEnhancement(TextureBorder):
    """Hypothesis: V1 enhances what lies inside a figure, late, and in figures up to 8 to 10 degrees. See `TextureBorder`.

    The extent is the side of the largest figure whose middle is enhanced by a twentieth, no larger than three quarters of
    the field of view: a model that sees 8 degrees reaches 6. The latency is when the middle of a figure of 0.45 fields is
    first enhanced by a twentieth of the peak for uniform texture, in ms from the stimulus.
    """

    identifier = "Zipser1996-figure_enhancement"
    bibtex = ZIPSER
    _source = "Zipser, Lamme & Schiller 1996, J. Neurosci. 16:7376-7389, abstract"
    targets = {  # noqa: RUF012
        "extent": Target(
            9.0, 0.0, 0.6, f"{_source}: up to diameters of 8 to 10 degrees; uniform over that range", "high"
        ),
        "latency": Target(90.0, 0.0, 5.8, f"{_source}: 80 to 100 ms after the onset; uniform over that range", "high"),
    }
    orders = {  # noqa: RUF012
        "middle_enhanced": "the middle of a figure of 0.45 fields is enhanced by more than a twentieth",
        "large_figure_enhanced": "so is the middle of a figure of 0.6 fields",
    }
    disabled = {"size of the enhancement": "not established"}  # noqa: RUF012

    def judge(
        self,
        laboratory: Laboratory,
        border: np.ndarray,
        centred: np.ndarray,
        traces: dict[str, np.ndarray],
        times: np.ndarray,
    ) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
        sides = np.array(FIGURES) * laboratory.canvas.visual_degrees
        reached = np.logical_and.accumulate(centred >= CHANGED, axis=1).sum(1)
        extent = np.concatenate([[0.0], sides])[reached]
        uniform, middle = traces["uniform"], traces["0.45"]
        begins = first_difference(uniform, uniform + np.maximum(middle - uniform, 0), times, CHANGED)
        beyond = centred - CHANGED
        orders = {
            "middle_enhanced": beyond[:, FIGURES.index(0.45)],
            "large_figure_enhanced": beyond[:, FIGURES.index(0.6)],
        }
        return {"extent": extent, "latency": np.where(reached > 0, begins, np.nan)}, orders


def images(laboratory: Laboratory, unit: Unit) -> "dict[str, Timeline]":
    """A unit's stimuli: uniform texture, the border near by, and centred figures, for every texture.

    Raises:
        StimulusError: if the receptive field lies so far from the middle that a figure leaves the image, or is too large.
    """
    canvas = laboratory.canvas
    sides = {f"{share:g}": share * canvas.visual_degrees for share in FIGURES}
    moved = sides[MOVED] / 2 - NEAR * unit.summation
    if moved <= 0:
        raise StimulusError(
            f"a summation diameter of {unit.summation:.3g} degrees is too large for a figure of {sides[MOVED]:g} degrees"
        )
    figures: dict[str, tuple[float | None, tuple[float, float]]] = {"uniform": (None, (0.0, 0.0))}
    figures |= {"left": (sides[MOVED], (moved, 0.0)), "lower": (sides[MOVED], (0.0, moved))}
    figures |= {name: (side, (0.0, 0.0)) for name, side in sides.items()}
    shown = {}
    for seed in range(TEXTURES):
        lattice = _lattice(laboratory, unit, seed)
        for name, (side, offset) in figures.items():
            covered = regions(canvas, lattice, unit.orientation, side, offset)
            shown[f"{name}/{seed}"] = laboratory.still(canvas.highest_contrast * covered, EXPOSURE)
    return shown


def _lattice(laboratory: Laboratory, unit: Unit, seed: int) -> Lattice:
    cycle = max(1 / unit.spatial_frequency, laboratory.canvas.visual_degrees / MOST_ACROSS)
    return Lattice(LENGTH * cycle, WIDTH * cycle, PITCH * cycle, JITTER * cycle, bar_place(unit), seed)
