"""VOneNets: a fixed model of V1 in front of a network."""

from harness import ModelSpec, hookimpl

BIBTEX = """@inproceedings{dapello2020simulating,
  title = {Simulating a Primary Visual Cortex at the Front of {CNNs} Improves Robustness to Image Perturbations},
  author = {Dapello, Joel and Marques, Tiago and Schrimpf, Martin and Geiger, Franziska and Cox, David D. and DiCarlo, James J.},
  booktitle = {Advances in Neural Information Processing Systems},
  volume = {33},
  pages = {13073--13087},
  year = {2020}
}"""


@hookimpl
def register_models() -> list[ModelSpec]:
    return [
        ModelSpec(
            name,
            load=f"harness_plugins.models.vonenet.model:{loader}",
            summary=summary,
            tags=tags,
            parameters={
                "weights": "the path of a file (the authors' voneresnet50_ns_e70.pth.tar fits), or random",
                "seed": "seed of the Gabor filters and of random weights",
                "size": "pixels along the side of the field of view",
                "simple": "number of simple cells",
                "complex_": "number of complex cells",
                "visual_degrees": "visual angle of that side, degrees",
            },
            bibtex=BIBTEX,
        )
        for name, loader, summary, tags in (
            (
                "vone_block",
                "load_block",
                "the front of VOneNet (Dapello et al. 2020): V1 by itself",
                ("static", "reference"),
            ),
            (
                "voneresnet50",
                "load_resnet",
                "VOneResNet-50 (Dapello et al. 2020), without noise",
                ("static", "imagenet"),
            ),
        )
    ]
