"""Brain-Score's models as models of the harness: the network inside a commitment, its own preprocessing, layers by region.

What is unwrapped runs in the engine as any model does: responses are stored by content, every layer can be recorded, reduced,
perturbed. What does more than its network (hooks on activations, a class of its own) is not unwrapped, see `from_brain_score`.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, get_args

import numpy as np
import torch
from torch import nn

from harness.brain_score._package import vision
from harness.brain_score.screen import VERSION, as_file, on_screen
from harness.errors import ModelError
from harness.models import ClipModel, FrameModel, Layout, Model, Preprocessing, imagenet_synsets
from harness.stimuli import Colour

_RESOLUTION = re.compile(r"^(\d+x)*(\d+)x(\d+)-")
_TOKENS = {"K": "N"}
"""Letters of axes that Brain-Score writes otherwise."""


class Wrapped(ModelError):
    """A commitment that is more than its network; the message says what."""


@dataclass(frozen=True)
class TheirPreprocessing(Preprocessing):
    """A function of Brain-Score's from image files to inputs, on frames that are placed in the field of view and written as PNG.

    Attributes:
        function: paths -> (images, channels, height, width); of a video model a clip of one frame -> (channels, 1, height, width).
        frame_rate: of a video model; None for one of images.
        screen: version of the screen that frames are drawn on.
    """

    function: Callable[[Any], Any] = list
    frame_rate: float | None = None
    screen: int = VERSION

    def place(self, frame: np.ndarray, span: float, background: Colour) -> torch.Tensor:
        """See `Preprocessing.place`; floats are rounded to 8 bits."""
        with as_file(on_screen(frame, span, background)) as path:
            if self.frame_rate is None:
                made = self.function([str(path)])[0]
            else:
                made = self.function(_still(str(path), self.frame_rate))[:, 0]
            return torch.as_tensor(np.asarray(made)).float()


def unwrap(commitment: Any) -> Model:
    """The model inside a commitment of Brain-Score's.

    Raises:
        Wrapped: if it does more than run its network; the message says what.
    """
    helpers = vision("model_helpers.brain_transformation")
    _same(commitment, helpers.ModelCommitment, "look_at", "start_recording", "visual_degrees")
    activations = commitment.activations_model
    activations = vars(activations).get("_wrapper", activations)
    regions = {str(region): _single(layers) for region, layers in dict.items(_region_layer_map(commitment))}
    if isinstance(activations, vision("model_helpers.activations.pytorch").PytorchWrapper):
        return _of_images(commitment, activations, regions)
    if isinstance(activations, vision("model_helpers.activations.temporal.model.pytorch").PytorchWrapper):
        return _of_clips(commitment, activations, regions)
    raise Wrapped(f"its activations come from {type(activations).__name__}, which is not a PytorchWrapper")


def _of_images(commitment: Any, wrapper: Any, regions: Mapping[str, str]) -> FrameModel:
    own = vision("model_helpers.activations.pytorch").PytorchWrapper
    _same(wrapper, own, "get_activations", "get_layer", "register_hook", "_output_layer", "_tensor_to_numpy")
    extractor = wrapper._extractor
    if wrapper._forward_kwargs:
        raise Wrapped("its network is called with arguments besides the images")
    _bare(extractor)
    size = _side(extractor._resolution)
    preprocessing = TheirPreprocessing(size, function=extractor.preprocess)
    return FrameModel(commitment.identifier, **_parts(commitment, wrapper, regions), preprocessing=preprocessing)


def _of_clips(commitment: Any, wrapper: Any, regions: Mapping[str, str]) -> ClipModel:
    temporal = vision("model_helpers.activations.temporal.model.pytorch")
    inferencers = vision("model_helpers.activations.temporal.core.inferencer")
    _same(
        wrapper, temporal.PytorchWrapper, "get_activations", "forward", "get_layer", "_register_hook", "_output_layer"
    )
    if wrapper._process_activation is not temporal.default_process_activation:
        raise Wrapped("it changes what its layers give (process_output)")
    extractor = wrapper._extractor
    inferencer = extractor.inferencer
    if type(inferencer) not in (inferencers.TemporalInferencer, inferencers.BlockInferencer):
        raise Wrapped(f"its clips overlap ({type(inferencer).__name__})")
    if inferencer.time_aligner.__name__ != "evenly_spaced" or inferencer.max_spatial_size is not None:
        raise Wrapped("its activations are not spread evenly over a clip, or made smaller")
    _bare(extractor)
    _bare(inferencer)
    fewest, most = inferencer.num_frames
    window = int(most if np.isfinite(most) else max(fewest, round(inferencer.img_duration * inferencer.fps / 1000)))
    preprocessing = TheirPreprocessing(
        _side(extractor._resolution), function=inferencer.preprocessing, frame_rate=float(inferencer.fps)
    )
    _check_frame_by_frame(preprocessing)
    layouts = {layer: _layout(axes) for layer, axes in inferencer.layer_activation_format.items()}
    return ClipModel(
        commitment.identifier,
        **_parts(commitment, wrapper, regions),
        preprocessing=preprocessing,
        frame_rate=float(inferencer.fps),
        window=window,
        layouts=layouts,
    )


def _parts(commitment: Any, wrapper: Any, regions: Mapping[str, str]) -> dict[str, Any]:
    network = wrapper._model
    if {parameter.dtype for parameter in network.parameters()} - {torch.float32}:
        raise Wrapped("its network does not compute in single precision")
    named = dict(network.named_modules())
    if strange := [layer for layer in regions.values() if layer not in named]:
        raise Wrapped(f"its layer '{strange[0]}' is not a module of its network")
    readout = _last(network)
    thousand = getattr(named.get(readout), "out_features", None) == 1000
    return {
        "network": network,
        "regions": regions,
        "layers": [layer for layer in dict.fromkeys(commitment.layers) if layer in named],
        "visual_degrees": float(commitment.visual_degrees()),
        "readout": readout if thousand else None,
        "classes": imagenet_synsets() if thousand else (),
    }


def _last(network: nn.Module) -> str:
    """The name of the layer that Brain-Score calls `logits`: the last of the last of the network's modules."""
    names, module = [], network
    while module._modules:
        names.append(next(reversed(module._modules)))
        module = module._modules[names[-1]]  # type: ignore[assignment]
    return ".".join(names)


def _region_layer_map(commitment: Any) -> Any:
    return getattr(commitment.layer_model, "region_layer_map", None) or {}


def _single(layers: Any) -> str:
    if not isinstance(layers, str) and len(layers) != 1:
        raise Wrapped(f"it records a region from {len(layers)} layers together")
    return layers if isinstance(layers, str) else str(layers[0])


def _bare(extractor: Any) -> None:
    if extractor._batch_activations_hooks or extractor._stimulus_set_hooks:
        raise Wrapped("it has hooks on stimuli or activations")


def _same(thing: Any, kind: type, *methods: str) -> None:
    for method in methods:
        if not isinstance(thing, kind) or getattr(type(thing), method) != getattr(kind, method):
            raise Wrapped(f"{type(thing).__name__} has a `{method}` of its own")


def _side(resolution: str) -> int:
    """Pixels along the side of what the preprocessing gives, as Brain-Score has measured it."""
    measured = _RESOLUTION.match(resolution)
    if measured is None or measured[2] != measured[3]:
        raise Wrapped(f"its input is not a square image ({resolution})")
    return int(measured[3])


def _layout(axes: str) -> Layout:
    layout = "".join(_TOKENS.get(axis, axis) for axis in axes)
    if layout not in get_args(Layout):
        raise Wrapped(f"it has a layer with the axes {axes}")
    return layout  # type: ignore[return-value]


def _still(path: str, frame_rate: float, frames: int = 1) -> Any:
    """An image file as a clip of Brain-Score's."""
    video = vision("model_helpers.activations.temporal.inputs").Video
    return video.from_img_path(path, frames * 1000.0 / frame_rate, frame_rate).set_fps(frame_rate)


def _check_frame_by_frame(preprocessing: TheirPreprocessing) -> None:
    """Raises Wrapped unless a clip is preprocessed as each of its frames is."""
    pixels = np.random.default_rng(0).integers(0, 256, (96, 128, 3), dtype=np.uint8)
    assert preprocessing.frame_rate is not None
    try:
        with as_file(pixels) as path:
            clip = torch.as_tensor(np.asarray(preprocessing.function(_still(str(path), preprocessing.frame_rate, 16))))
        alone = preprocessing.place(pixels, 1.0, (0.5, 0.5, 0.5))
    except Exception as error:  # their function, on a clip of another length
        raise Wrapped(f"its preprocessing takes whole clips alone ({type(error).__name__})") from error
    if clip.shape[1] != 16 or not torch.allclose(clip[:, 0].float(), alone, atol=1e-6):
        raise Wrapped("its preprocessing takes whole clips together")
