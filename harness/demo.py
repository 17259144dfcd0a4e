"""The main job on this machine, without network: a few models on every benchmark whose data are at hand.

`python -m harness.demo` (or `make demo`) writes everything to `./demo`; a second run is served from the cache.
"""

import itertools
import os
import re
import sys
import time
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

from harness._threads import wait_asleep
from harness.atomic import write_bytes
from harness.data import is_available, locate
from harness.errors import MissingData
from harness.host import DISTRIBUTION, host
from harness.records import Record, named

if TYPE_CHECKING:
    from harness.engine.progress import Progress

FOLDER = Path("demo")
BESIDE = Path(__file__).resolve().parents[2] / "shared" / "data"
CIFAR = "cifar10h_with_resnets"
MODELS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("torchvision/resnet18", {"weights": "random", "seed": 0}),
    ("cornet_rt", {"weights": "random", "seed": 0, "size": 64}),  # a tenth of the time that 224 pixels take
    ("pixels", {}),
    ("cifar_resnet20", {}),
    ("cifar_resnet56", {}),
)
RECURRENT: tuple[tuple[str, dict[str, Any]], ...] = (
    ("cordsnet_r2", {"weights": "random", "seed": 0, "size": 32, "dt": 4}),
    ("dyrcnn_x2", {"weights": "random", "seed": 0, "size": 32, "dt": 4}),
    ("gammanet_v2", {"weights": "random", "seed": 0, "size": 32, "dt": 40}),
)
ONE = "orientation_tuning"  # the only benchmark for those of many steps, small as they are here
ARGUMENTS = {  # fewer images, to save minutes
    "Peterson2019-cifar10h": {"images_per_class": 100},
    "Tang2018-masking": {"images_per_category": 5},
    "Maniquet2025-masking": {"exemplars": 2},
}
CAPTION = "score ± standard error; 1 is the ceiling; * random weights"
console = Console(highlight=False)


@dataclass
class Tally:
    """An observer that counts responses: one row is one frame, or one timeline of a recurrent model."""

    rows: int = 0
    hits: int = 0

    def __call__(self, progress: "Progress") -> None:
        if progress.finished:
            self.rows += progress.rows_total
            self.hits += progress.hits


@dataclass
class Job:
    """What can be run here, and what cannot, with the reason."""

    models: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    recurrent: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    benchmarks: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    left_out: dict[str, str] = field(default_factory=dict)


def main() -> int:
    """Run the demo; 1 if a pair failed."""
    warnings.filterwarnings("ignore", message=".*__slots__", category=FutureWarning)
    began = time.perf_counter()
    settle()
    job = choose()
    sides = (job.models, job.benchmarks, job.recurrent)
    models, benchmarks, few = (", ".join(named(*pair) for pair in side) for side in sides)
    console.print(f"Models: {models}.\nBenchmarks: {benchmarks}.")
    if few:
        console.print(f"On {ONE} alone, since they take many steps: {few}.")
    console.print("The first run takes some minutes; one that is stopped goes on where it was.\n")
    tally = Tally()
    records = run(job, tally)
    page = publish(records)
    report(records, job, tally, time.perf_counter() - began, page)
    return int(any(record.status == "failed" for record in records))


def settle() -> None:
    """Fill in where results go and where data lie, unless the environment says it."""
    wait_asleep()
    os.environ.setdefault("HARNESS_HOME", str((FOLDER / "home").resolve()))
    if not os.environ.get("HARNESS_DATA") and BESIDE.is_dir():
        os.environ["HARNESS_DATA"] = str(BESIDE)


def choose() -> Job:
    """Everything that needs no data, and the rest as far as its data are here."""
    job = Job()
    for spec in host().benchmarks:
        if host().benchmarks.plugin(spec.identifier).distribution != DISTRIBUTION:
            continue
        missing = [name for name in spec.data if not is_available(name)]
        if missing:
            job.left_out[spec.identifier] = how_to_get(missing[0])
        else:
            job.benchmarks.append((spec.identifier, ARGUMENTS.get(spec.identifier, {})))
    for identifier, arguments in MODELS:
        if identifier not in host().models:
            continue  # left out with HARNESS_PLUGINS
        if identifier.startswith("cifar_") and not is_available(CIFAR):
            job.left_out[identifier] = how_to_get(CIFAR)
        else:
            job.models.append((identifier, arguments))
    if any(identifier == ONE for identifier, _ in job.benchmarks):
        job.recurrent = [(name, arguments) for name, arguments in RECURRENT if name in host().models]
    return job


def how_to_get(dataset: str) -> str:
    """What to do for a data set that is not here."""
    try:
        locate(dataset)
    except MissingData as error:
        return str(error)
    return ""


def run(job: Job, tally: Tally) -> list[Record]:
    """Score every pair, with a line for each as it finishes."""
    from harness.cli.progress import bars
    from harness.scoring import Setting, score_each

    records = []
    last = time.perf_counter()
    with bars() as observer:
        setting = Setting(observers=(observer, tally))
        few = score_each(job.recurrent, [ONE], setting)
        for record in itertools.chain(score_each(job.models, job.benchmarks, setting), few):
            now = time.perf_counter()
            took = "from the cache" if record.cached else f"{now - last:.1f} s"
            console.print(f"  {record.model} on {record.benchmark}: {shown(record)} [dim]({took})[/dim]")
            records.append(record)
            last = now
    return records


def publish(records: Sequence[Record]) -> Path:
    """Write the leaderboard and the benchmarks' figures."""
    from harness.leaderboards import leaderboard
    from harness.leaderboards.figures import draw, file_name

    for record in records:
        if png := draw(record):
            write_bytes(FOLDER / "figures" / file_name(record), png)
    return leaderboard(FOLDER / "leaderboard.html", title="Demo: models that unfold in time")


def report(records: Sequence[Record], job: Job, tally: Tally, seconds: float, page: Path) -> None:
    """Scores, what came from the cache, what was left out and how to get it."""
    console.print()
    console.print(table(records))
    cached = sum(record.cached for record in records)
    console.print(
        f"{seconds:.0f} s. From the cache: {cached} of {len(records)} scores"
        + (f", and {tally.hits} of the {tally.rows} responses that the others needed." if tally.rows else "."),
        highlight=False,
    )
    for record in records:
        if record.status == "failed":
            console.print(f"[red]{record.model} on {record.benchmark} failed:[/red] {record.message}")
    for reason in dict.fromkeys(job.left_out.values()):
        names = ", ".join(name for name, why in job.left_out.items() if why == reason)
        console.print(f"[yellow]Left out: {names}.[/yellow] {reason[:1].upper()}{reason[1:]}")
    console.print(f"Leaderboard: {page}\nFigures: {FOLDER / 'figures'}", soft_wrap=True)


def table(records: Sequence[Record]) -> Table:
    """Scores and their standard errors, a row a model."""
    grid = Table(box=None, pad_edge=False, caption=CAPTION, caption_justify="left")
    grid.add_column("model", no_wrap=True)
    benchmarks = list(dict.fromkeys(record.benchmark for record in records))
    for benchmark in benchmarks:
        grid.add_column(re.sub(r"[-._]", lambda separator: separator[0] + "\n", benchmark, count=1), justify="right")
    rows: dict[str, dict[str, Record]] = {}
    for record in records:
        rows.setdefault(record.model, {})[record.benchmark] = record
    for model, found in rows.items():
        untrained = any(record.weights.kind == "random" for record in found.values())
        grid.add_row(model + "*" * untrained, *(_cell(found.get(benchmark)) for benchmark in benchmarks))
    return grid


def _cell(record: Record | None) -> str:
    return shown(record).replace(" ", "") if record else "-"


def shown(record: Record) -> str:
    """The score and its error."""
    if record.score is None:
        return "failed"
    return f"{record.score:.3f}" if record.error is None else f"{record.score:.3f} ± {record.error:.3f}"


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        console.print("Stopped. What was computed is kept; run it again to go on.")
        sys.exit(130)
