"""The networks with their sampling and input, as their authors and Brain-Score's wrappers have them."""

from harness_plugins.models._published.keys import renamed
from harness_plugins.models._published.member import Member, loader
from harness_plugins.models.audio_video import MEMBERS as DESCRIBED
from harness_plugins.models.audio_video.networks import AVID, SeLaVi

MEMBERS = {
    "selavi": Member(
        SeLaVi,
        30,
        {"frames": 30, "size": 112},
        mean=(0.45,),
        std=(0.225,),
        convert=renamed((r"^mlp_[av]\d*\.", None)),
    ),
    "avid": Member(AVID, 16, {"frames": 8, "size": 224}, convert=renamed((r"^(video|audio)_proj\.", None))),
}

load = loader(MEMBERS, DESCRIBED)
