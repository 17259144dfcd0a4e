"""Predictors of video with the keys of OpenSTL's checkpoints."""

from harness import ModelSpec, hookimpl
from harness_plugins.models._published import specs
from harness_plugins.models.predictors import CONVLSTM, PREDRNN

MIM = """@inproceedings{wang2019memory,
  title = {Memory in Memory: A Predictive Neural Network for Learning Higher-Order Non-Stationarity from Spatiotemporal Dynamics},
  author = {Wang, Yunbo and Zhang, Jianjin and Zhu, Hongyu and Long, Mingsheng and Wang, Jianmin and Yu, Philip S.},
  booktitle = {Proceedings of the {IEEE/CVF} Conference on Computer Vision and Pattern Recognition},
  pages = {9154--9162},
  year = {2019}
}"""
SIMVP = """@article{tan2022simvp,
  title = {{SimVP}: Towards Simple yet Powerful Spatiotemporal Predictive Learning},
  author = {Tan, Cheng and Gao, Zhangyang and Li, Siyuan and Li, Stan Z.},
  journal = {arXiv preprint arXiv:2211.12509},
  year = {2022}
}"""
TAU = """@inproceedings{tan2023temporal,
  title = {Temporal Attention Unit: Towards Efficient Spatiotemporal Predictive Learning},
  author = {Tan, Cheng and Gao, Zhangyang and Wu, Lirong and Xu, Yongjie and Xia, Jun and Li, Siyuan and Li, Stan Z.},
  booktitle = {Proceedings of the {IEEE/CVF} Conference on Computer Vision and Pattern Recognition},
  pages = {18770--18782},
  year = {2023}
}"""

CLIPS = {
    "simvp": (
        "SimVP with gated spatiotemporal attention (Tan et al. 2022): ten frames in, ten out",
        SIMVP,
        ("video", "prediction"),
    ),
    "tau": (
        "SimVP with the temporal attention unit (Tan et al. 2023): ten frames in, ten out",
        TAU,
        ("video", "prediction"),
    ),
}
STEPS = {
    "openstl_convlstm": ("ConvLSTM as OpenSTL has it, without peepholes (Shi et al. 2015)", CONVLSTM),
    "openstl_predrnn": ("PredRNN as OpenSTL has it (Wang et al. 2017)", PREDRNN),
    "mim": ("Memory in Memory (Wang et al. 2019): cells that remember differences of states", MIM),
}


@hookimpl
def register_models() -> list[ModelSpec]:
    stepping = [
        ModelSpec(
            name,
            load="harness_plugins.models.openstl.stepping:load",
            summary=summary,
            tags=("recurrent", "prediction"),
            parameters={
                "weights": "the path of a file (OpenSTL's checkpoints of the KITTI data fit), or random",
                "seed": "seed of random weights",
                "dt": "ms per step; each step sees a frame and predicts the next",
                "configuration": "sizes of the network: height, width, patch, channels, kernel",
                "layers": "default layers, recorded when none are named",
                "regions": "brain region -> layer; replaces parts of V1 to IT",
                "visual_degrees": "visual angle of the width of the input, degrees",
            },
            arguments={"name": name},
            bibtex=bibtex,
        )
        for name, (summary, bibtex) in STEPS.items()
    ]
    return [*specs("harness_plugins.models.openstl.clips:load", CLIPS), *stepping]
