"""Contours in natural images, compared with the boundaries that participants drew."""

from harness import BenchmarkSpec, DatasetSpec, hookimpl
from harness_plugins.benchmarks._expectations import CONTOURS

BIBTEX = """@article{arbelaez2011contour,
  title = {Contour Detection and Hierarchical Image Segmentation},
  author = {Arbel{\\'a}ez, Pablo and Maire, Michael and Fowlkes, Charless and Malik, Jitendra},
  journal = {IEEE Transactions on Pattern Analysis and Machine Intelligence},
  volume = {33},
  number = {5},
  pages = {898--916},
  year = {2011},
  doi = {10.1109/TPAMI.2010.161}
}"""


@hookimpl
def register_benchmarks() -> list[BenchmarkSpec]:
    return [
        BenchmarkSpec(
            "BSDS500-contours",
            load="harness_plugins.benchmarks.bsds500.benchmark:BSDS500Contours",
            summary="contours in natural images, compared with those that participants drew (a subset of the test images)",
            tags=("task", "contours", "human", "images"),
            parameters={
                "thresholds": "number of thresholds of the contour map (99 in the publication)",
                "images": "number of images; all if not given",
                "layer": "layer that is decoded in models without contours of their own; selected on training images if not given",
                "exposure": "ms for which an image is shown",
                "folder": "a copy of the data with `images` and `groundTruth`, in place of the subset",
            },
            data=("bsds500_subset",),
            quick={"images": 10},
            expects=CONTOURS,
            bibtex=BIBTEX,
        )
    ]


@hookimpl
def register_datasets() -> list[DatasetSpec]:
    return [
        DatasetSpec(
            "bsds500_subset",
            summary="50 test images of BSDS500 with the boundaries that about five participants drew, and PiDiNet-tiny's weights",
            files={
                "images/100007.jpg": "464449ecba30a5a5c229c0133059c83b034e9000bd1d7752a189a8cf21182bf9",
                "groundTruth/100007.mat": "2868fa6eba02fa633865fc4e907a84d30fe30984656417a93f74b428fc746e27",
                "pidinet_weights/table5_pidinet-tiny.pth": "e32b23fff6c1cb9bd4385a1d615023346fc2e3f2f3a8db7f78cc4ce95a14730c",
            },
            source="github.com/BIDS/BSDS500 at a04b7c6 (the release of January 2013); github.com/hellozhuo/pidinet at 36f6506",
            licence="images: non-commercial research and education, as commonly stated; weights: research only",
            instructions=(
                "Put every fourth of BSDS500/data/images/test/*.jpg by name into `images`, the files of the same names of "
                "BSDS500/data/groundTruth/test into `groundTruth`, and trained_models/table5_pidinet-tiny.pth of PiDiNet into "
                "`pidinet_weights`"
            ),
            bibtex=BIBTEX,
        )
    ]
