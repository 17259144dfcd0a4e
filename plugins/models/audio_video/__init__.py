"""Networks that were trained on videos with their sound. They hear the sound track of a timeline; silence if it has none."""

from harness import ModelSpec, hookimpl
from harness_plugins.models._published import specs

SELAVI = """@inproceedings{asano2020labelling,
  title = {Labelling Unlabelled Videos from Scratch with Multi-modal Self-supervision},
  author = {Asano, Yuki M. and Patrick, Mandela and Rupprecht, Christian and Vedaldi, Andrea},
  booktitle = {Advances in Neural Information Processing Systems},
  volume = {33},
  year = {2020}
}"""
AVID = """@inproceedings{morgado2021audio,
  title = {Audio-Visual Instance Discrimination with Cross-Modal Agreement},
  author = {Morgado, Pedro and Vasconcelos, Nuno and Misra, Ishan},
  booktitle = {Proceedings of the {IEEE/CVF} Conference on Computer Vision and Pattern Recognition},
  pages = {12475--12486},
  year = {2021}
}"""

_TAGS = ("video", "self-supervised")
MEMBERS = {
    "selavi": (
        "SeLaVi (Asano et al. 2020): R(2+1)D-18 of frames and a ResNet of sound that share labels",
        SELAVI,
        _TAGS,
    ),
    "avid": ("AVID and AVID-CMA (Morgado et al. 2021): R(2+1)D-18 of frames and a network of sound", AVID, _TAGS),
}


@hookimpl
def register_models() -> list[ModelSpec]:
    return specs("harness_plugins.models.audio_video.members:load", MEMBERS)
