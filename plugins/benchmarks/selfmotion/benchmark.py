"""Self-motion of the observer, decoded from every layer and time bin of a model's responses."""

from harness import StimulusSet
from harness.benchmarks.readout import RegressionBenchmark, equal_bins
from harness.data import locate
from harness_plugins.benchmarks.selfmotion import BIBTEX
from harness_plugins.benchmarks.selfmotion.clips import LABELS, read_clips

CLIPS, MOST = 500, 1000.0


class SelfMotion(RegressionBenchmark):
    """Pitch and yaw of rotation, heading and camera, and speed. Yaws go round and are read as angles; pitches do not.

    Args:
        clips: of each batch, from its first on.
        groups: "environment" to test on unseen environments; every clip is its own group if not given, as its authors split them.
        frame_rate: frames per second.
        bins: number of time bins, from onset to the end of a clip, or to 1000 ms.
        folds: number of folds of the cross-validation.
    """

    identifier = "Mineault2021-selfmotion"
    version = 1
    bibtex = BIBTEX
    targets = LABELS
    circular = ("heading_yaw", "yaw")

    def __init__(
        self, clips: int = CLIPS, groups: str | None = None, frame_rate: float = 10.0, bins: int = 4, folds: int = 5
    ):
        self._clips, self._frame_rate, self._bins = int(clips), float(frame_rate), int(bins)
        self.group, self.folds = groups, int(folds)

    def load(self) -> StimulusSet:
        """The clips; the time bins follow from them."""
        stimuli = read_clips(locate("selfmotion"), self._clips, self._frame_rate, MOST)
        self.time_bins = equal_bins(stimuli, self._bins)
        return stimuli
