"""Suites are made of benchmarks that tell models apart, by the rule of docs/trust.md."""

import pytest

from harness.host import INAPPLICABLE, Expectation, host

KNOWING_NOTHING = ("noise", "clock", "hash", "constant")
MEMBERS = [(suite.identifier, name) for suite in host().suites for name in suite.benchmarks]


@pytest.fixture
def spec(name):
    return host().benchmarks.get(name)


@pytest.mark.parametrize(("suite", "name"), MEMBERS)
def test_every_member_discriminates_and_does_not_leak(suite, name, spec):
    assert spec.discriminates and "leaks" not in spec.tags and "simulated" not in spec.tags


@pytest.mark.parametrize(("suite", "name"), MEMBERS)
def test_what_knows_nothing_gets_no_number_in_a_member_or_one_at_chance(suite, name, spec):
    for adversary in KNOWING_NOTHING:
        expected = Expectation.of(spec.expects[adversary])
        assert expected.outcome == "not measurable" or max(abs(expected.lowest), abs(expected.highest)) <= 0.2, (
            adversary
        )


@pytest.mark.parametrize(("suite", "name"), MEMBERS)
def test_a_member_has_a_published_effect_that_scores_and_an_opposite_that_does_not(suite, name, spec):
    assert Expectation.of(spec.expects["published"]).lowest >= 0.8
    opposite = spec.expects["opposite"]
    unmeasurable = opposite == "not measurable" or opposite.startswith(INAPPLICABLE)
    assert unmeasurable or Expectation.of(opposite).highest <= 0
