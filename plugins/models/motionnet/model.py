"""MotionNet (Rideaux & Welchman 2020): 128 filters over space and time, and 64 velocities.

Its authors train it on six frames of 32 x 32 pixels; their checkpoint holds 6 x 6 x 6 x 128 filters and 93,312 x 64 weights of
velocities, as this network has. Brain-Score and Dynamic-Vision show it movies: filters see zeros around them, and velocities are
asked for at many places (Mineault et al. 2021, "Your head is there to move you around"), which is the default here.
"""

import torch
from torch import nn

from harness_plugins.models._published.keys import State
from harness_plugins.models._published.member import ClipNetwork, Member, loader
from harness_plugins.models.motionnet import MEMBERS as DESCRIBED


class MotionNet(ClipNetwork):
    """Rectified filters of luminance over space and time (`v1`), and a weighted sum of a patch of them for each velocity (`mt`).

    Args:
        frames, size: of the clip.
        filters, kernel: number of filters, and their side in pixels and frames.
        velocities: units of the read-out.
        patch: pixels along the side of what a unit of the read-out sees; it stands every third of its side in maps.
        padded: whether both see zeros around what they are shown, so that maps keep their size; without it, 6 frames of 32 pixels
            give one answer, as in training.
    """

    areas = ("v1", "mt")

    def __init__(
        self,
        frames: int,
        size: int,
        filters: int = 128,
        kernel: int = 6,
        velocities: int = 64,
        patch: int = 32,
        padded: bool = True,
    ):
        super().__init__()
        self.frames, self.size, self.padded = frames, size, padded
        side = patch - kernel + 1
        step = side // 3
        margin = (side + step - 1) // 2 if padded else 0
        self.v1 = nn.Sequential(
            nn.Conv3d(1, filters, kernel, padding=kernel // 2 if padded else 0), Moments(padded), nn.ReLU()
        )
        self.mt = nn.Conv3d(filters, velocities, (1, side, side), (1, step, step), (0, margin, margin))

    def forward(self, clip: torch.Tensor) -> torch.Tensor:
        """(batch, 3, frames, size, size) -> (batch, velocities, frames, rows, columns), before the softmax."""
        velocities: torch.Tensor = self.mt(self.v1(clip.mean(1, keepdim=True)))
        return velocities


class Moments(nn.Module):
    """As many moments as there are frames, where an even kernel and its margin give one more."""

    def __init__(self, padded: bool):
        super().__init__()
        self.padded = padded

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(batch, filters, time, height, width) -> the same, without the last moment where there is one too many."""
        return x[:, :, :-1] if self.padded else x


def from_tensorflow(state: State) -> State:
    """The tensors of the authors' checkpoint (`motion_net.h5`) as Brain-Score reads them; those of other files as they are."""
    if "wconv:0" not in state:
        return state
    filters, readout = state["wconv:0"], state["wout:0"]
    channels = filters.shape[-1]
    side = round((readout.shape[0] / channels) ** 0.5)
    return {
        "v1.0.weight": filters.permute(3, 2, 1, 0)[:, None],
        "v1.0.bias": state["bconv:0"],
        "mt.weight": readout.reshape(side, side, channels, -1).permute(3, 2, 1, 0)[:, :, None],
        "mt.bias": state["bout:0"],
    }


MEMBERS = {
    "motionnet": Member(
        MotionNet,
        25,
        {"frames": 16, "size": 112},
        mean=(0.43216, 0.394666, 0.37645),
        std=(0.22803, 0.22145, 0.216989),
        convert=from_tensorflow,
        regions=("V1", "MT"),
    )
}

load = loader(MEMBERS, DESCRIBED)
