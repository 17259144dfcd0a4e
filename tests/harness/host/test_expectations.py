"""What a benchmark may say of adversaries, and what each means."""

import pytest

from harness import BenchmarkSpec
from harness.errors import DescriptionError
from harness.host import Expectation


@pytest.mark.parametrize(
    ("text", "admitted", "refused"),
    [
        ("0 +- 0.05", (0, 0.05, -0.05), (0.051, -0.06)),
        ("-0.5 ± .1", (-0.5, -0.6), (-0.61, 0)),
        ("< 0.1", (0.09, -3), (0.1, 1)),
        ("<= 0", (0, -1), (1e-9,)),
        ("> 0.9", (0.91,), (0.9,)),
        (">=.9", (0.9, 2), (0.89,)),
        ("(-0.2, 0.2)", (0, 0.19), (0.2, -0.2, float("nan"))),
        ("[0, 1)", (0, 0.5), (1, -0.1)),
    ],
)
def test_values_bounds_and_intervals(text, admitted, refused):
    expectation = Expectation.of(text)
    assert all(expectation.admits(score) for score in admitted)
    assert not any(expectation.admits(score) for score in refused)


@pytest.mark.parametrize("word", ["not measurable", "failed", "invariant"])
def test_an_outcome_admits_no_number(word):
    assert Expectation.of(word).outcome == word and not Expectation.of(word).admits(0)


def test_invariance_may_have_a_tolerance():
    assert Expectation.of("invariant +- 0.05") == Expectation("invariant", tolerance=0.05)
    assert Expectation.of("invariant").tolerance == 1e-3 and Expectation.of("<= intact").outcome == "<= intact"


@pytest.mark.parametrize("text", ["0.1", "about 0", "(0.2, -0.2)", "<", "not_measurable", ""])
def test_what_is_no_expectation_is_refused_at_registration(text):
    with pytest.raises(DescriptionError, match="is not an expectation"):
        BenchmarkSpec("Lab2020", load="lab:Lab", summary="", expects={"noise": text})


def test_what_is_no_adversary_is_refused_at_registration():
    with pytest.raises(DescriptionError, match="noise"):
        BenchmarkSpec("Lab2020", load="lab:Lab", summary="", expects={"angry": "0 +- 1"})
    with pytest.raises(DescriptionError, match="published"):
        BenchmarkSpec("Lab2020", load="lab:Lab", summary="", controls={"noise": "lab:noise"})
