"""The library's networks, taking clips as the engine gives them: (batch, channels, frames, size, size).

Those with class scores, and those that end with the features of their encoder.
"""

from typing import Any

import torch
import transformers


class _TakesClips:
    """Transposes clips from channels first to frames first, as the library expects them."""

    def forward(self, clip: torch.Tensor) -> Any:
        return super().forward(clip.transpose(1, 2))  # type: ignore[misc]


class TimesformerClassifier(_TakesClips, transformers.TimesformerForVideoClassification):
    pass


class TimesformerEncoder(_TakesClips, transformers.TimesformerModel):
    pass


class VideoMAEClassifier(_TakesClips, transformers.VideoMAEForVideoClassification):
    pass


class VideoMAEEncoder(_TakesClips, transformers.VideoMAEModel):
    pass


class VivitClassifier(_TakesClips, transformers.VivitForVideoClassification):
    pass


class VivitEncoder(_TakesClips, transformers.VivitModel):
    pass


class VJEPA2Classifier(_TakesClips, transformers.VJEPA2ForVideoClassification):
    pass


class VJEPA2Encoder(transformers.VJEPA2Model):
    """The encoder of V-JEPA 2 without its predictor, which serves training only."""

    def forward(self, clip: torch.Tensor) -> Any:
        return super().forward(clip.transpose(1, 2), skip_predictor=True)
