"""Responses of a layer to another stimulus, or to none, that take the place of its own."""

import math

import numpy as np
import torch

from harness.errors import ModelError
from harness.models import Model, RecurrentModel
from harness.stimuli import Frame, StimulusSet, Timeline

_SETTLING = 1000.0
"""ms of background after which a network is taken to be at rest."""


def responses_to(model: Model, source: StimulusSet, layer: str, window: tuple[float, float]) -> torch.Tensor:
    """(steps, ...), a layer's output in every step from the onset of a stimulus; the last one stands for later ones."""
    timeline = source.timelines[0]
    last = min(window[1], timeline.duration)
    if not isinstance(model, RecurrentModel):
        if len(timeline.runs) > 1:
            raise ModelError(
                f"'replace' in '{model.identifier}', whose responses have no memory, needs an image, not a movie"
            )
        return _outputs(model, [timeline.frames[0]], layer, source)
    steps = max(1, math.ceil(last / model.dt - 1e-9))
    shown = [frame_at(timeline, (k + 0.5) * model.dt) for k in range(steps)]
    lead = [source.background_frame()] * round(model.lead_in / model.dt)
    return _outputs(model, [*lead, *shown], layer, source)[len(lead) :]


def frame_at(timeline: Timeline, ms: float) -> Frame:
    """The frame on the screen at a time; the last frame after the end."""
    run = min(int(np.searchsorted(timeline.ends, ms, side="right")), len(timeline.runs) - 1)
    return timeline.frames[timeline.runs[run][0]]


def at_rest(model: Model, layer: str, window: tuple[float, float]) -> torch.Tensor:
    """(1, ...), a layer's output under a blank screen."""
    blank = Frame(np.full((8, 8), 0.5, np.float32))
    steps = math.ceil(_SETTLING / model.dt) if isinstance(model, RecurrentModel) else 1
    return _outputs(model, [blank] * steps, layer, None)[-1:]


def _outputs(model: Model, frames: list[Frame], layer: str, source: StimulusSet | None) -> torch.Tensor:
    span = 1.0 if source is None else model.span(source.visual_degrees)
    background = (0.5, 0.5, 0.5) if source is None else source.background
    module, firing = model.module(layer)
    fired: list[torch.Tensor] = []
    device = next((tensor.device for tensor in model.network.parameters()), torch.device("cpu"))
    handle = module.register_forward_hook(lambda m, i, output: fired.append(output.clone()))
    given, network = [], model.network
    state = network.init(1, device) if isinstance(model, RecurrentModel) else None  # type: ignore[operator]
    try:
        with torch.inference_mode():
            for frame in frames:
                fired.clear()
                placed = model.preprocessing.place(frame.load(background), span, background)[None].to(device)
                if isinstance(model, RecurrentModel):
                    state = network.step(placed, state)  # type: ignore[operator]
                else:
                    network(model.held(placed))
                given.append(fired[firing or 0][0])
    finally:
        handle.remove()
    return torch.stack(given).cpu()
