"""Every image classifier of torchvision."""

from harness import ModelSpec, hookimpl

BIBTEX = """@inproceedings{marcel2010torchvision,
  title = {Torchvision: the machine-vision package of {Torch}},
  author = {Marcel, S{\\'e}bastien and Rodriguez, Yann},
  booktitle = {Proceedings of the 18th ACM International Conference on Multimedia},
  pages = {1485--1488},
  year = {2010},
  doi = {10.1145/1873951.1874254}
}"""


@hookimpl
def register_models() -> list[ModelSpec]:
    return [
        ModelSpec(
            "torchvision/*",
            load="harness_plugins.models.torchvision.network:load",
            members="harness_plugins.models.torchvision.network:names",
            summary="torchvision's image classifiers; a static network responds to each frame as long as it is shown",
            tags=("static", "imagenet"),
            parameters={
                "weights": "pretrained (torchvision's default), the name of one of its weights, the path of a file, or random",
                "seed": "seed of random weights",
                "layers": "default layers, recorded when none are named; those of the family if not given",
                "regions": "brain region -> layer; replaces parts of the family's mapping",
                "visual_degrees": "visual angle of the side of the input, degrees",
                "classes": "number of classes of a read-out that is not ImageNet's; not for pretrained weights",
            },
            bibtex=BIBTEX,
        )
    ]
