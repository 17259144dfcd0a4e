"""Clip models: windows of frames in, features with a time axis out, mapped to milliseconds."""

from collections.abc import Sequence

import numpy as np
import torch

from harness.engine.batching import out_of_memory
from harness.engine.compiling import Function
from harness.engine.plan import Events, Row, window_starts
from harness.engine.run import Run
from harness.models import ClipModel, Hearing
from harness.stimuli import Sound, overlap


def run_clips(run: Run, rows: Sequence[Row]) -> None:
    """Compute rows window by window; a batch holds several rows."""
    model = run.model
    assert isinstance(model, ClipModel)
    starts = window_starts(model, run.plan.time_bins)
    run.alterations.now([rows[0].events[0][0]], [0])
    run.capture.probe(lambda: model.network(*_given(run, rows[:1], 0)))
    network = run.fast(model.network)
    position = 0
    while position < len(rows):
        batch = rows[position : position + run.size.size]
        try:
            _compute(run, network, batch, starts)
        except BaseException as error:
            if not out_of_memory(error):
                raise
            run.size.halve(len(batch), error)
            continue
        position += len(batch)


def _compute(run: Run, network: Function, batch: Sequence[Row], starts: Sequence[int]) -> None:
    model = run.model
    assert isinstance(model, ClipModel)
    sums: dict[str, torch.Tensor] = {}
    weights: dict[str, np.ndarray] = {}
    for start in starts:
        given = _given(run, batch, start)
        run.alterations.now([row.events[0][0] for row in batch], [start] * len(batch))
        run.capture.run(lambda given=given: network(*given), len(batch))  # type: ignore[misc]
        for layer, value in run.capture.values.items():
            value = value if value.ndim == 3 else value[:, None]
            shares = _shares(start, value.shape[1], model, run.plan.time_bins)
            summed = torch.einsum("tk,btu->bku", torch.from_numpy(shares).to(value), value)
            sums[layer] = sums[layer] + summed if layer in sums else summed
            weights[layer] = weights.get(layer, 0.0) + shares.sum(0)
    values = {layer: value / torch.from_numpy(weights[layer]).to(value)[None, :, None] for layer, value in sums.items()}
    run.put(batch, values, frames=len(batch) * len(starts) * model.window)


def _shares(start: int, rows: int, model: ClipModel, bins: Sequence[tuple[float, float]]) -> np.ndarray:
    """(rows of a window, bins): ms of each output row, spread evenly over its window, within each bin."""
    edges = (start + np.linspace(0, model.window, rows + 1)) * model.time_step
    return overlap(edges[:-1], edges[1:], bins)


def _given(run: Run, rows: Sequence[Row], start: int) -> tuple[torch.Tensor, ...]:
    """(batch, channels, frames, size, size) of a window; and (batch, samples) of sound up to its end, for a model that listens."""
    model = run.model
    assert isinstance(model, ClipModel)
    clips = model.taken(torch.stack([_clip(run, row.events, start, model.window) for row in rows]).to(run.device))
    if model.hears is None:
        return (clips,)
    end = (start + model.window) * model.time_step
    sounds = torch.stack([_sound(row.sound, end, model.hears) for row in rows])
    return clips, sounds.to(run.device)


def _sound(sound: Sound | None, end: float, hears: Hearing) -> torch.Tensor:
    """Samples up to a moment; silence without a sound."""
    heard = Sound(np.zeros(1, np.float32), hears.rate) if sound is None else sound
    return torch.from_numpy(heard.heard(end - hears.duration, end, hears.rate))


def _clip(run: Run, events: Events, start: int, window: int) -> torch.Tensor:
    frames = [frame for frame, steps in events for _ in range(steps)]
    return torch.stack([run.inputs.frame(frame) for frame in frames[start : start + window]], dim=1)
