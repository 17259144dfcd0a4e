"""A model from a plain torch module, with what is not known of it assumed and said in one sentence."""

import logging
from collections.abc import Iterator
from typing import Any

import torch
from torch import nn

from harness.checks import checked
from harness.errors import ModelError
from harness.models.anatomy import last_linear, stages, ventral_stream
from harness.models.base import FrameModel, Model, RecurrentModel
from harness.models.preprocessing import IMAGENET_MEAN, IMAGENET_STD, Preprocessing

SIZES = (224, 32, 64, 28, 96, 128, 256, 299, 384)
"""Pixels along the side of an input, in the order in which they are tried."""
STEP = 10.0
"""ms of a step of a network that has steps, which tells no duration."""

_log = logging.getLogger(__name__)


@checked(ModelError)
def as_model(network: nn.Module, identifier: str = "") -> Model:
    """A plain module as a model; what is assumed of it is logged in one sentence.

    Its input is assumed to have the first size of `SIZES` and the number of channels (3 or 1) with which it runs, and the mean and
    standard deviation of ImageNet; the field of view to span 8 degrees. With the methods `init` and `step` it is a recurrent model
    with steps of 10 ms, else a static one. Regions are the ends of four quarters of its stages (`ventral_stream`), without
    the last linear layer. A single layer, such as a convolution, is recorded as layer `0`.

    Args:
        identifier: its name; that of its class if not given.

    Raises:
        ModelError: if it runs with none of these inputs.
    """
    identifier = identifier or type(network).__name__
    recurrent = callable(getattr(network, "step", None)) and callable(getattr(network, "init", None))
    if not recurrent and not any(True for _ in network.children()):
        network = nn.Sequential(network)
    wanted, fired = _input(network, identifier)
    readout = last_linear(network)
    layers = [name for name in stages(network) if name in fired and name != readout] or list(fired)
    shared: dict[str, Any] = {"preprocessing": wanted, "layers": layers, "regions": ventral_stream(layers)}
    model: Model = (
        RecurrentModel(identifier, network, dt=STEP, **shared)
        if recurrent
        else FrameModel(identifier, network, **shared)
    )
    regions = ", ".join(f"{region} = {layer}" for region, layer in model.regions.items())
    _log.warning(
        "'%s' was given as a plain module: assumed an input of %d x %d x %d with ImageNet's mean and standard deviation, a field "
        "of view of 8 degrees, %s, and %s; make a %s to say otherwise",
        identifier,
        wanted.channels,
        wanted.size,
        wanted.size,
        f"steps of {STEP:g} ms" if recurrent else "no memory",
        regions,
        type(model).__name__,
    )
    return model


def _input(network: nn.Module, identifier: str) -> tuple[Preprocessing, dict[str, None]]:
    """The first input with which a network runs, and the modules that then give one tensor, in the order in which they do."""
    reason: Exception | None = None
    for wanted in _candidates(network):
        fired: dict[str, None] = {}
        try:
            _run(network, wanted, fired)
            return wanted, fired
        except Exception as error:  # whatever a network says about an input that is not its own
            reason = reason or error
    raise ModelError(
        f"'{identifier}' runs with no square input of {', '.join(map(str, SIZES))} pixels ({reason}); make a FrameModel with "
        "its own preprocessing"
    )


def _candidates(network: nn.Module) -> Iterator[Preprocessing]:
    first = next((part.in_channels for part in network.modules() if isinstance(part, nn.Conv2d)), 3)
    for size in SIZES:
        if first == 1:
            yield Preprocessing(size, (sum(IMAGENET_MEAN) / 3,), (sum(IMAGENET_STD) / 3,), channels=1)
        else:
            yield Preprocessing(size, IMAGENET_MEAN, IMAGENET_STD)


def _run(network: nn.Module, wanted: Preprocessing, fired: dict[str, None]) -> None:
    """One pass of two grey frames; modules that fire once, and whose output has the batch as its first axis, are noted."""
    names = {part: name for name, part in network.named_modules() if name}
    counts: dict[str, int] = {}

    def note(part: nn.Module, inputs: Any, output: Any) -> None:
        counts[names[part]] = counts.get(names[part], 0) + 1
        if isinstance(output, torch.Tensor) and output.ndim > 1 and len(output) == 2:
            fired[names[part]] = None

    handles = [part.register_forward_hook(note) for part in names]
    training = network.training
    network.eval()
    parameter = next(network.parameters(), torch.zeros(()))
    frame = torch.zeros(2, wanted.channels, wanted.size, wanted.size, device=parameter.device, dtype=parameter.dtype)
    try:
        with torch.inference_mode():
            if callable(getattr(network, "step", None)) and callable(getattr(network, "init", None)):
                network.step(frame, network.init(2, parameter.device))  # type: ignore[operator]
            else:
                network(frame)
    finally:
        network.train(training)
        for handle in handles:
            handle.remove()
    for name in [name for name, count in counts.items() if count > 1]:
        fired.pop(name, None)
    if not fired:
        raise ModelError("no submodule of it gives a tensor whose first axis is the batch")
