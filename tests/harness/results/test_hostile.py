"""Results that would break a board, and texts that would act where they are shown."""

import contextlib
import csv
import io
import json
import os
import re

import pytest

from harness.errors import DescriptionError, HarnessError, StoreError
from harness.results import Result, export, load_all, write, write_leaderboard
from harness.results.leaderboard.export import harmless

FORMULAS = ["=HYPERLINK(1)", "+1+1", "-1+1", "@SUM(1)", "\t=1", "\r=1"]


def result(model="net", **fields) -> Result:
    return Result(**({"model": model, "benchmark": "B2026", "status": "scored", "score": 0.5, "error": 0.1} | fields))


def board(tmp_path, results):
    page = write_leaderboard(tmp_path / "board.html", results=results, figures=False)
    for data in re.findall(r'<script type="application/json" id="[a-z]+">(.*?)</script>', page.read_text(), re.S):
        json.loads(data, parse_constant=pytest.fail)
    json.loads(page.with_suffix(".json").read_text(), parse_constant=pytest.fail)
    return page


@pytest.mark.parametrize(
    "change",
    [
        {"details": {"notes": 7}},
        {"details": {"attainable": "x"}},
        {"details": {"degrees_of_freedom": [3]}},
        {"details": {"per_sample": {"of": "stimuli", "names": ["a", "b"], "scores": [float("nan"), 1.0]}}},
        {"score": float("nan")},
        {"score": float("inf")},
    ],
)
def test_one_bad_result_is_named_and_left_out(tmp_path, change, caplog):
    bad = result("bad").model_copy(update=change)
    page = board(tmp_path, [bad, result("good")])
    assert "bad on B2026" in caplog.text and "bad" not in page.with_suffix(".csv").read_text()
    assert "good" in page.with_suffix(".csv").read_text()


def test_a_file_with_a_score_that_is_not_finite_is_named(home, caplog):
    path = write(result())
    path.write_text(path.read_text().replace('"score": 0.5', '"score": Infinity'))
    assert load_all()[0] == [] and "finite" in load_all()[1][0].reason


def test_nan_in_details_is_valid_json(tmp_path):
    board(tmp_path, [result(details={"x": [float("nan")]}, raw=float("inf"))])


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_of_csv_is_a_formula(tmp_path, text):
    name = text if text.isprintable() else "other"  # what is not printable is no identifier
    failed = result(name, status="failed", score=None, error=None, message=text, benchmark=name, summary=text)
    page = board(tmp_path, [failed, result(score=-0.25)])
    rows = list(csv.DictReader(io.StringIO(page.with_suffix(".csv").read_text(), newline="")))
    for row in rows:
        for name, cell in row.items():
            assert not cell.startswith(("=", "+", "-", "@", "\t", "\r")) or name in ("score", "error", "chance")
    assert {row["score"] for row in rows} == {"", "-0.25"}


@pytest.mark.parametrize("text", ["a; =1+1", "a;\t=1", " =1", "＝1+1", "a;@b;-c"])
def test_nor_is_one_after_a_semicolon_or_in_full_width(text):
    assert harmless(text) == re.sub(r"(^|;)(?=\s*[=@＝-])", r"\1'", text)


def test_results_with_texts_that_are_no_characters_are_written_and_shown(home, tmp_path):
    odd = result(parent="\ud800", tags=["\udcff"], model_arguments={"a": "\ud800"})
    assert load_all()[1] == [] and write(odd).read_text()
    assert load_all()[0][0].parent == "\\ud800"
    board(tmp_path, [odd])


@pytest.mark.parametrize("name", ["net\n", "a/../b", "..", "", "x" * 5000, "\ud800", "a\x1b[2J", " net"])
@pytest.mark.parametrize("field", ["model", "benchmark"])
def test_an_identifier_is_checked_where_it_is_made(name, field):
    with pytest.raises(DescriptionError, match="one line of printable text"):
        result(**{field: name})


def test_markdown_holds_no_markup_and_one_line_a_row(tmp_path):
    page = board(
        tmp_path,
        [result("a| b |<script>alert(1)</script>", model_arguments={"x": "a\n| b |<script>alert(1)</script>"})],
    )
    text = page.with_suffix(".md").read_text()
    assert "<script>" not in text and all(not line or line.startswith("|") for line in text.splitlines())


def test_markdown_holds_no_links_and_images(tmp_path):
    page = board(tmp_path, [result(model_arguments={"x": "![a](http://elsewhere/b.png) [c](javascript:d)"})])
    assert not re.search(r"(?<!\\)\[", page.with_suffix(".md").read_text())


def test_what_acts_on_a_terminal_is_written_out_in_names():
    assert result(model_arguments={"x": "\x1b[2J\0"}).model_name == "net(x=\\x1b[2J\\x00)"


@pytest.mark.parametrize("inside", [dict, list])
def test_details_that_no_reader_of_json_follows_are_refused(inside):
    circle = inside()
    circle.update(a=circle) if inside is dict else circle.append(circle)
    deep = json.loads('{"a":' * 150 + "1" + "}" * 150)
    for details in ({"a": circle}, {"a": [deep]}):
        with pytest.raises(DescriptionError, match="nested deeper than 100 levels"):
            result(details=details)
    assert result(details=json.loads('{"a":' * 90 + "1" + "}" * 90)).details


def test_a_version_without_end_is_refused():
    with pytest.raises(DescriptionError, match="benchmark_version"):
        result(benchmark_version="v" * 10**6)


@pytest.mark.parametrize("suffix", ["csv", "json"])
def test_no_results_are_an_empty_table(tmp_path, suffix):
    export([], tmp_path / f"a.{suffix}")
    written = (tmp_path / f"a.{suffix}").read_text()
    assert written.startswith("model,benchmark,") if suffix == "csv" else json.loads(written) == []


def test_a_figure_that_exits_or_prints_breaks_no_board(tmp_path, monkeypatch, capsys):
    from harness.results.leaderboard import figures

    def drawn(*_):
        print("noise")
        raise SystemExit(0)

    monkeypatch.setattr(figures, "_drawn", drawn)
    assert figures.draw(result(details={"x": 1})) is None
    assert "noise" not in capsys.readouterr().out


def test_a_figure_that_cannot_be_kept_is_shown_all_the_same(home, monkeypatch):
    from harness.results.leaderboard import figures

    one = result(details={"x": 1})
    write(one)
    monkeypatch.setattr(figures, "_drawn", lambda *_: b"png")
    (home / "results" / "figures").write_text("in the way")
    assert figures.draw(one) == b"png"


@pytest.mark.parametrize("name", ["device", "link", "folder", "pipe"])
def test_no_file_is_put_in_the_place_of_a_device(tmp_path, name):
    path = tmp_path / name
    {
        "device": lambda: path.symlink_to("/dev/null"),
        "link": lambda: path.symlink_to("/dev/full"),
        "folder": path.mkdir,
        "pipe": lambda: os.mkfifo(path),
    }[name]()
    with pytest.raises(StoreError, match="in whose place no file is put"):
        write_leaderboard(path, results=[result()])
    assert path.exists() and not path.is_file()


def test_pipes_and_folders_among_results_are_named_and_not_waited_for(home):
    write(result())
    os.mkfifo(home / "results" / "pipe.json")
    (home / "results" / "folder.json").mkdir()
    whole, broken = load_all()
    assert len(whole) == 1 and [str(one) for one in broken] == [
        f"{name}.json: it is a folder or device, and no file" for name in ("folder", "pipe")
    ]


def test_a_home_that_cannot_be_is_one_sentence(monkeypatch, tmp_path):
    for name in (str(tmp_path / ("x" * 300)), "~nobody-has-this-name/home"):
        monkeypatch.setenv("HARNESS_HOME", name)
        with contextlib.suppress(HarnessError):  # Python 3.13 finds no results there
            load_all()
        with pytest.raises(HarnessError):
            write(result())
