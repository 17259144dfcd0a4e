"""CordsNet: convolutional recurrent dynamical systems for vision."""

from harness import ModelSpec, hookimpl

BIBTEX = """@inproceedings{soo2024recurrent,
  title = {Recurrent neural network dynamical systems for biological vision},
  author = {Soo, Wayne W. M. and Battista, Aldo and Radmard, Puria and Wang, Xiao-Jing},
  booktitle = {Advances in Neural Information Processing Systems},
  volume = {37},
  pages = {135966--135982},
  year = {2024},
  url = {https://openreview.net/forum?id=ZZ94aLbMOK}
}"""


@hookimpl
def register_models() -> list[ModelSpec]:
    return [
        ModelSpec(
            f"cordsnet_r{depth}",
            load=f"harness_plugins.models.cordsnet.model:load_r{depth}",
            summary=f"CordsNet-R{depth} (Soo et al. 2024): {depth} convolutional areas with continuous-time recurrence in each",
            tags=("recurrent", "dynamical", "imagenet"),
            parameters={
                "weights": "the path of a file"
                + (" (the authors' cordsnetr8.pth fits)" if depth == 8 else "")
                + ", or random",
                "seed": "seed of random weights",
                "dataset": "imagenet, cifar100, cifar10, mnist or fashionmnist: channels and scaling of the input, and the classes",
                "dt": "ms per step; the published network was trained with 2",
                "tau": "time constant of all units in ms; dt / tau is the size of an Euler step, at most 1",
                "lead_in": "ms of background before stimulus onset, to reach the spontaneous activity; 200 as published",
                "folded": "whether weight normalisation is folded into plain weights (faster); false keeps gains and directions",
                "size": "pixels along the side of the field of view; published weights need 221 to 224",
                "channels": "number of channels of the first two areas, doubled with every further pair; published weights need 64",
                "layers": "default layers, recorded when none are named",
                "regions": "brain region -> layer; replaces parts of V1 to IT",
                "visual_degrees": "visual angle of the side of the input, degrees",
            },
            bibtex=BIBTEX,
        )
        for depth in (2, 4, 6, 8)
    ]
