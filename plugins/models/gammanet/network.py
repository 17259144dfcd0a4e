"""GammaNet: VGG16 in five blocks, each followed by a horizontal fGRU, with top-down fGRUs between neighbouring blocks.

In one time step the image passes all levels and feedback comes down again. With drive u, states h (horizontal) and q (top-down):

    u_0     = block_1(frame),   u_{l+1} = block_{l+2}(maxpool(A_l(h_l)))
    h_l    <- fGRU_l(u_l, h_l)                                            for l = 0 .. 4
    q_l    <- fGRU_l(resize(ELU(N(P_l * h_{l+1}))), q_l)                  for l = 3 .. 0
    h_l    <- h_l + q_l

The contours are read out from q_0. Only excitatory states pass between levels. With fewer widths, there are as many of
the lower levels. Parameters bear the names of the authors'
implementation (https://github.com/drewlinsley/pytorch_gammanet), in which the levels of version 1 are called block1, 0, 1, 2, 3 and
those of version 2 are 0 to 4.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise

import torch
from torch import nn
from torch.nn import functional
from torchvision.models.vgg import make_layers

from harness.errors import ModelError
from harness.models import Connection, Heard, Point, Pointwise, channels_last, once_per_frame
from harness_plugins.models.gammanet.circuits import FGRU, Uncoupled

WIDTHS = (64, 128, 256, 512, 512)
CONVOLUTIONS = (2, 2, 3, 3, 3)
SMALLEST = 32  # pixels, at which the fifth level has 2x2 places: a single one has no variance
MakeCell = Callable[[int, int], FGRU | Uncoupled]
NetworkState = dict[str, tuple[torch.Tensor, ...]]


class Block(nn.Module):
    """Convolutions of VGG16 between two poolings, under their numbers in the whole network."""

    def __init__(self, layers: nn.Sequential):
        super().__init__()
        self.layers = layers

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        return self.layers(values)


class Alignment(nn.Module):
    """A pointwise map, at first the identity, that fits an excitatory state to what the next block of VGG16 expects."""

    def __init__(self, channels: int):
        super().__init__()
        self.projection = Pointwise(channels, channels)
        nn.init.dirac_(self.projection.weight)
        self.projection.bias.data.zero_()  # type: ignore[union-attr]

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        return torch.relu(self.projection(values))


class GammaNet(nn.Module):
    """The network. A state holds a tuple of maps, the excitatory one first, for every horizontal and every top-down cell.

    Args:
        size: side of the frames in pixels, or (height, width).
        names: of the levels, from the image upwards.
        cell: makes an fGRU from channels and the side of its kernels.
        readout: makes the read-out from the channels of the first level.
        alignment: whether states are fitted to the next block (A above; else the identity).
        skip: whether top-down states are added to the horizontal ones or replace them.
        widths: channels of the levels, of which there are two to five.

    Raises:
        ModelError: if the frames are too small, or for other numbers of levels.
    """

    def __init__(
        self,
        size: int | tuple[int, int],
        names: Sequence[str],
        cell: MakeCell,
        readout: Callable[[int], nn.Sequential],
        alignment: bool = True,
        skip: bool = True,
        widths: Sequence[int] = WIDTHS,
    ):
        super().__init__()
        self.size = (size, size) if isinstance(size, int) else tuple(size)
        if min(self.size) < SMALLEST:
            raise ModelError(f"GammaNet needs frames of at least {SMALLEST} pixels a side, not {min(self.size)}")
        if not 2 <= len(widths) <= len(CONVOLUTIONS):
            raise ModelError(f"GammaNet has two to five levels, not {len(widths)}; give as many widths")
        self.names, self.skip, self.alignment = tuple(names[: len(widths)]), skip, alignment
        self.pool = nn.MaxPool2d(2)
        for number, layers in enumerate(vgg16_blocks(widths), 1):
            self.add_module(f"block{number}_conv", Block(layers))
        for name, width in zip(self.names, widths, strict=True):
            self.add_module(f"fgru_{name}", cell(width, 3))
            self.add_module(f"level_{name}", nn.Identity())
            self.add_module(f"sent_{name}", nn.Identity())
            self.add_module(f"feedback_{name}", nn.Identity())
            if alignment:  # that of the last level has no block to serve, but stands in the authors' checkpoints
                self.add_module(f"align_{name}", Alignment(width))
        for level, name in enumerate(self.names[:-1]):
            above, below = widths[level + 1], widths[level]
            projection = nn.Sequential(Pointwise(above, below), nn.InstanceNorm2d(below), nn.ELU())
            self.add_module(f"td_fgru_{self.names[level + 1]}_to_{name}", projection)
            self.add_module(f"td_fgru_{name}", cell(below, 1))
        self.output_projection = readout(widths[0])

    def points(self) -> list[Point | Connection]:
        """Excitatory states, as their own circuit hears them a step later and other levels at once, and inhibitory ones; the drives
        of a level; and what arrives at it from below, from above and from itself.

        With `dale` the classes are E and I; otherwise what the circuit calls inhibitory is an inhibited drive, class "inhibited".
        """
        found: list[Point | Connection] = []
        layers = [f"fgru_{name}.excitatory" for name in self.names]
        for level, (name, layer) in enumerate(zip(self.names, layers, strict=True)):
            cell: FGRU = self.get_submodule(f"fgru_{name}")  # type: ignore[assignment]
            own, dale = f"fgru_{name}", bool(getattr(cell, "dale", False))
            heard = Heard(f"{own}.heard", 1), Heard(f"sent_{name}")
            found.append(Point(layer, heard, area=name, cells="E"))
            found.append(Point(layer, (Heard(f"block{level + 1}_conv"),), "drive", area=name, cells="E"))
            if cell.populations == 2:
                second, cells = f"{own}.inhibitory", "I" if dale else "inhibited"
                sites = Heard(f"{own}.inhibition_heard", 1), Heard(f"{own}.inhibition_sent")
                found.append(Point(second, sites, area=name, cells=cells))
                if dale:
                    found.append(Point(second, (Heard(f"{own}.inhibition_drive"),), "drive", area=name, cells=cells))
            found.append(Connection(layer, layer, f"{own}.heard", "lateral", 1))
        for level, (below, above) in enumerate(pairwise(layers)):
            found.append(Connection(below, above, f"block{level + 2}_conv", "feedforward"))
            found.append(Connection(above, below, f"feedback_{self.names[level]}", "feedback"))
        return found

    def init(self, batch_size: int, device: torch.device) -> NetworkState:
        """The state before the first step: zeros."""
        state: NetworkState = {}
        dtype = next(self.parameters()).dtype
        for level, name in enumerate(self.names):
            side = tuple(length // 2**level for length in self.size)
            for cell in (f"fgru_{name}", f"td_fgru_{name}")[: 1 + (level < len(self.names) - 1)]:
                fgru: FGRU = self.get_submodule(cell)  # type: ignore[assignment]
                shape = batch_size, fgru.channels, *side
                silent = (torch.zeros(shape, dtype=dtype, device=device) for _ in range(fgru.populations))
                state[cell] = tuple(channels_last(map_) for map_ in silent)
        return state

    def step(self, frame: torch.Tensor, state: NetworkState) -> NetworkState:
        """(batch, 3, height, width) and a state -> the next state; the read-out, too, is computed for recording."""
        state = self.advance(frame, state)
        self.read_out(state)
        return state

    def advance(self, frame: torch.Tensor, state: NetworkState) -> NetworkState:
        """`step` without the read-out."""
        following: NetworkState = {}
        block = self.get_submodule("block1_conv")
        drive = once_per_frame(self, frame, [block], lambda: block(channels_last(frame)))
        for level, name in enumerate(self.names):
            if level:
                drive = self._ascend(level, following[f"fgru_{self.names[level - 1]}"][0])
            following[f"fgru_{name}"] = self.get_submodule(f"fgru_{name}")(drive, state[f"fgru_{name}"])
        above = self.names[-1]
        self._set_level(above, following, ())
        for name in reversed(self.names[:-1]):
            drive = self._descend(above, name, following)
            following[f"td_fgru_{name}"] = self.get_submodule(f"td_fgru_{name}")(drive, state[f"td_fgru_{name}"])
            self._set_level(name, following, following[f"td_fgru_{name}"])
            above = name
        return {cell: following[cell] for cell in state}  # in the order of `init`

    def read_out(self, state: NetworkState) -> torch.Tensor:
        """Contours of a state, before the logistic function: (batch, 1, height, width)."""
        return self.output_projection(state[f"td_fgru_{self.names[0]}"][0])

    def forward(self, frames: torch.Tensor, steps: int = 8) -> torch.Tensor:
        """Contours in images that are shown for a number of steps, as in training: (batch, 1, height, width)."""
        state = self.init(len(frames), frames.device)
        for _ in range(steps):
            state = self.advance(frames, state)
        return self.read_out(state)

    def _ascend(self, level: int, below: torch.Tensor) -> torch.Tensor:
        """The drive of a level from the excitatory state of the one below it."""
        below = self.get_submodule(f"sent_{self.names[level - 1]}")(below)
        if self.alignment:
            below = self.get_submodule(f"align_{self.names[level - 1]}")(below)
        return self.get_submodule(f"block{level + 1}_conv")(self.pool(below))

    def _descend(self, above: str, name: str, state: NetworkState) -> torch.Tensor:
        """The drive of a top-down cell from the excitatory state of the level above it."""
        sent = self.get_submodule(f"sent_{above}")(state[f"fgru_{above}"][0])
        projected = self.get_submodule(f"td_fgru_{above}_to_{name}")(sent)
        size = state[f"fgru_{name}"][0].shape[2:]
        return functional.interpolate(channels_last(projected), size=size, mode="bilinear", align_corners=False)

    def _set_level(self, name: str, state: NetworkState, feedback: tuple[torch.Tensor, ...]) -> None:
        """Join a level's excitatory state with the feedback to it; the layer `level_NAME` is the result."""
        excitatory, *inhibitory = state[f"fgru_{name}"]
        if feedback:
            arriving = self.get_submodule(f"feedback_{name}")(feedback[0])
            excitatory = excitatory + arriving if self.skip else arriving
        state[f"fgru_{name}"] = self.get_submodule(f"level_{name}")(excitatory), *inhibitory


def vgg16_blocks(widths: Sequence[int]) -> list[nn.Sequential]:
    """The blocks of torchvision's VGG16 without their poolings, one for each width; layers keep their numbers in `features`.

    They begin as torchvision's do: He et al. (2015), by the fan out, with biases of 0.
    """
    layout: list[str | int] = []
    for width, count in zip(widths, CONVOLUTIONS, strict=False):
        layout += [width] * count + ["M"]
    blocks, features = [nn.Sequential()], make_layers(layout)
    for number, layer in features.named_children():
        if isinstance(layer, nn.MaxPool2d):
            blocks.append(nn.Sequential())
            continue
        if isinstance(layer, nn.Conv2d):
            nn.init.kaiming_normal_(layer.weight, mode="fan_out", nonlinearity="relu")
            nn.init.zeros_(layer.bias)  # type: ignore[arg-type]
        blocks[-1].add_module(number, layer)
    return blocks[: len(widths)]
