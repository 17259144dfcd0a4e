"""Every benchmark of Brain-Score's package for vision, with its own class and numbers."""

from harness import BenchmarkSpec, hookimpl
from harness_plugins.benchmarks.brainscore import BIBTEX

NOT_OURS = "does not apply: the protocol is Brain-Score's, and its number is given as it is"


@hookimpl
def register_benchmarks() -> list[BenchmarkSpec]:
    return [
        BenchmarkSpec(
            "brainscore-benchmark/*",
            load="harness.brain_score.benchmarks:TheirBenchmark",
            members="harness.brain_score.catalogue:benchmark_ids",
            summary="benchmarks of Brain-Score vision by their identifiers there, with its own class and number",
            tags=("brainscore",),
            expects={
                **dict.fromkeys(
                    (
                        *("noise", "clock", "hash", "scaled", "shifted", "permuted", "frozen", "shuffled"),
                        *("untrained", "published", "opposite"),
                    ),
                    NOT_OURS,
                ),
                "constant": "not measurable",
                "nan": "failed",
            },
            discriminates=False,
            remark="what each tells apart is not measured here",
            bibtex=BIBTEX,
        )
    ]
