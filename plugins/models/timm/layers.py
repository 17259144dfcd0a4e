"""Assignment of timm layers to regions, from timm's feature information and a dry run.

timm lists the layers of each model at which features are taken, with their reduction of the input's resolution. The last layer at
each of the last four reductions stands for V1, V2, V4 and IT; where a model has fewer (vision transformers), the ends of the four
quarters of the list.
"""

from collections.abc import Callable
from typing import Any

import torch
from torch import nn

from harness.models import Anatomy, Layout, in_order, seeded, stages, ventral_stream

Shapes = dict[str, list[tuple[int, ...]]]


def anatomy(network: nn.Module, build: Callable[[], nn.Module], size: int) -> Anatomy:
    """Anatomy of a timm model: default layers, regions, read-out and layouts.

    Args:
        network: the model.
        build: makes another of its kind, for the dry run.
        size: side of its input.
    """
    shapes = dry_run(build, size)
    info = getattr(network, "feature_info", None) or []
    features = {item["module"]: item for item in info if _once(shapes, item.get("module"))}
    readout = _readout(network, shapes)
    names = list(features) or [name for name in stages(network) if "." in name and _once(shapes, name)]
    layouts = _layouts(features, shapes, getattr(network, "output_fmt", None))
    layers = in_order(network, {*names, *([readout] if readout else [])})
    return Anatomy(layers, ventral_stream(_by_reduction(features) or names), readout, layouts)


def dry_run(build: Callable[[], nn.Module], size: int) -> Shapes:
    """Output shapes of every module at each firing, for a batch of two, from a pass without numbers.

    Modules that give more than one tensor are left out.
    """
    shapes: Shapes = {}
    with torch.device("meta"), torch.no_grad(), seeded(0):
        twin = build().eval()
        for name, module in twin.named_modules():
            module.register_forward_hook(_observer(shapes, name))
        twin(torch.zeros(2, 3, size, size))
    return shapes


def _observer(shapes: Shapes, name: str) -> Callable[..., None]:
    def observe(module: nn.Module, inputs: Any, output: Any) -> None:
        outputs = output if isinstance(output, (tuple, list)) else [output]
        tensors = [item for item in outputs if isinstance(item, torch.Tensor)]
        if len(tensors) == 1:
            shapes.setdefault(name, []).append(tuple(tensors[0].shape))

    return observe


def _once(shapes: Shapes, name: str | None) -> bool:
    """Whether a layer fires once and gives one row per stimulus, on axes that are known."""
    fired = shapes.get(name or "", [])
    return bool(name) and len(fired) == 1 and fired[0][0] == 2 and 2 <= len(fired[0]) <= 4


def _by_reduction(features: dict[str, Any]) -> list[str]:
    """The last feature layer at each of the last four reductions, if there are four."""
    last = {item["reduction"]: name for name, item in features.items()}
    return list(last.values())[-4:] if len(last) >= 4 else []


def _readout(network: nn.Module, shapes: Shapes) -> str | None:
    """The layer of class scores; None where there is none, or where scores are combined from several heads."""
    name = (getattr(network, "pretrained_cfg", None) or {}).get("classifier")
    return (
        name if isinstance(name, str) and _once(shapes, name) and network.num_classes in shapes[name][0][1:] else None
    )


def _layouts(features: dict[str, Any], shapes: Shapes, output_format: str | None) -> dict[str, Layout]:
    """Layouts of the feature layers whose channels are the last of three axes."""
    maps = {name: shapes[name][0][1:] for name in features if len(shapes[name][0]) == 4}
    return {
        name: "HWC" for name, shape in maps.items() if _channels_last(shape, features[name]["num_chs"], output_format)
    }


def _channels_last(shape: tuple[int, ...], channels: int, output_format: str | None) -> bool:
    if shape[0] == shape[2]:
        return output_format == "NHWC"
    return shape[2] == channels
