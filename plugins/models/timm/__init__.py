"""Every model of timm."""

from harness import ModelSpec, hookimpl

BIBTEX = """@misc{wightman2019timm,
  title = {{PyTorch} Image Models},
  author = {Wightman, Ross},
  year = {2019},
  doi = {10.5281/zenodo.4414861},
  howpublished = {\\url{https://github.com/huggingface/pytorch-image-models}}
}"""


@hookimpl
def register_models() -> list[ModelSpec]:
    return [
        ModelSpec(
            "timm/*",
            load="harness_plugins.models.timm.network:load",
            members="harness_plugins.models.timm.network:names",
            summary="timm's image models, with the tag of their weights (timm/resnet50.a1_in1k) or timm's default one",
            tags=("static", "imagenet"),
            parameters={
                "weights": "pretrained, the path of a file, or random",
                "seed": "seed of random weights",
                "layers": "default layers, recorded when none are named; timm's feature layers if not given",
                "regions": "brain region -> layer; replaces parts of the default mapping",
                "visual_degrees": "visual angle of the side of the input, degrees",
            },
            bibtex=BIBTEX,
        )
    ]
