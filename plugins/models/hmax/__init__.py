"""HMAX: simple and complex cells by turns, from Gabor filters to distances from stored patches."""

from harness import ModelSpec, hookimpl

BIBTEX = """@article{serre2007robust,
  title = {Robust Object Recognition with Cortex-Like Mechanisms},
  author = {Serre, Thomas and Wolf, Lior and Bileschi, Stanley and Riesenhuber, Maximilian and Poggio, Tomaso},
  journal = {{IEEE} Transactions on Pattern Analysis and Machine Intelligence},
  volume = {29},
  number = {3},
  pages = {411--426},
  year = {2007},
  doi = {10.1109/TPAMI.2007.56}
}"""


@hookimpl
def register_models() -> list[ModelSpec]:
    return [
        ModelSpec(
            "hmax",
            load="harness_plugins.models.hmax.model:load",
            summary="HMAX (Serre et al. 2007): Gabor filters, maxima, distances from patches, and their minima",
            tags=("static", "reference"),
            parameters={
                "weights": "the path of a file of patches (the laboratory's universal_patch_set.mat fits), or random",
                "seed": "seed of random patches",
                "size": "pixels along the side of the field of view",
                "patches": "number of random patches of each size",
                "visual_degrees": "visual angle of that side, degrees",
            },
            bibtex=BIBTEX,
        )
    ]
