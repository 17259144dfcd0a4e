"""The plan of an extraction: the rows of a stimulus set for a kind of model, and how they become responses.

A row is what is stored once: a unique frame for a frame model, a unique sequence of events for the others.
"""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy import sparse

from harness.engine.interventions import marked
from harness.engine.recording import Recording
from harness.errors import RecordingError
from harness.identity import digest
from harness.models import ClipModel, Model, RecurrentModel
from harness.stimuli import RESOLUTION, Frame, Sound, StimulusSet, TimeBin

Events = tuple[tuple[Frame, int], ...]  # frames, and for how many of the model's own steps each is shown


@dataclass(frozen=True)
class Row:
    """A row: the unit that is computed and stored once; `sound` is what a model that listens hears."""

    digest: str
    events: Events
    sound: Sound | None = None


@dataclass(frozen=True)
class Plan:
    """Rows, and for each stimulus how they become its responses.

    Attributes:
        rows: unique rows in the order of their first use.
        layout: (stimuli x time bins, rows): the share of each row in each response; None if row and response are one.
        index: row of each stimulus, where they are one.
        time_bins: resolved bins.
        span: share of the field of view that the frames cover.
        background: RGB in [0, 1].
        stimulus_ids: of all stimuli.
    """

    rows: list[Row]
    time_bins: tuple[TimeBin, ...]
    span: float
    background: tuple[float, float, float]
    index: np.ndarray
    layout: sparse.csr_matrix | None = None
    stimulus_ids: Sequence[str] = ()

    def where(self, row: str, position: int) -> str:
        """The first stimulus and time that a row answers to, in words; `position` is that of its time bin."""
        number = next(i for i, known in enumerate(self.rows) if known.digest == row)
        if self.layout is None:
            stimulus, bin_ = int(np.flatnonzero(self.index == number)[0]), position
        else:
            stimulus, bin_ = divmod(int(self.layout.tocsc()[:, number].nonzero()[0][0]), len(self.time_bins))
        start, end = self.time_bins[bin_]
        return f"stimulus '{self.stimulus_ids[stimulus]}' between {start:g} and {end:g} ms"


def make_plan(model: Model, stimuli: StimulusSet, recording: Recording) -> Plan:
    """The plan of a recording. Raises RecordingError if it is impossible for the model."""
    bins = recording.time_bins or ((0.0, stimuli.duration),)
    shared: dict[str, Any] = {
        "time_bins": bins,
        "span": model.span(stimuli.visual_degrees),
        "background": stimuli.background,
        "stimulus_ids": stimuli.ids,
    }
    if isinstance(model, RecurrentModel):
        sequences = _recurrent_sequences(model, stimuli, bins)
    elif isinstance(model, ClipModel):
        sequences = _clip_sequences(model, stimuli, bins)
    else:
        return _frame_plan(model, stimuli, shared)
    listens = isinstance(model, ClipModel) and model.hears is not None
    sounds = [timeline.sound if listens else None for timeline in stimuli.timelines]
    rows = [Row(_digest(events, shared, s), events, s) for events, s in zip(sequences, sounds, strict=True)]
    unique = {row.digest: row for row in rows}
    positions = {row: position for position, row in enumerate(unique)}
    return Plan(list(unique.values()), index=np.array([positions[row.digest] for row in rows]), **shared)


def together(plans: Sequence[Plan]) -> Plan:
    """One plan for a run that serves several plans of the same stimuli."""
    if len(plans) == 1:
        return plans[0]
    rows = {row.digest: row for plan in plans for row in plan.rows}
    place = {row: number for number, row in enumerate(rows)}
    wanted = [place[row.digest] for plan in plans for row in plan.rows]
    columns = np.cumsum([0, *(len(plan.rows) for plan in plans)])
    index = np.concatenate([np.array(wanted)[plan.index + first] for plan, first in zip(plans, columns, strict=False)])
    layout = None
    if (first := plans[0]).layout is not None:
        blocks = sparse.vstack(
            [_spread(plan.layout, [place[row.digest] for row in plan.rows], len(rows)) for plan in plans]
        )
        layout, index = blocks.tocsr(), np.arange(len(plans) * len(first.stimulus_ids))
    ids = [name for plan in plans for name in plan.stimulus_ids]
    return replace(first, rows=list(rows.values()), index=index, layout=layout, stimulus_ids=ids)


def _spread(layout: Any, columns: Sequence[int], width: int) -> sparse.csr_matrix:
    """A layout over some of the rows as one over all of them."""
    coordinates = layout.tocoo()
    shape = layout.shape[0], width
    return sparse.csr_matrix((coordinates.data, (coordinates.row, np.array(columns)[coordinates.col])), shape=shape)


def _digest(events: Events, shared: dict[str, Any], sound: Sound | None = None) -> str:
    heard = [] if sound is None else [sound.digest]
    return digest(
        "row", [(frame.digest, steps) for frame, steps in events], shared["span"], shared["background"], *heard
    )


def _frame_plan(model: Model, stimuli: StimulusSet, shared: dict[str, Any]) -> Plan:
    """A row a unique frame, and what is done to the network while it is shown; a response is the mean of what is on the screen,
    weighted by how long."""
    bins = shared["time_bins"]
    blank = stimuli.background_frame()
    frames = [frame for frame in stimuli.frames().values() if frame != blank] + [blank]
    number = {frame.digest: row for row, frame in enumerate(frames)}
    where, which, share = [], [], []
    for place, (timeline, (start, end)) in enumerate(itertools.product(stimuli.timelines, bins)):
        shown = []
        for begin, stop in _pieces(model, start, end):
            on = [(timeline.frames[index], ms) for index, ms in timeline.overlaps(begin, stop).items()]
            if (empty := (stop - begin) - sum(ms for _, ms in on)) > 2 * RESOLUTION:
                on.append((blank, empty))
            shown += [(marked([frame], model, begin, stop - begin)[0], ms) for frame, ms in on]
        total = sum(ms for _, ms in shown)
        for frame, ms in shown:
            if frame.digest not in number:
                number[frame.digest] = len(frames)
                frames.append(frame)
            where.append(place)
            which.append(number[frame.digest])
            share.append(ms / total)
    used, columns = np.unique(which, return_inverse=True)
    layout = sparse.csr_matrix((share, (where, columns)), shape=(len(stimuli) * len(bins), len(used)))
    unique = [Row(_digest(((frames[row], 1),), shared), ((frames[row], 1),)) for row in used]
    return Plan(unique, index=np.arange(len(stimuli)), layout=layout, **shared)


def _pieces(model: Model, start: float, end: float) -> list[TimeBin]:
    """A time bin, cut where an intervention begins or ends."""
    edges = {edge for one in model.interventions for edge in one.window if start < edge < end}
    cuts = [start, *sorted(edges), end]
    return list(itertools.pairwise(cuts))


def _recurrent_sequences(model: RecurrentModel, stimuli: StimulusSet, bins: tuple[TimeBin, ...]) -> list[Events]:
    lead = lead_steps(model)
    if min(start for start, _ in bins) < -lead * model.dt - 1e-9:
        raise RecordingError(
            f"'{model.identifier}' begins {lead * model.dt:g} ms before stimulus onset and has no responses before that; "
            "ask for later time bins or a longer lead_in"
        )
    after = _steps_until_last(bins, model.dt)
    blank = stimuli.background_frame()
    begin, found = -lead * model.dt, []
    for number in range(len(stimuli)):
        frames = [blank] * lead + _shown(stimuli, number, model, after, blank)
        found.append(_encoded(marked(frames, model, begin, model.dt)))
    return found


def lead_steps(model: RecurrentModel) -> int:
    """Steps of background before stimulus onset."""
    return round(model.lead_in / model.dt)


def window_starts(model: ClipModel, bins: Sequence[TimeBin]) -> list[int]:
    """First frames of the windows that overlap a bin. Windows begin every `stride` frames from stimulus onset on, whatever is
    recorded."""
    step = model.time_step
    starts = range(0, _steps_until_last(bins, step), model.stride)
    return [k for k in starts if any(k * step < end and start < (k + model.window) * step for start, end in bins)]


def _clip_sequences(model: ClipModel, stimuli: StimulusSet, bins: tuple[TimeBin, ...]) -> list[Events]:
    """Frames on the screen up to the end of the last window: each timeline, then the background.

    A window that reaches past the end of a timeline sees the background there, as after any timeline. So a bin is the mean over
    the windows that overlap it, each of which sees what its time alone says, and does not depend on the other bins recorded.
    """
    if min(start for start, _ in bins) < 0:
        raise RecordingError(
            f"'{model.identifier}' has no responses before stimulus onset; ask for time bins from 0 on"
        )
    total = window_starts(model, bins)[-1] + model.window
    blank = stimuli.background_frame()
    sequences = (_shown(stimuli, number, model, total, blank) for number in range(len(stimuli)))
    return [_encoded(marked(frames, model, 0.0, model.time_step)) for frames in sequences]


def _steps_until_last(bins: Sequence[TimeBin], step: float) -> int:
    """Steps from stimulus onset to the end of the last bin."""
    return max(1, math.ceil(max(end for _, end in bins) / step - 1e-9))


def _shown(
    stimuli: StimulusSet, number: int, model: ClipModel | RecurrentModel, steps: int, blank: Frame
) -> list[Frame]:
    """Frames on the screen in the middle of each step from stimulus onset on; `blank` after the timeline has ended.

    At the beginning of each step, and whatever is missed, where the model is shown the nearest frame.
    """
    timeline, step = stimuli.timelines[number], model.time_step
    ends = timeline.ends
    moments = np.arange(steps) * step + (RESOLUTION if model.resample else 0.5 * step)
    runs = np.searchsorted(ends, moments, side="right").tolist()
    over = int(np.searchsorted(ends, steps * step - 1e-9, side="left"))  # runs that end before the last step does
    if (missed := set(range(over)) - set(runs)) and not model.resample:
        raise RecordingError(
            f"stimulus '{stimuli.ids[number]}' shows a frame for {timeline.runs[min(missed)][1]:g} ms, which "
            f"'{model.identifier}' with its time step of {step:g} ms would not see; use a smaller time step, a longer frame, or "
            "resample='nearest'"
        )
    return [timeline.frames[timeline.runs[run][0]] if run < len(ends) else blank for run in runs]


def _encoded(shown: list[Frame]) -> Events:
    return tuple((frame, len(list(steps))) for frame, steps in itertools.groupby(shown))
