"""Presentation of the images of a batch: batched tensor operations that make a movie of each, anew in every epoch.

All take frames (batch, channels, y, x) in [0, 1], labels (batch,) and a number of steps, and give a movie
(batch, steps, channels, y, x) and labels (batch, steps), -1 where nothing is asked. They draw from torch's random state.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch

from harness.checks import checked
from harness.errors import ArgumentError

Presentation = Callable[[torch.Tensor, torch.Tensor, int], tuple[torch.Tensor, torch.Tensor]]
NOTHING = -1
"""The label of a step in which nothing is asked."""


@checked(ArgumentError)
@dataclass(frozen=True)
class Held:
    """Every image for all steps. Movies (batch, steps, channels, y, x) pass as they are; maps as labels, too."""

    def __call__(self, frames: torch.Tensor, labels: torch.Tensor, steps: int) -> tuple[torch.Tensor, torch.Tensor]:
        """See the module."""
        if frames.ndim == 5:
            steps = frames.shape[1]
            return frames, labels[:, None].expand(-1, steps) if labels.ndim == 1 else labels
        movie = frames[:, None].expand(-1, steps, -1, -1, -1)
        return movie, labels[:, None].expand(-1, steps) if labels.ndim == 1 else labels


@checked(ArgumentError)
@dataclass(frozen=True)
class InNoise:
    """Every image for all steps in Gaussian noise.

    Attributes:
        deviation: standard deviations of the noise from and to, one drawn for each image; luminance in [0, 1].
        dynamic: whether each step has noise of its own.
    """

    deviation: tuple[float, float] = (0.0, 0.3)
    dynamic: bool = True

    def __call__(self, frames: torch.Tensor, labels: torch.Tensor, steps: int) -> tuple[torch.Tensor, torch.Tensor]:
        """See the module."""
        movie, labels = Held()(frames, labels, steps)
        return with_noise(movie, self.deviation, self.dynamic), labels


@checked(ArgumentError)
@dataclass(frozen=True)
class Sequence:
    """Images of the batch one after the other: each row begins with its own and goes on with those of other rows.

    Attributes:
        each: steps of an image.
    """

    each: int = 5

    def __call__(self, frames: torch.Tensor, labels: torch.Tensor, steps: int) -> tuple[torch.Tensor, torch.Tensor]:
        """See the module."""
        count = -(-steps // self.each)
        order = torch.stack([torch.randperm(len(frames), device=frames.device) for _ in range(count - 1)], 1)
        rows = torch.cat([torch.arange(len(frames), device=frames.device)[:, None], order], 1)
        at = torch.arange(steps, device=frames.device) // self.each
        return frames[rows][:, at], labels[rows][:, at]


@checked(ArgumentError)
@dataclass(frozen=True)
class Masked:
    """Every image for a few steps at a time that cannot be known in advance, then grey or a mask until the end.

    The onset is drawn for each batch, so that no answer can be given by a clock; the movie is as many steps longer. The label holds
    from the onset on. Masks are blocks of random luminance, different in each row.

    Attributes:
        onset: steps of background before the image, at most.
        shown: steps of an image, from and to.
        masked: share of the rows that have a mask.
        noise: standard deviation of static Gaussian noise on all of the movie, in luminance.
        contrast: of the masks, about the background.
        blocks: along a side of the mask.
        background: luminance before, after and around the image.
    """

    onset: int = 8
    shown: tuple[int, int] = (2, 6)
    masked: float = 0.5
    noise: float = 0.15
    contrast: float = 0.8
    blocks: int = 8
    background: float = 0.5

    def __call__(self, frames: torch.Tensor, labels: torch.Tensor, steps: int) -> tuple[torch.Tensor, torch.Tensor]:
        """See the module; `steps` are those from the onset on."""
        onset = int(torch.randint(self.onset + 1, ()))
        low, high = self.shown
        shown = torch.randint(low, high + 1, (len(frames),), device=frames.device)
        return self.at(frames, labels, steps, onset, shown)

    def at(
        self, frames: torch.Tensor, labels: torch.Tensor, steps: int, onset: int, shown: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """With the onset given, and the steps for which each image is shown, (batch,)."""
        masked = torch.rand(len(frames), device=frames.device) < self.masked
        after = torch.where(masked[:, None, None, None], self._masks(frames), torch.full_like(frames, self.background))
        time = torch.arange(-onset, steps, device=frames.device)
        on = (time >= 0) & (time < shown[:, None])
        movie = torch.where(on[:, :, None, None, None], frames[:, None], after[:, None])
        before = (time < 0)[None, :, None, None, None]
        movie = torch.where(before, torch.full_like(movie, self.background), movie)
        asked = torch.where(time >= 0, labels[:, None], NOTHING)
        return with_noise(movie, (self.noise, self.noise), dynamic=False), asked

    def _masks(self, frames: torch.Tensor) -> torch.Tensor:
        values = torch.rand(len(frames), 1, self.blocks, self.blocks, device=frames.device) * 2 - 1
        blocks = torch.nn.functional.interpolate(values, size=frames.shape[2:], mode="nearest")
        return (self.background * (1 + self.contrast * blocks)).expand_as(frames)


def with_noise(movie: torch.Tensor, deviation: tuple[float, float], dynamic: bool) -> torch.Tensor:
    """A movie in Gaussian noise, the same in all channels, cut to [0, 1].

    Args:
        movie: (batch, steps, channels, y, x).
        deviation: from and to; one is drawn for each row.
        dynamic: whether each step has noise of its own.
    """
    low, high = deviation
    if not high:
        return movie
    scale = low + (high - low) * torch.rand(len(movie), 1, 1, 1, 1, device=movie.device)
    shape = (len(movie), movie.shape[1] if dynamic else 1, 1, *movie.shape[3:])
    return (movie + scale * torch.randn(shape, device=movie.device)).clamp(0, 1)
