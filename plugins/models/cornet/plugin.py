"""Registers CORnet-RT."""

from harness import ModelSpec, hookimpl

BIBTEX = """@article{kubilius2018cornet,
  title = {{CORnet}: Modeling the Neural Mechanisms of Core Object Recognition},
  author = {Kubilius, Jonas and Schrimpf, Martin and Nayebi, Aran and Bear, Daniel and Yamins, Daniel L. K. and DiCarlo, James J.},
  journal = {bioRxiv},
  pages = {408385},
  year = {2018},
  doi = {10.1101/408385}
}"""


@hookimpl
def register_models() -> list[ModelSpec]:
    return [
        ModelSpec(
            "cornet_rt",
            load="harness_plugins.models.cornet.network:load",
            summary="CORnet-RT (Kubilius et al. 2018): four recurrent areas, each hearing the one below a step later",
            tags=("recurrent", "imagenet"),
            parameters={
                "weights": "the path of a file (the authors' cornet_rt-933c001c.pth fits), or random",
                "seed": "of random weights",
                "dt": "ms a step",
                "size": "pixels along the side of the field of view",
                "layers": "recorded when a recording names none",
                "regions": "brain region -> layer; replaces parts of V1 to IT",
                "visual_degrees": "what the side of the input spans",
            },
            bibtex=BIBTEX,
        )
    ]
