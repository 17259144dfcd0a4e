"""Human choices between two objects (Rajalingham, Issa, Bashivan, Kar, Schmidt & DiCarlo 2018), the public part."""

from harness import BenchmarkSpec, DatasetSpec, hookimpl
from harness_plugins.benchmarks._brain_score_data import dataset
from harness_plugins.benchmarks._expectations import COMPARED_IMAGES, CONFUSIONS

BIBTEX = """@article{rajalingham2018large,
  title = {Large-scale, high-resolution comparison of the core visual object recognition behavior of humans, monkeys, and
           state-of-the-art deep artificial neural networks},
  author = {Rajalingham, Rishi and Issa, Elias B. and Bashivan, Pouya and Kar, Kohitij and Schmidt, Kailyn and DiCarlo, James J.},
  journal = {Journal of Neuroscience},
  volume = {38},
  number = {33},
  pages = {7255--7269},
  year = {2018},
  doi = {10.1523/JNEUROSCI.0388-18.2018}
}"""


@hookimpl
def register_benchmarks() -> list[BenchmarkSpec]:
    return [
        BenchmarkSpec(
            "Rajalingham2018-i2n",
            load="harness_plugins.benchmarks.rajalingham2018.benchmark:Rajalingham2018",
            summary="confusions of 24 objects, image by image, compared with participants",
            tags=("behaviour", "human", "images", "objects"),
            parameters={"duration": "ms for which an image is shown"},
            data=("Rajalingham2018.public",),
            expects=COMPARED_IMAGES,
            controls=CONFUSIONS,
            bibtex=BIBTEX,
        )
    ]


@hookimpl
def register_datasets() -> list[DatasetSpec]:
    return [
        dataset(
            "Rajalingham2018.public",
            "585,511 human choices between two of 24 objects, 2,160 images",
            BIBTEX,
            load="harness_plugins.benchmarks.rajalingham2018.choices:load",
        )
    ]
