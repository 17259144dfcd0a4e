"""`harness demo`: models of several kinds on benchmarks of every kind, without network access.

Everything is written to `./demo`; a second run is served from the cache.
"""

import itertools
import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from harness.cli import _output as output
from harness.cli._programmes import FULL, SHORT, Named, Part
from harness.errors import MissingData

if TYPE_CHECKING:
    from harness.engine import Progress
    from harness.host import SuiteSpec
    from harness.results import Result

FOLDER = Path("demo")
BESIDE = Path(__file__).resolve().parents[3] / "shared" / "data"
CIFAR = "cifar10h_with_resnets"


@dataclass
class Tally:
    """A callback that counts responses: one row is one frame, or one timeline of a recurrent model."""

    rows: int = 0
    hits: int = 0

    def __call__(self, progress: "Progress") -> None:
        if progress.finished:
            self.rows += progress.rows_total
            self.hits += progress.hits


@dataclass
class Job:
    """The parts of a programme that can be run here, and the reasons why the others cannot."""

    parts: list[Part] = field(default_factory=list)
    left_out: dict[str, str] = field(default_factory=dict)

    @property
    def pairs(self) -> int:
        """How many pairs are scored."""
        return sum(len(part.models) * len(part.benchmarks) for part in self.parts)


def demo(
    full: Annotated[
        bool, typer.Option("--full", help="All experiments, and recorded data where they are here; ten times as long.")
    ] = False,
) -> None:
    """Score a zoo of small models on benchmarks of every kind, and write a leaderboard and figures to ./demo.

    The short programme needs no data and about three minutes. An interrupted run continues where it stopped. Exit status 1 if any
    pair failed.
    """
    began = time.perf_counter()
    settle()
    job = choose(FULL if full else SHORT)
    for part in job.parts:
        print(
            f"{part.about[:1].upper()}{part.about[1:]}: {len(part.models)} models on {len(part.benchmarks)} benchmarks."
        )
    tally = Tally()
    results = run(job, tally)
    suite = suite_of(job, full)
    page = publish(results, suite)
    report(results, suite, job, tally, time.perf_counter() - began, page)
    if any(result.status == "failed" for result in results):
        raise typer.Exit(1)


def settle() -> None:
    """Fill in where results go, where data lie, and with how many threads networks run, unless the environment says it.

    Networks as small as these gain nothing from a second thread: 172 s by the clock with one, 203 s with two.
    """
    os.environ.setdefault("HARNESS_HOME", str((FOLDER / "home").resolve()))
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    if not os.environ.get("HARNESS_DATA") and BESIDE.is_dir():
        os.environ["HARNESS_DATA"] = str(BESIDE)


def choose(programme: Sequence[Part]) -> Job:
    """The parts of a programme whose data are on this machine."""
    job = Job()
    for part in programme:
        models = tuple(pair for pair in part.models if _has_model(pair[0], job))
        wanted = part.benchmarks or [
            pair for pair in _tagged(part.tag, part.arguments) if not any(fnmatchcase(pair[0], p) for p in part.without)
        ]
        benchmarks = tuple(pair for pair in wanted if _has_benchmark(pair[0], job))
        if models and benchmarks:
            job.parts.append(replace(part, models=models, benchmarks=benchmarks))
    return job


def _tagged(tag: str, arguments: Mapping[str, Any]) -> tuple[Named, ...]:
    """The built-in benchmarks with a tag, each with those of the arguments that it takes."""
    from harness.host import DISTRIBUTION, host

    registry = host().benchmarks
    ours = [spec for spec in registry if registry.plugin(spec.identifier).distribution == DISTRIBUTION]
    return tuple(
        (spec.identifier, {name: value for name, value in arguments.items() if name in spec.parameters})
        for spec in ours
        if tag in spec.tags
    )


def _has_model(identifier: str, job: Job) -> bool:
    from harness.data import is_available
    from harness.host import host

    if identifier not in host().models:
        return False  # left out with HARNESS_PLUGINS
    if "cifar_" in identifier and not is_available(CIFAR):
        job.left_out[identifier] = how_to_get(CIFAR)
        return False
    return True


def _has_benchmark(identifier: str, job: Job) -> bool:
    from harness.data import is_available
    from harness.host import host

    if identifier not in host().benchmarks:
        return False
    missing = [name for name in host().benchmarks.get(identifier).data if not is_available(name)]
    if missing:
        job.left_out[identifier] = how_to_get(missing[0])
    return not missing


def how_to_get(dataset: str) -> str:
    """Instructions for a data set that is not here."""
    from harness.data import locate

    try:
        locate(dataset)
    except MissingData as error:
        return str(error)
    return ""


def run(job: Job, tally: Tally) -> "list[Result]":
    """Score every pair, with a line for each as it finishes."""
    from harness.cli._progress import bars
    from harness.scoring import RunOptions, score_each

    results = []
    with bars(job.pairs) as shown:
        options = RunOptions(callbacks=(shown, tally))
        for result in itertools.chain.from_iterable(
            score_each(part.models, part.benchmarks, options) for part in job.parts
        ):
            print(shown.finished(result), flush=True)
            results.append(result)
    return results


def suite_of(job: Job, full: bool = False) -> "SuiteSpec":
    """The suite of the demo's leaderboard: all that it runs, with the arguments that keep it short."""
    from harness.host import SuiteSpec

    shown = dict(pair for part in job.parts for pair in part.benchmarks)
    return SuiteSpec(
        "demo-full-v1" if full else "demo-v2",
        summary="what the demo runs",
        benchmarks=tuple(shown),
        arguments={name: arguments for name, arguments in shown.items() if arguments},
    )


def publish(results: "Sequence[Result]", suite: "SuiteSpec") -> Path:
    """Write the leaderboard and the benchmarks' figures."""
    from harness.results import draw, file_name, write_leaderboard
    from harness.store import write_bytes

    for result in results:
        if png := draw(result):
            write_bytes(FOLDER / "figures" / file_name(result), png)
    page = FOLDER / "leaderboard.html"
    return write_leaderboard(page, results=results, suite=suite, title="Demo: models that unfold in time")


def report(results: "Sequence[Result]", suite: "SuiteSpec", job: Job, tally: Tally, seconds: float, page: Path) -> None:
    """Means, what came from the cache, what failed, what was left out and how to get it."""
    from harness.results import number, tabulate

    print()
    rows = tabulate(results, suite).rows
    means = [
        [
            str(row.mean.rank or "-"),
            row.name,
            number(row.mean.value, row.mean.error),
            f"{row.mean.count} of {row.mean.of}",
        ]
        for row in rows
    ]
    output.table(["rank", "model", "mean", "benchmarks"], means)
    cached = sum(result.cached for result in results)
    print(
        f"\n{seconds:.0f} s. From the cache: {cached} of {len(results)} scores"
        + (f", and {tally.hits} of the {tally.rows} responses that the others needed." if tally.rows else ".")
    )
    for result in results:
        if result.status == "failed":
            print(f"{result.model_name} on {result.benchmark_name} failed: {result.message}")
    for reason in dict.fromkeys(job.left_out.values()):
        names = ", ".join(name for name, why in job.left_out.items() if why == reason)
        print(f"Left out: {names}. {reason[:1].upper()}{reason[1:]}")
    print(f"Leaderboard: {page}\nFigures: {FOLDER / 'figures'}")
