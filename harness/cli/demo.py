"""The demo: models of several kinds on benchmarks of every kind, without network access.

`python -m harness.cli.demo` (or `make demo`) writes everything to `./demo`; a second run is served from the cache.
"""

import itertools
import os
import sys
import time
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

from harness.cli._threads import wait_asleep
from harness.data import is_available, locate
from harness.errors import MissingData
from harness.host import DISTRIBUTION, SuiteSpec, host
from harness.results import Result, named
from harness.store import write_bytes

if TYPE_CHECKING:
    from harness.engine import Progress

FOLDER = Path("demo")
BESIDE = Path(__file__).resolve().parents[3] / "shared" / "data"
CIFAR = "cifar10h_with_resnets"
Named = tuple[str, dict[str, Any]]
"""An identifier and the arguments to load it with."""


@dataclass(frozen=True)
class Part:
    """Models that are scored on the same benchmarks.

    Attributes:
        about: what it shows.
        benchmarks: those named, or all built-in ones with the tag.
        arguments: of every benchmark with the tag that takes them.
        without: those with the tag, by name or pattern, that its models have no region for, or that are shown elsewhere.
    """

    about: str
    models: tuple[Named, ...]
    benchmarks: tuple[Named, ...] = ()
    tag: str = ""
    arguments: Mapping[str, Any] = field(default_factory=dict)
    without: tuple[str, ...] = ()


STATIC: tuple[Named, ...] = (
    ("torchvision/resnet18", {"weights": "random", "seed": 0}),
    ("cornet_rt", {"weights": "random", "seed": 0, "size": 64}),  # a tenth of the time that 224 pixels take
    ("pixels", {}),
    ("cifar_resnet20", {}),
    ("cifar_resnet56", {}),
)
REFERENCES: tuple[Named, ...] = (("v1_normalization", {"dt": 4}), ("v1_energy", {}), STATIC[0])
BEYOND_V1 = ("Brands2024-VOTC", "Brands2024-LOTC", "Groen2022-contrast", "Groen2022-duration", "Groen2022-interval")
DISTRIBUTIONS = (
    "DeValois1982-pref_or",
    "DeValois1982-peak_sf",
    "Schiller1976-sf_bandwidth",
    "Cavanaugh2002-surround_suppression_index",
)
DELAYED: tuple[Named, ...] = (("dn/pixels", {"dynamics": "ecog_votc"}),)
RECURRENT: tuple[Named, ...] = (
    ("cordsnet_r2", {"weights": "random", "seed": 0, "size": 32, "dt": 4}),
    ("dyrcnn_x2", {"weights": "random", "seed": 0, "size": 32, "dt": 4}),
    ("gammanet_v2", {"weights": "random", "seed": 0, "size": 32, "dt": 40}),
    ("dyrcnn_x4_masking", {"recurrence": "self"}),
    ("dyrcnn_x4_masking", {"recurrence": "self", "weights": "random"}),
)
PROGRAMME: tuple[Part, ...] = (
    Part(
        "recordings, choices and tasks",
        STATIC,
        (
            ("Cowley2023.V4-ridge", {}),
            ("Peterson2019-cifar10h", {"images_per_class": 100}),  # half of the images, to save a minute
            ("Digits-decoding", {}),
        ),
    ),
    Part(
        "experiments on single units and populations",
        REFERENCES,
        tag="in-silico",
        arguments={"units": 2},
        without=(*BEYOND_V1, "Marques2020.*"),
    ),
    Part(
        "distributions over populations", REFERENCES[1:], tuple((f"Marques2020.{name}", {}) for name in DISTRIBUTIONS)
    ),
    Part("delayed normalisation beyond V1", DELAYED, tuple((name, {}) for name in BEYOND_V1)),
    Part(
        "networks of many steps",
        RECURRENT,
        tuple((f"Temporal.{name}", {}) for name in ("contrast", "duration", "interval")),
    ),
    Part(
        "behaviour with brief presentations",
        (("cifar_resnet20", {}), ("dn/cifar_resnet20", {})),
        (
            ("Hellmann2023-masked_orientation", {}),
            ("Tang2018-masking", {"images_per_category": 5}),
            ("Maniquet2025-masking", {"exemplars": 2}),
        ),
    ),
)
CAPTION = "score ± standard error; 1 is the ceiling; * random weights"
console = Console(highlight=False)


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
    """A part of the demo that can be run here, or the reason why it cannot."""

    parts: list[Part] = field(default_factory=list)
    left_out: dict[str, str] = field(default_factory=dict)


def main() -> int:
    """Run the demo; 1 if a pair failed."""
    warnings.filterwarnings("ignore", message=".*__slots__", category=FutureWarning)
    began = time.perf_counter()
    settle()
    job = choose()
    for part in job.parts:
        models, benchmarks = (", ".join(named(*pair) for pair in side) for side in (part.models, part.benchmarks))
        console.print(f"[bold]{part.about[:1].upper()}{part.about[1:]}[/bold]: {models}\n  on {benchmarks}.")
    console.print("The first run takes some minutes; an interrupted run continues where it stopped.\n")
    tally = Tally()
    results = run(job, tally)
    page = publish(results, suite_of(job))
    report(results, job, tally, time.perf_counter() - began, page)
    return int(any(result.status == "failed" for result in results))


def settle() -> None:
    """Fill in where results go and where data lie, unless the environment says it."""
    wait_asleep()
    os.environ.setdefault("HARNESS_HOME", str((FOLDER / "home").resolve()))
    if not os.environ.get("HARNESS_DATA") and BESIDE.is_dir():
        os.environ["HARNESS_DATA"] = str(BESIDE)


def choose() -> Job:
    """The parts of the programme whose data are on this machine."""
    job = Job()
    for part in PROGRAMME:
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
    registry = host().benchmarks
    ours = [spec for spec in registry if registry.plugin(spec.identifier).distribution == DISTRIBUTION]
    return tuple(
        (spec.identifier, {name: value for name, value in arguments.items() if name in spec.parameters})
        for spec in ours
        if tag in spec.tags
    )


def _has_model(identifier: str, job: Job) -> bool:
    if identifier not in host().models:
        return False  # left out with HARNESS_PLUGINS
    if "cifar_" in identifier and not is_available(CIFAR):
        job.left_out[identifier] = how_to_get(CIFAR)
        return False
    return True


def _has_benchmark(identifier: str, job: Job) -> bool:
    if identifier not in host().benchmarks:
        return False
    missing = [name for name in host().benchmarks.get(identifier).data if not is_available(name)]
    if missing:
        job.left_out[identifier] = how_to_get(missing[0])
    return not missing


def how_to_get(dataset: str) -> str:
    """Instructions for a data set that is not here."""
    try:
        locate(dataset)
    except MissingData as error:
        return str(error)
    return ""


def run(job: Job, tally: Tally) -> list[Result]:
    """Score every pair, with a line for each as it finishes."""
    from harness.cli._progress import bars
    from harness.scoring import RunOptions, score_each

    results = []
    last = time.perf_counter()
    with bars() as observer:
        options = RunOptions(callbacks=(observer, tally))
        for result in itertools.chain.from_iterable(
            score_each(part.models, part.benchmarks, options) for part in job.parts
        ):
            now = time.perf_counter()
            took = "from the cache" if result.cached else f"{now - last:.1f} s"
            console.print(f"  {result.model} on {result.benchmark}: {shown(result)} [dim]({took})[/dim]")
            results.append(result)
            last = now
    return results


def suite_of(job: Job) -> SuiteSpec:
    """The suite of the demo's leaderboard: all that it runs, with the arguments that keep it short."""
    shown = dict(pair for part in job.parts for pair in part.benchmarks)
    return SuiteSpec(
        "demo-v1",
        summary="what the demo runs",
        benchmarks=tuple(shown),
        arguments={name: arguments for name, arguments in shown.items() if arguments},
    )


def publish(results: Sequence[Result], suite: SuiteSpec) -> Path:
    """Write the leaderboard and the benchmarks' figures."""
    from harness.results import draw, file_name, write_leaderboard

    for result in results:
        if png := draw(result):
            write_bytes(FOLDER / "figures" / file_name(result), png)
    return write_leaderboard(FOLDER / "leaderboard.html", suite=suite, title="Demo: models that unfold in time")


def report(results: Sequence[Result], job: Job, tally: Tally, seconds: float, page: Path) -> None:
    """Scores, what came from the cache, what was left out and how to get it."""
    for part in job.parts:
        models, benchmarks = ({named(*pair) for pair in side} for side in (part.models, part.benchmarks))
        own = [result for result in results if result.model_name in models and result.benchmark_name in benchmarks]
        console.print(f"\n[bold]{part.about}[/bold]")
        console.print(table(own))
    console.print(f"[dim]{CAPTION}[/dim]\n")
    cached = sum(result.cached for result in results)
    console.print(
        f"{seconds:.0f} s. From the cache: {cached} of {len(results)} scores"
        + (f", and {tally.hits} of the {tally.rows} responses that the others needed." if tally.rows else "."),
        highlight=False,
    )
    for result in results:
        if result.status == "failed":
            console.print(f"[red]{result.model} on {result.benchmark} failed:[/red] {result.message}")
    for reason in dict.fromkeys(job.left_out.values()):
        names = ", ".join(name for name, why in job.left_out.items() if why == reason)
        console.print(f"[yellow]Left out: {names}.[/yellow] {reason[:1].upper()}{reason[1:]}")
    console.print(f"Leaderboard: {page}\nFigures: {FOLDER / 'figures'}", soft_wrap=True)


def table(results: Sequence[Result]) -> Table:
    """Scores and their standard errors, one row per benchmark, one column per model."""
    grid = Table(box=None, pad_edge=False)
    grid.add_column("", no_wrap=True)
    rows: dict[str, dict[str, Result]] = {}
    for result in results:
        rows.setdefault(result.benchmark, {})[result.model] = result
    models = dict.fromkeys(result.model for result in results)
    untrained = {result.model for result in results if result.weights.kind == "random"}
    for model in models:
        grid.add_column(model.replace("/", "/\n") + "*" * (model in untrained), justify="right")
    for benchmark, found in rows.items():
        grid.add_row(benchmark, *(_cell(found.get(model)) for model in models))
    return grid


def _cell(result: Result | None) -> str:
    return shown(result).replace(" ", "") if result else "-"


def shown(result: Result) -> str:
    """The score and its error."""
    if result.score is None:
        return result.status
    from harness.results import number

    return number(result.score, result.error)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        console.print("Stopped. Finished responses are kept; run it again to continue.")
        sys.exit(130)
