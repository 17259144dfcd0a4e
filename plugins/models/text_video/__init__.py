"""The visual side of networks that were trained on videos with text."""

from harness import ModelSpec, hookimpl
from harness_plugins.models._published import specs

HOWTO100M = """@inproceedings{miech2020end,
  title = {End-to-End Learning of Visual Representations from Uncurated Instructional Videos},
  author = {Miech, Antoine and Alayrac, Jean-Baptiste and Smaira, Lucas and Laptev, Ivan and Sivic, Josef and Zisserman, Andrew},
  booktitle = {Proceedings of the {IEEE/CVF} Conference on Computer Vision and Pattern Recognition},
  pages = {9879--9889},
  year = {2020}
}"""
VIDEOCHAT = """@article{li2023videochat,
  title = {{VideoChat}: Chat-Centric Video Understanding},
  author = {Li, KunChang and He, Yinan and Wang, Yi and Li, Yizhuo and Wang, Wenhai and Luo, Ping and Wang, Yali and Wang, Limin and
    Qiao, Yu},
  journal = {arXiv preprint arXiv:2305.06355},
  year = {2023}
}"""
UMT = """@inproceedings{li2023unmasked,
  title = {Unmasked Teacher: Towards Training-Efficient Video Foundation Models},
  author = {Li, Kunchang and Wang, Yali and Li, Yizhuo and Wang, Yi and He, Yinan and Wang, Limin and Qiao, Yu},
  booktitle = {Proceedings of the {IEEE/CVF} International Conference on Computer Vision},
  pages = {19948--19960},
  year = {2023}
}"""

XCLIP = """@inproceedings{ni2022expanding,
  title = {Expanding Language-Image Pretrained Models for General Video Recognition},
  author = {Ni, Bolin and Peng, Houwen and Chen, Minghao and Zhang, Songyang and Meng, Gaofeng and Fu, Jianlong and Xiang, Shiming
    and Ling, Haibin},
  booktitle = {Computer Vision -- {ECCV} 2022},
  pages = {1--18},
  year = {2022}
}"""
VIDEO_LLAVA = """@inproceedings{lin2024videollava,
  title = {{Video-LLaVA}: Learning United Visual Representation by Alignment Before Projection},
  author = {Lin, Bin and Ye, Yang and Zhu, Bin and Cui, Jiaxi and Ning, Munan and Jin, Peng and Yuan, Li},
  booktitle = {Proceedings of the 2024 Conference on Empirical Methods in Natural Language Processing},
  pages = {5971--5984},
  year = {2024}
}"""

_TAGS = ("video", "self-supervised")
MEMBERS = {
    "s3d_howto100m": ("S3D-G of videos and their narration (Miech et al. 2020)", HOWTO100M, _TAGS),
    "videochat_g": (
        "the eyes of VideoChat (Li et al. 2023): EVA's ViT-g on frames, and one token of the clip",
        VIDEOCHAT,
        _TAGS,
    ),
    "xclip_b": ("the eyes of X-CLIP, ViT-B/32 (Ni et al. 2022): CLIP on frames that exchange messages", XCLIP, _TAGS),
    "video_llava": ("the eyes of Video-LLaVA (Lin et al. 2024): CLIP's ViT-L/14 on frames", VIDEO_LLAVA, _TAGS),
    "umt_l": ("the eyes of VideoChat2: Unmasked Teacher, ViT-L/16 (Li et al. 2023)", UMT, _TAGS),
}


@hookimpl
def register_models() -> list[ModelSpec]:
    return specs("harness_plugins.models.text_video.members:load", MEMBERS)
