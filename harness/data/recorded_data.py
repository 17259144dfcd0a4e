"""The one form of recorded responses: arrays per subject with tables of what was shown and of what was recorded from.

Times are milliseconds, zero is the onset of the stimulus (of the run, where `Measurement.alignment` says so), bins are
[start, end). NaN is a missing response. Identifiers are text. A movie is one presentation whose time bins are its volumes; an
image shown ten times is ten presentations.
"""

import math
import numbers
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal, get_args

import numpy as np
import pandas as pd

from harness.errors import DataError
from harness.stimuli import StimulusSet, TimeBin

Modality = Literal["spikes", "mua", "lfp", "calcium", "bold", "beta", "eeg", "meg"]
Alignment = Literal["stimulus_onset", "run_start"]


def is_number(value: object) -> bool:
    """Whether a fact that somebody wrote is a finite number."""
    return isinstance(value, numbers.Real) and not isinstance(value, bool) and math.isfinite(value)


@dataclass(frozen=True)
class Measurement:
    """What the numbers are.

    Attributes:
        modality: `beta` is one estimate a presentation from a GLM of BOLD.
        unit: of a response, such as "spikes/s", "spikes", "% signal change" or "z".
        normalisation: what was done to the responses after they were measured; "none" if nothing.
        alignment: what time zero is.
        sampling_hz: rate of the original signal.
        tr_ms: time between volumes of fMRI.
        hrf: whether the haemodynamic response is still in the signal ("raw"), was removed ("deconvolved", which is what a beta
            is), or does not apply ("none").
        delay_removed_ms: latency of the display that was subtracted from the times already.
        repeats_averaged: whether a presentation stands for the mean of several.
    """

    modality: Modality
    unit: str
    normalisation: str
    alignment: Alignment = "stimulus_onset"
    sampling_hz: float | None = None
    tr_ms: float | None = None
    hrf: Literal["none", "raw", "deconvolved"] = "none"
    delay_removed_ms: float = 0.0
    repeats_averaged: bool = False

    def __post_init__(self) -> None:
        for name, allowed in (("modality", get_args(Modality)), ("alignment", get_args(Alignment))):
            if getattr(self, name) not in allowed:
                raise DataError(f"{name} is one of {', '.join(allowed)}, not '{getattr(self, name)}'")
        if self.hrf not in ("none", "raw", "deconvolved"):
            raise DataError(f"hrf is none, raw or deconvolved, not '{self.hrf}'")
        for name in ("sampling_hz", "tr_ms", "delay_removed_ms"):
            if (value := getattr(self, name)) is not None and not is_number(value):
                raise DataError(f"{name} is a number, not '{value}'")
        if not isinstance(self.repeats_averaged, bool):
            raise DataError(f"repeats_averaged is true or false, not '{self.repeats_averaged}'")
        for name in ("unit", "normalisation"):
            if not str(getattr(self, name) or "").strip():
                raise DataError(f"say the {name} of the responses (normalisation: none, if nothing was done to them)")


@dataclass(frozen=True)
class SubjectResponses:
    """What was recorded from one subject.

    Attributes:
        subject: its name.
        responses: (n_presentations, n_neuroids, n_time_bins), NaN where missing.
        presentations: one row a presentation: `stimulus_id` (text), `repetition` (from 0, counted within stimulus), and where known
            `session`, `run`, `onset_ms` (within the recording), task and behaviour.
        neuroids: one row a neuron, electrode, voxel or vertex: `neuroid_id` (text), `region`, and where known `hemisphere`, `x`,
            `y`, `z`, `space`, `reliability`, `noise_ceiling` (0 to 1).

    Raises:
        DataError: in one sentence, for anything that contradicts this.
    """

    subject: str
    responses: np.ndarray
    presentations: pd.DataFrame
    neuroids: pd.DataFrame

    def __post_init__(self) -> None:
        from harness.data._validation import check_subject

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
        return SubjectResponses(
            self.subject,
            self.responses[presentations][:, neuroids],
            self.presentations.iloc[presentations],
            self.neuroids.iloc[neuroids],
        )


@dataclass(frozen=True)
class RecordedData:
    """A recording: subjects, their common time bins, what was measured and what was shown.

    Attributes:
        identifier: its name.
        subjects: one entry a subject.
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
        from harness.data._validation import check_recording

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
        """What was shown, in the order of the stimulus set, else in the order of its first showing."""
        shown = dict.fromkeys(name for one in self.subjects for name in one.presentations["stimulus_id"])
        if self.stimuli is None:
            return tuple(shown)
        return tuple(name for name in self.stimuli.ids if name in shown)

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

    def within(self, start: float, end: float) -> "RecordedData":
        """One time bin [start, end) in place of many: the mean over the recorded bins, weighted by their overlap with it.

        Raises:
            DataError: if the recorded bins do not cover it.
        """
        exact = np.array([bin_ == (start, end) for bin_ in self.time_bins])
        overlap = np.array([max(0.0, min(end, stop) - max(start, begin)) for begin, stop in self.time_bins])
        overlap = exact * (end - start) if exact.any() else overlap
        if end <= start or overlap.sum() < (end - start) * (1 - 1e-9):
            raise DataError(
                f"'{self.identifier}' was recorded from {self.time_bins[0][0]:g} to {self.time_bins[-1][1]:g} ms, "
                f"which does not cover {start:g} to {end:g} ms"
            )
        weights = overlap / overlap.sum()
        used = weights > 0
        averaged = [replace(one, responses=one.responses[..., used] @ weights[used][:, None]) for one in self.subjects]
        return replace(self, subjects=tuple(averaged), time_bins=((start, end),))

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
