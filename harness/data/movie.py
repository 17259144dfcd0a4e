"""Recordings during one movie: a presentation for each run, a time bin for each volume."""

import itertools
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from harness.checks import checked
from harness.data import bids
from harness.data.measurement import Measurement
from harness.data.recorded_data import RecordedData, SubjectResponses
from harness.data.video import timeline
from harness.errors import DataError, MissingData
from harness.stimuli import StimulusSet, TimeBin

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Run:
    """One run: its number, (volumes, vertices) while the movie was shown, and the movie's onset in s from the first volume."""

    number: str
    bold: np.ndarray
    onset: float


@checked(DataError)
@dataclass(frozen=True)
class MovieRuns:
    """How the runs of a movie were recorded.

    Attributes:
        task: entity of the file names.
        tr: s between volumes.
        span: path of an events.tsv -> onset and end of the movie in s from the first volume.
        highpass: period in s above which drifts are removed.
    """

    task: str
    tr: float
    span: Callable[[Path], tuple[float, float]]
    highpass: float = 128.0

    def read(
        self, folder: Path, subjects: Sequence[str] | None, confounds: Sequence[str], regions: Sequence[str]
    ) -> tuple[tuple[SubjectResponses, ...], tuple[TimeBin, ...]]:
        """All subjects with surfaces of the movie, and their common time bins in ms from the movie's onset.

        Runs too short to hold the movie are left out, and the log says so. The bins are those of the median onset.

        Raises:
            MissingData: if there is no complete run.
            DataError: if the movie's onset differs between runs by more than a tenth of a volume.
        """
        found: dict[str, list[Run]] = {}
        for events in self._events(folder, subjects):
            if (run := self._run(folder, events, confounds)) is not None:
                found.setdefault(bids.entities(events)["sub"], []).append(run)
        if not found:
            raise MissingData(
                f"'{folder}' has no complete run of the movie with surfaces; run fMRIPrep on it (docs/data.md)"
            )
        length = min(len(run.bold) for runs in found.values() for run in runs)
        units = bids.vertices().assign(region=list(regions))
        return tuple(_subject(name, runs, units, length) for name, runs in found.items()), self._bins(found, length)

    def _events(self, folder: Path, subjects: Sequence[str] | None) -> list[Path]:
        """Event tables of functional runs; BIDS keeps those of electrodes elsewhere."""
        tables = bids.find(folder, "*_events.tsv", task=self.task)
        raw = [path for path in tables if path.parent.name == "func" and "derivatives" not in path.parts]
        return [path for path in raw if subjects is None or bids.entities(path)["sub"] in subjects]

    def _run(self, folder: Path, events: Path, confounds: Sequence[str]) -> Run | None:
        onset, end = self.span(events)
        first, last = round(onset / self.tr), int((end + 1e-6) // self.tr)
        named = {key: value for key, value in bids.entities(events).items() if key in ("sub", "task", "run")}
        bold = bids.surfaces(folder / "derivatives", **named)
        if len(bold) < last:
            _log.warning("'%s' has %d volumes and the movie needs %d; the run is left out", events, len(bold), last)
            return None
        table = bids.one(folder / "derivatives", "*_timeseries.tsv", **named) if confounds else None
        cleaned = bids.clean(bold, table, confounds, self.highpass, self.tr)
        return Run(named.get("run", "1"), cleaned[first:last], onset)

    def _bins(self, found: dict[str, list[Run]], length: int) -> tuple[TimeBin, ...]:
        onsets = {name: run.onset for name, runs in found.items() for run in runs}
        onset = float(np.median([run.onset for runs in found.values() for run in runs]))
        late = max(onsets, key=lambda name: abs(onsets[name] - onset))
        if abs(onsets[late] - onset) > self.tr / 10:
            raise DataError(
                f"the movie begins {onsets[late]:.3f} s after the first volume in sub-{late}, {onset:.3f} s in others; "
                "load them apart"
            )
        first = round(onset / self.tr)
        return tuple(itertools.pairwise(round(1000 * (self.tr * (first + i) - onset), 6) for i in range(length + 1)))


def _subject(subject: str, runs: list[Run], units: pd.DataFrame, length: int) -> SubjectResponses:
    shown = pd.DataFrame(
        {
            "stimulus_id": "movie",
            "repetition": range(len(runs)),
            "run": [run.number for run in runs],
            "onset_ms": [1000 * run.onset for run in runs],
        }
    )
    return SubjectResponses(subject, np.stack([run.bold[:length].T for run in runs]), shown, units)


@checked(DataError)
def movie_data(
    identifier: str,
    subjects: tuple[SubjectResponses, ...],
    bins: tuple[TimeBin, ...],
    measurement: Measurement,
    video: Path | None,
    visual_degrees: float | None,
    citation: str,
) -> RecordedData:
    """The recording of one movie, called "movie"; without its stimulus where the video is not here."""
    stimuli = None
    if video is not None and video.is_file():
        stimuli = StimulusSet(
            identifier, pd.DataFrame({"stimulus_id": ["movie"]}), [timeline(video)], visual_degrees, 0.0
        )
    return RecordedData(identifier, subjects, bins, measurement, stimuli, citation=citation)
