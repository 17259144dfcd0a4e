"""The networks with their sizes, sampling and input.

The frame rate of S3D-G is that of Brain-Score's wrapper. VideoChat, X-CLIP and Video-LLaVA spread 8 frames and VideoChat2 16 over a
whole video; here they stand for four seconds. Means and standard deviations are the authors'.
"""

from harness_plugins.models._published.keys import one_after_another, query_and_value_biases, renamed, with_time
from harness_plugins.models._published.member import Member, loader
from harness_plugins.models.masked.transformer import VideoTransformer
from harness_plugins.models.text_video import MEMBERS as DESCRIBED
from harness_plugins.models.text_video.s3dg import S3DG
from harness_plugins.models.text_video.towers import tower_keys, video_llava, xclip
from harness_plugins.models.text_video.videochat import VideoChat

_CLIP_MEAN, _CLIP_STD = (0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711)
_UMT = {
    "frames": 16,
    "size": 224,
    "tubelet": 1,
    "width": 1024,
    "depth": 23,
    "heads": 16,
    "sampled": 4,
}

VIDEOCHAT = one_after_another(
    renamed(
        (r"^(visual_encoder\.)?(norm|fc_norm|head)\.", None),
        (r"^(?!visual_encoder\.|patch_embed\.|cls_token|pos_embed|blocks\.|gmhra)", None),
        (r"^visual_encoder\.", ""),
        (r"^blocks\.39\..*", None),
    ),
    query_and_value_biases,
    with_time("patch_embed.proj.weight"),
)
"""The encoder's tensors; EVA's last block and read-out are not part of it."""

UMT = one_after_another(
    renamed(
        (r"^(?!vision_encoder\.encoder\.|vision_layernorm\.|patch_embed\.|blocks\.|norm\.)", None),
        (r"^vision_encoder\.encoder\.norm\..*|^(vision_encoder\.encoder\.)?blocks\.23\..*", None),
        (r"^vision_encoder\.encoder\.", ""),
        (r"^vision_layernorm\.", "norm."),
    ),
    query_and_value_biases,
)
"""The encoder's tensors and the normalisation after it; its last block is not used."""

MEMBERS = {
    "s3d_howto100m": Member(
        S3DG,
        24,
        {"frames": 32, "size": 256},
        mean=(0.0,),
        std=(1.0,),
        convert=renamed((r"^text_module\.", None)),
    ),
    "videochat_g": Member(VideoChat, 2, {"frames": 8, "size": 224}, mean=_CLIP_MEAN, std=_CLIP_STD, convert=VIDEOCHAT),
    "xclip_b": Member(
        xclip,
        2,
        {"frames": 8, "size": 224},
        mean=_CLIP_MEAN,
        std=_CLIP_STD,
        convert=tower_keys(r"vision_model\."),
    ),
    "video_llava": Member(
        video_llava,
        2,
        {"frames": 8, "size": 224},
        mean=_CLIP_MEAN,
        std=_CLIP_STD,
        convert=tower_keys(r"(model\.)?video_tower\."),
    ),
    "umt_l": Member(VideoTransformer, 4, _UMT, convert=UMT),
}

load = loader(MEMBERS, DESCRIBED)
