"""CORnet: shallow recurrent networks with one module for each visual area."""

from harness import ModelSpec, hookimpl

BIBTEX = """@article{kubilius2018cornet,
  title = {{CORnet}: Modeling the Neural Mechanisms of Core Object Recognition},
  author = {Kubilius, Jonas and Schrimpf, Martin and Nayebi, Aran and Bear, Daniel and Yamins, Daniel L. K. and DiCarlo, James J.},
  journal = {bioRxiv},
  pages = {408385},
  year = {2018},
  doi = {10.1101/408385}
}"""

BIBTEX_S = """@inproceedings{kubilius2019brain,
  title = {Brain-Like Object Recognition with High-Performing Shallow Recurrent {ANNs}},
  author = {Kubilius, Jonas and Schrimpf, Martin and Kar, Kohitij and Rajalingham, Rishi and Hong, Ha and Majaj, Najib J. and
    Issa, Elias B. and Bashivan, Pouya and Prescott-Roy, Jonathan and Schmidt, Kailyn and Nayebi, Aran and Bear, Daniel and
    Yamins, Daniel L. K. and DiCarlo, James J.},
  booktitle = {Advances in Neural Information Processing Systems},
  volume = {32},
  pages = {12785--12796},
  year = {2019}
}"""


def _parameters(checkpoint: str) -> dict[str, str]:
    return {
        "weights": f"the path of a file (the authors' {checkpoint} fits), or random",
        "seed": "seed of random weights",
        "size": "pixels along the side of the field of view",
        "layers": "default layers, recorded when none are named",
        "regions": "brain region -> layer; replaces parts of V1 to IT",
        "visual_degrees": "visual angle of the side of the input, degrees",
    }


@hookimpl
def register_models() -> list[ModelSpec]:
    return [
        ModelSpec(
            "cornet_z",
            load="harness_plugins.models.cornet.static:load_z",
            summary="CORnet-Z (Kubilius et al. 2018): four feedforward areas, one convolution each",
            tags=("static", "imagenet"),
            parameters=_parameters("cornet_z-5c427c9c.pth"),
            bibtex=BIBTEX,
        ),
        ModelSpec(
            "cornet_rt",
            load="harness_plugins.models.cornet.network:load",
            summary="CORnet-RT (Kubilius et al. 2018): four recurrent areas, each with input from the area below one step later",
            tags=("recurrent", "imagenet"),
            parameters={
                **_parameters("cornet_rt-933c001c.pth"),
                "dt": "ms per step",
                "widths": "channels of the four areas, in multiples of 32",
                "classes": "names of the classes of the decoder; ImageNet's if not given",
            },
            bibtex=BIBTEX,
        ),
        ModelSpec(
            "cornet_s",
            load="harness_plugins.models.cornet.static:load_s",
            summary="CORnet-S (Kubilius et al. 2019): V2, V4 and IT run several times on a frame; no time from frame to frame",
            tags=("static", "imagenet"),
            parameters=_parameters("cornet_s-1d3f7974.pth"),
            bibtex=BIBTEX_S,
        ),
    ]
