"""Runs: the folder of a study that was started, with its pairs, the outcome of each, and its jobs.

`HARNESS_HOME/runs/NAME-DIGEST`: the digest is that of the pairs, so that the same study is the same run, also tomorrow and from
another login.
"""

import json
import math
import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

from harness.checks import checked
from harness.errors import ArgumentError, HarnessError
from harness.identity import digest, versions
from harness.paths import home
from harness.results import named
from harness.scoring import revision
from harness.store import write_text
from harness.studies.study import Expansion, Named, Study
from harness.studies.trainings import Training


@dataclass(frozen=True)
class Task:
    """A pair to be scored, after the model's training if it has one."""

    model: Named
    benchmark: Named
    training: Training | None = None

    @property
    def names(self) -> tuple[str, str]:
        """Model and benchmark with their arguments, as results name them."""
        return named(*self.model), named(*self.benchmark)


@dataclass(frozen=True)
class Finished:
    """The outcome of a pair.

    Attributes:
        model, benchmark: with their arguments.
        status: scored, not measurable, or failed.
        score: if there is one.
        message: why there is none.
        cached: whether it was known before.
        seconds: that it took.
        attempt: how often it was tried.
        host, job: where it was run.
        peak_memory: bytes.
        time: when (ISO 8601, UTC).
    """

    model: str
    benchmark: str
    status: str
    score: float | None
    message: str
    cached: bool
    seconds: float
    attempt: int
    host: str
    job: str
    peak_memory: int | None
    time: str

    def __str__(self) -> str:
        outcome = f"{self.score:.3f}" if self.score is not None else f"{self.status}: {self.message}"
        how = "from the cache" if self.cached else f"{self.seconds:.1f} s"
        return f"{self.model} on {self.benchmark}: {outcome} ({how}{f', attempt {self.attempt}' if self.attempt > 1 else ''})"


@checked(ArgumentError)
class Run:
    """A study that was started.

    Attributes:
        folder: of it.
        identifier: the name of the folder.
    """

    def __init__(self, folder: Path):
        self.folder, self.identifier = folder, folder.name

    @classmethod
    def begin(cls, study: Study, expansion: Expansion) -> "Run":
        """The run of a study; the same for the same pairs, and written anew each time it is called."""
        pairs = [expansion.models, expansion.benchmarks]
        run = cls(home() / "runs" / f"{study.study}-{digest('run', pairs)[:8]}")
        written = {
            "study": study.model_dump(mode="json"),
            "models": expansion.models,
            "benchmarks": expansion.benchmarks,
            "trainings": [asdict(training) for training in expansion.trainings],
            "revision": revision(),
            "versions": versions(),
        }
        write_text(run.folder / "run.json", json.dumps(written, indent=2))
        return run

    @property
    def tasks(self) -> list[Task]:
        """All pairs, those of a model together."""
        written = json.loads((self.folder / "run.json").read_text())
        models, benchmarks = (
            [(name, arguments) for name, arguments in written[kind]] for kind in ("models", "benchmarks")
        )
        trainings = {str(one.path): one for one in (Training(**each) for each in written["trainings"])}
        return [
            Task(model, benchmark, trainings.get(str(model[1].get("weights"))))
            for model in models
            for benchmark in benchmarks
        ]

    def note(self, finished: Finished) -> None:
        """Add a line about a pair, whole also where several processes write at once."""
        line = json.dumps(asdict(finished)).encode() + b"\n"
        file = os.open(self.folder / "log.jsonl", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666)
        try:
            os.write(file, line)
        finally:
            os.close(file)

    def lines(self) -> int:
        """How many lines the log has."""
        return len(self._lines())

    def _lines(self) -> list[bytes]:
        try:
            *whole, _ = (self.folder / "log.jsonl").read_bytes().split(b"\n")
        except FileNotFoundError:
            return []
        return whole

    def log(self, start: int = 0, end: int | None = None) -> Iterator[Finished]:
        """Outcomes in the lines from one on, up to another; a damaged line is left out."""
        for line in self._lines()[start:end]:
            try:
                yield Finished(**json.loads(line))
            except (ValueError, TypeError):
                continue

    def status(self) -> dict[str, Any]:
        """How many pairs there are, and how many came to which end; failures with their messages."""
        last = {(one.model, one.benchmark): one for one in self.log()}
        tasks = [task.names for task in self.tasks]
        ended = [last[names] for names in tasks if names in last]
        count = {state: sum(one.status == state for one in ended) for state in ("scored", "not measurable", "failed")}
        return {
            "run": self.identifier,
            "pairs": len(tasks),
            **count,
            "open": len(tasks) - len(ended),
            "last": max((one.time for one in ended), default=""),
            "failures": [str(one) for one in ended if one.status == "failed"],
        }


def finished(result: Any, seconds: float) -> Finished:
    """The outcome that a result tells."""
    made = result.provenance
    return Finished(
        model=result.model_name,
        benchmark=result.benchmark_name,
        status=result.status,
        score=result.score,
        message=result.message or "",
        cached=result.cached,
        seconds=round(seconds, 3),
        attempt=made.attempt,
        host=made.host,
        job=made.job,
        peak_memory=made.peak_memory,
        time=datetime.now(UTC).isoformat(timespec="seconds"),
    )


def list_runs() -> list[Run]:
    """All runs, the latest first."""
    folders = [path.parent for path in (home() / "runs").glob("*/run.json")]
    return [Run(folder) for folder in sorted(folders, key=lambda folder: -(folder / "run.json").stat().st_mtime)]


@checked(ArgumentError)
def find_run(name: str) -> Run:
    """The latest run of a study, or the run of this identifier.

    Raises:
        HarnessError: if there is none.
    """
    found = list_runs()
    for run in found:
        if name in (run.identifier, run.identifier.rpartition("-")[0]):
            return run
    known = ", ".join(run.identifier for run in found[:8])
    raise HarnessError(
        f"there is no run '{name}'; " + (f"there are {known}" if known else "start one: harness run STUDY.yaml")
    )


def shards(
    tasks: Iterable[Task],
    jobs: int,
    seconds: Callable[[Task], float] = lambda task: 0.0,
    longest: float = math.inf,
) -> list[list[Task]]:
    """Tasks for each job: those of one model together, so that what it was shown is shared, in the order of what they show.

    A model is divided where its tasks take longer than a job may, and where there are jobs to spare; not where it must be trained
    first.

    Args:
        jobs: that there are at least parts for, if there are so many tasks.
        seconds: that a task is expected to take.
        longest: seconds of a part, if it has several tasks.
    """
    by_model: dict[str, list[Task]] = {}
    for task in tasks:
        by_model.setdefault(task.names[0], []).append(task)
    found: list[list[Task]] = []
    for part in map(_by_paper, by_model.values()):
        found += _pieces(part, seconds, longest) if _divisible(part) else [part]
    while found and len(found) < jobs and _divisible(largest := max(found, key=lambda p: len(p) * _divisible(p))):
        found.remove(largest)
        found += [largest[: len(largest) // 2], largest[len(largest) // 2 :]]
    return found


def _divisible(part: Sequence[Task]) -> bool:
    """Whether a model's tasks may be run side by side."""
    training = part[0].training
    return len(part) > 1 and (training is None or training.done)


def _by_paper(tasks: Sequence[Task]) -> list[Task]:
    """Tasks with the benchmarks of one paper, which mostly show the same, next to each other."""
    first: dict[str, int] = {}
    for task in tasks:
        first.setdefault(_paper(task), len(first))
    return sorted(tasks, key=lambda task: first[_paper(task)])


def _paper(task: Task) -> str:
    return re.split("[.-]", task.benchmark[0].rpartition("/")[2], maxsplit=1)[0]


def _pieces(part: list[Task], seconds: Callable[[Task], float], longest: float) -> list[list[Task]]:
    """Pieces that take no longer, if a task alone does not; benchmarks of one paper stay together where they fit."""
    found: list[list[Task]] = [[]]
    filled = 0.0
    for _, paper in groupby(part, key=_paper):
        together = list(paper)
        whole = sum(map(seconds, together)) <= longest
        for some in [together] if whole else [[task] for task in together]:
            cost = sum(map(seconds, some))
            if found[-1] and filled + cost > longest:
                found.append([])
                filled = 0.0
            found[-1] += some
            filled += cost
    return found
