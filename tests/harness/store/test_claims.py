"""Claims: work is done once, and nobody waits for the dead."""

import multiprocessing
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from harness.store import ResultStorage, claimed, claims

COUNT = "COUNTED"


@ResultStorage()
def slow(number):
    with Path(os.environ[COUNT]).open("a") as file:
        file.write(f"{number}\n")
    time.sleep(0.4)
    return number


def _call(start) -> None:
    start.wait()
    assert slow(3) == 3


def test_two_processes_compute_a_result_once(tmp_path, monkeypatch):
    monkeypatch.setenv(COUNT, str(tmp_path / "count"))
    context = multiprocessing.get_context("fork")
    start = context.Barrier(3)
    processes = [context.Process(target=_call, args=(start,)) for _ in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(30)
    assert [process.exitcode for process in processes] == [0, 0, 0]
    assert (tmp_path / "count").read_text() == "3\n"


CLAIMER = """
import sys, time
from pathlib import Path
from harness.store import claimed
with claimed(Path(sys.argv[1]), "work"):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def claim(tmp_path: Path) -> Path:
    return tmp_path / "claims" / "x.claim"


def test_the_claim_of_a_killed_process_counts_for_nothing(claim):
    with subprocess.Popen([sys.executable, "-c", CLAIMER, str(claim)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "held\n"
        threading.Timer(0.3, process.kill).start()
        began = time.monotonic()
        with claimed(claim, "work") as waited:
            assert waited and 0.2 < time.monotonic() - began < 30
    assert not claim.exists()


def test_a_claim_of_another_machine_without_a_sign_of_life_counts_for_nothing(claim, monkeypatch):
    monkeypatch.setattr(claims, "_SILENCE", 0.3)
    claim.parent.mkdir()
    claim.write_text("elsewhere@1@1@0123456789ab")
    with claimed(claim, "work") as waited:
        assert waited


def test_a_claim_whose_process_was_killed_before_it_wrote_its_name_is_not_waited_for_long(claim, monkeypatch):
    monkeypatch.setattr(claims, "_NAMELESS", 0.3)
    claim.parent.mkdir()
    claim.touch()
    began = time.monotonic()
    with claimed(claim, "work") as waited:
        assert waited and time.monotonic() - began < 30


def test_a_claim_shows_signs_of_life(claim, monkeypatch):
    monkeypatch.setattr(claims, "_BEAT", 0.05)
    with claimed(claim, "work"):
        os.utime(claim, (1, 1))
        time.sleep(0.5)
        assert claim.stat().st_mtime > 1


def test_one_who_holds_a_claim_does_not_wait_for_himself(claim):
    with claimed(claim, "work"), claimed(claim, "work") as waited:
        assert not waited
    assert not claim.exists()


def test_where_no_claim_can_be_made_work_is_done(tmp_path):
    (tmp_path / "file").touch()
    with claimed(tmp_path / "file" / "x.claim", "work") as waited:
        assert not waited


def test_a_failure_lets_go(claim):
    with pytest.raises(ZeroDivisionError), claimed(claim, "work"):
        raise ZeroDivisionError
    assert not claim.exists()
