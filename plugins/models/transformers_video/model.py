"""Video transformers as clip models. Attention reaches over the whole window, so every output may depend on later frames."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

from torch import nn

from harness.errors import MissingWeights, ModelError
from harness.models import (
    IMAGENET_MEAN,
    IMAGENET_STD,
    ClipModel,
    Preprocessing,
    Tokens,
    Weights,
    check_reach,
    chosen,
    initialise,
    load_state,
    ventral_stream,
)
from harness_plugins.models.transformers_video import BIBTEX


@dataclass(frozen=True)
class Setting:
    """Settings of a network: names, sampling in time and preprocessing.

    Attributes:
        library: beginning of the names of its classes in the library.
        checkpoint: repository of its weights on the hub.
        frame_rate: frames per second.
        mean, std: of its input, for all channels or each.
        classes: whether the checkpoint gives scores of the 400 classes of Kinetics.
        window: frames in one pass, where the configuration does not fix them.
        time_last: whether its tokens go place by place, and at each place through time.
    """

    library: str
    checkpoint: str
    frame_rate: float
    mean: tuple[float, ...]
    std: tuple[float, ...]
    classes: bool = True
    window: int | None = None
    time_last: bool = False


# Frame rates of TimeSformer and VideoMAE are those of Brain-Score's wrappers. ViViT: every second frame of 25 a second
# (Arnab et al. 2021, section 4.1); V-JEPA 2: 16 frames at 4 a second (Assran et al. 2025, section 2). Means and standard deviations
# are those of the authors' code; ViViT's input lies in [-1, 1].
SETTINGS = {
    "timesformer": Setting(
        "Timesformer", "facebook/timesformer-base-finetuned-k400", 8, (0.45,), (0.225,), time_last=True
    ),
    "videomae": Setting("VideoMAE", "MCG-NJU/videomae-base-finetuned-kinetics", 6.25, IMAGENET_MEAN, IMAGENET_STD),
    "vivit": Setting("Vivit", "google/vivit-b-16x2-kinetics400", 12.5, (0.5,), (0.5,)),
    "vjepa2": Setting(
        "VJEPA2", "facebook/vjepa2-vitl-fpc64-256", 4, IMAGENET_MEAN, IMAGENET_STD, classes=False, window=16
    ),
}


def load(
    name: str,
    weights: str | Path = "pretrained",
    seed: int = 0,
    checkpoint: str | Path = "",
    configuration: Mapping[str, Any] | None = None,
    frame_rate: float | None = None,
    stride: int | None = None,
    layers: Sequence[str] | None = None,
    regions: Mapping[str, str] | None = None,
    visual_degrees: float = 8.0,
) -> ClipModel:
    """A video transformer as a clip model; a frame fills its field of view as a whole.

    Args:
        name: a key of `SETTINGS`.
        weights: "pretrained", the path of a file for the built network (strictly), or "random".
        seed: seed of random weights.
        checkpoint: repository on the hub, or a folder with its files, of pretrained weights; that of `SETTINGS` if not given.
        configuration: entries of the library's configuration, in place of those of the published base model; only for a network
            that is built here, with random weights or those of a file.
        frame_rate: frames per second; that of `SETTINGS` if not given.
        stride: frames between the beginnings of two windows; as long as the window if not given.
        layers: default layers, recorded when none are named.
        regions: brain region -> layer, in place of parts of the mapping.
        visual_degrees: visual angle of the side of the input.

    Raises:
        MissingWeights: if published weights cannot be fetched or a file is not there.
        ModelError: if a file does not fit, or the library is not installed.
    """
    setting, library = SETTINGS[name], _library(name)
    if str(weights) == "pretrained" and configuration:
        raise ModelError(
            f"pretrained weights of '{name}' come with their configuration; give none, or weights='random'"
        )
    source = str(checkpoint or setting.checkpoint)
    network, origin = _network(setting, library, weights, seed, source, configuration or {})
    blocks = _blocks(network)
    readout = "classifier" if network.config.num_labels and hasattr(network, "classifier") else None
    recorded, mapping = chosen([*blocks, *([readout] if readout else [])], ventral_stream(blocks), layers, regions)
    tokens = _tokens(setting, network)
    return ClipModel(
        name,
        network,
        frame_rate=frame_rate or setting.frame_rate,
        window=_window(setting, network),
        stride=stride or 0,
        causal=False,
        preprocessing=Preprocessing(_size(network), setting.mean, setting.std),
        regions=mapping,
        layers=recorded,
        visual_degrees=visual_degrees,
        weights=origin,
        arguments={"weights": str(weights), "seed": seed},
        readout=readout,
        classes=_classes(network) if readout else (),
        layouts=dict.fromkeys(blocks, tokens),
        citation=BIBTEX[name],
    )


def _library(name: str) -> ModuleType:
    try:
        import transformers  # noqa: F401
    except ImportError as error:
        raise ModelError(
            f"'{name}' needs the package transformers; pip install 'vision-dynamics-harness[video]'"
        ) from error
    from harness_plugins.models.transformers_video import networks

    return networks


def _network(
    setting: Setting, library: ModuleType, weights: str | Path, seed: int, source: str, changes: Mapping[str, Any]
) -> tuple[Any, Weights]:
    import transformers

    config_class = getattr(transformers, f"{setting.library}Config")

    def network_of(config: Any, with_classes: bool) -> nn.Module:
        return getattr(library, setting.library + ("Classifier" if with_classes else "Encoder"))(config)

    def build() -> nn.Module:
        labels = {"num_labels": 400} if setting.classes else {}
        return network_of(config_class(**{**labels, **changes}), setting.classes)

    def pretrained() -> tuple[nn.Module, str]:
        check_reach(source)
        made_for = (config_class.from_pretrained(source).architectures or [""])[0]
        with_classes = made_for.endswith("ForVideoClassification")
        theirs = getattr(transformers, setting.library + ("ForVideoClassification" if with_classes else "Model"))
        loaded, report = theirs.from_pretrained(
            source, output_loading_info=True
        )  # converts older keys for its own classes
        if missing := sorted(report["missing_keys"]):
            raise MissingWeights(f"'{source}' lacks {missing[0]} and {len(missing) - 1} more of its network's weights")
        network = network_of(loaded.config, with_classes)
        load_state(network, loaded.state_dict(), source)
        return network, source

    return initialise(build, weights, seed, pretrained)


def _blocks(network: nn.Module) -> list[str]:
    """The blocks of the encoder, which comes first of all lists of modules."""
    name, blocks = next((n, m) for n, m in network.named_modules() if isinstance(m, nn.ModuleList))
    return [f"{name}.{number}" for number in range(len(blocks))]


def _window(setting: Setting, network: Any) -> int:
    return int(setting.window or network.config.num_frames)


def _size(network: Any) -> int:
    config = network.config
    size = getattr(config, "image_size", None) or config.crop_size
    return int(size if isinstance(size, int) else size[0])


def _tokens(setting: Setting, network: Any) -> Tokens:
    """Where the tokens of every block lie. A tubelet has a length, height and width, or is as long as `tubelet_size` and as wide as
    `patch_size`; TimeSformer's are one frame long. All tokens but those of places lead."""
    config = network.config
    tubelet = getattr(config, "tubelet_size", 1)
    length, side = (tubelet[0], tubelet[1]) if isinstance(tubelet, (list, tuple)) else (tubelet, config.patch_size)
    places = _size(network) // (side if isinstance(side, int) else side[0])
    leading = 1 if setting.library in ("Timesformer", "Vivit") else 0
    return Tokens(_window(setting, network) // length, places, places, leading, setting.time_last)


def _classes(network: Any) -> list[str]:
    """Names of the classes: those of the checkpoint, or those of Kinetics-400 for a network of as many that was built here."""
    names = [str(network.config.id2label[number]) for number in range(network.config.num_labels)]
    if names[0].startswith("LABEL_") and len(names) == 400:
        from torchvision.models.video import R3D_18_Weights

        return list(R3D_18_Weights.DEFAULT.meta["categories"])
    return names


timesformer = partial(load, "timesformer")
videomae = partial(load, "videomae")
vivit = partial(load, "vivit")
vjepa2 = partial(load, "vjepa2")
