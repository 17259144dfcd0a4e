"""DyRCNN: recurrent convolutional networks with time constants and delays in milliseconds."""

from harness import ModelSpec, RecipeSpec, hookimpl
from harness_plugins.models.dyrcnn.settings import RECURRENCES

BIBTEX = """@article{gutzen2025dynvision,
  title = {{DynVision}: A Modeling Toolbox for Biologically Plausible Recurrent Visual Networks},
  author = {Gutzen, Robin and Lindsay, Grace W.},
  journal = {bioRxiv},
  year = {2025},
  doi = {10.1101/2025.08.11.669756}
}"""

PARAMETERS = {
    "weights": "the path of a file (a checkpoint of DynVision fits), or random",
    "seed": "seed of random weights",
    "dt": "ms per step",
    "tau": "time constant of every area in ms, or a mapping from area to time constant; a weight file brings its own",
    "train_tau": "whether the time constants are trained; they stay positive",
    "t_ff": "ms from an area to the next; 0: an image crosses all areas in one step",
    "t_rc": "ms from an area to itself; at least one step",
    "t_fb": "ms of feedback; at least one step",
    "t_sk": "ms of skip connections",
    "recurrence": " or ".join((", ".join(RECURRENCES[:-1]), RECURRENCES[-1])),
    "target": "where the lateral signal enters an area: input, middle (x8) or output",
    "skip": "whether an area also gets input from two areas below",
    "feedback": "none, additive or multiplicative",
    "solver": "euler, rk4 or exponential",
    "supralinearity": "exponent of the power law after the rectification; 1: none",
    "adaptation": "share of the frame's recent mean that is subtracted from it; 0: none",
    "tau_adaptation": "time constant of that mean in ms",
    "retina": "whether two convolutions with a bottleneck stand before V1",
    "bias": "whether feedforward and recurrent convolutions have biases",
    "feedforward_only": "whether lateral, skip and feedback connections are cut",
    "cut_recurrence": "whether lateral connections alone are cut, those of a weight file, too",
    "operations": "names of the operations of a step in their order",
    "widths": "channels of each area, in place of the published ones",
    "convolutions": "of each area, 1 or 2, in place of the published number; the first has the stride",
    "classes": "names of the classes of the read-out, or their number",
    "size": "pixels along the side of the field of view",
    "channels": "number of channels of the input: 3 for RGB, 1 for luminance",
    "mean": "subtracted from each channel of the input; ImageNet's if not given",
    "std": "each channel of the input is divided by it; ImageNet's if not given",
    "recurrent_scale": "random recurrent weights are uniform between minus and plus this",
    "lead_in": "ms of background before the onset",
    "reference": "whether delays, an empty history and the adaptation behave as in DynVision 0.1.0, with its defects",
    "layers": "default layers, recorded when none are named",
    "regions": "brain region -> layer; replaces parts of the areas' own",
    "visual_degrees": "visual angle of the side of the input, degrees",
}

SUMMARIES = {
    "x2": "DyRCNN x2 (Gutzen & Lindsay 2025): two recurrent areas with delays in ms",
    "x4": "DyRCNN x4 (Gutzen & Lindsay 2025): V1 to IT, a convolution and a recurrence each, with delays in ms",
    "x8": "DyRCNN x8 (Gutzen & Lindsay 2025): V1 to IT, two convolutions and a recurrence each, with delays in ms",
}


@hookimpl
def register_models() -> list[ModelSpec]:
    return [
        ModelSpec(
            f"dyrcnn_{name}",
            load=f"harness_plugins.models.dyrcnn.models:load_{name}",
            summary=summary,
            tags=("recurrent", "delays"),
            parameters=PARAMETERS,
            bibtex=BIBTEX,
        )
        for name, summary in SUMMARIES.items()
    ]


RECIPE = {
    "epochs": "passes through the samples",
    "batch_size": "samples in a batch",
    "accumulate": "batches for each update",
    "steps": "time steps with the image",
    "pattern": "the image is on where it has a 1, as in 1011, stretched over all steps",
    "shuffle_pattern": "whether the pattern is shuffled for each batch",
    "reaction": "ms after each onset in which nothing is asked",
    "judged": "only so many of the last steps are asked",
    "idle": "blank steps before, without gradient",
    "residual": "blank steps after, by which labels are later; as many as a frame takes to the read-out, if not given",
    "truncate": "steps after which gradients are cut; 0 for never",
    "activity_weight": "weight of the mean activity of all layers in the loss",
    "signed_weight": "weight of the mean of what drives them, of either sign",
    "signed_layers": "layers of which that is taken",
    "rate": "learning rate; if not given, .0002 scaled to the size of a batch",
    "schedule": "dynvision (as published: ends at .345 of its beginning), cosine (ends at 0), one_cycle or constant",
    "factors": "part of a parameter's name -> factor of its learning rate; recurrence .2 and feedback .5 if not given",
    "weight_decay": "of all parameters but the logarithms of time constants",
    "clip": "largest norm of the gradient",
    "limit": "largest singular value of lateral connections, above which they are scaled down after an update",
    "rotation": "augmentation: degrees to either side",
    "translation": "augmentation: share of the side",
    "flip": "augmentation: whether left and right are exchanged in half of the images",
    "jitter": "augmentation: share of brightness and contrast",
    "patience": "epochs without a better validation after which it ends",
}


@hookimpl
def register_recipes() -> list[RecipeSpec]:
    return [
        RecipeSpec(
            "dynvision",
            load="harness_plugins.models.dyrcnn.recipe:DynVision",
            summary="classification over time (Gutzen & Lindsay 2025): masked cross-entropy, label timing, activity loss",
            tags=("recurrent", "temporal"),
            parameters=RECIPE,
            bibtex=BIBTEX,
            fast={"epochs": 2, "batch_size": 28, "accumulate": 1, "steps": 6, "rate": 0.003},
        )
    ]
