"""The transformers with their sizes, sampling and input.

Frame rates of VideoMAE V2 and MAE-ST are those of Brain-Score's wrappers; V-JEPA takes every fourth frame of 30 a second (its
configuration of pretraining).
"""

from typing import Any

from harness_plugins.models._published.keys import joined, one_after_another, query_and_value_biases, renamed
from harness_plugins.models._published.member import Member, loader
from harness_plugins.models.masked import MEMBERS as DESCRIBED
from harness_plugins.models.masked.transformer import VideoTransformer

_CLIP = {"frames": 16, "size": 224}
_LARGE = {"width": 1024, "depth": 24, "heads": 16}
_HUGE = {"width": 1280, "depth": 32, "heads": 16}
_GIANT = {"patch": 14, "width": 1408, "depth": 40, "heads": 16, "ratio": 48 / 11}
_GREY: dict[str, Any] = {"mean": (0.45,), "std": (0.225,)}

VIDEOMAE = one_after_another(
    renamed(
        (r"^decoder\.|^encoder_to_decoder\.|^mask_token$|^head\.", None),
        (r"^encoder\.", ""),
        (r"^fc_norm\.", "norm."),
    ),
    query_and_value_biases,
)
"""From the names of VideoMAE and its kin, pretrained or fine-tuned, to timm's; without what is not the encoder."""

MAE_ST = one_after_another(
    renamed((r"^decoder_|^mask_token$|^head\.|^fc_norm\.", None)),
    joined(".qkv.weight", ".q.weight", ".k.weight", ".v.weight"),
    joined(".qkv.bias", ".q.bias", ".k.bias", ".v.bias"),
)
VJEPA = renamed((r"^(module\.)?(backbone\.)?", ""))
_SEPARATE = {"positions": "separate", "token": True}

MEMBERS = {
    "videomae_v2_b": Member(VideoTransformer, 6.25, _CLIP, mean=(0.0,), std=(1.0,), convert=VIDEOMAE),
    "videomae_v2_g": Member(VideoTransformer, 6.25, {**_CLIP, **_GIANT}, mean=(0.0,), std=(1.0,), convert=VIDEOMAE),
    "mae_st_l": Member(VideoTransformer, 6.25, {**_CLIP, **_LARGE, **_SEPARATE}, **_GREY, convert=MAE_ST),
    "mae_st_h": Member(VideoTransformer, 6.25, {**_CLIP, **_HUGE, **_SEPARATE}, **_GREY, convert=MAE_ST),
    "vjepa_l": Member(VideoTransformer, 7.5, {**_CLIP, **_LARGE, "positions": "stored"}, convert=VJEPA),
}

load = loader(MEMBERS, DESCRIBED)
