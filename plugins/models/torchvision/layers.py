"""Assignment of layers to regions for each family of networks.

V1, V2, V4 and IT are the last layers at a quarter, an eighth, a sixteenth and a thirty-second of the input's resolution where a
family has these steps, and the ends of the four quarters of its depth where it has not (vision transformers).
"""

import re

from torch import nn

from harness.models import Anatomy, Layout, in_order, last_linear, stages, ventral_stream

# family -> the layers of V1, V2, V4 and IT, and further layers that are recorded by default
_FAMILIES: dict[str, tuple[str, str]] = {
    r"(wide_)?resne(x)?t\d.*": ("layer1 layer2 layer3 layer4", "maxpool avgpool"),
    r"alexnet": ("features.2 features.5 features.7 features.12", "features.9 classifier.2 classifier.5"),
    r"densenet.*": (
        "features.denseblock1 features.denseblock2 features.denseblock3 features.denseblock4",
        "features.pool0",
    ),
    r"convnext_.*": ("features.1 features.3 features.5 features.7", "features.0 avgpool"),
    r"efficientnet_(b\d|v2_[ml])": (
        "features.2 features.3 features.5 features.7",
        "features.0 features.1 features.8 avgpool",
    ),
    r"efficientnet_v2_s": ("features.2 features.3 features.5 features.6", "features.0 features.1 features.7 avgpool"),
    r"mobilenet_v2": ("features.3 features.6 features.13 features.17", "features.1 features.18"),
    r"mobilenet_v3_large": ("features.3 features.6 features.12 features.15", "features.1 features.16 avgpool"),
    r"mobilenet_v3_small": ("features.1 features.3 features.8 features.11", "features.0 features.12 avgpool"),
    r"mnasnet.*": ("layers.8 layers.9 layers.11 layers.13", "layers.7 layers.16"),
    r"shufflenet_v2.*": ("maxpool stage2 stage3 stage4", "conv1 conv5"),
    r"squeezenet1_0": ("features.5 features.7 features.10 features.12", "features.2"),
    r"squeezenet1_1": ("features.4 features.7 features.10 features.12", "features.2"),
    r"regnet_.*": ("trunk_output.block1 trunk_output.block2 trunk_output.block3 trunk_output.block4", "stem avgpool"),
    r"googlenet": ("maxpool1 inception3b inception4e inception5b", "conv1 maxpool2 avgpool"),
    r"inception_v3": ("maxpool1 Mixed_5d Mixed_6e Mixed_7c", "maxpool2 avgpool"),
    r"maxvit_.*": ("blocks.0 blocks.1 blocks.2 blocks.3", "stem"),
    r"swin_.*": ("features.1 features.3 features.5 features.7", "features.0 norm avgpool"),
}

# family -> submodules whose output has its channels last
_CHANNELS_LAST = {
    r"swin_.*": r"norm|features\.(?!0\.0$).*",
    r"convnext_.*": r"features\.\d+\.\d+\.block\.[1-5]",
    r"maxvit_.*": r".*(window|grid)_attention\.(attn_layer|mlp_layer)(\..*)?",
}


def anatomy(name: str, network: nn.Module) -> Anatomy:
    """Anatomy of a torchvision classifier: its layers and regions; a guess from its module tree where its family is not known."""
    areas, others = _areas(name, network)
    readout = "classifier.3" if name.startswith("squeezenet") else last_linear(network)
    layers = in_order(network, {*areas, *others, *([readout] if readout else [])})
    return Anatomy(layers, ventral_stream(areas), readout, _layouts(name, network))


def _areas(name: str, network: nn.Module) -> tuple[list[str], list[str]]:
    """The layers that regions are taken from, and further default layers."""
    for family, (areas, others) in _FAMILIES.items():
        if re.fullmatch(family, name):
            return areas.split(), others.split()
    if name.startswith("vgg"):
        pools = [layer for layer, module in network.named_modules() if isinstance(module, nn.MaxPool2d)]
        return pools[1:], [pools[0], "classifier.1", "classifier.4"]
    if name.startswith("vit_"):
        blocks = [layer for layer, _ in network.named_modules() if re.fullmatch(r"encoder\.layers\.\w+", layer)]
        return blocks, ["encoder.ln"]
    return stages(network), []


def _layouts(name: str, network: nn.Module) -> dict[str, Layout]:
    pattern = next((last for family, last in _CHANNELS_LAST.items() if re.fullmatch(family, name)), None)
    return {layer: "HWC" for layer, _ in network.named_modules() if pattern and re.fullmatch(pattern, layer)}
