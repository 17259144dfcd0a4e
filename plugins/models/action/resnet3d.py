"""Residual networks over time and space: I3D, with and without non-local blocks, C2D, CSN and SlowFast.

Modules have the names of mmaction2's, whose checkpoints they take.
"""

from collections.abc import Sequence

import torch
from torch import nn

from harness_plugins.models._published.convolutions import ConvUnit, MeanReadOut
from harness_plugins.models._published.member import ClipNetwork

BLOCKS = {18: (2, 2, 2, 2), 50: (3, 4, 6, 3), 101: (3, 4, 23, 3), 152: (3, 8, 36, 3)}
EXPANSION = 4


class NonLocal(nn.Module):
    """Attention of every place and moment to all others, added to the map (Wang et al. 2018, equation 4, dot product).

    Keys and values are pooled over 2 x 2 places.
    """

    def __init__(self, channels: int):
        super().__init__()
        inner = channels // 2
        self.theta = ConvUnit(channels, inner, 1, bias=True, norm=False, relu=False)
        self.phi = nn.Sequential(ConvUnit(channels, inner, 1, bias=True, norm=False, relu=False), _pooled())
        self.g = nn.Sequential(ConvUnit(channels, inner, 1, bias=True, norm=False, relu=False), _pooled())
        self.conv_out = ConvUnit(inner, channels, 1, relu=False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(batch, channels, time, height, width) -> the same."""
        queries, keys, values = (part(x).flatten(2) for part in (self.theta, self.phi, self.g))
        weights = queries.transpose(1, 2) @ keys / keys.shape[2]
        found = (weights @ values.transpose(1, 2)).transpose(1, 2)
        return x + self.conv_out(found.unflatten(2, x.shape[2:]))


def _pooled() -> nn.Module:
    return nn.MaxPool3d((1, 2, 2), (1, 2, 2))


class Bottleneck(nn.Module):
    """A residual block of three convolutions: 1 x 1, 3 x 3 and 1 x 1 in space.

    Args:
        inputs, planes: channels of the input, and of the middle convolution.
        stride: of time and of space.
        inflate: which of them reaches over three moments: "first", "middle", or none.
        separate: whether the middle one filters every channel by itself.
        non_local: whether attention follows.
    """

    def __init__(
        self,
        inputs: int,
        planes: int,
        stride: tuple[int, int],
        inflate: str,
        separate: bool,
        non_local: bool,
        eps: float,
    ):
        super().__init__()
        time, space = stride
        outputs = planes * EXPANSION
        first = {"kernel": (3, 1, 1), "padding": (1, 0, 0)} if inflate == "first" else {"kernel": 1}
        moments = 3 if inflate == "middle" else 1
        middle = ConvUnit(
            planes,
            planes,
            (moments, 3, 3),
            (time, space, space),
            (moments // 2, 1, 1),
            groups=planes if separate else 1,
            eps=eps,
        )
        self.conv1 = ConvUnit(inputs, planes, **first, eps=eps)
        self.conv2 = nn.Sequential(middle) if separate else middle
        self.conv3 = ConvUnit(planes, outputs, 1, relu=False, eps=eps)
        changes = space != 1 or inputs != outputs
        self.downsample = (
            ConvUnit(inputs, outputs, 1, (time, space, space), relu=False, eps=eps) if changes else nn.Identity()
        )
        self.non_local_block = NonLocal(outputs) if non_local else nn.Identity()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(batch, channels, time, height, width) -> the same axes."""
        found = self.conv3(self.conv2(self.conv1(x))) + self.downsample(x)
        return self.non_local_block(found.relu())


class ResNet3d(nn.Module):
    """The trunk, from the pixels to its fourth stage.

    Args:
        depth: 50, 101 or 152.
        base: channels of the first convolution.
        kernel: frames of the first convolution, which is 7 x 7 in space.
        stem_strides: in time, of the first convolution and of the pooling after it.
        pool_padding: in space, of that pooling.
        halves: whether time is halved after the first stage.
        strides: in time, of the four stages.
        inflate: for each stage, which of its blocks reach over three moments, over and over.
        inflated: which convolution of such a block does.
        non_local: stages of whose blocks every second ends with attention.
        separate: whether 3 x 3 convolutions filter every channel by itself.
        arriving: channels that join each stage from elsewhere.
    """

    def __init__(
        self,
        depth: int = 50,
        base: int = 64,
        kernel: int = 5,
        stem_strides: tuple[int, int] = (1, 1),
        pool_padding: int = 1,
        halves: bool = False,
        strides: Sequence[int] = (1, 1, 1, 1),
        inflate: Sequence[Sequence[int]] = ((1,), (1,), (1,), (1,)),
        inflated: str = "first",
        non_local: Sequence[int] = (),
        separate: bool = False,
        eps: float = 1e-5,
        arriving: Sequence[int] = (0, 0, 0, 0),
        blocks: Sequence[int] | None = None,
    ):
        super().__init__()
        self.conv1 = ConvUnit(3, base, (kernel, 7, 7), (stem_strides[0], 2, 2), (kernel // 2, 3, 3), eps=eps)
        self.maxpool = nn.MaxPool3d((1, 3, 3), (stem_strides[1], 2, 2), (0, pool_padding, pool_padding))
        self.pool2 = nn.MaxPool3d((2, 1, 1), (2, 1, 1)) if halves else nn.Identity()
        inputs = base
        for number, count in enumerate(blocks or BLOCKS[depth]):
            planes = base * 2**number
            stage = []
            for block in range(count):
                stride = (strides[number], 1 if number == 0 else 2) if block == 0 else (1, 1)
                pattern = inflate[number]
                stage.append(
                    Bottleneck(
                        inputs + arriving[number] if block == 0 else planes * EXPANSION,
                        planes,
                        stride,
                        inflated if pattern[block % len(pattern)] else "",
                        separate,
                        number in non_local and block % 2 == 1,
                        eps,
                    )
                )
            self.add_module(f"layer{number + 1}", nn.Sequential(*stage))
            inputs = planes * EXPANSION

    def stages(self) -> list[nn.Module]:
        """The four stages."""
        return [self.get_submodule(f"layer{number}") for number in range(1, 5)]

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(batch, 3, frames, size, size) -> (batch, channels, time, height, width)."""
        first, *others = self.stages()
        x = self.pool2(first(self.maxpool(self.conv1(x))))
        for stage in others:
            x = stage(x)
        return x


class OnePathway(ClipNetwork):
    """A trunk with a read-out; `trunk` are arguments of `ResNet3d`."""

    areas = tuple(f"backbone.layer{number}" for number in range(1, 5))
    others = ("backbone.conv1",)
    readout = "cls_head.fc_cls"

    def __init__(self, classes: int, frames: int, size: int, base: int = 64, **trunk):  # type: ignore[no-untyped-def]
        super().__init__()
        self.frames, self.size = frames, size
        self.backbone = ResNet3d(base=base, **trunk)
        self.cls_head = MeanReadOut(base * 8 * EXPANSION, classes)

    def forward(self, clip: torch.Tensor) -> torch.Tensor:
        """(batch, 3, frames, size, size) -> (batch, classes)."""
        return self.cls_head(self.backbone(clip))


class SlowFast(ClipNetwork):
    """A slow pathway of every fourth frame and a thin, fast one of all; the fast one joins the slow one before each stage
    (Feichtenhofer et al. 2019)."""

    areas = tuple(f"backbone.slow_path.layer{number}" for number in range(1, 5))
    others = ("backbone.slow_path.conv1", *(f"backbone.fast_path.layer{number}" for number in range(1, 5)))
    readout = "cls_head.fc_cls"

    def __init__(
        self,
        classes: int,
        frames: int,
        size: int,
        base: int = 64,
        thinner: int = 8,
        slower: int = 4,
        fusion: int = 7,
        blocks: Sequence[int] | None = None,
    ):
        super().__init__()
        self.frames, self.size = frames, size
        thin = base // thinner
        self.backbone = TwoPathways(base, thin, slower, fusion, blocks)
        self.cls_head = MeanReadOut((base + thin) * 8 * EXPANSION, classes)

    def forward(self, clip: torch.Tensor) -> torch.Tensor:
        """(batch, 3, frames, size, size) -> (batch, classes)."""
        slow, fast = (part.mean((2, 3, 4), keepdim=True) for part in self.backbone(clip))
        return self.cls_head(torch.cat([fast, slow], 1))


class TwoPathways(nn.Module):
    """The trunk of SlowFast. Each fast map, twice as wide and as slow as the slow one, joins it."""

    def __init__(self, base: int, thin: int, slower: int, fusion: int, blocks: Sequence[int] | None = None):
        super().__init__()
        self.slower = slower
        widths = [thin, *(thin * EXPANSION * 2**number for number in range(3))]
        self.slow_path = ResNet3d(
            base=base,
            kernel=1,
            inflate=((0,), (0,), (1,), (1,)),
            arriving=[2 * width for width in widths],
            blocks=blocks,
        )
        self.fast_path = ResNet3d(base=thin, kernel=5, blocks=blocks)
        for name, width in zip(("conv1", "layer1", "layer2", "layer3"), widths, strict=True):
            joint = ConvUnit(
                width, 2 * width, (fusion, 1, 1), (slower, 1, 1), (fusion // 2, 0, 0), norm=False, relu=False
            )
            self.slow_path.add_module(f"{name}_lateral", joint)

    def forward(self, clip: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """(batch, 3, frames, size, size) -> the last maps of the slow and the fast pathway."""
        slow, fast = self.slow_path, self.fast_path
        x, y = slow.maxpool(slow.conv1(clip[:, :, :: self.slower])), fast.maxpool(fast.conv1(clip))
        names = ("conv1", "layer1", "layer2", "layer3")
        for name, stage, thin in zip(names, slow.stages(), fast.stages(), strict=True):
            x = torch.cat([x, slow.get_submodule(f"{name}_lateral")(y)], 1)
            x, y = stage(x), thin(y)
        return x, y
