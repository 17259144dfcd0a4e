"""Mixed images: CutMix (Yun et al. 2019) and MixUp (Zhang et al. 2018), by torchvision, with shares of classes as labels."""

from dataclasses import dataclass

import torch

from harness.checks import Count, checked
from harness.errors import ArgumentError
from harness.training.augmentation import Augmentation


@checked(ArgumentError)
@dataclass(frozen=True)
class Mixed:
    """One of the two for each batch, drawn at random: a box of another image, or a weighted mean with it.

    Attributes:
        classes: how many there are.
        before: what is changed in the images before.
        alpha: of the symmetric beta distribution of the share.
    """

    classes: Count
    before: Augmentation | None = None
    alpha: float = 1.0

    def __call__(self, frames: torch.Tensor, labels: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Frames (batch, channels, y, x) in [0, 1] and labels (batch,) -> frames, and shares of classes (batch, classes)."""
        from torchvision.transforms import v2

        if self.before is not None:
            frames, labels = self.before(frames, labels)
        kinds = [kind(alpha=self.alpha, num_classes=self.classes) for kind in (v2.CutMix, v2.MixUp)]
        mixed, shares = v2.RandomChoice(kinds)(frames, labels)
        return mixed, shares
