"""Targets of classical experiments say where they come from, and none that is not known makes a ceiling."""

import pytest

from harness import load_benchmark
from harness.host import host
from harness.metrics.statistics import Target, known_errors

EXPERIMENTS = [
    spec for spec in host().benchmarks if "in-silico" in spec.tags and not spec.data and "distribution" not in spec.tags
]
"""What has effects as its targets; distributions of tuning are compared whole."""


@pytest.mark.parametrize("spec", EXPERIMENTS, ids=lambda spec: spec.identifier)
def test_every_target_has_its_source_and_what_is_quoted_its_words(spec):
    benchmark = load_benchmark(spec.identifier, **spec.quick)
    targets = {name: target for name, target in benchmark.targets.items() if isinstance(target, Target)}
    for name, target in targets.items():
        assert target.source, name
        assert target.quotation or target.confidence != "quoted", name
    assert not targets or known_errors(targets) or float(benchmark.ceiling) == 1
