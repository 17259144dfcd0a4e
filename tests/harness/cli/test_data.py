"""`harness data`: states of data sets, Brain-Score's table, and what cannot be fetched. Importing has tests of its own."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from harness.cli import app
from harness.host.plugin_host import host
from harness.host.registry import Plugin
from harness.host.specs import DatasetSpec

LAB = Plugin("lab", "some-lab", "1.2", "lab.plugin")


@pytest.fixture(autouse=True)
def registered(monkeypatch: pytest.MonkeyPatch):
    host.cache_clear()
    monkeypatch.setenv("HARNESS_PLUGINS", "-vision-dynamics-harness")
    monkeypatch.delenv("HARNESS_DATA", raising=False)
    shared = {"summary": "a recording", "source": "doi:10/x", "licence": "CC0", "instructions": "Ask them"}
    host().datasets.add(DatasetSpec("spikes", files={"a": "0" * 64, "b": ""}, **shared), LAB)
    host().datasets.add(DatasetSpec("online", files={"a": ""}, fetch="a_lab:fetch", **shared), LAB)
    yield
    host.cache_clear()


def harness(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["data", *arguments])


def states() -> dict[str, str]:
    return {entry["identifier"]: entry["state"] for entry in json.loads(harness("list", "--json").stdout)}


def test_list_says_what_to_do_for_each(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert states() == {"spikes": "to be obtained by hand", "online": "to be fetched"}
    (tmp_path / "spikes").mkdir()
    (tmp_path / "spikes" / "a").touch()
    monkeypatch.setenv("HARNESS_DATA", str(tmp_path))
    assert states()["spikes"] == "here"
    assert "online" in harness("list", "onl").stdout and "spikes" not in harness("list", "onl").stdout


def test_brain_scores_table_is_listed_and_described() -> None:
    shown = json.loads(harness("list", "Papale", "--brainscore", "--json").stdout)
    assert {entry["identifier"] for entry in shown} == {"brainscore/Papale2025_test", "brainscore/Papale2025_train"}
    described = json.loads(harness("describe", "brainscore/MajajHong2015.public", "--json").stdout)
    assert described["source"].startswith("s3://brainscore-storage") and described["state"] == "to be fetched"
    assert "documented as public" in described["summary"]


def test_what_must_be_got_by_hand_is_said() -> None:
    for command in ("fetch", "check"):
        result = harness(command, "spikes")
        assert result.exit_code == 1 and "Ask them" in result.stderr and "Traceback" not in result.output
    assert "did you mean spikes" in harness("describe", "spike").stderr


def test_check_compares_checksums(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "spikes").mkdir()
    (tmp_path / "spikes" / "a").touch()
    monkeypatch.setenv("HARNESS_DATA", str(tmp_path))
    result = harness("check", "spikes", "--json")
    report = json.loads(result.stdout)
    assert result.exit_code == 1 and len(report["faults"]) == 2
    assert "has changed" in report["faults"][0] and "is missing" in report["faults"][1]
    assert report["remarks"] == ["1 of 2 files have no known checksum"]


def test_fetch_fills_the_folder_of_the_data_set(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    def fetch(folder: Path) -> None:
        folder.mkdir(parents=True)
        (folder / "a").touch()

    module = type(sys)("a_lab")
    module.fetch = fetch
    monkeypatch.setitem(sys.modules, "a_lab", module)
    result = harness("fetch", "online")
    assert result.exit_code == 0 and str(home / "data" / "online") in result.stdout
    assert states()["online"] == "here"
