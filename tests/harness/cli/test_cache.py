"""`harness cache`."""

import json
import os
import time
from pathlib import Path

import numpy as np
import pytest
import torch
from typer.testing import CliRunner, Result

from harness import FrameModel, Preprocessing, StimulusSet, extract
from harness.cli import app
from harness.store import Store

DAY = 86400


def harness(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["cache", *arguments])


@pytest.fixture(autouse=True)
def two_entries(home: Path) -> list[Path]:
    """Responses of two models, one of them last used 40 days ago."""
    stimuli = StimulusSet.from_images("grey", [np.full((4, 4), 0.5, dtype=np.float32)], duration=10)
    for size in (4, 8):
        network = torch.nn.Sequential(torch.nn.Identity())
        extract(FrameModel("net", network, preprocessing=Preprocessing(size=size), layers=["0"]), stimuli)
    folders = sorted(path.parent for path in (home / "cache").rglob("entry.json"))
    os.utime(folders[0], (time.time() - 40 * DAY,) * 2)
    return folders


def count() -> int:
    return json.loads(harness("size", "--json").stdout)["activations"]["entries"]


def test_size_and_list_agree() -> None:
    sizes = json.loads(harness("size", "--json").stdout)
    entries = json.loads(harness("list", "--json").stdout)
    assert sizes["activations"]["entries"] == len(entries) == 2
    assert sizes["activations"]["bytes"] == sum(entry["bytes"] for entry in entries) > 0
    assert all("net" in entry["holds"] for entry in entries)
    assert "2 entries" in harness().stdout


def test_a_label_that_is_no_text_is_listed_as_such() -> None:
    entry = Store().entry("ef" + "0" * 62, {"model": "\ud800\x1b[2J"})
    writer = entry.writer((1, 1), "float32", {})
    writer.append(["a"], np.zeros((1, 1, 1)))
    writer.finish()
    listed = harness("list")
    assert listed.exit_code == 0 and "\\ud800\\x1b[2J" in listed.stdout
    assert json.loads(harness("list", "--json").stdout)


def test_prune_by_age() -> None:
    assert "removed 0 entries" in harness("prune", "--older-than", "50d").stdout
    assert "removed 1 entries" in harness("prune", "--older-than", "30d").stdout
    assert count() == 1


def test_prune_by_size_takes_the_longest_unused_first(two_entries: list[Path]) -> None:
    kept = json.loads(harness("list", "--json").stdout)[0]["bytes"]
    harness("prune", "--larger-than", f"{kept + 10}B")
    assert not two_entries[0].exists() and two_entries[1].exists()
    harness("prune", "--larger-than", "0B")
    assert count() == 0


def test_prune_wants_to_know_what() -> None:
    result = harness("prune")
    assert result.exit_code == 2 and "--older-than" in result.stderr


def test_verify_finds_a_flipped_byte(two_entries: list[Path]) -> None:
    assert harness("verify").exit_code == 0
    [data] = two_entries[0].glob("*.npy")
    data.chmod(0o644)
    content = bytearray(data.read_bytes())
    content[-1] ^= 1
    data.write_bytes(content)
    result = harness("verify")
    assert result.exit_code == 1 and "1 parts sound, 1 damaged" in result.stdout
    assert harness("verify").exit_code == 0
