"""Output shapes of every layer of a model, from one pass over a grey frame."""

from collections.abc import Callable
from typing import Any

import torch

from harness.checks import checked
from harness.engine.capture import tensor_of
from harness.engine.devices import chosen_device
from harness.errors import RecordingError
from harness.models import Layout, Model, RecurrentModel, Tokens

_AXES = {"C": "channels", "T": "time", "H": "height", "W": "width", "N": "tokens"}


@checked(RecordingError)
def output_shapes(model: Model) -> dict[str, str]:
    """Layer -> its output for one stimulus, such as `64 x 56 x 56 (channels, height, width)`.

    Layers are in the order in which they answer. One that fires several times in a pass, or in a step, is `name:0`, `name:1`, ...;
    one that gives several tensors, or whose first axis is not the batch, cannot be recorded, and is left out.
    """
    fired: dict[str, list[str]] = {}
    names = {module: name for name, module in model.network.named_modules() if name}

    def remember(module: torch.nn.Module, inputs: Any, output: Any) -> None:
        name = names[module]
        try:
            batch, *shape = tensor_of(output, name, module).shape
        except (RecordingError, ValueError):
            return
        if batch != 1:
            return
        fired.setdefault(name, []).append(_described(tuple(shape), _layout(model, name, len(shape))))

    handles = [module.register_forward_hook(remember) for module in names]
    try:
        with torch.inference_mode():
            one_pass(model)()
    finally:
        for handle in handles:
            handle.remove()
    return {
        name if len(shapes) == 1 else f"{name}:{number}": shape
        for name, shapes in fired.items()
        for number, shape in enumerate(shapes)
    }


@checked(RecordingError)
def one_pass(model: Model, device: str | torch.device | None = None) -> Callable[[], Any]:
    """A pass over the middle of the range of the input; of a recurrent model, the first step.

    `device` is where the network is: that of its parameters if not given, the CPU if it has none.
    """
    network, wanted = model.network, model.preprocessing
    device = chosen_device(device or next((tensor.device for tensor in network.parameters()), "cpu"))
    mean, std = (torch.tensor(values, device=device) for values in (wanted.mean, wanted.std))
    frame = ((0.5 - mean) / std)[None, :, None, None].expand(1, wanted.channels, wanted.size, wanted.size)
    if isinstance(model, RecurrentModel):
        return lambda: network.step(model.held(frame), network.init(1, device))  # type: ignore[operator]
    return lambda: network(model.held(frame).contiguous())


def _layout(model: Model, layer: str, axes: int) -> Layout | Tokens | None:
    """The layout that the engine would take."""
    usual: dict[int, Layout] = {1: "C", 2: "NC", 3: "CHW"}
    if model.kind == "clip":
        usual[4] = "CTHW"
    return model.layouts.get(layer) or usual.get(axes)


def _described(shape: tuple[int, ...], layout: Layout | Tokens | None) -> str:
    lengths = " x ".join(str(length) for length in shape) or "1"
    if isinstance(layout, Tokens):
        order = (
            [layout.height, layout.width, layout.time]
            if layout.time_last
            else [layout.time, layout.height, layout.width]
        )
        names = "height, width, time" if layout.time_last else "time, height, width"
        leading = f"{layout.leading} + " if layout.leading else ""
        return f"{lengths} (tokens: {leading}{' x '.join(map(str, order))} of {names}; channels)"
    if layout is None or len(layout) != len(shape):
        return lengths
    return f"{lengths} ({', '.join(_AXES[axis] for axis in layout)})"
