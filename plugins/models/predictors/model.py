"""ConvLSTM and PredRNN as recurrent models."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from harness.errors import ModelError
from harness.models import VENTRAL_STREAM, Preprocessing, RecurrentModel, chosen, initialise
from harness_plugins.models.predictors import CONVLSTM, PREDRNN
from harness_plugins.models.predictors.network import ConvLSTM, Predictor, PredRNN


def convlstm(
    weights: str | Path = "random",
    seed: int = 0,
    dt: float = 100.0,
    size: int = 64,
    patch: int = 4,
    channels: Sequence[int] = (128, 64, 64),
    kernel: int = 5,
    layers: Sequence[str] | None = None,
    regions: Mapping[str, str] | None = None,
    visual_degrees: float = 8.0,
) -> RecurrentModel:
    """ConvLSTM, by default the best of Shi et al. (2015, table 1) for moving digits: 5 x 5, 128-64-64, patches of 4 pixels.

    Args:
        weights: the path of a file, or "random".
        seed: seed of random weights.
        dt: ms per step; 10 frames per second are usual for predictors of natural video.
        size: side of the input in pixels.
        patch: pixels along the side of a patch.
        channels: of each layer.
        kernel: side of the convolutions in the cells, an odd number.
        layers: default layers, recorded when none are named.
        regions: brain region -> layer, in place of parts of the mapping.
        visual_degrees: visual angle of the side of the input.

    Raises:
        ModelError: if the patches do not fill the input, the kernel is even, or a file does not fit.
    """
    return _model(
        "convlstm",
        ConvLSTM,
        CONVLSTM,
        weights,
        seed,
        dt,
        size,
        patch,
        channels,
        kernel,
        layers,
        regions,
        visual_degrees,
    )


def predrnn(
    weights: str | Path = "random",
    seed: int = 0,
    dt: float = 100.0,
    size: int = 64,
    patch: int = 4,
    channels: Sequence[int] = (128, 128, 128, 128),
    kernel: int = 5,
    layers: Sequence[str] | None = None,
    regions: Mapping[str, str] | None = None,
    visual_degrees: float = 8.0,
) -> RecurrentModel:
    """PredRNN, by default as in Wang et al. (2017, section 4): four layers of 128 channels, 5 x 5, patches of 4 pixels.

    Args:
        weights: the path of a file, or "random".
        seed: seed of random weights.
        dt: ms per step; 10 frames per second are usual for predictors of natural video.
        size: side of the input in pixels.
        patch: pixels along the side of a patch.
        channels: of each layer.
        kernel: side of the convolutions in the cells, an odd number.
        layers: default layers, recorded when none are named.
        regions: brain region -> layer, in place of parts of the mapping.
        visual_degrees: visual angle of the side of the input.

    Raises:
        ModelError: if the patches do not fill the input, the kernel is even, or a file does not fit.
    """
    return _model(
        "predrnn", PredRNN, PREDRNN, weights, seed, dt, size, patch, channels, kernel, layers, regions, visual_degrees
    )


def _model(
    name: str,
    network_class: type[Predictor],
    citation: str,
    weights: str | Path,
    seed: int,
    dt: float,
    size: int,
    patch: int,
    channels: Sequence[int],
    kernel: int,
    layers: Sequence[str] | None,
    regions: Mapping[str, str] | None,
    visual_degrees: float,
) -> RecurrentModel:
    if patch < 1 or size % patch or kernel % 2 == 0 or not channels or min(channels) < 1:
        raise ModelError(
            f"'{name}' needs an input of whole patches, an odd kernel and layers with channels, "
            f"not {size} pixels in patches of {patch}, kernel {kernel} and channels {tuple(channels)}"
        )
    network, origin = initialise(lambda: network_class(size, patch, channels, kernel), weights, seed)
    hidden = [f"cells.{number}.hidden" for number in range(len(channels))]
    areas = {area: hidden[max(0, (i + 1) * len(hidden) // 4 - 1)] for i, area in enumerate(VENTRAL_STREAM)}
    recorded, mapping = chosen([*hidden, "prediction"], areas, layers, regions)
    return RecurrentModel(
        name,
        network,
        dt=dt,
        preprocessing=Preprocessing(size),
        regions=mapping,
        layers=recorded,
        visual_degrees=visual_degrees,
        weights=origin,
        arguments={"weights": str(weights), "seed": seed, "dt": dt, "size": size, "patch": patch},
        citation=citation,
    )
