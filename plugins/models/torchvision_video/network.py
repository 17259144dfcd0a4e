"""torchvision's video classifiers as clip models.

Convolutions, pooling and attention reach both ways in time, so every output may depend on later frames of its window.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from harness.errors import ModelError
from harness.models import ClipModel, Preprocessing
from harness_plugins.models.torchvision.weights import published, with_weights
from harness_plugins.models.torchvision_video import SUMMARIES
from harness_plugins.models.torchvision_video.layers import SETTINGS, anatomy


def load(
    name: str,
    weights: str | Path = "pretrained",
    seed: int = 0,
    frame_rate: float | None = None,
    window: int | None = None,
    stride: int | None = None,
    size: int | None = None,
    layers: Sequence[str] | None = None,
    regions: Mapping[str, str] | None = None,
    visual_degrees: float = 8.0,
) -> ClipModel:
    """A video classifier as a clip model.

    Its input is that of its published weights, but for the cropping: a frame fills the field of view as a whole.

    Args:
        name: torchvision's name.
        weights: "pretrained" (torchvision's default weights), the name of one of its weights (such as "KINETICS400_V1"), the
            path of a file, or "random".
        seed: seed of random weights.
        frame_rate: frames per second. The default is that of Brain-Score's wrapper of the model, where it has one, else that of
            torchvision's evaluation (`SETTINGS`).
        window: frames in one pass; that of `SETTINGS` if not given.
        stride: frames between the beginnings of two windows; as long as the window if not given.
        size: side of the input in pixels; that of the published weights if not given.
        layers: default layers, recorded when none are named.
        regions: brain region -> layer, in place of parts of the model's mapping.
        visual_degrees: visual angle of the side of the input.

    Raises:
        MissingWeights: if published weights cannot be fetched or a file is not there.
        ModelError: if a file does not fit, or the network does not take clips of this size.
    """
    setting, entry = SETTINGS[name], published(name, weights)
    transforms = entry.transforms()
    window, size = window or setting.window, size or transforms.crop_size[0]
    _check_clip(name, window, size)
    network, origin = with_weights(name, weights, seed)
    return ClipModel(
        name,
        network,
        frame_rate=frame_rate or setting.frame_rate,
        window=window,
        stride=stride or 0,
        causal=False,
        preprocessing=Preprocessing(size, transforms.mean, transforms.std, transforms.interpolation.value),
        visual_degrees=visual_degrees,
        weights=origin,
        arguments={"weights": str(weights), "seed": seed},
        classes=entry.meta["categories"],
        citation=SUMMARIES[name][1],
        **anatomy(name, window, size).arguments(layers, regions),
    )


def _check_clip(name: str, window: int, size: int) -> None:
    setting = SETTINGS[name]
    least = setting.least_frames, setting.least_size
    if (window, size) != least if setting.fixed else window < least[0] or size < least[1]:
        more = "" if setting.fixed else " or more"
        raise ModelError(
            f"'{name}' needs windows of {least[0]} frames and {least[1]} pixels{more}, not {window} and {size}"
        )


r3d_18 = partial(load, "r3d_18")
mc3_18 = partial(load, "mc3_18")
r2plus1d_18 = partial(load, "r2plus1d_18")
s3d = partial(load, "s3d")
mvit_v1_b = partial(load, "mvit_v1_b")
mvit_v2_s = partial(load, "mvit_v2_s")
swin3d_t = partial(load, "swin3d_t")
swin3d_s = partial(load, "swin3d_s")
swin3d_b = partial(load, "swin3d_b")
