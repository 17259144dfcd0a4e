"""Suites are made of benchmarks that tell models apart, by the rule of docs/trust.md."""

from pathlib import Path

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


def test_suites_are_closed():
    sizes = {suite.identifier: len(suite.benchmarks) for suite in host().suites}
    assert sizes == {"core-v1": 12, "temporal-v1": 11, "v1-physiology-v1": 13, "participants-v1": 7}


@pytest.mark.parametrize("suite", host().suites, ids=lambda suite: suite.identifier)
def test_why_a_benchmark_is_a_member_stands_in_the_documentation(suite):
    text = (Path(__file__).parents[3] / "docs" / "trust.md").read_text()
    [line] = [line for line in text.splitlines() if line.startswith(f"| `{suite.identifier}` |")]
    assert set(line.split("`")[3::2]) == set(suite.benchmarks)
