"""Time courses of human visual cortex in response to images (Brands et al. 2024)."""

from harness import BenchmarkSpec, hookimpl
from harness_plugins.benchmarks._parameters import NOISE
from harness_plugins.benchmarks._temporal import KNOWN

BIBTEX = """@article{brands2024temporal,
  title = {Temporal dynamics of short-term neural adaptation across human visual cortex},
  author = {Brands, Amber Marijn and Devore, Sasha and Devinsky, Orrin and Doyle, Werner and Flinker, Adeen and
            Friedman, Daniel and Dugan, Patricia and Winawer, Jonathan and Groen, Iris Isabelle Anna},
  journal = {PLoS Computational Biology},
  volume = {20}, number = {5}, pages = {e1012161},
  year = {2024},
  doi = {10.1371/journal.pcbi.1012161}
}"""

AREAS = {"V1": "V1-V3", "VOTC": "ventral occipito-temporal cortex", "LOTC": "lateral occipito-temporal cortex"}


@hookimpl
def register_benchmarks() -> list[BenchmarkSpec]:
    return [
        BenchmarkSpec(
            f"Brands2024-{area}",
            load="harness_plugins.benchmarks.brands2024.benchmark:Brands2024",
            summary=f"recovery, temporal summation and time course of human {name} (iEEG)",
            tags=("in-silico", "temporal", "human", "iEEG"),
            parameters=NOISE,
            quick={"exemplars": 2},
            controls={
                "published": "harness_plugins.benchmarks.brands2024.controls:measured",
                "opposite": "harness_plugins.benchmarks.brands2024.controls:growing",
            },
            expects=KNOWN | {"hash": "0 +- 0.05"},
            arguments={"area": area},
            bibtex=BIBTEX,
        )
        for area, name in AREAS.items()
    ]
