"""Representations of 92 objects over time in a model, compared with MEG."""

from functools import cached_property

from harness.benchmarks.neural import BrainCourses, RdmOverTimeBenchmark, brain_courses
from harness.data import recording
from harness.stimuli import StimulusSet, successive_bins
from harness_plugins.benchmarks.cichy2014 import BIBTEX, SAMPLE
from harness_plugins.benchmarks.cichy2014.decoding import check_images, courses
from harness_plugins.benchmarks.cichy2014.images import shown


class Cichy2014(RdmOverTimeBenchmark):
    """Decoding accuracies of every two of 92 images from the MEG of 16 participants (Cichy et al. 2014).

    Images of 2.9 degrees were shown for 500 ms on grey; the images are those of Kriegeskorte et al. (2008), in their order.
    Accuracies are averaged over the two sessions and within time bins.

    Args:
        start, end, step: ms, of the time bins.
    """

    identifier, version, bibtex = "Cichy2014.MEG-rdm", 1, BIBTEX

    def __init__(self, start: float = -100.0, end: float = 1200.0, step: float = 20.0):
        self.time_bins = successive_bins(start, end, step)

    def load(self) -> BrainCourses:
        found = courses(self.time_bins)
        return BrainCourses(self._images, found, self.time_bins, [f"participant {i + 1}" for i in range(len(found))])

    @cached_property
    def _images(self) -> StimulusSet:
        images = shown()
        check_images(images.table)
        return images


class Sample(RdmOverTimeBenchmark):
    """Correlation distances between the patterns of all sensors in one participant (the data that MNE ships); halves of the
    presentations stand for two participants, so that the ceiling is that of this one.

    Args:
        start, end, step: ms, of the time bins.
    """

    identifier, version, bibtex = "Cichy2014.sample-rdm", 1, BIBTEX

    def __init__(self, start: float = -100.0, end: float = 800.0, step: float = 20.0):
        self.time_bins = successive_bins(start, end, step)

    def load(self) -> BrainCourses:
        return brain_courses(recording(SAMPLE), "sensors", self.time_bins)
