"""Recordings of one film: a presentation a run, a time bin a volume."""

import itertools
import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from harness.data import bids
from harness.data.recording import Measurement, RecordedData, SubjectResponses
from harness.data.video import timeline
from harness.errors import MissingData
from harness.stimuli import StimulusSet

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class FilmRuns:
    """How the runs of a film were recorded.

    Attributes:
        task: entity of the file names.
        tr: s between volumes.
        span: path of an events.tsv -> onset and end of the film in s from the first volume.
        runs: which runs; all if empty.
        highpass: period in s above which drifts are removed.
    """

    task: str
    tr: float
    span: Callable[[Path], tuple[float, float]]
    runs: tuple[str, ...] = ()
    highpass: float = 128.0

    def read(
        self, folder: Path, subjects: Sequence[str] | None, confounds: Sequence[str], regions: Sequence[str], name: str
    ) -> tuple[tuple[SubjectResponses, ...], tuple[tuple[float, float], ...]]:
        """All subjects with surfaces of the film, and their common time bins in ms from the film's onset.

        Runs too short to hold the film are left out, and the log says so. Onsets differ between runs by less than a volume's tenth;
        the bins are those of the median.

        Raises:
            MissingData: if there is no complete run.
        """
        found: dict[str, list[tuple[str, np.ndarray, float]]] = {}
        table = pd.DataFrame()
        for subject, run, events in self._runs(folder):
            if subjects is not None and subject not in subjects:
                continue
            onset, end = self.span(events)
            first, last = round(onset / self.tr), int((end + 1e-6) // self.tr)
            bold, table = bids.surfaces(folder / "derivatives", sub=subject, task=self.task, **_of_run(run))
            if len(bold) < last:
                _log.warning(
                    "%s: run %s of sub-%s has %d volumes, the film needs %d; left out",
                    name,
                    run,
                    subject,
                    len(bold),
                    last,
                )
                continue
            source = (
                bids.one(folder / "derivatives", "*_timeseries.tsv", sub=subject, task=self.task, **_of_run(run))
                if confounds
                else None
            )
            cleaned = bids.clean(bold, source, confounds, self.highpass, self.tr)[first:last]
            found.setdefault(subject, []).append((run, cleaned, 1000 * onset))
        if not found:
            raise MissingData(
                f"'{folder}' has no complete run of the film with surfaces; run fMRIPrep on it (docs/data.md)"
            )
        length = min(len(bold) for runs in found.values() for _, bold, _ in runs)
        onset = float(np.median([onset for runs in found.values() for _, _, onset in runs]))
        first = round(onset / 1000 / self.tr)
        edges = [round(1000 * self.tr * (first + i) - onset, 6) for i in range(length + 1)]
        units = table.assign(region=list(regions))
        subjects_ = tuple(_subject(subject, runs, units, length) for subject, runs in found.items())
        return subjects_, tuple(itertools.pairwise(edges))

    def _runs(self, folder: Path) -> Iterator[tuple[str, str, Path]]:
        for events in bids.find(folder, "*_events.tsv", task=self.task):
            named = bids.entities(events)
            below = "derivatives" in events.relative_to(folder).parts
            if not below and "func" in events.parts and (not self.runs or named.get("run", "") in self.runs):
                yield named["sub"], named.get("run", ""), events


def _of_run(run: str) -> dict[str, str]:
    return {"run": run} if run else {}


def _subject(
    subject: str, runs: list[tuple[str, np.ndarray, float]], units: pd.DataFrame, length: int
) -> SubjectResponses:
    shown = pd.DataFrame(
        {
            "stimulus_id": "film",
            "repetition": range(len(runs)),
            "run": [run for run, _, _ in runs],
            "onset_ms": [onset for _, _, onset in runs],
        }
    )
    return SubjectResponses(subject, np.stack([bold[:length].T for _, bold, _ in runs]), shown, units)


def film_data(
    identifier: str,
    subjects: tuple[SubjectResponses, ...],
    bins: tuple[tuple[float, float], ...],
    measurement: Measurement,
    video: Path | None,
    visual_degrees: float | None,
    citation: str,
) -> RecordedData:
    """The recording of one film, called "film"; without its stimulus where the video is not here."""
    stimuli = None
    if video is not None and video.is_file():
        stimuli = StimulusSet(
            identifier, pd.DataFrame({"stimulus_id": ["film"]}), [timeline(video)], visual_degrees, 0.0
        )
    return RecordedData(identifier, subjects, bins, measurement, stimuli, citation=citation)
