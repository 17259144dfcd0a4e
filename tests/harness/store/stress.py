"""Processes that extract, score, decode, prune, compact and verify on one store, killed at random; at the end everything is right.

`python tests/harness/store/stress.py SECONDS [SEED]` prints what was done. A process that has imported everything forks the
others, so that a kill costs no import. No process has locks.
"""

import collections
import errno
import fcntl
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from torch import nn

import harness.engine.writer
from harness import Benchmark, FrameModel, Preprocessing, Recording, StimulusSet, extract, score_model
from harness.benchmarks import make_score
from harness.data import decoded_movies
from harness.store import Store, _owners, compact, results_cache

WORKERS = 4
ROWS, SIZE = 24, 12
PATIENCE = 120.0
"""Seconds for which an action may go on after the last kill."""


class Net(nn.Module):
    """Two layers, small enough for hundreds of extractions a minute."""

    def __init__(self, seed: int):
        super().__init__()
        torch.manual_seed(seed)
        self.conv = nn.Conv2d(3, 4, 3, padding=1)
        self.pool = nn.AdaptiveAvgPool2d(2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.pool(self.conv(x))


class Mean(Benchmark):
    """The mean response, which is known."""

    identifier, version, parent, chance = "stress", 1, "in-silico", 0.0

    def run(self, candidate):
        values = candidate.record(STIMULI, "V1", [(0, 10)])
        return make_score(float(values.mean()), error=0.1, raw=float(values.mean()), ceiling=self.ceiling)


def model(seed: int) -> FrameModel:
    return FrameModel(
        f"net{seed}", Net(seed), preprocessing=Preprocessing(SIZE), layers=["conv", "pool"], regions={"V1": "pool"}
    )


IMAGES = list(np.random.default_rng(0).integers(0, 256, (ROWS, SIZE, SIZE, 3), dtype=np.uint8))
STIMULI = StimulusSet.from_images("noise", IMAGES, 10.0)
MODELS = [model(seed) for seed in range(3)]
EXPECTED: dict[int, dict[str, np.ndarray]] = {}
SCORES: dict[int, float] = {}


def extracted(seed: int, rows: list[int], size: int) -> dict[str, np.ndarray]:
    responses = extract(MODELS[seed], STIMULI.select(rows), Recording(), batch_size=size, device="cpu")
    return {layer: np.array(responses[layer].array()) for layer in responses}


def extract_some(draw: random.Random) -> None:
    seed, rows = draw.randrange(len(MODELS)), sorted(draw.sample(range(ROWS), draw.randint(1, ROWS)))
    for layer, values in extracted(seed, rows, draw.choice([1, 3, 7, 64])).items():
        difference = np.abs(values - EXPECTED[seed][layer][rows]).max()
        assert difference <= 1e-5 * np.abs(EXPECTED[seed][layer]).max(), (seed, layer, difference)


def score(draw: random.Random) -> None:
    seed = draw.randrange(len(MODELS))
    found = float(score_model(MODELS[seed], Mean(), device="cpu"))
    assert abs(found - SCORES[seed]) < 1e-5, (found, SCORES[seed])


def decode(draw: random.Random) -> None:
    number = draw.randrange(3)

    def write(into: Path) -> tuple[list[float], float]:
        for position in range(20):
            (into / decoded_movies.name_of(position)).write_bytes(bytes([number, position]) * 100)
        return [10.0 * position for position in range(20)], 200.0

    folder, index = decoded_movies.decoded(f"movie{number}", write)
    for position in range(20):
        assert (folder / decoded_movies.name_of(position)).read_bytes() == bytes([number, position]) * 100
    assert index.end == 200.0


def prune(draw: random.Random) -> None:
    if draw.random() < 0.5:
        Store().prune(older_than=draw.uniform(0, 1), besides=decoded_movies.entries())
    else:
        Store().prune(larger_than=draw.choice([0, 10**4, 10**6]), besides=decoded_movies.entries())
    results_cache.remove_left_overs()
    decoded_movies.remove_left_overs()


def merge(draw: random.Random) -> None:
    for entry in Store().entries():
        compact(entry)


def verify(draw: random.Random) -> None:
    for checked in (Store().verify(), results_cache.verify(), decoded_movies.verify()):
        assert not checked.damaged and not checked.unavailable, checked


def list_all(draw: random.Random) -> None:
    for entry in Store().entries():
        assert entry.nbytes >= 0 and entry.description


ACTIONS: dict[Callable[[random.Random], None], int] = {
    extract_some: 8,
    score: 4,
    decode: 3,
    prune: 2,
    merge: 2,
    verify: 1,
    list_all: 1,
}


def work(folder: Path, seed: int) -> None:
    """What a worker does until it is killed or told to stop."""
    draw = random.Random(seed)
    with (folder / f"log.{os.getpid()}").open("a", buffering=1) as log:
        while not (folder / "stop").exists():
            (action,) = draw.choices(list(ACTIONS), list(ACTIONS.values()))
            began = time.monotonic()
            try:
                action(draw)
            except BaseException:
                (folder / f"failed.{os.getpid()}").write_text(f"{action.__name__}\n{traceback.format_exc()}")
            log.write(json.dumps([action.__name__, time.monotonic() - began]) + "\n")


def fork(target: Callable[[], None]) -> int:
    process = os.fork()
    if process:
        return process
    try:
        target()
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def in_child(target: Callable[[], None]) -> None:
    """Run in a process of its own, which leaves no marks of ours behind."""
    _, status = os.waitpid(fork(target), 0)
    assert status == 0, f"{target.__name__} failed"


def kill_at_random(folder: Path, seconds: float, draw: random.Random) -> int:
    """Keep `WORKERS` at work, and kill one of them every now and then; returns how many were."""
    numbers = iter(range(draw.randrange(10**6), 10**9))
    start = lambda: fork(lambda: work(folder, next(numbers) + 7919 * os.getpid()))
    workers, killed, end = [start() for _ in range(WORKERS)], 0, time.monotonic() + seconds
    while time.monotonic() < end:
        time.sleep(draw.expovariate(1 / 0.4))
        victim = draw.randrange(WORKERS)
        os.kill(workers[victim], signal.SIGKILL)
        os.waitpid(workers[victim], 0)
        workers[victim], killed = start(), killed + 1
    (folder / "stop").touch()
    end = time.monotonic() + PATIENCE
    while workers and time.monotonic() < end:
        workers = [worker for worker in workers if os.waitpid(worker, os.WNOHANG) == (0, 0)]
        time.sleep(0.05)
    for worker in workers:
        os.kill(worker, signal.SIGKILL)
    assert not workers, f"{len(workers)} workers are stuck"
    return killed


def everything_is_right() -> None:
    """All values, from whatever the store holds; and then all of them come from the store."""
    for seed in range(len(MODELS)):
        for layer, values in extracted(seed, list(range(ROWS)), 64).items():
            assert np.allclose(values, EXPECTED[seed][layer], atol=1e-5)
        again = extract(MODELS[seed], STIMULI, Recording(), device="cpu")
        assert again.provenance["hits"] == again.provenance["rows"], "a row was lost"
        score(random.Random(seed))
    verify(random.Random(0))


def nothing_is_left() -> None:
    """What killed processes left is gone once it is old."""
    home = Path(os.environ["HARNESS_HOME"])
    for path in home.rglob("*"):
        os.utime(path, (time.time() - 7200,) * 2)
    Store().prune(older_than=1e9)
    results_cache.remove_left_overs()
    decoded_movies.remove_left_overs()
    kinds = ("tmp", "part", "use", "pruning", "pruned", "claim")
    left = [path for path in home.rglob("*") if path.name.rpartition(".")[2] in kinds]
    left += [path for path in home.rglob("*.npy") if not path.with_suffix(".json").exists()]
    assert not left, left[:5]


def without_locks() -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))

    fcntl.flock = fcntl.lockf = refuse  # type: ignore[assignment]


def main(seconds: float, seed: int) -> None:
    torch.set_num_threads(1)
    harness.engine.writer.PART_BYTES = 5 * 4 * SIZE * SIZE * 4
    without_locks()
    _owners._SETTLED = 1.0  # or nothing of the killed would be pruned in a minute
    folder = Path(tempfile.mkdtemp(prefix="harness-stress-"))
    os.environ["HARNESS_HOME"] = str(folder / "reference")
    for number in range(len(MODELS)):
        EXPECTED[number] = extracted(number, list(range(ROWS)), 64)
        SCORES[number] = float(score_model(MODELS[number], Mean(), device="cpu"))
    os.environ["HARNESS_HOME"] = str(folder / "home")
    killed = kill_at_random(folder, seconds, random.Random(seed))
    failed = sorted(folder.glob("failed.*"))
    assert not failed, "\n".join(path.read_text() for path in failed[:3])
    in_child(everything_is_right)
    in_child(nothing_is_left)
    done: collections.Counter[str] = collections.Counter()
    longest = 0.0
    for log in folder.glob("log.*"):
        for line in log.read_text().splitlines():
            try:
                name, took = json.loads(line)
            except ValueError:  # its writer was killed
                continue
            done[name], longest = done[name] + 1, max(longest, took)
    assert all(done[action.__name__] for action in ACTIONS), done
    print(json.dumps({"killed": killed, "longest_s": round(longest, 1)} | done))
    shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main(float(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else int(time.time()))
