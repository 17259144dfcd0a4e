"""The images as the participants saw them: those of Kriegeskorte et al. (2008), in their order."""

from harness.stimuli import StimulusSet, Timeline
from harness_plugins.benchmarks.kriegeskorte2008.matrices import stimuli

DEGREES, EXPOSURE = 2.9, 500.0


def shown() -> StimulusSet:
    """92 images of 2.9 degrees for 500 ms."""
    images = stimuli(DEGREES)
    return images.replace(timelines=[Timeline.still(line.frames[0], EXPOSURE) for line in images.timelines])
