"""CIFAR-10H: human label distributions of ambiguous images."""

from harness import BenchmarkSpec, hookimpl
from harness_plugins.benchmarks._expectations import COMPARED_IMAGES

BIBTEX = """@inproceedings{peterson2019human,
  title = {Human uncertainty makes classification more robust},
  author = {Peterson, Joshua C. and Battleday, Ruairidh M. and Griffiths, Thomas L. and Russakovsky, Olga},
  booktitle = {IEEE/CVF International Conference on Computer Vision},
  year = {2019},
  doi = {10.1109/ICCV.2019.00971}
}"""


@hookimpl
def register_benchmarks() -> list[BenchmarkSpec]:
    return [
        BenchmarkSpec(
            "Peterson2019-cifar10h",
            load="harness_plugins.benchmarks.peterson2019.benchmark:Peterson2019",
            summary="class probabilities compared with human label distributions of CIFAR-10 images, image by image",
            tags=("behaviour", "human", "images", "cifar10"),
            parameters={
                "images_per_class": "number of images of each class, 200 at most",
                "duration": "ms for which an image is shown",
            },
            data=("cifar10h_with_resnets",),
            quick={"images_per_class": 20},
            expects=COMPARED_IMAGES,
            controls={
                "published": "harness_plugins.benchmarks.peterson2019.controls:annotators",
                "opposite": "harness_plugins.benchmarks.peterson2019.controls:unsure_elsewhere",
            },
            bibtex=BIBTEX,
        )
    ]
