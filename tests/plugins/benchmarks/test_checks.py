"""Benchmarks pass the checks of the testing kit, and adversaries get what benchmarks say that they get."""

import pytest

from harness import load_benchmark
from harness.host import host
from harness.testing import check_adversaries, check_benchmark

FAST = ("Temporal.contrast", "Temporal.duration", "Temporal.interval")
DECLARED = [spec.identifier for spec in host().benchmarks if spec.expects]
WITH_DATA = {spec.identifier for spec in host().benchmarks if spec.data}
EACH = pytest.mark.parametrize("name", [n if n in FAST else pytest.param(n, marks=pytest.mark.slow) for n in DECLARED])


def test_the_first_set_has_declarations():
    assert {*FAST, "Ringach2002-orientation_tuning", "TrottBorn2015", "Digits-decoding"} <= set(DECLARED)


@EACH
def test_it_passes_its_checks(name, request):
    if name in WITH_DATA:
        request.getfixturevalue("data")
    spec = host().benchmarks.get(name)
    check_benchmark(load_benchmark(name, **spec.quick), spec).assert_passed()


@EACH
def test_adversaries_get_what_is_declared(name, request):
    if name in WITH_DATA:
        request.getfixturevalue("data")
    spec = host().benchmarks.get(name)
    check_adversaries(load_benchmark(name, **spec.quick), spec, only=spec.expects).assert_passed()
