"""The format of recorded responses: one array per subject, with tables of presentations and neuroids.

Times are milliseconds, zero is the onset of the stimulus (of the run, where `Measurement.alignment` says so), bins are
[start, end). NaN is a missing response. Identifiers are text. A movie is one presentation whose time bins are its volumes; an
image shown ten times is ten presentations.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from harness.checks import checked, positions
from harness.data._validation import check_recording, check_subject
from harness.data.measurement import Measurement
from harness.errors import DataError
from harness.stimuli import StimulusSet, TimeBin


@checked(DataError)
@dataclass(frozen=True)
class SubjectResponses:
    """The responses recorded from one subject.

    Attributes:
        subject: its name.
        responses: (n_presentations, n_neuroids, n_time_bins), NaN where missing.
        presentations: one row per presentation: `stimulus_id` (text), `repetition` (from 0, counted within stimulus), and
            where known `session`, `run`, `onset_ms` (within the recording), task and behaviour.
        neuroids: one row per neuron, electrode, voxel or vertex: `neuroid_id` (text), `region`, and where known `hemisphere`, `x`,
            `y`, `z`, `space`, `reliability`, `noise_ceiling` (0 to 1).

    Raises:
        DataError: in one sentence, for anything that contradicts this.
    """

    subject: str
    responses: np.ndarray
    presentations: pd.DataFrame
    neuroids: pd.DataFrame

    def __post_init__(self) -> None:
        responses = self.responses[..., None] if self.responses.ndim == 2 else self.responses
        object.__setattr__(self, "subject", str(self.subject))
        object.__setattr__(self, "responses", responses)
        object.__setattr__(self, "presentations", _with_text(self.presentations, "stimulus_id"))
        object.__setattr__(self, "neuroids", _with_text(self.neuroids, "neuroid_id"))
        check_subject(self)

    @property
    def valid(self) -> np.ndarray:
        """(n_presentations, n_neuroids, n_time_bins), True where something was recorded."""
        return np.isfinite(self.responses)

    def select(
        self, presentations: np.ndarray | slice = slice(None), neuroids: np.ndarray | slice = slice(None)
    ) -> "SubjectResponses":
        """Some presentations and neuroids: masks, positions or slices."""
        rows, units = presentations, neuroids
        if not isinstance(rows, slice):  # which leaves the responses where they lie
            rows = positions(rows, len(self.presentations), f"presentations of '{self.subject}'", DataError)
        if not isinstance(units, slice):
            units = positions(units, len(self.neuroids), f"neuroids of '{self.subject}'", DataError)
        return SubjectResponses(
            self.subject, self.responses[rows][:, units], self.presentations.iloc[rows], self.neuroids.iloc[units]
        )


@checked(DataError)
@dataclass(frozen=True)
class RecordedData:
    """A recording: subjects, their common time bins, what was measured and what was shown.

    Attributes:
        identifier: its name.
        subjects: one entry per subject.
        time_bins: [start, end) in ms, common to all subjects.
        measurement: what the numbers are.
        stimuli: what was shown; None where the stimuli are not at hand.
        licence, citation: terms and BibTeX.

    Raises:
        DataError: in one sentence, for anything that contradicts this.
    """

    identifier: str
    subjects: tuple[SubjectResponses, ...]
    time_bins: tuple[TimeBin, ...]
    measurement: Measurement
    stimuli: StimulusSet | None = None
    licence: str = ""
    citation: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "subjects", tuple(self.subjects))
        object.__setattr__(self, "time_bins", tuple((float(start), float(end)) for start, end in self.time_bins))
        check_recording(self)

    def __getitem__(self, subject: str) -> SubjectResponses:
        for one in self.subjects:
            if one.subject == subject:
                return one
        raise DataError(f"'{self.identifier}' has no subject '{subject}'; it has {', '.join(self.names)}")

    @property
    def names(self) -> tuple[str, ...]:
        """The subjects' names."""
        return tuple(one.subject for one in self.subjects)

    @property
    def regions(self) -> tuple[str, ...]:
        """Names of all regions that were recorded from."""
        return tuple(sorted({str(region) for one in self.subjects for region in one.neuroids["region"]}))

    @cached_property
    def stimulus_ids(self) -> tuple[str, ...]:
        """Identifiers of the stimuli, in the order of the stimulus set, else in the order of its first showing."""
        shown = dict.fromkeys(name for one in self.subjects for name in one.presentations["stimulus_id"])
        if self.stimuli is None:
            return tuple(shown)
        return tuple(name for name in self.stimuli.ids if name in shown)

    @checked(DataError)
    def select(
        self, region: str | None = None, subjects: Sequence[str] | None = None, stimuli: Sequence[str] | None = None
    ) -> "RecordedData":
        """A region, some subjects, some stimuli; subjects that have nothing of them are left out.

        Raises:
            DataError: if nothing is left; the message names what there is.
        """
        chosen = [self[name] for name in (self.names if subjects is None else subjects)]
        if region is not None:
            if region not in self.regions:
                raise DataError(f"'{self.identifier}' has no region '{region}'; it has {', '.join(self.regions)}")
            chosen = [one.select(neuroids=(one.neuroids["region"] == region).to_numpy()) for one in chosen]
        if stimuli is not None:
            wanted = {str(name) for name in stimuli}
            chosen = [one.select(one.presentations["stimulus_id"].isin(wanted).to_numpy()) for one in chosen]
        chosen = [one for one in chosen if one.responses.size]
        kept = self.stimuli
        if kept is not None and stimuli is not None:
            kept = kept.select([row for row, name in enumerate(kept.ids) if name in wanted])
        return replace(self, subjects=tuple(chosen), stimuli=kept)

    @checked(DataError)
    def within(self, start: float, end: float) -> "RecordedData":
        """One time bin [start, end) in place of many: the mean over the recorded bins, weighted by their overlap with it.

        Raises:
            DataError: if the recorded bins do not cover it.
        """
        exact = np.array([bin_ == (start, end) for bin_ in self.time_bins])
        overlap = np.array([max(0.0, min(end, stop) - max(start, begin)) for begin, stop in self.time_bins])
        overlap = exact * (end - start) if exact.any() else overlap
        if not end > start or _covered(self.time_bins, start, end) < (end - start) * (1 - 1e-9):
            last = max(stop for _, stop in self.time_bins)
            raise DataError(
                f"'{self.identifier}' was recorded from {self.time_bins[0][0]:g} to {last:g} ms, "
                f"which does not cover {start:g} to {end:g} ms"
            )
        weights = overlap / overlap.sum()
        used = weights > 0
        averaged = [replace(one, responses=one.responses[..., used] @ weights[used][:, None]) for one in self.subjects]
        return replace(self, subjects=tuple(averaged), time_bins=((start, end),))

    @checked(DataError)
    def repeats(self, subject: str | None = None) -> np.ndarray:
        """Responses ordered by stimulus: (n_repeats, n_stimuli, n_neuroids, n_time_bins), NaN where a repeat is missing.

        Stimuli stand in the order of `stimulus_ids`; the neuroids of several subjects follow one another.
        """
        parts = [_ordered(one, self.stimulus_ids) for one in self.subjects if subject is None or one.subject == subject]
        if not parts:
            raise DataError(f"'{self.identifier}' has no subject '{subject}'; it has {', '.join(self.names)}")
        most = max(len(part) for part in parts)
        padded = [np.pad(p, [(0, most - len(p)), (0, 0), (0, 0), (0, 0)], constant_values=np.nan) for p in parts]
        return np.concatenate(padded, axis=2)


def _covered(bins: Sequence[TimeBin], start: float, end: float) -> float:
    """ms of [start, end) that lie in any of some bins, which are in the order of their beginnings and may overlap."""
    covered, reached = 0.0, start
    for begin, stop in bins:
        covered += max(0.0, min(stop, end) - max(begin, reached))
        reached = max(reached, min(stop, end))
    return covered


def _ordered(one: SubjectResponses, ids: Sequence[str]) -> np.ndarray:
    """(repeats, stimuli, neuroids, bins) of one subject; repeats in the order in which they were recorded."""
    position = {name: row for row, name in enumerate(ids)}
    rows = one.presentations["stimulus_id"].map(position).to_numpy()
    repeat = one.presentations.groupby("stimulus_id", sort=False).cumcount().to_numpy()
    values = np.full((repeat.max() + 1, len(ids), *one.responses.shape[1:]), np.nan, dtype=np.float32)
    values[repeat, rows] = one.responses
    return values


def _with_text(table: pd.DataFrame, column: str) -> pd.DataFrame:
    table = pd.DataFrame(table).reset_index(drop=True)
    if column not in table:
        return table
    return table.assign(**{column: table[column].astype(str).where(table[column].notna())})
