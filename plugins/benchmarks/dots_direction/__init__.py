"""The direction of random dots: a task without data in which only motion is informative."""

from harness import BenchmarkSpec, hookimpl
from harness_plugins.benchmarks._expectations import KNOWLEDGE, READ_CLIPS

BIBTEX = """@article{ding2012neural,
  title = {Neural correlates of perceptual decision making before, during, and after decision
    commitment in monkey frontal eye field},
  author = {Ding, Long and Gold, Joshua I.},
  journal = {Cerebral Cortex},
  volume = {22},
  number = {5},
  pages = {1052--1067},
  year = {2012},
  doi = {10.1093/cercor/bhr178}
}"""


@hookimpl
def register_benchmarks() -> list[BenchmarkSpec]:
    return [
        BenchmarkSpec(
            "RandomDots-direction",
            aliases=("random_dots-direction",),
            load="harness_plugins.benchmarks.dots_direction.benchmark:DotsDirection",
            summary="direction of random dots, decoded from every layer and time bin; needs no data",
            tags=("task", "decoding", "embedded", "temporal", "motion"),
            parameters={
                "coherence": "probabilities, 0 to 1, that a dot moves on",
                "exemplars": "seeds of each condition; draws of one seed stay on one side of a split",
                "duration": "ms",
                "seed": "seed of the dots",
            },
            expects=READ_CLIPS,
            controls=KNOWLEDGE,
            bibtex=BIBTEX,
        )
    ]
