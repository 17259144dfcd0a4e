"""Experiments on the temporal dynamics of regions: protocol, measures and score."""

from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from harness.assemblies import Score
from harness.benchmarks import Benchmark, ceiled_score, make_score, plain
from harness.benchmarks.dynamics.responding_regions import responding
from harness.benchmarks.dynamics.time_courses import Screen, TimeCourses, mapped_regions, record_time_courses
from harness.benchmarks.physiology import Measured, against, ceiling_of
from harness.brain_model import BrainModel
from harness.checks import Count, Seed, checked
from harness.errors import BenchmarkError, NotMeasurable
from harness.metrics import dynamics
from harness.metrics.statistics import Target, agreement, bootstrap, order
from harness.stimuli import Images, Pulses, StimulusSet

if TYPE_CHECKING:
    from matplotlib.figure import Figure

RECOVERY_WINDOW = 300.0
PLATEAU = 1e-3
SHORTEST = 200.0
POINTS = 150


@checked(BenchmarkError)
class TemporalBenchmark(Benchmark):
    """Regions of a model see images for different times or at different contrasts; their time courses are measured and compared.

    A region's time course is the mean over its units of |r|, less that to the blank screen, on stimulus onset and above its
    baseline (`harness.benchmarks.dynamics.time_courses`). Times are those that the model declares; nothing is realigned. The
    screen
    follows the model: its field of view, whole numbers of its time steps, and noise that its pixels resolve.

    The score is the mean over the required orders ("latency falls with contrast, in V1"), each from -1 for the opposite in all
    images to 1; with `targets`, the mean of that and of the agreement with the published values
    (`harness.metrics.statistics.published_effects`). A measure that does not exist in a region that is driven (a plateau has no
    peak) counts as no effect. A model without dynamics scores 0, which is chance. Not measurable is a model of whose regions more
    than half are not driven, answer differently to other images, or follow the time and not the image
    (`harness.benchmarks.dynamics.responding_regions`). The ceiling is the expected score of a replication of the published
    experiment; 1, its error unknown, where the published values have none. The error is a bootstrap over images.

    Args:
        identifier: its name.
        exemplars: patterns of noise; at least two.
        images: shown instead of noise: a folder, files, arrays or a stimulus set of still images.
        seed: of the noise.
        regions: those recorded from, as far as the model maps them, the first of them at least; all that it maps if not given.
    """

    version: ClassVar[int] = 2
    parent: ClassVar[str] = "in-silico"
    chance: ClassVar[float] = 0.0
    targets: Mapping[str, Target] = {}
    disabled: Mapping[str, str] = {}
    parameter: ClassVar[str]
    until: float

    def __init__(
        self,
        identifier: str,
        exemplars: Count = 4,
        images: Images | None = None,
        seed: Seed = 0,
        regions: Sequence[str] | None = None,
    ):
        if exemplars < 2:
            raise BenchmarkError(
                f"'{identifier}' needs at least two exemplars, not {exemplars}; its error is over them"
            )
        self.identifier, self.exemplars, self.images, self.seed = identifier, int(exemplars), images, int(seed)
        self.wanted = None if regions is None else (regions,) if isinstance(regions, str) else tuple(regions)
        if self.wanted == ():
            raise BenchmarkError(f"'{identifier}' needs at least one region")

    @abstractmethod
    def stimuli(self, screen: Screen) -> StimulusSet:
        """The stimulus set: every image in all conditions, the image changing slowest."""

    @abstractmethod
    def measure(self, time_courses: TimeCourses) -> Measured:
        """Measures of all regions: what is scored, one row per image, and details with `measures` and `summary` for the figure."""

    def regions(self, candidate: BrainModel) -> tuple[str, ...]:
        """The regions recorded from.

        Raises:
            NotMeasurable: if the model does not map the first of those that were asked for.
        """
        mapped = mapped_regions(candidate)
        if self.wanted is None:
            return mapped
        if self.wanted[0] not in mapped:
            raise NotMeasurable(
                f"'{self.identifier}' needs a model with {self.wanted[0]}; this one maps {', '.join(mapped)}"
            )
        return tuple(region for region in self.wanted if region in mapped)

    def pulses(self, screen: Screen) -> Pulses:
        """The images on the model's screen."""
        return Pulses(
            self.images,
            self.exemplars,
            screen.spatial_frequency,
            seed=self.seed,
            visual_degrees=screen.visual_degrees,
            size_px=screen.size_px,
            lead_in=screen.lead_in,
        )

    @cached_property
    def ceiling(self) -> Score:
        """The expected score of a replication of the published experiment; 1 where only orders are required."""
        return ceiling_of(self.targets, with_orders=False)

    def run(self, candidate: BrainModel) -> Score:
        screen = Screen.of(candidate)
        recorded = record_time_courses(
            candidate, self.stimuli(screen), self.regions(candidate), screen.step, self.until
        )
        time_courses, left_out = responding(candidate, self.pulses(screen), screen, recorded)
        measured = self.measure(time_courses)
        score = self.compared(measured, time_courses.traces.shape[1])
        about = {**self._details(time_courses, screen, measured), "left_out": left_out}
        score.attrs["details"] |= {**about, **measured.details}
        return score

    def compared(self, measured: Measured, images: int) -> Score:
        """The score of what was measured with so many images."""
        rows = np.arange(images)
        return ceiled_score(
            self._score(measured, rows),
            error=bootstrap(lambda drawn: self._score(measured, drawn), rows, draws=500).error,
            ceiling=make_score(self._ceiled(measured), error=None),
            details={"degrees_of_freedom": images - 1},
        )

    def figure(self, details: dict[str, Any]) -> "Figure":
        """Time courses of all regions by condition, all regions at one condition, and the summary against the parameter."""
        from harness.benchmarks.dynamics.figures import draw

        return draw(details, self.identifier)

    def _score(self, measured: Measured, rows: np.ndarray) -> float:
        parts = []
        if self.targets:
            parts.append(agreement(self._summary(measured, rows), self.targets))
        if measured.orders:
            parts.append(float(np.mean([_order(np.asarray(values)[rows]) for values in measured.orders.values()])))
        return float(np.mean(parts))

    def _ceiled(self, measured: Measured) -> float:
        """The ceiling of the score: that of the targets, and 1 for the orders."""
        ceiling = float(self.ceiling)
        return (ceiling + 1) / 2 if self.targets and measured.orders else ceiling

    def _summary(self, measured: Measured, rows: np.ndarray) -> dict[str, np.ndarray]:
        """Means over images; what an image does not have counts as no effect."""
        filled = {}
        for name, target in self.targets.items():
            values = np.asarray(measured.properties[name], dtype=float)[rows]
            filled[name] = np.where(np.isfinite(values), values, np.asarray(target.null, dtype=float)).mean(0)
        return filled

    def _details(self, time_courses: TimeCourses, screen: Screen, measured: Measured) -> dict[str, Any]:
        images = np.arange(time_courses.traces.shape[1])
        thin = slice(None, None, -(-len(time_courses.times) // POINTS))
        return {
            "parameter": self.parameter,
            "regions": list(time_courses.regions),
            "times": plain(time_courses.times[thin]),
            "traces": {region: plain(time_courses.of(region).mean(0)[:, thin], 4) for region in time_courses.regions},
            "screen": {
                "step_ms": screen.step,
                "degrees": screen.visual_degrees,
                "cycles_per_degree": screen.spatial_frequency,
            },
            "images": len(images),
            "orders": {
                name: {"mean": plain(np.nan_to_num(values).mean()), "held": plain(_order(values))}
                for name, values in measured.orders.items()
            },
            "undefined": {
                name: int((~np.isfinite(values)).sum())
                for name, values in {**measured.properties, **measured.orders}.items()
            },
            **against(self.targets, self._summary(measured, images)),
            "disabled": dict(self.disabled),
        }


def _order(differences: np.ndarray) -> float:
    """An order over images; what an image does not have counts as no difference."""
    return order(np.nan_to_num(np.asarray(differences, dtype=float)))


@checked(BenchmarkError, pure=True)
def measure(time_courses: TimeCourses, region: str) -> dict[str, np.ndarray]:
    """Measures of each image in each condition, (images, conditions), whose stimulus is on from 0 to the condition's `offset`.

    late_to_peak, adaptation and offset_response are NaN where the stimulus is shorter than 200 ms. A response to a longer one that
    has not fallen by a thousandth when it ends has no peak, and no time to it: when a plateau is reached is a matter of rounding.
    """
    traces, times, floor = time_courses.of(region), time_courses.times, time_courses.floor_of(region)
    offsets = time_courses.table["offset"].to_numpy(dtype=float)
    half = time_courses.step / 2
    late: dict[str, Callable[[np.ndarray, float], np.ndarray]] = {
        "late_to_peak": lambda t, off: dynamics.late_to_peak(t, times, off - half, floor[0]),
        "adaptation": lambda t, off: 1 - dynamics.late_to_peak(t, times, off - half, floor[0]),
        "offset_response": lambda t, off: dynamics.offset_response(t, times, off - half, floor=floor[0]),
    }
    found = {
        "peak": dynamics.peak(traces, times, floor),
        "time_to_peak": dynamics.time_to_peak(traces, times, floor),
        "t10": dynamics.latency(traces, times, 0.1, floor),
        "t50": dynamics.latency(traces, times, 0.5, floor),
        "rise_time": dynamics.rise_time(traces, times, floor=floor),
        "width": dynamics.full_width_at_half_maximum(traces, times, floor),
    }
    for name, function in late.items():
        columns = [
            function(traces[:, column], offset) if offset >= SHORTEST else np.full(len(traces), np.nan)
            for column, offset in enumerate(offsets)
        ]
        found[name] = np.stack(columns, axis=1)
    found["time_to_peak"] = np.where(found["late_to_peak"] > 1 - PLATEAU, np.nan, found["time_to_peak"])
    return found


@checked(BenchmarkError, pure=True)
def summed(time_courses: TimeCourses, region: str, until: float) -> np.ndarray:
    """(images, conditions), the response summed from 0 to `until` ms; NaN where it has no peak above the floor."""
    traces, times = time_courses.of(region), time_courses.times
    driven = np.isfinite(dynamics.peak(traces, times, time_courses.floor_of(region)))
    return np.where(driven, dynamics.window_integral(traces, times, 0, until), np.nan)


@checked(BenchmarkError, pure=True)
def recovery(time_courses: TimeCourses, region: str) -> np.ndarray:
    """(images, intervals), see `harness.metrics.dynamics.time_courses.recovery`; NaN where the first response has no peak
    above the floor."""
    traces, times = time_courses.of(region), time_courses.times
    driven = np.isfinite(dynamics.peak(traces, times, time_courses.floor_of(region))).all(1)
    ratios = dynamics.recovery(traces, times, time_courses.table["second_onset"].to_numpy(dtype=float), RECOVERY_WINDOW)
    return np.where(driven[:, None], ratios, np.nan)


@checked(BenchmarkError, pure=True)
def share(difference: np.ndarray, reference: np.ndarray) -> np.ndarray:
    """A difference as a share of a positive reference, NaN otherwise."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(reference > 0, difference / reference, np.nan)


@checked(BenchmarkError, pure=True)
def describe(
    measures: Mapping[str, Mapping[str, np.ndarray]],
    values: Sequence[float] | np.ndarray,
    label: str,
    summary: str,
    bars: Sequence[Sequence[tuple[float, float]]],
) -> dict[str, Any]:
    """Details for the figure: means over images of every measure, the values of the parameter, and when the stimulus is on."""
    return {
        "values": plain(values),
        "measures": {
            region: {name: plain(found.mean(0)) for name, found in of.items()} for region, of in measures.items()
        },
        "summary": {
            "label": label,
            "mean": {region: plain(of[summary].mean(0)) for region, of in measures.items()},
            "error": {region: plain(error_over_images(of[summary])) for region, of in measures.items()},
        },
        "stimulus": [[list(map(float, bar)) for bar in on] for on in bars],
    }


def error_over_images(values: np.ndarray) -> np.ndarray:
    """Standard error of the mean over images."""
    return values.std(0, ddof=1) / np.sqrt(len(values))
