"""`harness score` and `harness leaderboard`."""

import io
import json
import os
import re
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.console import Console
from rich.progress import Progress as RichProgress
from rich.text import Text
from typer.testing import CliRunner, Result

from harness.cli import app
from harness.cli._progress import Bars, columns, numbers
from harness.engine.progress import Progress

LAB = """
import numpy as np
import torch
from harness import Benchmark, BenchmarkSpec, FrameModel, ModelSpec, Preprocessing, StimulusSet, Weights, hookimpl
from harness.benchmarks import make_score

@hookimpl
def register_models():
    return [ModelSpec("tiny", load="plug_lab:tiny", summary="")]

@hookimpl
def register_benchmarks():
    return [
        BenchmarkSpec("brightness", load="plug_lab:Brightness", summary=""),
        BenchmarkSpec("bad", load="plug_lab:Bad", summary=""),
        BenchmarkSpec("spikes", load="plug_lab:Bad", summary="", data=("not_registered",)),
    ]

def tiny(gain: float = 1.0):
    return FrameModel(
        "tiny", torch.nn.Sequential(torch.nn.Identity()), preprocessing=Preprocessing(size=4), regions={"V1": "0"},
        weights=Weights("none"), layouts={}, visual_degrees=8 * gain,
    )

class Brightness(Benchmark):
    identifier, version, parent = "brightness", 1, "in-silico"

    def __init__(self, offset=0.0):
        self.offset = offset

    def run(self, candidate):
        images = {f"{i}": np.full((4, 4), i / 4, dtype=np.float32) for i in range(5)}
        candidate.start_recording("V1", time_bins=[(0, 10)])
        seen = candidate.look_at(StimulusSet.from_images("greys", images, duration=10))
        return make_score(float(seen.values.mean()) + self.offset, error=0.1, details={"mean": float(seen.values.mean())})

    def figure(self, details):
        from matplotlib.figure import Figure
        figure = Figure(figsize=(1, 1))
        figure.subplots().plot([0, details["mean"]])
        return figure

class Bad(Benchmark):
    identifier, version, parent = "bad", 1, "neural"

    def run(self, candidate):
        raise ValueError("something odd")
"""


@pytest.fixture(autouse=True)
def lab(install: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:
    install("some-lab", lab=LAB)
    monkeypatch.setenv("HARNESS_PLUGINS", "lab")


def harness(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def test_baselines_are_rows_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HARNESS_PLUGINS", "lab,controls,pixels")
    result = harness("score", "-m", "tiny", "-b", "brightness", "--model-args", "gain=2", "--baselines", "--json")
    assert result.exit_code == 0, result.output
    rows = {result["model"]: result for result in json.loads(result.stdout)}
    assert list(rows) == ["tiny", "pixels", "random", "first_frame/tiny"]
    assert rows["first_frame/tiny"]["model_arguments"] == {"gain": 2} and "control" in rows["first_frame/tiny"]["tags"]
    assert "baseline" in rows["pixels"]["tags"] and "baseline" not in rows["tiny"]["tags"]


def test_scores_come_as_a_table_and_the_second_time_from_the_cache() -> None:
    first = harness("score", "-m", "tiny", "-b", "brightness")
    assert first.exit_code == 0, first.output
    assert re.search(r"tiny +brightness +0\.500 +0\.100", first.stdout)
    assert "from the cache" not in first.stdout
    assert "from the cache" in harness("score", "-m", "tiny", "-b", "brightness").stdout


def test_a_failing_pair_does_not_stop_the_others() -> None:
    result = harness("score", "-m", "tiny", "-b", "bad", "-b", "brightness", "--json")
    assert result.exit_code == 1
    bad, good = json.loads(result.stdout)
    assert (bad["status"], bad["message"]) == ("failed", "ValueError: something odd")
    assert (good["status"], good["score"], good["cached"]) == ("scored", 0.5, False)
    assert "tiny on bad failed: ValueError: something odd" in result.stderr


def test_arguments_for_all_or_for_each() -> None:
    common = ("score", "-m", "tiny", "-m", "tiny", "-b", "brightness", "--json")
    each = json.loads(harness(*common, "--model-args", "gain=1", "--model-args", "gain=2").stdout)
    assert [result["model_arguments"] for result in each] == [{"gain": 1}, {"gain": 2}]
    both = json.loads(harness(*common, "--model-args", "gain=3", "--benchmark-args", "offset=1").stdout)
    assert [result["model_arguments"] for result in both] == [{"gain": 3}, {"gain": 3}]
    assert [result["score"] for result in both] == [1.5, 1.5]
    three = harness(*common, *["--model-args", "gain=1"] * 3)
    assert three.exit_code == 2 and "once for each model" in " ".join(three.stderr.replace("│", "").split())


def test_a_grid_takes_every_combination_and_a_list_that_is_refused_says_so() -> None:
    common = ("score", "-m", "tiny", "-b", "brightness")
    swept = json.loads(harness(*common, "--grid", "gain=[1,2]", "--json").stdout)
    assert [result["model_arguments"] for result in swept] == [{"gain": 1}, {"gain": 2}]
    twice = harness(*common, "--model-args", "gain=1", "--grid", "gain=[1,2]")
    assert twice.exit_code == 2 and "both in --model-args and in --grid" in " ".join(
        twice.stderr.replace("│", "").split()
    )
    assert '--grid "gain=[1,2]"' in harness(*common, "--model-args", "gain=[1,2]").stderr
    assert '--grid "gain=[1,2]"' in harness(*common, "--model-args", "gain=[1,2]", "--dry-run").stderr


def test_models_are_perturbed_from_the_command_line() -> None:
    common = ("score", "-m", "tiny", "-b", "brightness", "--json")
    each = ("--perturb", "V1: scale 0.5", "--perturb", "V1: add 1")
    [result] = json.loads(harness(*common, *each).stdout)
    assert result["model_arguments"] == {"perturb": "V1: scale 0.5; V1: add 1"} and result["score"] == 1.25
    [same] = json.loads(harness(*common, "--perturb", "V1: scale 1").stdout)
    assert same["score"] == 0.5
    [without] = json.loads(harness(*common, "--perturb", "lateral->V1: silence").stdout)
    assert without["status"] == "not measurable" and "declares no connection lateral->V1" in without["message"]


def test_many_are_selected_by_one_word_if_their_data_are_here() -> None:
    result = harness("score", "-m", "tin*", "-m", "tiny", "-b", "[bs]*i*", "-b", "all", "--dry-run", "--json")
    planned = json.loads(result.stdout)
    assert [(pair["model"], pair["benchmark"]) for pair in planned] == [
        *(("tiny", "brightness"), ("tiny", "bad")),
        *(("tiny", "brightness"), ("tiny", "bad")),
    ]
    assert "left out, because their data are not here (harness data list): spikes\n" in result.stderr
    nothing = harness("score", "-m", "tiny", "-b", "spi*")
    assert nothing.exit_code == 2 and "none of these benchmarks has its data here" in nothing.stderr


def test_a_misspelt_name_is_told_before_anything_runs(home: Path) -> None:
    result = harness("score", "-m", "tiny", "-m", "tinny", "-b", "brightness")
    assert result.exit_code == 1
    assert result.stderr == "unknown model 'tinny'; did you mean tiny? (harness list models)\n"
    assert not (home / "results").exists()


def test_dry_run_shows_what_is_cached_and_what_cannot_run(home: Path) -> None:
    harness("score", "-m", "tiny", "-b", "brightness")
    results = sorted((home / "results").iterdir())
    result = harness("score", "-m", "tiny", "-b", "brightness", "-b", "bad", "--dry-run", "--json")
    assert [pair["state"] for pair in json.loads(result.stdout)] == ["cached", "run"]
    assert result.exit_code == 0
    lacking = harness("score", "-m", "tiny", "-b", "spikes", "--dry-run")
    assert lacking.exit_code == 1 and "not_registered" in lacking.stdout
    assert sorted((home / "results").iterdir()) == results


def test_no_cache_reads_and_writes_none(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RESULTCACHING_DISABLE", "")  # put back after the test
    for _ in range(2):
        [result] = json.loads(harness("score", "-m", "tiny", "-b", "brightness", "--no-cache", "--json").stdout)
        assert result["cached"] is False
    assert json.loads(harness("cache", "size", "--json").stdout)["activations"]["entries"] == 0


def test_figures_and_leaderboard_are_written(tmp_path: Path) -> None:
    harness("score", "-m", "tiny", "-b", "brightness", "--figures", str(tmp_path / "figures"))
    assert (tmp_path / "figures" / "brightness--tiny.png").read_bytes().startswith(b"\x89PNG")
    result = harness("leaderboard", "--differences", "--out", str(tmp_path / "board"))
    assert "models that differ" in result.stdout, result.output
    assert result.exit_code == 0 and str(tmp_path / "board" / "leaderboard.html") in result.stdout
    assert {path.suffix for path in (tmp_path / "board").iterdir()} == {".html", ".md", ".csv", ".json"}


def test_whoever_scores_draws_the_figure_and_the_board_takes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from harness.results.leaderboard import figures

    harness("score", "-m", "tiny", "-b", "brightness")
    [kept] = (Path(os.environ["HARNESS_HOME"]) / "results" / "figures").glob("tiny--brightness*.png")
    monkeypatch.setattr(figures, "_drawn", lambda *_: pytest.fail("it is drawn again"))
    board = tmp_path / "board"
    assert harness("leaderboard", "--out", str(board)).exit_code == 0
    assert harness("leaderboard", "--out", str(tmp_path / "mine.html")).exit_code == 0
    assert (tmp_path / "mine.html").is_file() and (tmp_path / "mine.csv").is_file()
    assert b64encode(kept.read_bytes()).decode() in (board / "leaderboard.html").read_text()
    assert "per_sample" not in (board / "leaderboard.json").read_text()


def progress(**changed: object) -> Progress:
    facts = {
        "model": "net",
        "stimuli": "bars",
        "stimuli_total": 200,
        "stimuli_done": 40,
        "rows_total": 100,
        "rows_done": 60,
    }
    return Progress(**{**facts, "hits": 35, "frames": 60, "seconds": 2.0, **changed})


def test_a_bar_shows_stimuli_frames_rate_and_hits() -> None:
    assert numbers(progress()) == "40/200 stimuli, 60 frames, 12.5/s, 35 hits"


def test_a_bar_follows_one_extraction_and_makes_room_for_the_next() -> None:
    drawn = RichProgress(console=Console(file=io.StringIO()))
    bars = Bars(drawn)
    bars(progress(stimuli_done=0))
    bars(progress())
    [task] = drawn.tasks
    assert (task.completed, task.total, task.description) == (40, 200, "net sees bars")
    bars(progress(stimuli_done=200, finished=True))
    assert drawn.tasks == []
    bars(progress(stimuli="dots"))
    assert [task.description for task in drawn.tasks] == ["net sees dots"]


def test_without_a_terminal_there_is_a_line_a_pair() -> None:
    lines = harness("score", "-m", "tiny", "-b", "brightness", "-b", "bad").stderr.splitlines()
    assert re.fullmatch(r"1 of 2: tiny on brightness: 0\.500 ± 0\.100 \(\d+\.\d s\)", lines[0])
    assert re.match(r"2 of 2: tiny on bad failed: ValueError: something odd \(", lines[1])


@pytest.mark.parametrize("width", [80, 140])
def test_the_bar_and_the_time_left_are_whole_at_any_width(width: int) -> None:
    console = Console(file=io.StringIO(), width=width, force_terminal=True)
    drawn = RichProgress(*columns(), console=console, expand=True, auto_refresh=False)
    Bars(drawn, 120)(
        progress(model="dyrcnn_x4_masking(recurrence=full)", stimuli="a long name of stimuli", stimuli_total=2000)
    )
    console.print(drawn.get_renderable())
    [line] = Text.from_ansi(console.file.getvalue()).plain.splitlines()
    assert len(line) <= width
    assert all(whole in line for whole in ("pair 1 of 120", "━" * 12, "40/2000", "--:--", "dyrcnn_x4"))
    assert ("12.5/s, 35 hits" in line) is (width == 140)
