"""Every option and argument of every command with what it cannot be: an exit status, one sentence, no traceback."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main
from typer.testing import CliRunner

from harness.cli import app

WRONG = {
    "text": ("zz", "", "\x1b[2Jzz", "a\nb", "../..", "=1+1", "x" * 5000),
    "path": ("nothing/at/all", "a\0b", "x" * 5000, "/dev/null/x"),
    "number": ("zz", "nan", "-1", "1e400", "99999999999999999999999", ""),
}
NEVER = {"number": ("zz", "nan", "")}
"""Kind -> values that no option of it takes."""
VALID = {
    "describe": ["pixels"],
    "show": ["gratings"],
    "check": ["pixels"],
    "figure": ["nothing"],
    "score": ["-m", "nothing", "-b", "Nothing2026"],
    "train": ["nothing", "--recipe", "nothing", "--data", "nothing"],
    "run": ["nothing.yaml"],
    "optogenetics": ["nothing"],
}
LONGEST = 2000


def commands(group: Any = None, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command with the words that call it."""
    for name, one in (group or typer.main.get_command(app)).commands.items():
        if hasattr(one, "commands"):
            yield from commands(one, (*path, name))
        else:
            yield (*path, name), one


def kind_of(parameter: Any) -> str:
    hint = str(parameter.type_descriptor.annotation)
    if "int" in hint or "float" in hint:
        return "number"
    return "path" if "Path" in hint else "text"


def calls(path: tuple[str, ...], command: Any) -> Iterator[tuple[list[str], str, str]]:
    """Words of a call with one wrong value, the kind of the parameter, and the value."""
    for parameter in command.params:
        if getattr(parameter, "is_flag", False) or parameter.name == "help":
            continue
        for value in WRONG[kind := kind_of(parameter)]:
            if parameter.param_type_name == "option":
                yield [*path, *VALID.get(path[0], []), parameter.opts[-1], value], kind, value
            else:
                yield [*path, *(VALID.get(path[0], [])[1:]), value], kind, value


EVERY = dict(commands())


@pytest.fixture(autouse=True)
def apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a folder of its own, where nothing is fetched or opened."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setattr("webbrowser.open", lambda *_: True)


@pytest.mark.parametrize("path", EVERY, ids=" ".join)
def test_a_wrong_value_is_one_sentence(path: tuple[str, ...]) -> None:
    wrong = []
    for words, kind, value in calls(path, EVERY[path]):
        done = CliRunner().invoke(app, words)
        said = done.stderr.strip()
        shown = " ".join(words)[:90]
        if done.exit_code not in (0, 1, 2) or (
            done.exception is not None and not isinstance(done.exception, SystemExit)
        ):
            wrong.append(f"{shown!r}: exit status {done.exit_code}, {done.exception!r}")
        elif "Traceback" in done.output or "not foreseen" in said:
            wrong.append(f"{shown!r}: {said[-200:]}")
        elif done.exit_code and not (
            said and len(said.splitlines()[-1]) <= LONGEST and said.splitlines()[-1].isprintable()
        ):
            wrong.append(f"{shown!r}: says {said[-200:]!r}")
        elif not done.exit_code and value in NEVER.get(kind, ()):
            wrong.append(f"{shown!r} is accepted")
    assert wrong == []
