"""Augmentation of a batch by tensor operations, each row by its own draw from torch's random state."""

import math
from dataclasses import dataclass

import torch
from torch.nn import functional

from harness.checks import checked
from harness.errors import ArgumentError


@checked(ArgumentError)
@dataclass(frozen=True)
class Augmentation:
    """Changes of images that leave their labels as they are; maps are turned and moved along with their images.

    Attributes:
        rotation: degrees, to either side at most.
        translation: share of the side, in either direction at most.
        scaling: from and to, one for no change.
        shear: degrees, to either side at most.
        flip: whether left and right are exchanged in half of the images.
        vertical_flip: likewise up and down.
        quarter_turns: whether half of the images are turned by 90 degrees.
        brightness, contrast: share by which luminance, and its distance from the image's mean, are changed at most.
        fill: luminance of what comes into view.
    """

    rotation: float = 0.0
    translation: float = 0.0
    scaling: tuple[float, float] = (1.0, 1.0)
    shear: float = 0.0
    flip: bool = False
    vertical_flip: bool = False
    quarter_turns: bool = False
    brightness: float = 0.0
    contrast: float = 0.0
    fill: float = 0.0

    def __call__(self, frames: torch.Tensor, targets: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Frames (batch, channels, y, x) in [0, 1], and labels (batch,) or maps (batch, 1, y, x) -> the same, changed."""
        maps = targets if targets.ndim == 4 else None
        if self.rotation or self.translation or self.shear or self.scaling != (1.0, 1.0):
            grid = functional.affine_grid(self._affine(len(frames)).to(frames), list(frames.shape), align_corners=False)
            frames = self._sampled(frames, grid, self.fill)
            maps = None if maps is None else self._sampled(maps, grid, 0.0)
        for wanted, axes in ((self.flip, (3,)), (self.vertical_flip, (2,))):
            if wanted:
                rows = _half(frames)
                frames = torch.where(rows, frames.flip(axes), frames)
                maps = None if maps is None else torch.where(rows, maps.flip(axes), maps)
        if self.quarter_turns:
            rows = _half(frames)
            frames = torch.where(rows, frames.rot90(1, (2, 3)), frames)
            maps = None if maps is None else torch.where(rows, maps.rot90(1, (2, 3)), maps)
        return self._toned(frames), targets if maps is None else maps

    def _affine(self, count: int) -> torch.Tensor:
        """The maps from places in the new images to places in the old ones, (count, 2, 3)."""
        angle = _either_side(count, math.radians(self.rotation))
        shear = _either_side(count, math.radians(self.shear)).tan()
        low, high = self.scaling
        scale = 1 / (low + (high - low) * torch.rand(count))
        cos, sin = scale * angle.cos(), scale * angle.sin()
        shift_x, shift_y = (_either_side(count, 2 * self.translation) for _ in range(2))
        rows = [cos, shear * cos - sin, shift_x, sin, shear * sin + cos, shift_y]
        return torch.stack(rows, 1).view(count, 2, 3)

    def _toned(self, frames: torch.Tensor) -> torch.Tensor:
        if not (self.brightness or self.contrast):
            return frames
        count = len(frames)
        gain = (1 + _either_side(count, self.brightness)).to(frames).view(-1, 1, 1, 1)
        spread = (1 + _either_side(count, self.contrast)).to(frames).view(-1, 1, 1, 1)
        frames = frames * gain
        mean = frames.mean((1, 2, 3), keepdim=True)
        return (mean + spread * (frames - mean)).clamp(0, 1)

    @staticmethod
    def _sampled(values: torch.Tensor, grid: torch.Tensor, fill: float) -> torch.Tensor:
        return functional.grid_sample(values - fill, grid, align_corners=False) + fill


def _either_side(count: int, most: float) -> torch.Tensor:
    return (2 * torch.rand(count) - 1) * most


def _half(frames: torch.Tensor) -> torch.Tensor:
    return (torch.rand(len(frames), device=frames.device) < 0.5).view(-1, 1, 1, 1)
