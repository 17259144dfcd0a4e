"""Networks that were trained to name actions in videos, with the keys of mmaction2's checkpoints."""

from harness import ModelSpec, hookimpl
from harness_plugins.models._published import specs
from harness_plugins.models.torchvision_video import MVIT2, SWIN

I3D = """@inproceedings{carreira2017quo,
  title = {Quo Vadis, Action Recognition? {A} New Model and the {Kinetics} Dataset},
  author = {Carreira, Jo{\\~a}o and Zisserman, Andrew},
  booktitle = {Proceedings of the {IEEE} Conference on Computer Vision and Pattern Recognition},
  pages = {4724--4733},
  year = {2017}
}"""
NON_LOCAL = """@inproceedings{wang2018nonlocal,
  title = {Non-local Neural Networks},
  author = {Wang, Xiaolong and Girshick, Ross and Gupta, Abhinav and He, Kaiming},
  booktitle = {Proceedings of the {IEEE} Conference on Computer Vision and Pattern Recognition},
  pages = {7794--7803},
  year = {2018}
}"""
SLOWFAST = """@inproceedings{feichtenhofer2019slowfast,
  title = {{SlowFast} Networks for Video Recognition},
  author = {Feichtenhofer, Christoph and Fan, Haoqi and Malik, Jitendra and He, Kaiming},
  booktitle = {Proceedings of the {IEEE/CVF} International Conference on Computer Vision},
  pages = {6202--6211},
  year = {2019}
}"""
X3D = """@inproceedings{feichtenhofer2020x3d,
  title = {{X3D}: Expanding Architectures for Efficient Video Recognition},
  author = {Feichtenhofer, Christoph},
  booktitle = {Proceedings of the {IEEE/CVF} Conference on Computer Vision and Pattern Recognition},
  pages = {203--213},
  year = {2020}
}"""
CSN = """@inproceedings{tran2019video,
  title = {Video Classification with Channel-Separated Convolutional Networks},
  author = {Tran, Du and Wang, Heng and Torresani, Lorenzo and Feiszli, Matt},
  booktitle = {Proceedings of the {IEEE/CVF} International Conference on Computer Vision},
  pages = {5552--5561},
  year = {2019}
}"""
UNIFORMER = """@inproceedings{li2022uniformer,
  title = {{UniFormer}: Unified Transformer for Efficient Spatial-Temporal Representation Learning},
  author = {Li, Kunchang and Wang, Yali and Gao, Peng and Song, Guanglu and Liu, Yu and Li, Hongsheng and Qiao, Yu},
  booktitle = {International Conference on Learning Representations},
  year = {2022}
}"""
UNIFORMER_V2 = """@inproceedings{li2023uniformerv2,
  title = {{UniFormerV2}: Unlocking the Potential of Image {ViTs} for Video Understanding},
  author = {Li, Kunchang and Wang, Yali and He, Yinan and Li, Yizhuo and Wang, Yi and Wang, Limin and Qiao, Yu},
  booktitle = {Proceedings of the {IEEE/CVF} International Conference on Computer Vision},
  pages = {1632--1643},
  year = {2023}
}"""

_TAGS = ("video", "kinetics400")
MEMBERS = {
    "i3d": ("I3D, a ResNet-50 inflated over time (Carreira & Zisserman 2017)", I3D, _TAGS),
    "i3d_nonlocal": ("I3D with attention over places and moments (Wang et al. 2018)", NON_LOCAL, _TAGS),
    "c2d": ("C2D, a ResNet-50 of frames that pools over time (Wang et al. 2018)", NON_LOCAL, _TAGS),
    "csn": ("ir-CSN-50: its 3D convolutions filter every channel by itself (Tran et al. 2019)", CSN, _TAGS),
    "slowfast": (
        "SlowFast-50: a slow pathway, and a thin fast one that joins it (Feichtenhofer et al. 2019)",
        SLOWFAST,
        _TAGS,
    ),
    "x3d_m": ("X3D-M, channel-wise convolutions without strides in time (Feichtenhofer 2020)", X3D, _TAGS),
    "uniformer_b": (
        "UniFormer-B: convolutions on large maps, attention on small ones (Li et al. 2022)",
        UNIFORMER,
        _TAGS,
    ),
    "uniformerv2_b": ("UniFormerV2-B: CLIP on frames, and one token of the clip (Li et al. 2023)", UNIFORMER_V2, _TAGS),
    "swin3d_l": ("Video Swin transformer, large (Liu et al. 2022); torchvision's layers", SWIN, _TAGS),
    "mvit_v2_b": ("multiscale vision transformer MViTv2-B (Li et al. 2022); torchvision's layers", MVIT2, _TAGS),
}


@hookimpl
def register_models() -> list[ModelSpec]:
    return specs("harness_plugins.models.action.members:load", MEMBERS)
