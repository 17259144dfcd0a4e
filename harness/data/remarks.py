"""Warnings about valid recordings that look like mistakes."""

from collections.abc import Hashable, Mapping

import numpy as np

from harness.data.recorded_data import RecordedData, SubjectResponses
from harness.stimuli import notes_on_copies

_FAST = ("lfp", "eeg", "meg")
"""What is recorded at rates that leave bins of a millisecond and less."""
_SHORTEST_RESPONSE, _SHORTEST_VOLUME, _SHORTEST_BIN = 10.0, 100.0, 0.05
"""ms of a whole response, between volumes, and of a bin of anything: what is shorter looks like seconds."""
_FEW = 8
"""Different numbers; fewer may be equal, or far apart, by chance."""


def remarks(data: RecordedData) -> list[str]:
    """Remarks on contents that are allowed and may still be a mistake, one sentence each."""
    found = [] if data.stimuli is None else notes_on_copies(data.stimuli)
    for one in data.subjects:
        found += [f"subject '{one.subject}': {remark}" for remark in _remarks_on(one)]
    if data.stimuli is not None and (unused := len(data.stimuli) - len(data.stimulus_ids)):
        found.append(f"{unused} of {len(data.stimuli)} stimuli were never presented")
    return found


def _remarks_on(one: SubjectResponses) -> list[str]:
    found = []
    silent = (one.responses == 0).all((1, 2))
    if silent.any():
        found.append(f"{int(silent.sum())} presentations have no response but zeros; withheld responses must be NaN")
    missing = 1 - one.valid.mean()
    if missing:
        found.append(f"{missing:.1%} of the responses are missing")
    empty = ~one.valid.any((0, 2))
    if empty.any():
        found.append(
            f"{int(empty.sum())} neuroids were never recorded, the first is '{one.neuroids['neuroid_id'][empty.argmax()]}'"
        )
    flat = _flat(one.responses) & ~empty
    if flat.any():
        found.append(
            f"{int(flat.sum())} neuroids never vary, the first is '{one.neuroids['neuroid_id'][flat.argmax()]}'"
        )
    found += _on_copies(one) + _on_stand_ins(one)
    if not one.presentations["stimulus_id"].duplicated().any():
        found.append("no stimulus was repeated, so there is no ceiling")
    return found


def _on_copies(one: SubjectResponses) -> list[str]:
    """Neuroids and trials that are one twice: copies make errors too small and ceilings too high."""
    values = np.ascontiguousarray(one.responses)
    names, found = one.neuroids["neuroid_id"].tolist(), []
    varied = np.flatnonzero(~_flat(values))
    if pairs := _equal({at: values[:, at].tobytes() for at in varied}):
        first, other = pairs[0]
        found.append(
            f"{len(pairs)} neuroids are copies of another, the first are '{names[first]}' and '{names[other]}'"
        )
    shown = one.presentations["stimulus_id"].tolist()
    many = [row for row in range(len(values)) if len(np.unique(values[row][np.isfinite(values[row])])) >= _FEW]
    if pairs := _equal({row: values[row].tobytes() for row in many}):
        found.append(
            f"{len(pairs)} trials are copies of another, the first are of '{shown[pairs[0][0]]}' and '{shown[pairs[0][1]]}'"
        )
    return found


def _equal(contents: Mapping[int, Hashable]) -> list[tuple[int, int]]:
    """(where it was first, where it is again) of contents that occur more than once."""
    first: dict[Hashable, int] = {}
    return [(first[content], at) for at, content in contents.items() if first.setdefault(content, at) != at]


def _on_stand_ins(one: SubjectResponses) -> list[str]:
    """A number that occurs again and again, further from all others than these are from each other, such as -999."""
    values, counts = np.unique(one.responses[np.isfinite(one.responses)], return_counts=True)
    if len(values) < _FEW:
        return []
    for end, rest in ((0, values[1:]), (-1, values[:-1])):
        if counts[end] > 1 and np.abs(rest - values[end]).min() > np.ptp(rest):
            return [
                f"{values[end]:g} occurs {counts[end]} times, and lies further from all other responses than these from each "
                "other; if it stands for missing ones, these must be NaN"
            ]
    return []


def _flat(responses: np.ndarray) -> np.ndarray:
    valid = np.isfinite(responses)
    low, high = np.where(valid, responses, np.inf).min((0, 2)), np.where(valid, responses, -np.inf).max((0, 2))
    return low >= high


def in_seconds(data: RecordedData) -> list[str]:
    """Times that look like seconds, a phrase each: "the last time bin ends at 0.3 ms"."""
    found, kind = [], data.measurement.modality
    narrowest = min(end - start for start, end in data.time_bins)
    last = max(end for _, end in data.time_bins)
    if last <= _SHORTEST_RESPONSE and kind not in _FAST:
        found.append(f"the last time bin ends at {last:g} ms")
    elif narrowest < (_SHORTEST_VOLUME if kind == "bold" else _SHORTEST_BIN):
        found.append(f"a time bin of {kind} lasts {narrowest:g} ms")
    shown = 0.0 if data.stimuli is None else data.stimuli.duration
    if 0 < shown <= _SHORTEST_RESPONSE:
        found.append(f"no stimulus is shown for more than {shown:g} ms")
    if data.measurement.tr_ms is not None and data.measurement.tr_ms <= _SHORTEST_VOLUME:
        found.append(f"tr_ms is {data.measurement.tr_ms:g}")
    return found
