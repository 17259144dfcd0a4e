"""The identity network."""

import torch
from torch import nn

from harness.models import VENTRAL_STREAM, FrameModel, Preprocessing, Weights


class Pixels(nn.Module):
    """Gives the frame, as the layer `pixels`."""

    def __init__(self) -> None:
        super().__init__()
        self.pixels = nn.Identity()

    def forward(self, frames: torch.Tensor) -> torch.Tensor:
        """(batch, 3, size, size) -> the same."""
        return self.pixels(frames)


def load(size: int = 64, visual_degrees: float = 8.0) -> FrameModel:
    """RGB in [0, 1], standing for every region.

    Args:
        size: pixels along the side of the field of view. The default resolves 4 cycles per degree and has 12,288 units.
        visual_degrees: visual angle of that side.
    """
    return FrameModel(
        "pixels",
        Pixels(),
        preprocessing=Preprocessing(size),
        regions=dict.fromkeys(VENTRAL_STREAM, "pixels"),
        visual_degrees=visual_degrees,
        weights=Weights("none"),
        arguments={"size": size, "visual_degrees": visual_degrees},
    )
