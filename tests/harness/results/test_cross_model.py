"""Scores on some benchmarks explained by scores on others, from Python and from the command line."""

import json

import numpy as np
import pytest
from typer.testing import CliRunner

from harness.cli import app
from harness.errors import ArgumentError, BenchmarkError
from harness.results import Provenance, Result, draw_cross_model, explain_scores, load_all, write

TASKS, NEURAL = ("Digits-decoding", "RandomDots-direction"), ("TrottBorn2015", "Cowley2023.V4-ridge")


@pytest.fixture
def results(home):
    """Twelve networks: V4 follows digits, the other recording nothing; one more network has no V4."""
    random = np.random.default_rng(0)
    for number in range(13):
        task = random.random(2)
        values = [*task, random.random(), task[0] + 0.1 * random.random()]
        for benchmark, score in zip((*TASKS, *NEURAL), values, strict=True):
            if number == 12 and benchmark == NEURAL[1]:
                continue
            made = Provenance(created="2026-01-02")
            one = Result(model=f"net{number}", benchmark=benchmark, status="scored", score=score, provenance=made)
            write(one)
    return load_all()[0]


def test_what_explains_a_recording_is_found(results):
    analysis = explain_scores(results, NEURAL, ["*"], permutations=99)
    assert analysis.explained_by == TASKS and analysis.explains == tuple(sorted(NEURAL))
    assert len(analysis.models) == 12 and analysis.left_out == ("net12",)
    rows = {(row["target"], row["predictor"]): row for row in analysis.rows()}
    assert rows[NEURAL[1], TASKS[0]]["unique"] > 0.6 and rows[NEURAL[1], TASKS[0]]["q"] < 0.05
    assert rows[NEURAL[1], TASKS[1]]["q"] > 0.05
    figure = draw_cross_model(analysis)
    assert [axes.get_ylabel().split("\n")[0] for axes in figure.axes] == ["adjusted R²", "unique part"]
    assert [label.get_text() for label in figure.axes[1].get_xticklabels()] == list(analysis.explains)


def test_too_little_to_analyse_is_said_in_a_sentence(results):
    with pytest.raises(ArgumentError, match="no benchmark is left to explain the others by"):
        explain_scores(results, ["*"], TASKS)
    with pytest.raises(BenchmarkError, match="need 5 models that have them all, not 3"):
        explain_scores(results, NEURAL, TASKS, models=["net0", "net1", "net2"])


def test_the_command_prints_a_table_and_draws(results, tmp_path):
    words = ["analyse", "--explain", NEURAL[1], "--by", TASKS[0], "--by", TASKS[1], "--permutations", "19"]
    shown = CliRunner().invoke(app, [*words, "--out", str(tmp_path / "analysis.png")])
    assert shown.exit_code == 0, shown.output
    assert "12 models; 1 without a score on every benchmark are left out" in shown.output
    assert (tmp_path / "analysis.png").stat().st_size > 1000
    listed = CliRunner().invoke(app, [*words, "--json"])
    assert [row["predictor"] for row in json.loads(listed.stdout)["rows"]] == list(TASKS)
    wrong = CliRunner().invoke(app, ["analyse", "--explain", "nothing", "--by", TASKS[0]])
    assert wrong.exit_code == 1 and "there is no result of a benchmark 'nothing'" in wrong.output
