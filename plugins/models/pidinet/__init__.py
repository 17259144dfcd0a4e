"""PiDiNet: pixel difference networks for the detection of contours."""

from harness import ModelSpec, hookimpl

BIBTEX = """@inproceedings{su2021pixel,
  title = {Pixel Difference Networks for Efficient Edge Detection},
  author = {Su, Zhuo and Liu, Wenzhe and Yu, Zitong and Hu, Dewen and Liao, Qing and Tian, Qi
    and Pietik{\\"a}inen, Matti and Liu, Li},
  booktitle = {Proceedings of the IEEE/CVF International Conference on Computer Vision},
  pages = {5117--5127},
  year = {2021},
  eprint = {2108.07009},
  archivePrefix = {arXiv}
}"""


@hookimpl
def register_models() -> list[ModelSpec]:
    return [
        ModelSpec(
            "pidinet_tiny",
            load="harness_plugins.models.pidinet.network:load",
            summary="PiDiNet-tiny (Su et al. 2021), trained to detect contours: 84,477 weights",
            tags=("static", "contours"),
            parameters={
                "weights": "pretrained (the file in the data set bsds500_subset), the path of a file, or random",
                "seed": "seed of random weights",
                "size": "pixels along the side of the field of view",
                "layers": "default layers, recorded when none are named",
                "regions": "brain region -> layer; replaces parts of the default mapping",
                "visual_degrees": "visual angle of the side of the input, degrees",
            },
            bibtex=BIBTEX,
        )
    ]
