"""Stimuli that are drawn once in a process."""

import numpy as np
import pytest

from harness import load_stimuli
from harness.host import _drawn


def test_stimuli_are_drawn_once_and_the_table_is_the_callers_own() -> None:
    one = load_stimuli("gratings", orientation=[0, 45], size_px=32)
    digest = one.digest
    one.table["seen"] = True
    other = load_stimuli("gratings", orientation=(0, 45), size_px=32)
    assert other.timelines[0] is one.timelines[0] and other.digest == digest
    assert "seen" not in other.table
    assert load_stimuli("gratings", orientation=[0, 90], size_px=32).digest != digest


def test_iterators_are_read_every_time() -> None:
    stimuli = [load_stimuli("gratings", orientation=iter([0, turn]), size_px=32) for turn in (45, 90)]
    assert stimuli[0].digest != stimuli[1].digest


def test_what_was_asked_for_longest_ago_makes_room(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = type(_drawn._kept)()
    monkeypatch.setattr(_drawn, "_kept", kept)
    monkeypatch.setattr(_drawn, "LARGEST", 3 * np.zeros((32, 32), np.float32).nbytes)
    first = load_stimuli("gratings", orientation=[0, 45], size_px=32)
    load_stimuli("gratings", orientation=[90, 135], size_px=32)
    assert len(kept) == 1
    assert load_stimuli("gratings", orientation=[0, 45], size_px=32).timelines[0] is not first.timelines[0]
