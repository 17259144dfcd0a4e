"""From a frame to a network's input: place it in the field of view, resample once, normalise."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
from torch.nn import functional

from harness.checks import AnyNumber, checked
from harness.errors import ModelError

IMAGENET_MEAN, IMAGENET_STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


@checked(ModelError)
@dataclass(frozen=True)
class Preprocessing:
    """How a network wants its input; part of a model's identity.

    Attributes:
        size: side of the square input in pixels.
        mean, std: subtracted and divided by, a channel (one number counts for all), after scaling to [0, 1].
        interpolation: of the one resampling, antialiased ("nearest" is not).
        channels: 3 for RGB, 1 for luminance (ITU-R BT.601 weights).
        aspect: of a frame that is not square: "pad" keeps its proportions and shows the background beside it; "stretch" makes it
            as wide as high, as most networks were trained and as Brain-Score's models see photographs.
    """

    size: int
    mean: tuple[AnyNumber, ...] = (0.0,)
    std: tuple[AnyNumber, ...] = (1.0,)
    interpolation: Literal["bilinear", "bicubic", "nearest"] = "bilinear"
    channels: Literal[1, 3] = 3
    aspect: Literal["pad", "stretch"] = "pad"

    def __post_init__(self) -> None:
        for name in ("mean", "std"):
            values = tuple(float(value) for value in getattr(self, name))
            object.__setattr__(self, name, values * self.channels if len(values) == 1 else values)
        usable = np.isfinite(self.mean).all() and np.isfinite(self.std).all() and min(self.std, default=0) > 0
        if self.size < 1 or not usable or {len(self.mean), len(self.std)} != {self.channels}:
            raise ModelError(
                f"preprocessing needs a positive size, and a finite mean and a finite positive std a channel, not {self}"
            )
        if max(self.mean) > 1:
            raise ModelError(f"images lie in [0, 1] before the mean is taken off; divide a mean of {self.mean} by 255")

    def place(self, frame: np.ndarray, span: float, background: tuple[float, float, float]) -> torch.Tensor:
        """The network's input for one frame.

        Args:
            frame: uint8 RGB (height, width, 3), or float in [0, 1], (height, width[, 3]).
            span: share of the field of view that the larger side of the frame covers; what exceeds 1 is cut off, what
                it leaves free shows the background.
            background: RGB in [0, 1].

        Returns:
            (channels, size, size) float32.
        """
        image = torch.from_numpy(np.array(frame))
        image = image.float().div_(255) if image.dtype == torch.uint8 else image.float()
        image = image.permute(2, 0, 1) if image.ndim == 3 else image.expand(3, *image.shape)
        height, width = image.shape[1:]
        target = self._target(height, width, span * self.size)
        if target != (height, width):
            smooth = self.interpolation != "nearest"
            options = {"align_corners": False, "antialias": True} if smooth else {}
            image = functional.interpolate(image[None], size=target, mode=self.interpolation, **options)[0]
            image = image.clamp_(0, 1)
        image = self._on_canvas(image, background)
        if self.channels == 1:
            image = torch.einsum("c,chw->hw", torch.tensor([0.299, 0.587, 0.114], dtype=torch.float32), image)[None]
        mean, std = (torch.tensor(values, dtype=torch.float32).view(-1, 1, 1) for values in (self.mean, self.std))
        return (image - mean) / std

    def _target(self, height: int, width: int, side: float) -> tuple[int, int]:
        """Height and width in pixels of the input of a frame whose larger side spans `side` of them."""
        if self.aspect == "stretch":
            height = width = max(height, width)
        scale = side / max(height, width)
        return max(1, round(height * scale)), max(1, round(width * scale))

    def _on_canvas(self, image: torch.Tensor, background: tuple[float, float, float]) -> torch.Tensor:
        """The image centred on a square of the background, or the centre of the image where it is larger."""
        height, width = image.shape[1:]
        if (height, width) == (self.size, self.size):
            return image
        canvas = torch.tensor(background, dtype=torch.float32).view(3, 1, 1).repeat(1, self.size, self.size)
        (to_y, from_y), (to_x, from_x) = self._overlap(height), self._overlap(width)
        canvas[:, to_y, to_x] = image[:, from_y, from_x]
        return canvas

    def _overlap(self, length: int) -> tuple[slice, slice]:
        """Where a centred image of this length lies on the canvas, and which part of it that is."""
        shared = min(length, self.size)
        to, of = (self.size - shared) // 2, (length - shared) // 2
        return slice(to, to + shared), slice(of, of + shared)
