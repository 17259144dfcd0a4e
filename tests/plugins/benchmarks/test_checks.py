"""Benchmarks pass the checks of the testing kit, and adversaries get what benchmarks say that they get."""

import ast
from fnmatch import fnmatchcase
from pathlib import Path
from typing import get_args

import pytest

from harness import load_benchmark
from harness.data import is_available
from harness.host import INAPPLICABLE, Adversary, BenchmarkSpec, host
from harness.testing import check_adversaries, check_benchmark

UNKNOWING = ("noise", "clock", "hash", "constant", "nan")
FAST = ("Temporal.contrast", "Temporal.interval")
"""What is checked whole in seconds."""
SOON = ("Kriegeskorte2008.IT-rdm", "Peterson2019-cifar10h", "Cavanaugh2002-size_tuning", "KnierimVanEssen1992")
"""One of each kind, where adversaries that need no model are cheap; all others are slow tests."""
DATA_HERE = (
    "bsds500_subset",
    "cifar10h_with_resnets",
    "cowley2023_v4",
    "fake-fmri",
    "simulated-betas",
    "geirhos2019_cue_conflict",
    "hellmann2023_masked_orientation",
    "kriegeskorte2008_92objects",
    "maniquet2025_masking",
    "tang2018_occlusion_masking",
    "zhang_desimone_it",
)
"""Data sets with which the slow tests are run where they are at hand."""
IN_ITS_OWN_ENVIRONMENT = "brainscore-benchmark/*"
"""Held where Brain-Score's package is installed (tests/harness/brain_score)."""


def on_generated_files() -> tuple[str, ...]:
    """Patterns of the benchmarks whose data cannot be shipped, as the tests beside this one name them (`declares`): they hold what
    these declare on small files in the published layout, or on a simulated recording."""
    trees = (ast.parse(path.read_text()) for path in sorted(Path(__file__).parent.glob("test_*.py")))
    calls = (node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call))
    marks = (call for call in calls if ast.unparse(call.func) == "pytest.mark.declares")
    return tuple(ast.literal_eval(pattern) for mark in marks for pattern in mark.args)


ELSEWHERE = on_generated_files()
HERE = [
    spec.identifier
    for spec in host().benchmarks
    if spec.identifier != IN_ITS_OWN_ENVIRONMENT and not any(fnmatchcase(spec.identifier, one) for one in ELSEWHERE)
]
EACH = pytest.mark.parametrize("name", [n if n in FAST else pytest.param(n, marks=pytest.mark.slow) for n in HERE])


@pytest.fixture
def spec(name: str, request: pytest.FixtureRequest) -> BenchmarkSpec:
    """The description of a benchmark whose data are here."""
    found = host().benchmarks.get(name)
    if found.data:
        request.getfixturevalue("data")
    if missing := [one for one in found.data if not is_available(one)]:
        pytest.skip(f"the data set {missing[0]} is not here")
    return found


@pytest.mark.parametrize("described", host().benchmarks, ids=lambda spec: spec.identifier)
def test_it_says_what_every_adversary_gets(described):
    assert not {*get_args(Adversary)} - described.expects.keys()
    for control in ("published", "opposite"):
        applies = not described.expects[control].startswith(INAPPLICABLE)
        assert applies == (control in described.controls), control


@pytest.mark.parametrize("described", host().benchmarks, ids=lambda spec: spec.identifier)
def test_what_answers_alike_to_everything_gets_no_number_and_what_is_not_finite_is_refused(described):
    assert described.expects["constant"] == "not measurable"
    assert described.expects["nan"] in ("failed", "not measurable")


@pytest.mark.parametrize("name", HERE)
def test_a_declaration_that_is_not_held_on_generated_files_needs_data_that_are_here(name):
    assert all(one in DATA_HERE for one in host().benchmarks.get(name).data)


@pytest.mark.parametrize("pattern", ELSEWHERE)
def test_what_is_held_on_generated_files_is_registered(pattern):
    assert any(fnmatchcase(spec.identifier, pattern) for spec in host().benchmarks)


@EACH
def test_it_passes_its_checks(name, spec):
    check_benchmark(load_benchmark(name, **spec.quick), spec).assert_passed()


@pytest.mark.parametrize("name", SOON)
def test_what_knows_nothing_gets_what_is_declared(name, spec):
    check_adversaries(load_benchmark(name, **spec.quick), spec, only=UNKNOWING).assert_passed()


@EACH
def test_adversaries_get_what_is_declared(name, spec):
    check_adversaries(load_benchmark(name, **spec.quick), spec, only=spec.expects).assert_passed()
