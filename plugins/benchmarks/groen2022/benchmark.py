"""The 17 conditions of Groen et al. (2022): the order and sign of effects claimed in the abstracts, from V1 to IT.

Neither responses nor fits are in the public text as numbers, so that no size is scored here; what was measured in the same
conditions with images is in `Brands2024-*`.
"""

import numpy as np

from harness.benchmarks.dynamics import (
    ContrastExperiment,
    DurationExperiment,
    IntervalExperiment,
    TemporalBenchmark,
    TimeCourses,
    mapped_regions,
    measure,
    share,
)
from harness.benchmarks.physiology import Measured
from harness.brain_model import BrainModel
from harness.errors import NotMeasurable
from harness.stimuli import Images
from harness_plugins.stimuli._pulses import BIBTEX

HIERARCHY = ("V1", "V4", "IT")


class VentralStream(TemporalBenchmark):
    """V1, V4 and IT, as far as the model maps them, V1 at least, in an experiment as published."""

    def __init__(self, exemplars: int = 4, images: Images | None = None, seed: int = 0):
        super().__init__(exemplars=exemplars, images=images, seed=seed)

    def regions(self, candidate: BrainModel) -> tuple[str, ...]:
        mapped = mapped_regions(candidate)
        if HIERARCHY[0] not in mapped:
            raise NotMeasurable(f"'{self.identifier}' needs a model with V1; this one maps {', '.join(mapped)}")
        return tuple(region for region in HIERARCHY if region in mapped)


class Contrast(VentralStream, ContrastExperiment):
    """Five contrasts for 500 ms. Latency falls with contrast in every region and does not become contrast invariant up the
    hierarchy (conference abstract); the peak saturates (abstract of the paper)."""

    identifier = "Groen2022-contrast"
    version = 2
    bibtex = BIBTEX

    def measure(self, time_courses: TimeCourses) -> Measured:
        measured = super().measure(time_courses)
        step = self.contrasts[-1] / self.contrasts[-2]
        peaks = {region: measure(time_courses, region)["peak"] for region in time_courses.regions}
        saturates = {
            f"{region}: peak saturates": 1 - high[:, -1] / high[:, -2] / step for region, high in peaks.items()
        }
        return Measured(measured.properties, {**measured.orders, **saturates}, measured.details)


class Duration(VentralStream, DurationExperiment):
    """One pulse for 17 to 533 ms. Subadditive summation in every region; from each region to the next the peak comes later and the
    response to the shortest pulse is wider ("summation windows lengthen", conference abstract)."""

    identifier = "Groen2022-duration"
    version = 2
    bibtex = BIBTEX

    def measure(self, time_courses: TimeCourses) -> Measured:
        measured = super().measure(time_courses)
        found = {region: measure(time_courses, region) for region in time_courses.regions}
        orders: dict[str, np.ndarray] = dict(measured.orders)
        for lower, higher in zip(time_courses.regions, time_courses.regions[1:], strict=False):
            for says, name, column in [("peaks before", "time_to_peak", -1), ("has a shorter window than", "width", 0)]:
                early, late = found[lower][name][:, column], found[higher][name][:, column]
                orders[f"{lower} {says} {higher}"] = share(late - early, early + time_courses.step)
        return Measured(measured.properties, orders, measured.details)


class Interval(VentralStream, IntervalExperiment):
    """Two pulses of 133 ms, 17 to 533 ms apart. The second response is reduced at short intervals and recovers (abstract)."""

    identifier = "Groen2022-interval"
    version = 2
    bibtex = BIBTEX
