"""Decoding of handwritten digits: a real task without any data to download."""

from harness import BenchmarkSpec, hookimpl
from harness_plugins.benchmarks._expectations import KNOWLEDGE, READ_IMAGES

BIBTEX = """@misc{alpaydin1998optical,
  title = {Optical recognition of handwritten digits},
  author = {Alpaydin, E. and Kaynak, C.},
  howpublished = {UCI Machine Learning Repository},
  year = {1998},
  doi = {10.24432/C50P49}
}"""


@hookimpl
def register_benchmarks() -> list[BenchmarkSpec]:
    return [
        BenchmarkSpec(
            "Digits-decoding",
            aliases=("digits-decoding",),
            load="harness_plugins.benchmarks.digits_decoding.benchmark:DigitsDecoding",
            summary="handwritten digits, decoded from every layer and time bin; needs no data",
            tags=("task", "decoding", "embedded", "temporal"),
            parameters={"per_digit": "number of images of each digit"},
            quick={"per_digit": 12},
            expects=READ_IMAGES,
            controls=KNOWLEDGE,
            bibtex=BIBTEX,
            discriminates=False,
            remark="a random projection of the pixels has .96, as trained networks have: it tests the pipeline, not models",
        )
    ]
