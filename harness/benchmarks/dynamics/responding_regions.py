"""Regions whose time courses can be measured: a stimulus drives them, with other images alike, and not by the change of the
screen."""

import numpy as np

from harness.benchmarks.dynamics.time_courses import Screen, TimeCourses, record_time_courses
from harness.brain_model import BrainModel
from harness.errors import NotMeasurable
from harness.metrics import dynamics
from harness.metrics.statistics import pearson
from harness.stimuli import Pulses, cross

FAINT = 0.02
"""Contrast of a change of the screen that hardly shows anything."""
PROBE = 133.0
"""ms of a pulse that shows it."""
LEAST_SEEN = 0.1
"""Of the response to full contrast: by how much that to the faint change differs from it in a region that sees the image."""
LEAST_ALIKE = 0.5
"""Correlation between half of the images and the other half, of what distinguishes the time courses of the conditions."""
LEAST_DRIVEN = 0.5
"""Share of images and conditions that drive a region."""
LEAST_REGIONS = 0.5
"""Share of the regions that must be measurable."""


def responding(
    candidate: BrainModel, pulses: Pulses, screen: Screen, time_courses: TimeCourses
) -> tuple[TimeCourses, dict[str, str]]:
    """The time courses of the regions that can be measured, and why others cannot.

    Raises:
        NotMeasurable: if more than half of the regions cannot.
    """
    reasons = _not_driven(time_courses) or {}
    if len(reasons) < len(time_courses.regions):
        reasons |= _not_seeing(candidate, pulses, screen, time_courses)
    left = [region for region in time_courses.regions if region not in reasons]
    if not len(left) > LEAST_REGIONS * len(time_courses.regions) - 1e-9 or not left:
        raise NotMeasurable("; ".join(f"{region} {reason}" for region, reason in reasons.items()))
    return time_courses.within(left), reasons


def _not_driven(time_courses: TimeCourses) -> dict[str, str]:
    """Regions that the images do not drive, or whose time courses do not repeat with other images."""
    reasons = {}
    for region in time_courses.regions:
        traces = time_courses.of(region)
        driven = np.isfinite(dynamics.peak(traces, time_courses.times, time_courses.floor_of(region))).mean()
        beyond = traces - traces.mean(1, keepdims=True)  # all conditions have the blank in common, and its noise
        halves = [beyond[first::2].mean(0).ravel() for first in (0, 1)]
        alike = float(pearson(*halves))  # NaN where all conditions are answered alike
        if driven < LEAST_DRIVEN:
            reasons[region] = f"is driven by {100 * driven:.0f} % of the stimuli (less than {100 * LEAST_DRIVEN:g} %)"
        elif alike < LEAST_ALIKE:
            reasons[region] = (
                f"answers to other images at other times (correlation {alike:.2f}, less than {LEAST_ALIKE:g})"
            )
    return reasons


def _not_seeing(candidate: BrainModel, pulses: Pulses, screen: Screen, time_courses: TimeCourses) -> dict[str, str]:
    """Regions that answer alike to a change of the screen that hardly shows anything: what they follow is time."""
    shown = [FAINT, 1.0]
    stimuli = pulses.stimuli(
        "faint",
        cross({"image": pulses.names, "contrast": shown}),
        lambda image, contrast: pulses.timeline([(pulses.frame(image, contrast), screen.ms(PROBE))]),
    )
    seen = record_time_courses(candidate, stimuli, time_courses.regions, screen.step, 2 * PROBE)
    reasons = {}
    for region in time_courses.regions:
        faint, full = np.moveaxis(seen.of(region), 1, 0)
        share = float(np.abs(full - faint).sum() / max(np.abs(full).sum(), 1e-300))
        if share < LEAST_SEEN:
            reasons[region] = (
                f"answers to a change of the screen of {100 * FAINT:g} % contrast as to one of 100 %, to {100 * share:.1f} % "
                f"(less than {100 * LEAST_SEEN:g} %): it follows the time and not the image"
            )
    return reasons
