"""One pair never stops another: whatever a model, a benchmark or a plugin raises, says or prints."""

import asyncio
import json
import math

import pytest

from harness.assemblies import Score
from harness.benchmarks import Benchmark
from harness.errors import ArgumentError
from harness.results import load_all
from harness.scoring.score_pairs import RunOptions, score_all


class PanicException(BaseException):
    """As Rust extensions raise, which is no Exception."""


class Mute(Exception):
    def __str__(self):
        raise RuntimeError("no words")


class Foreign:
    """Any candidate of Brain-Score."""

    identifier = "foreign"

    def look_at(self, stimuli, number_of_trials=1):
        return stimuli

    def start_recording(self, region, time_bins):
        pass


class Handmade(Benchmark):
    version, parent = 1, "task"

    def __init__(self, identifier="Handmade2026", does=lambda: 0.5, **attributes):
        self.identifier, self.does, self.attributes = identifier, does, attributes

    def run(self, candidate):
        score = Score(self.does())
        score.attrs |= {"error": 0.1, "raw": None, "details": {}} | self.attributes
        return score


def raising(error):
    def does():
        raise error

    return does


def outcome(benchmark, **options):
    """The result of a benchmark that is scored before a sound one, which must be scored all the same."""
    first, second = score_all([Foreign()], [benchmark, Handmade("Sound2026")], RunOptions(**options))
    assert (second.status, second.message) == ("scored", None)
    return first


@pytest.mark.parametrize(
    "error",
    [PanicException("rust"), asyncio.CancelledError(), GeneratorExit(), SystemExit(0), Mute(), ValueError("\ud800")],
    ids=lambda error: type(error).__name__,
)
def test_whatever_is_raised_is_a_failure(error):
    result = outcome(Handmade(does=raising(error)))
    assert result.status == "failed" and type(error).__name__ in result.message
    result.model_dump_json()


class Veiled(Exception):
    @property
    def __class__(self):
        raise RuntimeError("no class")


def test_an_error_that_cannot_be_looked_at_is_a_failure():
    assert outcome(Handmade(does=raising(Veiled()))).message == "RuntimeError: no class"


def test_an_interrupt_is_none():
    with pytest.raises(KeyboardInterrupt):
        score_all([Foreign()], [Handmade(does=raising(KeyboardInterrupt()))])


@pytest.mark.parametrize("score", [math.nan, math.inf, -math.inf])
def test_a_score_that_is_not_finite_is_a_failure(score):
    result = outcome(Handmade(does=lambda: score))
    assert result.status == "failed" and ("finite" in result.message or "not a number" in result.message)


def test_a_surrogate_in_details_is_escaped(home):
    result = outcome(Handmade(details={"word\udcff": ["\ud800"]}))
    assert result.status == "scored" and result.details == {"word\\udcff": ["\\ud800"]}


def test_a_surrogate_in_an_identifier_is_escaped(home):
    assert outcome(Handmade("Bad\ud800")).benchmark == "Bad\\ud800"


def test_numbers_beyond_all_that_can_be_read_are_none(home):
    assert outcome(Handmade(details={"many": 10**5000, "few": 10**300})).details == {"many": None, "few": 10**300}


@pytest.mark.parametrize("attributes", [{"error": -0.1}, {"ceiling": math.inf}, {"ceiling": -math.inf}])
def test_an_error_or_ceiling_that_cannot_be_is_a_failure(attributes):
    assert outcome(Handmade(**attributes)).status == "failed"


def test_a_surrogate_in_what_a_benchmark_says_of_itself_loses_no_result(home):
    one = Handmade("Words2026")
    one.bibtex = "@misc{a, title={\ud800}}"
    outcome(one)
    (read,) = (result for result in load_all()[0] if result.benchmark == "Words2026")
    assert read.benchmark_bibtex == "@misc{a, title={\\ud800}}"


@pytest.mark.parametrize(
    "details", [{"notes": 7}, {"per_sample": 3}, 7, {"attainable": "x"}, {"degrees_of_freedom": True}]
)
def test_details_that_are_none_are_a_failure(details):
    assert outcome(Handmade(details=details)).status == "failed"


@pytest.mark.parametrize("levels", [150, 10**5])
def test_details_that_could_not_be_read_again_are_a_failure(home, levels):
    details = inner = {}
    for _ in range(levels):
        inner["a"] = inner = {}
    assert outcome(Handmade(details=details)).status == "failed"
    assert load_all()[1] == []


def test_an_object_whose_identifier_cannot_be_asked_for_is_refused_in_one_sentence():
    class Nameless(Handmade):
        identifier = property(lambda self: 1 / 0, lambda self, name: None)

    with pytest.raises(ArgumentError, match="an object with an identifier"):
        score_all([Foreign()], [Nameless()], RunOptions())


def test_a_long_message_is_cut(home):
    result = outcome(Handmade(does=raising(ValueError("x" * 10_000_000))))
    assert len(result.message) == 2000 and result.message.endswith("...")
    assert sum(path.stat().st_size for path in home.rglob("*.json")) < 20_000


def test_a_device_that_is_not_there_is_a_failure_of_the_pair(monkeypatch):
    import torch

    def absent(*_):
        raise AssertionError("Torch not compiled with CUDA enabled")

    monkeypatch.setattr(torch.cuda, "get_device_name", absent)
    result = score_all([Foreign()], [Handmade(does=raising(ValueError("x")))], RunOptions(device="cuda"))[0]
    assert result.status == "failed" and result.provenance.device == "cuda"


def test_what_is_printed_goes_to_standard_error(capsys):
    def does():
        print("noise")
        return 0.5

    score_all([Foreign()], [Handmade(does=does)])
    said = capsys.readouterr()
    assert "noise" not in said.out and "noise" in said.err


HOOKS = """
import sys
from harness import hookimpl
print("at import")
@hookimpl
def score_finished(result):
    print("in a hook")
    sys.exit(3)
"""


def test_a_hook_that_prints_and_exits_stops_nothing(install, capsys, caplog):
    install("noisy", noisy=HOOKS)
    result = outcome(Handmade())
    assert result.status == "scored" and "SystemExit" in caplog.text
    said = capsys.readouterr()
    assert said.out == "" and "in a hook" in said.err and "at import" in said.err


def test_the_last_word_is_json(home):
    outcome(Handmade(does=raising(Mute())))
    for path in home.rglob("results/*.json"):
        json.loads(path.read_text(), parse_constant=pytest.fail)
