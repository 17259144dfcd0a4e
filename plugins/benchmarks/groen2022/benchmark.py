"""Claims of Groen et al. (2022) on contrast and duration, beside the orders required in any conditions."""

import numpy as np

from harness.benchmarks.dynamics import ContrastExperiment, DurationExperiment, TimeCourses, measure, share
from harness.benchmarks.physiology import Measured


class Contrast(ContrastExperiment):
    """Five contrasts for 500 ms. Latency falls with contrast in every region and does not become contrast invariant up the
    hierarchy (conference abstract); the peak saturates (abstract of the paper)."""

    def measure(self, time_courses: TimeCourses) -> Measured:
        measured = super().measure(time_courses)
        step = self.contrasts[-1] / self.contrasts[-2]
        peaks = {region: measure(time_courses, region)["peak"] for region in time_courses.regions}
        saturates = {
            f"{region}: peak saturates": 1 - high[:, -1] / high[:, -2] / step for region, high in peaks.items()
        }
        return Measured(measured.properties, {**measured.orders, **saturates}, measured.details)


class Duration(DurationExperiment):
    """One pulse for 17 to 533 ms. Subadditive summation in every region; from each region to the next the peak comes later and the
    response to the shortest pulse is wider ("summation windows lengthen", conference abstract)."""

    def measure(self, time_courses: TimeCourses) -> Measured:
        measured = super().measure(time_courses)
        found = {region: measure(time_courses, region) for region in time_courses.regions}
        orders: dict[str, np.ndarray] = dict(measured.orders)
        for lower, higher in zip(time_courses.regions, time_courses.regions[1:], strict=False):
            for says, name, column in [("peaks before", "time_to_peak", -1), ("has a shorter window than", "width", 0)]:
                early, late = found[lower][name][:, column], found[higher][name][:, column]
                orders[f"{lower} {says} {higher}"] = share(late - early, early + time_courses.step)
        return Measured(measured.properties, orders, measured.details)
