"""MotionNet after Rideaux & Welchman (2020): six frames of 32 x 32 pixels, 128 filters of 6 x 6 x 6, and 64 velocities.

The paper counts in frames; 25 frames per second are ours. Its weights are not public.
"""

import torch
from torch import nn

from harness_plugins.models._published.member import ClipNetwork, Member, loader
from harness_plugins.models.motionnet import MEMBERS as DESCRIBED


class MotionNet(ClipNetwork):
    """Rectified filters of luminance over space and time (`v1`), and a weighted sum of them all for each velocity (`mt`)."""

    areas = ("v1", "mt")

    def __init__(self, frames: int, size: int, filters: int = 128, kernel: int = 6, velocities: int = 64):
        super().__init__()
        self.frames, self.size = frames, size
        self.v1 = nn.Sequential(nn.Conv3d(1, filters, kernel), nn.ReLU())
        self.mt = nn.Linear(filters * (size - kernel + 1) ** 2 * (frames - kernel + 1), velocities)

    def forward(self, clip: torch.Tensor) -> torch.Tensor:
        """(batch, 3, frames, size, size) -> (batch, velocities)."""
        luminance = clip.mean(1, keepdim=True)
        return self.mt(self.v1(luminance).flatten(1))


MEMBERS = {"motionnet": Member(MotionNet, 25, {"frames": 6, "size": 32}, mean=(0.5,), std=(0.5,), regions=("V1", "MT"))}

load = loader(MEMBERS, DESCRIBED)
