"""Labels of a folder's images or videos, decoded from every layer and time bin of a model's responses."""

from pathlib import Path
from typing import Any

from harness import StimulusSet, Timeline, load_stimuli
from harness.benchmarks.readout import DecodingBenchmark, equal_bins
from harness.data import SUFFIXES as VIDEOS
from harness.data import locate
from harness.errors import BenchmarkError
from harness_plugins.benchmarks.decoding import BIBTEX
from harness_plugins.benchmarks.decoding.layouts import LAYOUTS, chosen

CLASSES, ITEMS = 100, 50
STILL = 200.0
"""ms for which the frame in the middle of a video is shown, as an image is by default."""


def shown(folder: Path, table: Any, duration: float | None) -> StimulusSet:
    """The images or videos (of one kind) of a folder, each for `duration` ms, or a video at most; all of it if that is None."""
    more = {} if duration is None else {"duration": duration}
    videos = any(path.suffix.lower() in VIDEOS for path in folder.rglob("*"))
    return load_stimuli("videos" if videos else "images", folder=str(folder), table=table, **more)


class FolderDecoding(DecodingBenchmark):
    """Decoding of the labels of images or videos, see `DecodingBenchmark`.

    Args:
        folder: of images or videos (of one kind); a sub-folder a label, unless a table says the labels.
        label: column of the labels.
        groups: column of what is never split between training and test.
        table: a CSV file in the folder with the columns `file` and those named above; see the stimuli `images` and `videos`.
        duration: ms for which an image is shown, or a video at most.
        bins: number of time bins, from onset to the end of the shortest stimulus.
        folds: number of folds of the cross-validation.
    """

    identifier = "Folder-decoding"
    version = 1
    chance = 0.0
    bibtex = BIBTEX

    def __init__(
        self,
        folder: str | Path,
        label: str = "image_label",
        groups: str | None = None,
        table: str | Path | None = None,
        duration: float | None = None,
        bins: int = 4,
        folds: int = 5,
    ):
        self._folder, self._table = folder, table
        self._duration, self._bins = duration, int(bins)
        self.label, self.group, self.folds = label, groups, int(folds)

    def load(self) -> StimulusSet:
        """The labelled stimuli; the time bins follow from them."""
        folder, table = self._files()
        stimuli = self._shown(folder, table)
        self.time_bins = equal_bins(stimuli, self._bins)
        return self._labelled(stimuli)

    def _shown(self, folder: Path, table: Any) -> StimulusSet:
        return shown(folder, table, self._duration)

    def _files(self) -> tuple[Path, Any]:
        """The folder, and the table of what to take of it (None for all)."""
        return Path(self._folder).expanduser(), self._table

    def _labelled(self, stimuli: StimulusSet) -> StimulusSet:
        for column in (self.label, *([self.group] if self.group else [])):
            if column not in stimuli.table:
                raise BenchmarkError(
                    f"the stimuli of '{self._folder}' have no column '{column}'; put a label's files into a sub-folder of its "
                    "name, or give a table with that column"
                )
        stimuli.table[self.label] = stimuli.table[self.label].astype(str)
        return stimuli


class PublishedDecoding(FolderDecoding):
    """The labels of a published data set, in its own layout; at most 100 labels with 50 items each.

    Args:
        dataset: identifier of the data set.
        title: its name, as the benchmark is called after it.
        classes, items: how many labels, and items of each.
        duration, bins, folds: as for `FolderDecoding`.
        still: whether the frame in the middle of each video is shown as an image.
        length: ms for which every video is shown: a longer one is cut, and of a shorter one the last frame stays.
    """

    def __init__(
        self,
        dataset: str,
        title: str,
        classes: int = CLASSES,
        items: int = ITEMS,
        duration: float | None = None,
        bins: int = 4,
        folds: int = 5,
        still: bool = False,
        length: float | None = None,
    ):
        super().__init__(dataset, groups="group", duration=duration or length, bins=bins, folds=folds)
        self.identifier = f"{title}-decoding"
        self._dataset, self._classes, self._items, self._still = dataset, int(classes), int(items), still
        self._length = self._duration if length else None

    def _shown(self, folder: Path, table: Any) -> StimulusSet:
        movies = shown(folder, table, None if self._still else self._duration)
        if self._still:
            middles = [timeline.frames[timeline.index_at(timeline.duration / 2)] for timeline in movies.timelines]
            return movies.replace(timelines=[Timeline.still(frame, self._duration or STILL) for frame in middles])
        if self._length is not None:
            return movies.replace(timelines=[_held(timeline, self._length) for timeline in movies.timelines])
        return movies

    def _files(self) -> tuple[Path, Any]:
        folder = locate(self._dataset)
        table = chosen(LAYOUTS[self._dataset](folder), self._classes, self._items)
        if table["image_label"].nunique() < 2:
            raise BenchmarkError(f"'{folder}' has fewer than two labels with {self._items} items; ask for fewer items")
        return folder, table


def _held(timeline: Timeline, length: float) -> Timeline:
    """A timeline whose last frame stays until it has this length."""
    missing = length - timeline.duration
    return timeline.then(timeline.frames[timeline.runs[-1][0]], missing) if missing > 0 else timeline
