"""CordsNet: convolutional recurrent dynamical systems for vision."""

from harness import ModelSpec, RecipeSpec, hookimpl

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


@hookimpl
def register_recipes() -> list[RecipeSpec]:
    return [
        RecipeSpec(
            "cordsnet",
            load="harness_plugins.models.cordsnet.recipe:CordsNetSteps",
            summary="CordsNet's five steps (Soo et al. 2024): twin, imitation, linear, annealed, final; or direct training",
            tags=("recurrent", "dynamical"),
            parameters={
                "twin_epochs": "epochs of the feedforward twin with batch norms, a third at each of three rates",
                "imitation_epochs": "epochs of the linear network's imitation of the twin",
                "linear_epochs": "epochs of the linear network in time",
                "annealed_epochs": "epochs in which the slope below 0 goes down",
                "final_epochs": "epochs of the final network",
                "direct": "whether only the last step is done, from random weights",
                "twin_batch": "samples in a batch of the first step",
                "imitation_batch": "of the second",
                "linear_batch": "of the third",
                "batch_size": "of the last two",
                "twin_rate": "learning rate of the first step",
                "imitation_rate": "of the second",
                "rate": "of the last three",
                "imitation_clip": "largest norm of the gradient in the second step",
                "clip": "in the last three; published for twelve million parameters, and too small for few",
                "schedule": "of the rate in the linear and final steps: constant (as published), cosine (ends at 0) or one_cycle",
                "return_weight": "weight of the return to rest in the last two steps",
                "smooth": "whether the slope goes down with every update and not by .05 an epoch",
                "steps": "time steps with the image",
                "blank": "time steps of blank before and after it in the last two steps",
                "rotation": "augmentation: degrees to either side",
                "translation": "augmentation: share of the side",
                "scaling": "augmentation: smallest and largest factor",
                "shear": "augmentation: degrees to either side",
                "flip": "augmentation: whether left and right are exchanged in half of the images",
                "mix": "augmentation: whether CutMix or MixUp is drawn for each batch; for CIFAR and FashionMNIST, if not given",
            },
            bibtex=BIBTEX,
            fast={
                **dict.fromkeys(
                    ("twin_epochs", "imitation_epochs", "linear_epochs", "annealed_epochs", "final_epochs"), 1
                ),
                **dict.fromkeys(("twin_batch", "imitation_batch", "linear_batch", "batch_size"), 32),
                "steps": 32,
                "blank": 12,
                "rate": 0.001,
                "clip": 1.0,
                "imitation_clip": 1.0,
                "imitation_rate": 0.001,
            },
        )
    ]
