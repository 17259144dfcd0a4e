"""The networks for actions with their sizes, sampling and input.

Frame rates are those of Brain-Score's wrappers, where it has one, else of mmaction2's evaluation at 25 frames per second; lengths
of windows, means and standard deviations are of mmaction2's evaluation.
"""

from typing import Any

from harness_plugins.models._published.keys import one_after_another, renamed, with_time
from harness_plugins.models._published.member import Member, loader
from harness_plugins.models.action import MEMBERS as DESCRIBED
from harness_plugins.models.action.resnet3d import OnePathway, SlowFast
from harness_plugins.models.action.torchvision_sizes import MultiscaleTransformer, VideoSwin, mvit_keys, swin_keys
from harness_plugins.models.action.uniformer import UniFormer
from harness_plugins.models.action.uniformer_v2 import UniFormerV2
from harness_plugins.models.action.x3d import X3D

_KINETICS = 400
_GREY: dict[str, Any] = {"mean": (0.45,), "std": (0.225,)}
_CLEAN = renamed((r"^data_preprocessor\..*", None))
_I3D = {
    "depth": 50,
    "frames": 32,
    "size": 224,
    "stem_strides": (2, 2),
    "halves": True,
    "inflate": ((1,), (1, 0), (1, 0), (0, 1, 0)),
}
_C2D = {
    "depth": 50,
    "frames": 8,
    "size": 224,
    "kernel": 1,
    "pool_padding": 0,
    "halves": True,
    "inflate": ((0,), (0,), (0,), (0,)),
}
_CSN = {
    "depth": 50,
    "frames": 32,
    "size": 224,
    "kernel": 3,
    "strides": (1, 2, 2, 2),
    "inflated": "middle",
    "separate": True,
    "eps": 1e-3,
}

MEMBERS = {
    "i3d": Member(OnePathway, 12.5, _I3D, _KINETICS, convert=_CLEAN),
    "i3d_nonlocal": Member(OnePathway, 12.5, {**_I3D, "non_local": (1, 2)}, _KINETICS, convert=_CLEAN),
    "c2d": Member(OnePathway, 25 / 8, _C2D, _KINETICS, convert=one_after_another(_CLEAN, with_time(".conv.weight"))),
    "csn": Member(OnePathway, 12.5, _CSN, _KINETICS, convert=_CLEAN),
    "slowfast": Member(SlowFast, 12.5, {"frames": 32, "size": 224}, _KINETICS, convert=_CLEAN),
    "x3d_m": Member(X3D, 30, {"frames": 16, "size": 224}, _KINETICS, **_GREY, convert=_CLEAN),
    "uniformer_b": Member(UniFormer, 6.25, {"frames": 32, "size": 224}, _KINETICS, **_GREY, convert=_CLEAN),
    "uniformerv2_b": Member(UniFormerV2, 25, {"frames": 8, "size": 224}, _KINETICS, **_GREY, convert=_CLEAN),
    "swin3d_l": Member(VideoSwin, 12.5, {"frames": 32, "size": 224}, _KINETICS, convert=swin_keys()),
    "mvit_v2_b": Member(
        MultiscaleTransformer, 25 / 3, {"frames": 32, "size": 224}, _KINETICS, **_GREY, convert=mvit_keys()
    ),
}


load = loader(MEMBERS, DESCRIBED)
