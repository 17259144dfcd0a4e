"""A bar in textures of bars: size and latency of suppression (Knierim & Van Essen, Nothdurft et al.)."""

from typing import TYPE_CHECKING, Any

import numpy as np

from harness.benchmarks import plain
from harness.benchmarks.physiology import InSilicoBenchmark, Laboratory, Measured, Responses, Unit, bar_place
from harness.errors import BenchmarkError, NotMeasurable, StimulusError
from harness.metrics.dynamics import first_difference, latency
from harness.metrics.tuning import orientation_contrast_index, suppression_index
from harness_plugins.benchmarks.texture_surround.published import STUDIES
from harness_plugins.stimuli.textures.elements import Lattice
from harness_plugins.stimuli.textures.textures import surround_bars

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from harness.stimuli import Timeline

LENGTH, PITCH = 0.7, 1.12
"""Of a bar, and between bars, in summation diameters: half a degree and 0.8 for a unit that sums over 0.71 degrees."""
WIDTH = 0.4
"""Of a bar, in cycles of the preferred spatial frequency."""
FEWEST = 8
EXPOSURE, WINDOW, BIN = 200.0, 300.0, 2.0
TIME_BINS = [(start, start + BIN) for start in np.arange(0, WINDOW, BIN).tolist()]
ONSET = 0.1
"""Of the peak of the response to the bar alone."""
CRITERION = 0.05
"""Of that peak, for a difference to have begun."""
ALONE = "bar alone"
LONGEST_STEP = 10.0
"""ms of a model's time step."""


ORDERS = {
    "suppressed_by_parallel": "a parallel texture lowers the response to the bar",
    "suppressed_by_orthogonal": "an orthogonal texture lowers the response to the bar",
    "orthogonal_suppresses_less": "the response with an orthogonal texture is larger than with a parallel one",
    "orientation_later": "specificity for orientation begins later than suppression does",
}


class TextureSurround(InSilicoBenchmark):
    """Suppression of the response to a bar by a texture around it: its size, its latency, and those of its specificity for
    orientation.

    Each unit sees a light bar of its preferred orientation on its receptive field for 200 ms: alone, with a texture of
    parallel or of orthogonal bars around it, in rows and columns along and across the bar, and these textures without the
    bar. The response is recorded in bins of 2 ms. Suppression is the mean of that by both textures, over 300 ms from the
    onset. Its latency is when the response with either first falls short of that to the bar alone, that of its orientation
    specificity when the response with the parallel texture first falls short of that with the orthogonal one, by a
    twentieth of the peak for the bar alone; both from the onset of the response, a tenth of that peak. The response of a
    static network is there from the first bin on: it has no onset, and the dynamic part is not met. What suppression of the
    same size would show, were it there from the onset on, is reported (see `immediate`).

    Args:
        study: whose measurements it is compared with: KnierimVanEssen1992 or Nothdurft1999, which is its name.
        units, seed: as of every `InSilicoBenchmark`.
    """

    version = 2
    orders = ORDERS
    conditional = frozenset({"general_latency", "orientation_latency", "orientation_later"})
    clear = {"orthogonal_suppresses_less": 0.03}  # noqa: RUF012

    def __init__(self, study: str, units: int = 24, seed: int = 0):
        if study not in STUDIES:
            raise BenchmarkError(f"a study is one of {', '.join(STUDIES)}, not '{study}'")
        self.identifier = study
        self.targets, self.disabled = STUDIES[study].targets, STUDIES[study].disabled
        super().__init__(units, seed)

    def suits(self, laboratory: Laboratory) -> None:
        step = laboratory.candidate.time_step
        if step and step > LONGEST_STEP:
            raise NotMeasurable(
                f"with a time step of {step:g} ms one cannot tell suppression after 7 ms from its orientation after 19 ms; "
                f"it takes {LONGEST_STEP:g} ms or less"
            )

    def measure(self, laboratory: Laboratory) -> Measured:
        shown = laboratory.each(lambda unit: images(laboratory, unit), TIME_BINS)
        rates = {name: np.nan_to_num(values) for name, values in shown.rates(0, WINDOW).items()}
        alone, parallel, orthogonal = (rates[name] for name in (ALONE, "parallel", "orthogonal"))
        by = {name: suppression_index(alone, rates[name]) for name in ("parallel", "orthogonal")}
        begins = latencies(shown)
        with np.errstate(invalid="ignore", divide="ignore"):
            later = 1 - begins["general"] / begins["orientation"]
        properties = {
            "suppression": (by["parallel"] + by["orthogonal"]) / 2,
            "orientation_difference": orientation_contrast_index(orthogonal, parallel, alone),
            "general_latency": begins["general"],
            "orientation_latency": begins["orientation"],
        }
        orders = {
            "suppressed_by_parallel": by["parallel"],
            "suppressed_by_orthogonal": by["orthogonal"],
            "orthogonal_suppresses_less": properties["orientation_difference"],
            "orientation_later": later,
        }
        return Measured(
            {name: properties[name] for name in self.targets}, orders, _details(shown, rates, properties, begins)
        )

    def figure(self, details: dict[str, Any]) -> "Figure":
        """Responses over time by texture, what differs between them, and the score's parts."""
        from harness_plugins.benchmarks.texture_surround.figure import surround

        return surround(details, self.identifier)


def images(laboratory: Laboratory, unit: Unit) -> "dict[str, Timeline]":
    """A unit's five stimuli.

    Raises:
        StimulusError: if fewer than eight bars of the texture fit on the image, or they overlap.
    """
    canvas, width = laboratory.canvas, WIDTH / unit.spatial_frequency
    length = max(LENGTH * unit.summation, width)
    lattice = Lattice(length, width, PITCH / LENGTH * length, centre=bar_place(unit), turn=unit.orientation)
    if (count := len(lattice.around(canvas))) < FEWEST:
        raise StimulusError(
            f"only {count} bars of a texture {lattice.pitch:.3g} degrees apart fit around the receptive field; it is too large "
            f"for an image of {canvas.visual_degrees:g} degrees"
        )
    bar = canvas.bar(length, width, unit.orientation, lattice.centre)
    shown = {ALONE: bar}
    for kind in ("parallel", "orthogonal"):
        texture = surround_bars(canvas, lattice, kind, unit.orientation)
        shown |= {kind: canvas.compose([(texture, 1.0), (bar, 1.0)]), f"{kind} texture alone": texture}
    return {name: laboratory.still(canvas.highest_contrast * each, EXPOSURE) for name, each in shown.items()}


def latencies(shown: Responses) -> dict[str, np.ndarray]:
    """onset, in ms from the stimulus, and general and orientation-specific suppression, in ms from the onset, each (units,)."""
    times = shown.times
    alone, parallel, orthogonal = (np.nan_to_num(shown.trace(name)) for name in (ALONE, "parallel", "orthogonal"))
    onset = latency(alone, times, ONSET)
    lost = {"general": alone - np.minimum(parallel, orthogonal), "orientation": orthogonal - parallel}
    began = {
        name: first_difference(alone, alone - np.maximum(difference, 0), times, CRITERION)
        for name, difference in lost.items()
    }
    return {"onset": onset, **{name: time - onset for name, time in began.items()}}


def immediate(shown: Responses) -> dict[str, np.ndarray]:
    """The latencies that suppression and specificity of the same size would have, were they there from the onset on, (units,).

    A difference that is a constant share of a rising response meets the criterion the later, the smaller that share is.
    """
    alone = np.nan_to_num(shown.trace(ALONE))
    rates = {name: np.nan_to_num(rate) for name, rate in shown.rates(0, WINDOW).items()}
    kept = np.minimum(rates["parallel"], rates["orthogonal"])
    shares = {"general": suppression_index(rates[ALONE], kept)}
    shares["orientation"] = orientation_contrast_index(rates["orthogonal"], rates["parallel"], rates[ALONE])
    onset = latency(alone, shown.times, ONSET)
    scaled = {name: np.nan_to_num(share).clip(0)[:, None] * alone for name, share in shares.items()}
    return {
        name: first_difference(alone, alone - lost, shown.times, CRITERION) - onset for name, lost in scaled.items()
    }


def _details(
    shown: Responses, rates: dict[str, np.ndarray], properties: dict[str, np.ndarray], begins: dict[str, np.ndarray]
) -> dict[str, Any]:
    peak = np.nan_to_num(shown.trace(ALONE)).max(1, keepdims=True).clip(1e-30)
    traces = {name: plain((np.nan_to_num(shown.trace(name)) / peak).mean(0), 4) for name in shown.conditions}
    with np.errstate(invalid="ignore", divide="ignore"):
        shares = {name: plain(np.where(rates[ALONE] > 0, rate / rates[ALONE], np.nan)) for name, rate in rates.items()}
    return {
        "times": plain(shown.times),
        "traces": traces,
        "responses": shares,
        "properties": {name: plain(values) for name, values in properties.items()},
        "onset": plain(begins["onset"]),
        "suppressed_by_more_than_a_tenth": plain(np.mean(np.nan_to_num(properties["suppression"]) > 0.1)),
        "immediate": {name: plain(values) for name, values in immediate(shown).items()},
        "criteria": {"onset": ONSET, "difference": CRITERION},
    }
