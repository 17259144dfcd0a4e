"""Responses of one model on two devices and in two precisions, and how fast it is on the second, for `models.py --gpu`."""

import statistics
import tempfile
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import torch

from harness import Recording, StimulusSet, Timeline, extract
from harness.engine import one_pass
from harness.engine.extraction import _precision
from harness.models import ClipModel, Model
from harness.stimuli import TimeBin
from harness.store import Store

COLUMNS = (
    "model",
    "kind",
    "CPU - GPU",
    "at layer",
    "float32 - bf16",
    "at layer (bf16)",
    "frames or steps/s",
    "frames or steps/s (bf16)",
)
STEPS = 12
"""Frames of a frame model, steps of a recurrent one; a clip model sees one window."""
FLOAT32, BFLOAT16 = Recording(precision="float32", tf32=False), Recording(precision="bfloat16", tf32=False)


def compare(model: Model, device: str, seconds: float) -> dict[str, Any]:
    """The row of a model: what it answers on the CPU and on `device`, there in float32 and bfloat16, and how fast."""
    stimuli, bins = moments(model)
    here = responses(model, stimuli, bins, FLOAT32, "cpu")
    there = responses(model, stimuli, bins, FLOAT32, device)
    rounded = responses(model, stimuli, bins, BFLOAT16, device)
    devices, precisions = worst(here, there), worst(there, rounded)
    speed = [_speed(model, device, recording, seconds) for recording in (FLOAT32, BFLOAT16)]
    values = model.identifier, model.kind, devices[1], devices[0], precisions[1], precisions[0], *speed
    return dict(zip(COLUMNS, values, strict=True))


def moments(model: Model) -> tuple[StimulusSet, list[TimeBin]]:
    """A stimulus of fixed frames, a new one with each of the model's own moments, and a time bin for each."""
    step = model.time_step or 100.0
    number = model.window if isinstance(model, ClipModel) else STEPS
    random = np.random.RandomState(0)
    coarse = random.random_sample((number, 8, 8, 3)).repeat(16, 1).repeat(16, 2)
    frames = (coarse + random.random_sample((number, 128, 128, 3))) / 2
    timeline = Timeline.of([(frame, step) for frame in frames])
    stimuli = StimulusSet("comparison", pd.DataFrame({"stimulus_id": ["moments"]}), [timeline])
    return stimuli, list(zip(timeline.onsets, timeline.ends, strict=True))


def responses(
    model: Model, stimuli: StimulusSet, bins: list[TimeBin], recording: Recording, device: str
) -> dict[str, np.ndarray]:
    """Responses of the default layers, computed anew: the store is empty, as its keys do not name the device."""
    chosen = Recording(time_bins=bins, precision=recording.precision, tf32=recording.tf32)
    with tempfile.TemporaryDirectory(prefix="harness-") as folder:
        recorded = extract(model, stimuli, chosen, store=Store(folder), device=device)
        return {layer: np.array(recorded[layer].array()) for layer in recorded}


def worst(expected: dict[str, np.ndarray], given: dict[str, np.ndarray]) -> tuple[str, float]:
    """The layer whose responses differ most, and by how much: max|difference| / max|expected|."""
    differences = {layer: difference(values, given[layer]) for layer, values in expected.items()}
    layer = max(differences, key=lambda name: np.nan_to_num(differences[name], nan=np.inf))
    return layer, differences[layer]


def difference(expected: np.ndarray, given: np.ndarray) -> float:
    """max|difference| / max|expected|; 0 where both are silent, infinite where only the first is."""
    apart, scale = (float(np.abs(values).max()) for values in (expected - given, expected))
    if scale == 0:
        return float("inf") if apart else 0.0
    return apart / scale


def _speed(model: Model, device: str, recording: Recording, seconds: float) -> float:
    """Frames or steps a second: the median over passes, each waited for, after some that do not count."""
    model.network.to(device)
    with torch.inference_mode(), _precision(recording, torch.device(device)):
        run = one_pass(model, device)
        for _ in range(3):
            _duration(run, device)
        durations: list[float] = []
        while len(durations) < 5 or sum(durations) < seconds:
            durations.append(_duration(run, device))
    return getattr(model, "window", 1) / statistics.median(durations)


def _duration(run: Callable[[], Any], device: str) -> float:
    begin = time.perf_counter()
    run()
    if torch.device(device).type == "cuda":
        torch.cuda.synchronize(device)
    return time.perf_counter() - begin
