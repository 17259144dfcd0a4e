"""Representations of 92 objects over time in a model, compared with MEG."""

from functools import cached_property

from harness.benchmarks.neural import BrainCourses, RdmOverTimeBenchmark, brain_courses
from harness.data import recording
from harness.errors import BenchmarkError
from harness.stimuli import StimulusSet, TimeBin
from harness_plugins.benchmarks.cichy2014 import BIBTEX, SAMPLE
from harness_plugins.benchmarks.cichy2014.decoding import check_images, courses
from harness_plugins.benchmarks.kriegeskorte2008.matrices import stimuli

DEGREES, EXPOSURE = 2.9, 500.0


class Cichy2014(RdmOverTimeBenchmark):
    """Decoding accuracies of every two of 92 images from the MEG of 16 participants (Cichy et al. 2014).

    Images of 2.9 degrees were shown for 500 ms on grey; the images are those of Kriegeskorte et al. (2008), in their order.
    Accuracies are averaged over the two sessions and within time bins.

    Args:
        start, end, step: ms, of the time bins.
    """

    identifier, version, bibtex = "Cichy2014.MEG-rdm", 1, BIBTEX

    def __init__(self, start: float = -100.0, end: float = 1200.0, step: float = 20.0):
        self.time_bins = _bins(start, end, step)

    def load(self) -> BrainCourses:
        found = courses(self.time_bins)
        return BrainCourses(self._images, found, self.time_bins, [f"participant {i + 1}" for i in range(len(found))])

    @cached_property
    def _images(self) -> StimulusSet:
        images = stimuli(DEGREES)
        check_images(images.table)
        return images.replace(timelines=[type(t).still(t.frames[0], EXPOSURE) for t in images.timelines])


class Sample(RdmOverTimeBenchmark):
    """Correlation distances between the patterns of all sensors in one participant (the data that MNE ships); halves of the
    presentations stand for two participants, so that the ceiling is that of this one.

    Args:
        start, end, step: ms, of the time bins.
    """

    identifier, version, bibtex = "Cichy2014.sample-rdm", 1, BIBTEX

    def __init__(self, start: float = -100.0, end: float = 800.0, step: float = 20.0):
        self.time_bins = _bins(start, end, step)

    def load(self) -> BrainCourses:
        return brain_courses(recording(SAMPLE), "sensors", self.time_bins)


def _bins(start: float, end: float, step: float) -> list[TimeBin]:
    if not 0 < step <= end - start:
        raise BenchmarkError(f"bins of {step:g} ms do not fit between {start:g} and {end:g} ms")
    return [(start + i * step, start + (i + 1) * step) for i in range(int((end - start) / step + 1e-9))]
