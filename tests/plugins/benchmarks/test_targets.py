"""Targets of classical experiments say where they come from, and none that is not known makes a ceiling."""

import pytest

from harness import load_benchmark
from harness.data import is_available
from harness.host import host
from harness.metrics.statistics import Histogram, Target, known_errors

EXPERIMENTS = [
    spec
    for spec in host().benchmarks
    if "in-silico" in spec.tags and "distribution" not in spec.tags and all(map(is_available, spec.data))
]
"""What has effects as its targets; distributions of tuning are compared whole."""


@pytest.mark.parametrize("spec", EXPERIMENTS, ids=lambda spec: spec.identifier)
def test_every_target_has_its_source_its_words_and_its_n(spec):
    """Where n is not stated by what is quoted, the source says so; a published mean has no error without it."""
    benchmark = load_benchmark(spec.identifier, **spec.quick)
    targets = {name: target for name, target in benchmark.targets.items() if isinstance(target, Target)}
    for name, target in targets.items():
        assert target.source and target.quotation, name
        assert (target.n is None) == ("n is not stated" in target.source), name
    assert all(isinstance(target, Target | Histogram) for target in benchmark.targets.values())
    assert not targets or known_errors(targets) or float(benchmark.ceiling) == 1


def test_what_secondary_sources_differ_by_makes_no_ceiling():
    ceiling = load_benchmark("AlbrechtHamilton1982-contrast_response").ceiling
    assert float(ceiling) == 1 and ceiling.attrs["error"] is None
