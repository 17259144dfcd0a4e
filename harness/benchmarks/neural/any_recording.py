"""An encoding benchmark for any recording with repeats: ridge regression to the neuroids of a region."""

from dataclasses import replace
from typing import get_args

import numpy as np

from harness.benchmarks.neural.encoding import EncodingBenchmark, NeuralData
from harness.benchmarks.neural.spikes import Link, checked_link, spikes_per_response
from harness.checks import checked
from harness.data import RecordedData, recording
from harness.errors import BenchmarkError, DataError
from harness.stimuli import split_groups

FEWEST_STIMULI = 10


@checked(BenchmarkError)
def neural_data(data: RecordedData, region: str, time_bin: tuple[float, float] | None = None) -> NeuralData:
    """A region of recorded data as an encoding benchmark takes it: the mean over a time bin, repeats side by side.

    Only stimuli presented at least twice to every neuroid of the region are kept. Stimuli of one `group`, where their table
    has that column, stay together.

    Args:
        data: a recording with stimuli, aligned to their onset.
        region: which neuroids, and what is recorded from in a model.
        time_bin: [start, end) in ms; all that was recorded if not given.

    Raises:
        BenchmarkError: if the recording has too few repeated stimuli; the message says what it lacks.
        DataError: if it has no such region, or does not cover the time bin.
    """
    chosen = data.select(region)
    if reason := why_not(chosen):
        raise BenchmarkError(f"'{data.identifier}' gives no benchmark of {region}: {reason}")
    assert chosen.stimuli is not None
    start, end = time_bin or (chosen.time_bins[0][0], max(stop for _, stop in chosen.time_bins))
    responses = chosen.within(start, end).repeats()[..., 0]
    rows = np.flatnonzero(_repeated(responses))
    ids = np.array(chosen.stimulus_ids)[rows]
    stimuli = chosen.stimuli.select([chosen.stimuli.ids.index(name) for name in ids])
    groups = stimuli.table["group"].tolist() if "group" in stimuli.table else None
    return NeuralData(stimuli, responses[:, rows], region, (start, end), groups)


def as_counts(neural: NeuralData, data: RecordedData) -> NeuralData:
    """The same responses as numbers of spikes in their time bin.

    Raises:
        BenchmarkError: if the recording is not of spikes as they were.
    """
    (first, last), (start, end) = data.time_bins[0], neural.time_bin
    scale = spikes_per_response(data.identifier, data.measurement, last - first, end - start)
    return replace(neural, responses=neural.responses * scale)


@checked(BenchmarkError)
def why_not(data: RecordedData) -> str:
    """Why a recording of one region gives no encoding benchmark; "" if it does."""
    if data.stimuli is None:
        return "its stimuli are not here"
    if data.measurement.alignment != "stimulus_onset":
        return "its times count from the beginning of a run, not from the onset of stimuli"
    try:
        window = data.within(data.time_bins[0][0], max(end for _, end in data.time_bins))
    except DataError as error:
        return str(error)
    if sum(len(one.neuroids) for one in data.subjects) < 2:
        return "it has one neuroid, and an error needs two or more"
    repeated = _repeated(window.repeats()[..., 0])
    if repeated.sum() < FEWEST_STIMULI:
        return (
            f"{int(repeated.sum())} of its stimuli were shown at least twice to all neuroids, and a ceiling and five folds need "
            f"{FEWEST_STIMULI}"
        )
    shown = data.stimuli.select([data.stimuli.ids.index(name) for name in np.array(data.stimulus_ids)[repeated]])
    groups = split_groups(shown, shown.table.get("group"))
    if groups is not None and (count := len(set(groups.tolist()))) < EncodingBenchmark.folds:
        return (
            f"its stimuli are of {count} groups (those that show the same are of one), and its folds need "
            f"{EncodingBenchmark.folds}"
        )
    return ""


def _repeated(responses: np.ndarray) -> np.ndarray:
    """(n_stimuli,), whether every neuroid has two repeats."""
    return (np.isfinite(responses).sum(0) >= 2).all(-1)


@checked(BenchmarkError, own=("link",))
class RecordedBenchmark(EncodingBenchmark):
    """Ridge regression to a region of a recording, with the ceiling from its repeats (`EncodingBenchmark`).

    Args:
        recording: identifier of a data set that loads as `RecordedData`.
        region: one of its regions.
        subject: whose neuroids alone count; all subjects' if not given.
        time_bin: [start, end) in ms over which responses are averaged; all that was recorded if not given.
        link: "identity"; or, for spikes, "sqrt": ridge regression to the square roots of their counts, whose predictions are
            squared again; or "poisson": log-linear regression on 25 components of the features, about 0.2 s per neuron. The
            last two predict positive counts, and `details` have the explained share of their Poisson deviance.
    """

    version = 2

    def __init__(
        self,
        recording: str,
        region: str,
        time_bin: tuple[float, float] | None = None,
        link: Link = "identity",
        subject: str | None = None,
    ):
        self.recording, self.region, self.subject = recording, region, subject
        self.identifier = ".".join(filter(None, [recording, region, subject])) + "-ridge"
        self.time_bin = None if time_bin is None else (float(time_bin[0]), float(time_bin[1]))
        checked_link(link, get_args(Link))
        self.link = link

    def load(self) -> NeuralData:
        data = recording(self.recording)
        if self.subject is not None:
            data = data.select(subjects=[self.subject])
        found = neural_data(data, self.region, self.time_bin)
        return found if self.link == "identity" else as_counts(found, data)
