"""ConvLSTM, PredRNN and Memory in Memory of OpenSTL as recurrent models: each step sees a frame and predicts the next.

Their input is wider than high; of the square field of view they see the rows in its middle.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import torch
from torch import nn

from harness.errors import ModelError
from harness.models import Preprocessing, RecurrentModel, chosen, initialise, ventral_stream
from harness_plugins.models._published.keys import renamed
from harness_plugins.models.openstl import STEPS
from harness_plugins.models.openstl.cells import ConvLSTM, Difference, MemoryInMemory, SpatioTemporal

State = dict[str, Any]


class Stack(nn.Module):
    """Base class: patches in, cells one above the other, patches out (`conv_last`).

    Attributes:
        prediction: the frame expected next, (batch, 3, height, width).
    """

    def __init__(
        self,
        height: int = 128,
        width: int = 160,
        patch: int = 2,
        channels: Sequence[int] = (128, 128, 128, 128),
        kernel: int = 5,
    ):
        super().__init__()
        if height % patch or width % patch or kernel % 2 == 0 or height > width or len(set(channels)) != 1:
            raise ModelError(
                f"a predictor needs whole patches, an odd kernel, no more rows than columns and layers of one width, not {height} "
                f"x {width} pixels, patches of {patch}, kernel {kernel} and channels {tuple(channels)}"
            )
        self.height, self.width, self.patch = height, width, patch
        self.pixels, self.channels = 3 * patch**2, tuple(channels)
        self.places = height // patch, width // patch
        self.conv_last = nn.Conv2d(channels[-1], self.pixels, 1, bias=False)
        self.prediction = nn.Identity()

    def zeros(self, batch_size: int, device: Any, count: int) -> list[torch.Tensor]:
        """States of so many layers before anything is seen."""
        return [torch.zeros(batch_size, self.channels[0], *self.places, device=device) for _ in range(count)]

    def patches(self, frame: torch.Tensor) -> torch.Tensor:
        """(batch, 3, width, width) -> the rows in the middle, (batch, row, column and colour within a patch, places)."""
        above = (self.width - self.height) // 2
        rows = frame[:, :, above : above + self.height]
        parts = rows.unflatten(3, (-1, self.patch)).unflatten(2, (-1, self.patch))
        return parts.permute(0, 3, 5, 1, 2, 4).flatten(1, 3)

    def predict(self, hidden: torch.Tensor) -> torch.Tensor:
        """The next frame of the last hidden state."""
        parts = self.conv_last(hidden).unflatten(1, (self.patch, self.patch, 3))
        return self.prediction(parts.permute(0, 3, 4, 1, 5, 2).flatten(4, 5).flatten(2, 3))


class ConvLSTMStack(Stack):
    """ConvLSTM."""

    cells = "cell_list"

    def __init__(self, **sizes: Any):
        super().__init__(**sizes)
        widths, kernel = [self.pixels, *self.channels], sizes.get("kernel", 5)
        self.cell_list = nn.ModuleList(ConvLSTM(i, o, kernel) for i, o in pairwise(widths))

    def init(self, batch_size: int, device: Any) -> State:
        """All states are 0."""
        return {name: self.zeros(batch_size, device, len(self.channels)) for name in ("hidden", "memory")}

    def step(self, frame: torch.Tensor, state: State) -> State:
        """(batch, 3, width, width) -> the next state; the prediction fires."""
        x, found = self.patches(frame), []
        for cell, hidden, memory in zip(self.cell_list, state["hidden"], state["memory"], strict=True):
            found.append(cell(x, hidden, memory))
            x = found[-1][0]
        self.predict(x)
        return {"hidden": [hidden for hidden, _ in found], "memory": [memory for _, memory in found]}


class PredRNNStack(Stack):
    """PredRNN; its spatial memory goes up through the layers, and from the last to the first of the next step."""

    cells = "cell_list"

    def __init__(self, **sizes: Any):
        super().__init__(**sizes)
        widths, kernel = [self.pixels, *self.channels], sizes.get("kernel", 5)
        self.cell_list = nn.ModuleList(SpatioTemporal(i, o, kernel) for i, o in pairwise(widths))

    def init(self, batch_size: int, device: Any) -> State:
        """All states are 0."""
        states = {name: self.zeros(batch_size, device, len(self.channels)) for name in ("hidden", "memory")}
        return {**states, "spatial": self.zeros(batch_size, device, 1)[0]}

    def step(self, frame: torch.Tensor, state: State) -> State:
        """(batch, 3, width, width) -> the next state; the prediction fires."""
        x, spatial, found = self.patches(frame), state["spatial"], []
        for cell, hidden, memory in zip(self.cell_list, state["hidden"], state["memory"], strict=True):
            x, memory, spatial = cell(x, hidden, memory, spatial)
            found.append((x, memory))
        self.predict(x)
        return {
            "hidden": [hidden for hidden, _ in found],
            "memory": [memory for _, memory in found],
            "spatial": spatial,
        }


class MIMStack(Stack):
    """Memory in Memory: beside each layer but the last stands a cell of the differences between its states.

    In the first step there are no differences yet; `begun` is 0 then, and 1 later.
    """

    cells = "stlstm_layer"

    def __init__(self, **sizes: Any):
        super().__init__(**sizes)
        width, kernel, above = self.channels[0], sizes.get("kernel", 5), len(self.channels) - 1
        upper = [MemoryInMemory(width, kernel, *self.places) for _ in range(above)]
        self.stlstm_layer = nn.ModuleList([SpatioTemporal(self.pixels, width, kernel), *upper])
        self.stlstm_layer_diff = nn.ModuleList(Difference(width, kernel, *self.places) for _ in range(above))

    def init(self, batch_size: int, device: Any) -> State:
        """All states are 0."""
        above = len(self.channels) - 1
        states = {name: self.zeros(batch_size, device, above + 1) for name in ("hidden", "memory")}
        differences = {name: self.zeros(batch_size, device, above) for name in ("difference", "kept", "inner")}
        return {
            **states,
            **differences,
            "spatial": self.zeros(batch_size, device, 1)[0],
            "begun": torch.zeros(batch_size, 1, 1, 1, device=device),
        }

    def step(self, frame: torch.Tensor, state: State) -> State:
        """(batch, 3, width, width) -> the next state; the prediction fires."""
        first, *upper = self.stlstm_layer
        before, begun = state["hidden"][0], state["begun"]
        x, memory, spatial = first(self.patches(frame), before, state["memory"][0], state["spatial"])
        following: State = {name: [] for name in ("difference", "kept", "inner")}
        hidden, memories, change = [x], [memory], x - before
        for number, (cell, differ) in enumerate(zip(upper, self.stlstm_layer_diff, strict=True)):
            change, kept = differ(change, state["difference"][number], state["kept"][number])
            change, kept = begun * change, begun * kept
            x, memory, inner, spatial = cell(
                x, change, state["hidden"][number + 1], state["memory"][number + 1], state["inner"][number], spatial
            )
            hidden.append(x)
            memories.append(memory)
            for name, value in (("difference", change), ("kept", kept), ("inner", inner)):
                following[name].append(value)
        self.predict(x)
        return {"hidden": hidden, "memory": memories, **following, "spatial": spatial, "begun": torch.ones_like(begun)}


NETWORKS: dict[str, type[ConvLSTMStack] | type[PredRNNStack] | type[MIMStack]] = {
    "openstl_convlstm": ConvLSTMStack,
    "openstl_predrnn": PredRNNStack,
    "mim": MIMStack,
}
UNUSED = {
    "openstl_convlstm": r"^cell_list\.\d+\.conv_(o|last)\.",
    "mim": r"^stlstm_layer_diff\.\d+\.conv_last\.",
}
"""Tensors of the files that OpenSTL's own networks hold, but never use."""


def load(
    name: str,
    weights: str | Path = "random",
    seed: int = 0,
    dt: float = 100.0,
    configuration: Mapping[str, Any] | None = None,
    layers: Sequence[str] | None = None,
    regions: Mapping[str, str] | None = None,
    visual_degrees: float = 8.0,
) -> RecurrentModel:
    """A predictor of OpenSTL as a recurrent model, by default as it was trained on KITTI.

    Args:
        name: a key of `NETWORKS`.
        weights: the path of a file, or "random".
        seed: seed of random weights.
        dt: ms per step; the data have 10 frames per second.
        configuration: sizes of the network, in place of the published ones.
        layers: default layers, recorded when none are named.
        regions: brain region -> layer, in place of parts of the mapping.
        visual_degrees: visual angle of the width of the input.

    Raises:
        MissingWeights: if a file is not there.
        ModelError: if a file does not fit, or the sizes do not go together.
    """
    unused = [(UNUSED[name], None)] if name in UNUSED else []
    convert = renamed(*unused)
    built, origin = initialise(lambda: NETWORKS[name](**(configuration or {})), weights, seed, convert=convert)
    network: Any = built
    hidden = [f"{network.cells}.{number}.hidden" for number in range(len(network.channels))]
    recorded, mapping = chosen([*hidden, "prediction"], ventral_stream(hidden), layers, regions)
    return RecurrentModel(
        name,
        network,
        dt=dt,
        preprocessing=Preprocessing(network.width),
        regions=mapping,
        layers=recorded,
        visual_degrees=visual_degrees,
        weights=origin,
        citation=STEPS[name][1],
    )
