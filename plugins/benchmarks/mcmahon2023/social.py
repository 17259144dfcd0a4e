"""McMahon2023-social: ratings of the social content of clips of two agents, decoded from a model's responses."""

from harness import StimulusSet
from harness.benchmarks.readout import RegressionBenchmark, equal_bins
from harness_plugins.benchmarks.mcmahon2023 import BIBTEX
from harness_plugins.benchmarks.mcmahon2023.recording import load_stimuli


class SocialRatings(RegressionBenchmark):
    """Ratings of joint action and communication of the 250 clips.

    Args:
        bins: number of time bins of the 3 s.
        folds: of the cross-validation, over all clips.
    """

    identifier = "McMahon2023-social"
    version = 1
    bibtex = BIBTEX
    targets = ("joint action", "communication")

    def __init__(self, bins: int = 6, folds: int = 5):
        self._bins, self.folds = int(bins), int(folds)

    def load(self) -> StimulusSet:
        """The clips with their ratings; the time bins follow from them."""
        stimuli = load_stimuli()
        self.time_bins = equal_bins(stimuli, self._bins)
        return stimuli
