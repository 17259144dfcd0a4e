"""Benchmarks pass the checks of the testing kit, and adversaries get what benchmarks say that they get."""

from typing import get_args

import pytest

from harness import load_benchmark
from harness.data import is_available
from harness.host import Adversary, BenchmarkSpec, host
from harness.testing import check_adversaries, check_benchmark

FAST = ("Temporal.contrast", "Temporal.duration", "Temporal.interval")
UNKNOWING = ("noise", "clock", "hash", "constant", "nan")
SOON = ("Kriegeskorte2008.IT-rdm", "Peterson2019-cifar10h")
"""Where adversaries that need no model are cheap."""
OWN_FILES = ("Folder-decoding", "Folder-regression", "Pooled-fmri-dynamic_vision")
DECLARED = [s.identifier for s in host().benchmarks if s.expects and not s.prefix and s.identifier not in OWN_FILES]
EACH = pytest.mark.parametrize("name", [n if n in FAST else pytest.param(n, marks=pytest.mark.slow) for n in DECLARED])
DATA = [
    s for s in host().benchmarks if "in-silico" not in s.tags and not s.identifier.startswith(("Hellmann", "Zhang"))
]
"""Benchmarks of recordings, participants and tasks."""


@pytest.fixture
def spec(name: str, request: pytest.FixtureRequest) -> BenchmarkSpec:
    """The description of a benchmark whose data are here."""
    found = host().benchmarks.get(name)
    if found.data:
        request.getfixturevalue("data")
    if missing := [one for one in found.data if not is_available(one)]:
        pytest.skip(f"the data set {missing[0]} is not here")
    return found


@pytest.mark.parametrize("described", DATA, ids=lambda spec: spec.identifier)
def test_it_says_what_adversaries_get(described):
    wanted = {*get_args(Adversary)} - {"published", "opposite", "scaled", "shifted", "permuted", "frozen", "shuffled"}
    assert not wanted - described.expects.keys()
    assert (described.expects["nan"], described.expects["constant"]) == ("failed", "not measurable")


def test_the_first_set_has_declarations():
    assert {*FAST, "Ringach2002-orientation_tuning", "TrottBorn2015", "Digits-decoding"} <= set(DECLARED)


@EACH
def test_it_passes_its_checks(name, spec):
    check_benchmark(load_benchmark(name, **spec.quick), spec).assert_passed()


@pytest.mark.parametrize("name", SOON)
def test_what_knows_nothing_gets_what_is_declared(name, spec):
    check_adversaries(load_benchmark(name, **spec.quick), spec, only=UNKNOWING).assert_passed()


@EACH
def test_adversaries_get_what_is_declared(name, spec):
    check_adversaries(load_benchmark(name, **spec.quick), spec, only=spec.expects).assert_passed()
