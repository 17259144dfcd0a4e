"""Video transformers that were trained to fill in, or to predict the features of, what was masked."""

from harness import ModelSpec, hookimpl
from harness_plugins.models._published import specs

VIDEOMAE_V2 = """@inproceedings{wang2023videomaev2,
  title = {{VideoMAE} {V2}: Scaling Video Masked Autoencoders with Dual Masking},
  author = {Wang, Limin and Huang, Bingkun and Zhao, Zhiyu and Tong, Zhan and He, Yinan and Wang, Yi and Wang, Yali and Qiao, Yu},
  booktitle = {Proceedings of the {IEEE/CVF} Conference on Computer Vision and Pattern Recognition},
  pages = {14549--14560},
  year = {2023}
}"""
MAE_ST = """@inproceedings{feichtenhofer2022masked,
  title = {Masked Autoencoders As Spatiotemporal Learners},
  author = {Feichtenhofer, Christoph and Fan, Haoqi and Li, Yanghao and He, Kaiming},
  booktitle = {Advances in Neural Information Processing Systems},
  volume = {35},
  year = {2022}
}"""
VJEPA = """@article{bardes2024revisiting,
  title = {Revisiting Feature Prediction for Learning Visual Representations from Video},
  author = {Bardes, Adrien and Garrido, Quentin and Ponce, Jean and Chen, Xinlei and Rabbat, Michael and {LeCun}, Yann and
    Assran, Mahmoud and Ballas, Nicolas},
  journal = {arXiv preprint arXiv:2404.08471},
  year = {2024}
}"""

_TAGS = ("video", "self-supervised")
MEMBERS = {
    "videomae_v2_b": ("VideoMAE V2, ViT-B/16 (Wang et al. 2023): fills in masked tubes", VIDEOMAE_V2, _TAGS),
    "videomae_v2_g": ("VideoMAE V2, ViT-g/14 (Wang et al. 2023): fills in masked tubes", VIDEOMAE_V2, _TAGS),
    "mae_st_l": ("MAE-ST, ViT-L/16 (Feichtenhofer et al. 2022): fills in masked tubelets", MAE_ST, _TAGS),
    "mae_st_h": ("MAE-ST, ViT-H/16 (Feichtenhofer et al. 2022): fills in masked tubelets", MAE_ST, _TAGS),
    "vjepa_l": ("V-JEPA, ViT-L/16 (Bardes et al. 2024): predicts features of what is masked", VJEPA, _TAGS),
}


@hookimpl
def register_models() -> list[ModelSpec]:
    return specs("harness_plugins.models.masked.members:load", MEMBERS)
