"""Every benchmark says what adversaries get; what is cheap is held here, the rest where tests may take long."""

from typing import get_args

import pytest

from harness import load_benchmark
from harness.host import Adversary, host
from harness.testing import check_adversaries

PHYSIOLOGY = "in-silico"
"""Experiments on single units declare what their effects are; see their own tests."""
HASTY = ("noise", "clock", "hash", "constant", "nan")
FAST = ("Kriegeskorte2008.IT-rdm", "Peterson2019-cifar10h", "Simulated-fmri")
LONG = (
    "Digits-decoding",
    "RandomDots-direction",
    "BSDS500-contours",
    "Cowley2023.V4-ridge",
    "Geirhos2019-error_consistency",
)
LONG += ("Geirhos2019-shape_bias", "Kriegeskorte2008.monkeyIT-rdm", "Mur2013.judgements-rdm")
MASKING = ("Tang2018-masking", "Maniquet2025-masking")
OTHERS = {"published", "opposite", "permuted", "scaled", "shifted"}
"""What a family may have no expectation of."""


def described():
    exempt = {"ZhangDesimone2011.IT", "Hellmann2023-masked_orientation"}
    return [spec for spec in host().benchmarks if PHYSIOLOGY not in spec.tags and spec.identifier not in exempt]


@pytest.mark.parametrize("spec", described(), ids=lambda spec: spec.identifier)
def test_it_says_what_adversaries_get(spec):
    missing = {*get_args(Adversary)} - OTHERS - {"frozen", "shuffled"} - spec.expects.keys()
    assert not missing, f"nothing is declared for {', '.join(sorted(missing))}"
    assert spec.expects["nan"] == "failed" and spec.expects["constant"] == "not measurable"


@pytest.mark.usefixtures("data")
@pytest.mark.parametrize("name", [*FAST, *(pytest.param(n, marks=pytest.mark.slow) for n in (*LONG, *MASKING))])
def test_what_knows_nothing_gets_what_is_declared(name):
    spec = host().benchmarks.get(name)
    check_adversaries(load_benchmark(name, **spec.quick), spec, only=HASTY).assert_passed()


@pytest.mark.slow
@pytest.mark.usefixtures("data")
@pytest.mark.parametrize("name", [*FAST, *LONG, *MASKING])
def test_an_altered_model_gets_what_is_declared(name):
    spec = host().benchmarks.get(name)
    check_adversaries(load_benchmark(name, **spec.quick), spec, only=spec.expects.keys() - set(HASTY)).assert_passed()
