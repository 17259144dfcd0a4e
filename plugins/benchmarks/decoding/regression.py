"""Numbers in a table about a folder's images or videos, predicted from every layer and time bin of a model's
responses.
"""

from collections.abc import Sequence
from pathlib import Path

from harness import StimulusSet
from harness.benchmarks.readout import RegressionBenchmark, equal_bins
from harness_plugins.benchmarks.decoding import HOERL
from harness_plugins.benchmarks.decoding.benchmark import shown


class FolderRegression(RegressionBenchmark):
    """Regression of numbers that describe images or videos, see `RegressionBenchmark`.

    Args:
        folder: of images or videos (of one kind).
        targets: columns of the table that are read out, numbers.
        table: a CSV file in the folder with the columns `file` and those named here; see the stimuli `images` and `videos`.
        groups: column of what is never split between training and test, and is resampled for the error.
        circular: those of the targets that are angles, in degrees.
        duration: ms for which an image is shown, or a video at most.
        bins: number of time bins, from onset to the end of the shortest stimulus.
        folds: number of folds of the cross-validation.
    """

    identifier = "Folder-regression"
    version = 1
    bibtex = HOERL

    def __init__(
        self,
        folder: str | Path,
        targets: Sequence[str] | str,
        table: str | Path,
        groups: str | None = None,
        circular: Sequence[str] | str = (),
        duration: float | None = None,
        bins: int = 4,
        folds: int = 5,
    ):
        self._folder, self._table = Path(folder).expanduser(), table
        self._duration, self._bins = duration, int(bins)
        self.targets, self.circular, self.group, self.folds = _names(targets), _names(circular), groups, int(folds)

    def load(self) -> StimulusSet:
        """The stimuli of the table; the time bins follow from them."""
        stimuli = shown(self._folder, self._table, self._duration)
        self.time_bins = equal_bins(stimuli, self._bins)
        return stimuli


def _names(given: Sequence[str] | str) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(given)
