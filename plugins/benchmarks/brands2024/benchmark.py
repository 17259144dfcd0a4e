"""A region's responses to one pulse of 17 to 533 ms and to two, compared with human iEEG (Brands et al. 2024)."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from harness.benchmarks import plain
from harness.benchmarks.dynamics import (
    Screen,
    TemporalBenchmark,
    TimeCourses,
    describe,
    mapped_regions,
    measure,
    recovery,
    summed,
)
from harness.benchmarks.physiology import Measured
from harness.brain_model import BrainModel
from harness.errors import BenchmarkError, NotMeasurable
from harness.metrics import dynamics
from harness.metrics.statistics import agreement
from harness.stimuli import Images, StimulusSet, Timeline
from harness_plugins.benchmarks.brands2024 import published

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SUMMED_UNTIL = 1000.0


class Brands2024(TemporalBenchmark):
    """Recovery of the second response, temporal summation, width, time to peak, and how far the response has fallen after 533 ms.

    The score is the agreement with the five published measures, of which null is a model whose response is on exactly while the
    stimulus is. One of them, the time to peak, needs an absolute time; the score with one offset of all times, fitted to it, is in
    the details beside the score as the model declares its times. The patients saw photographs; noise is shown here if `images` are
    not given.

    Args:
        area: V1 (V1-V3), VOTC or LOTC (ventral and lateral occipito-temporal cortex).
        exemplars, images, seed: as of every `TemporalBenchmark`.
    """

    parameter = "interval"
    disabled: Mapping[str, str] = {
        "peak by duration": "normalised per bootstrap sample, so that its size is not comparable",
        "recovery, extrapolated": "the value of a logarithmic fit, not a measurement",
    }
    until = 2 * published.PULSE + published.TIMES[-1] + 301.0

    def __init__(self, area: str, exemplars: int = 4, images: Images | None = None, seed: int = 0):
        if area not in published.AREAS:
            raise BenchmarkError(f"an area is one of {', '.join(published.AREAS)}, not '{area}'")
        super().__init__(f"Brands2024-{area}", exemplars, images, seed)
        self.area = published.AREAS[area]
        self.targets = self.area.targets

    def regions(self, candidate: BrainModel) -> tuple[str, ...]:
        mapped = mapped_regions(candidate)
        found = [region for region in self.area.regions if region in mapped]
        if not found:
            raise NotMeasurable(
                f"'{self.identifier}' needs a model with {' or '.join(self.area.regions)}, not {', '.join(mapped)}"
            )
        return (found[0],)

    def stimuli(self, screen: Screen) -> StimulusSet:
        shown = self.pulses(screen)
        times = [screen.ms(time) for time in published.TIMES]
        pulse = screen.ms(published.PULSE)
        if len(set(times)) < len(times):
            raise NotMeasurable(
                f"'{self.identifier}' shows images for 17 ms and longer, which a time step of {screen.step:g} ms cannot; "
                "use a smaller one"
            )
        single: list[dict[str, Any]] = [{"duration": time, "interval": None} for time in times]
        paired: list[dict[str, Any]] = [{"duration": pulse, "interval": time} for time in times]

        def draw(image: str, contrast: float, duration: float, interval: float | None) -> Timeline:
            flash = shown.frame(image, contrast), duration
            return shown.timeline([flash] if interval is None else [flash, flash], interval or 0.0)

        conditions = [
            {"image": name, "contrast": 1.0, **condition} for name in shown.names for condition in [*single, *paired]
        ]
        stimuli = shown.stimuli(self.identifier, conditions, draw)
        gaps = stimuli.table["interval"].astype(float)
        stimuli.table["offset"] = stimuli.table["duration"]
        stimuli.table["second_onset"] = (gaps + stimuli.table["duration"]).where(gaps.notna(), np.inf)
        return stimuli

    def measure(self, time_courses: TimeCourses) -> Measured:
        region, count = time_courses.regions[0], len(published.TIMES)
        single = time_courses.at(range(count))
        paired = time_courses.at([list(published.TIMES).index(published.PULSE), *range(count, 2 * count)])
        found = measure(single, region)
        sums = summed(single, region, SUMMED_UNTIL)
        properties = {
            "time_to_peak": found["time_to_peak"][:, -1],
            "width": found["width"],
            "recovery": recovery(paired, region),
            "summed": sums / sums[:, -1:],
            "late_to_peak": found["late_to_peak"][:, -1],
        }
        bars = [
            [(0.0, on)] + [(second, second + on)] * bool(np.isfinite(second))
            for on, second in zip(time_courses.table["duration"], time_courses.table["second_onset"], strict=True)
        ]
        shown = {region: {**properties, **found}}
        details = describe(shown, published.TIMES, "second / first response", "recovery", bars)
        return Measured(properties, {}, {**details, **self._beside(properties, single)})

    def figure(self, details: dict[str, Any]) -> "Figure":
        """Time courses for one pulse and two, and every measure beside the published one."""
        from harness_plugins.benchmarks.brands2024.figure import draw

        return draw(details, self.identifier)

    def _beside(self, properties: Mapping[str, np.ndarray], single: TimeCourses) -> dict[str, Any]:
        """Details that are not scored: the slope of summation, and the score with all times moved by one offset."""
        durations = single.table["duration"].to_numpy(dtype=float)
        slope = dynamics.summation_exponent(properties["summed"], durations)
        summary = self._summary(Measured(properties), np.arange(len(slope)))
        offset = float(np.asarray(self.targets["time_to_peak"].value) - summary["time_to_peak"])
        moved = {**summary, "time_to_peak": summary["time_to_peak"] + offset}
        return {
            "summation_exponent": plain(slope.mean()),
            "with_one_offset": {
                "ms": plain(offset),
                "score": plain(agreement(moved, self.targets) / float(self.ceiling)),
            },
        }
