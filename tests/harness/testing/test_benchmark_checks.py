"""Checks of a benchmark, its adversaries, and the command that runs them."""

import json
from dataclasses import replace

import numpy as np
import pytest
from matplotlib.figure import Figure
from torch import nn
from typer.testing import CliRunner

from harness import Benchmark, BenchmarkSpec, FrameModel, Preprocessing, StimulusSet
from harness.benchmarks import make_score
from harness.cli import app
from harness.errors import HarnessError, NotMeasurable
from harness.testing import Report, adversary, check_adversaries, check_benchmark

BIBTEX = "@article{lab2020, title = {Contrast}, author = {Lab}, year = {2020}}"
SPEC = BenchmarkSpec(
    "Lab2020",
    load="tests.none:Brighter",
    summary="does V1 answer more to a bright screen than to a dark one?",
    tags=("in-silico",),
    expects={
        "noise": "(-0.5, 0.5)",
        "constant": "not measurable",
        "nan": "failed",
        "scaled": "invariant",
        "permuted": "invariant",
    },
)


class Brighter(Benchmark):
    """The difference of mean responses to a bright and a dark texture, as a share of their size; over units."""

    identifier, version, parent, bibtex = "Lab2020", 1, "in-silico", BIBTEX

    def run(self, candidate):
        random = np.random.default_rng(0).random((16, 16))
        stimuli = StimulusSet.from_images("s", {"bright": random, "dark": random / 4}, 100, 8.0)
        bright, dark = candidate.record(stimuli, "V1", [(50, 100)])[:, 0]
        size = np.abs(bright) + np.abs(dark)
        if not np.ptp([bright, dark], axis=0).any():
            raise NotMeasurable("no unit tells a bright screen from a dark one")
        index = (bright - dark)[size > 0] / size[size > 0]
        error = index.std() / len(index) ** 0.5
        return make_score(index.mean(), error=error, details={"index": index[:10].tolist()})

    def figure(self, details):
        figure = Figure()
        figure.subplots().plot(details["index"])
        return figure


@pytest.fixture(autouse=True)
def loaded(monkeypatch):
    monkeypatch.setattr("harness.testing.benchmark_checks.resolve", lambda target, whose: Brighter)


def failed(report: Report) -> set[str]:
    return {finding.name for finding in report.failures}


def test_a_sound_benchmark_passes():
    report = check_benchmark(Brighter(), SPEC)
    report.assert_passed()
    assert report["controls"].passed is None and "opposite" in report["controls"].sentence
    assert report["ceiling"].sentence == "1, not estimated"


@pytest.mark.parametrize(
    ("attribute", "value", "check"),
    [
        ("identifier", "lab", "identifier"),
        ("version", 0, "version"),
        ("bibtex", "Lab et al. (2020)", "bibtex"),
        ("bibtex", "@article{lab2020, author = {Lab}}", "bibtex"),
        ("parent", "brain", "parent"),
        ("chance", 0.5, "chance"),
        ("ceiling", make_score(0.9, error=0.0), "ceiling"),
        ("ceiling", make_score(1.2, error=0.1), "ceiling"),
        ("figure", lambda self, details: Figure(details["model"]), "figure"),
        ("run", lambda self, candidate: make_score(1.0, error=0.1, details={"of": {1: object()}}), "details"),
    ],
)
def test_each_fault_is_found(attribute, value, check):
    faulty = type("Faulty", (Brighter,), {attribute: value})
    found = failed(check_benchmark(faulty(), SPEC))
    assert found == {check} or (check == "details" and found == {"details", "figure"})


@pytest.mark.parametrize(
    ("field", "value", "check"),
    [
        ("tags", (), "metadata"),
        ("parameters", {"contrast": "of the screen"}, "parameters"),
        ("quick", {"units": 2}, "parameters"),
        ("data", ("nowhere",), "data"),
    ],
)
def test_each_fault_of_a_description_is_found(field, value, check):
    assert failed(check_benchmark(Brighter(), replace(SPEC, **{field: value}))) == {check}


def test_an_error_of_zero_is_no_error():
    certain = type("Certain", (Brighter,), {})
    certain.run = lambda self, candidate: _with_error(Brighter.run(self, candidate), 0.0)
    assert failed(check_benchmark(certain(), SPEC)) == {"error"}
    certain.run = lambda self, candidate: _with_error(Brighter.run(self, candidate), None)
    assert check_benchmark(certain(), SPEC)["error"].passed is None


def _with_error(score, error):
    score.attrs["error"] = error
    return score


def test_what_is_not_measurable_in_the_model_is_told_and_not_judged():
    report = check_benchmark(Brighter(), SPEC, model=adversary("constant"))
    assert report.passed and report["score"].passed is None
    assert report["figure"].sentence == "not measurable in the model: no unit tells a bright screen from a dark one"


def test_adversaries_get_what_is_declared():
    report = check_adversaries(Brighter(), SPEC, only=SPEC.expects)
    report.assert_passed()
    assert [finding.name for finding in report] == ["noise", "constant", "nan", "scaled", "permuted"]
    assert report["constant"].sentence.startswith("not measurable: no unit tells")


def test_what_is_not_as_declared_fails_and_what_is_not_declared_is_told():
    wrong = replace(SPEC, expects={"noise": "> 0.9", "constant": "failed", "shifted": "invariant", "nan": "0 +- 1"})
    report = check_adversaries(Brighter(), wrong, only=["noise", "constant", "nan", "shifted", "clock"])
    assert failed(report) == {"noise", "constant", "nan", "shifted"}
    assert report["clock"].passed is None and report["clock"].sentence.endswith("nothing is declared")
    with pytest.raises(AssertionError, match=r"noise: .* declared: > 0\.9"):
        report.assert_passed()


def test_a_benchmarks_own_controls(monkeypatch):
    opposite = FrameModel("opposite", Dark(), regions={"V1": "rate"}, preprocessing=Preprocessing(8))
    controls = {"published": "lab:published", "opposite": "lab:opposite"}
    built = {"lab:published": lambda benchmark: adversary("hash"), "lab:opposite": lambda benchmark: opposite}
    monkeypatch.setattr("harness.testing.battery.resolve", lambda target, whose: built[target])
    spec = replace(SPEC, controls=controls, expects={"published": "(-1, 1)", "opposite": "<= -0.99"})
    check_adversaries(Brighter(), spec, only=["published", "opposite"]).assert_passed()
    with pytest.raises(HarnessError, match="'opposite' is not an adversary of Lab2020"):
        check_adversaries(Brighter(), SPEC, only=["opposite"])


class Dark(nn.Module):
    """Answers to what is darker than 0.3 alone."""

    def __init__(self):
        super().__init__()
        self.rate = nn.ReLU()

    def forward(self, frames):
        return self.rate(0.3 - frames.flatten(2).mean(2))


def test_the_command_checks_all_that_has_a_name(tmp_path):
    runner = CliRunner()
    done = runner.invoke(app, ["check", "pixels", "--args", "size=8", "--json"])
    [report] = json.loads(done.stdout)
    assert done.exit_code == 0 and report["passed"] and report["of"] == "pixels"
    done = runner.invoke(app, ["check", "gratings"])
    assert done.exit_code == 0 and "made again" in done.stdout
    (tmp_path / "own.py").write_text(
        "import torch\n\n\ndef load():\n    return torch.nn.Sequential(torch.nn.Conv2d(3, 4, 5))\n"
    )
    done = runner.invoke(app, ["check", f"{tmp_path}/own.py:load", "--json"])
    assert done.exit_code == 0 and json.loads(done.stdout)[0]["passed"]
    done = runner.invoke(app, ["check", "pixls"])
    assert done.exit_code == 1


def test_the_command_fails_where_a_check_fails(monkeypatch):
    from harness.host import host

    spec = host().benchmarks.get("Temporal.contrast")
    monkeypatch.setattr(host().benchmarks, "get", lambda name: replace(spec, expects={"constant": "> 0.5"}))
    done = CliRunner().invoke(app, ["check", "Temporal.contrast", "--adversary", "constant"])
    assert done.exit_code == 1 and "FAILS" in done.stdout and "declared: > 0.5" in done.stdout
