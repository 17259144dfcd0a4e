"""`harness score`: every model on every benchmark."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from harness.cli import _arguments as values
from harness.cli import _output as output
from harness.cli._arguments import JsonOption

if TYPE_CHECKING:
    from harness.results import Result
    from harness.scoring import Planned

Pairs = list[tuple[str, dict[str, Any]]]
_ARGS = "key=value,...; once for all, or once for each in the same order."


def score(
    model: Annotated[list[str], typer.Option("--model", "-m", help="A model; may be repeated.")],
    benchmark: Annotated[list[str], typer.Option("--benchmark", "-b", help="A benchmark; may be repeated.")],
    model_args: Annotated[list[str] | None, typer.Option(help=f"Arguments of models: {_ARGS}")] = None,
    benchmark_args: Annotated[list[str] | None, typer.Option(help=f"Arguments of benchmarks: {_ARGS}")] = None,
    device: Annotated[str | None, typer.Option(help="cpu, cuda, ...; a GPU if there is one.")] = None,
    batch_size: Annotated[int | None, typer.Option(min=1, help="Initial batch size of the search.")] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show which pairs would run and which are cached.")
    ] = False,
    baselines: Annotated[
        bool,
        typer.Option(
            "--baselines", help="Also score pixels, energy models, and each model untrained and without motion."
        ),
    ] = False,
    no_cache: Annotated[bool, typer.Option("--no-cache", help="Neither read nor write the cache.")] = False,
    figures: Annotated[Path | None, typer.Option(help="Draw the benchmarks' figures into this folder.")] = None,
    json: JsonOption = False,
) -> None:
    """Score models on benchmarks; exit status 1 if any pair failed. A pair that fails does not stop the others.

    What cannot be measured in a model is an outcome, not a failure.
    """
    models, benchmarks = (
        _with_arguments(model, model_args, "model"),
        _with_arguments(benchmark, benchmark_args, "benchmark"),
    )
    _check_identifiers(models, benchmarks)
    if no_cache:
        os.environ["RESULTCACHING_DISABLE"] = "1"
    if baselines:
        from harness.scoring import baselines as of

        models += of(models)
    if dry_run:
        _plan(models, benchmarks, json)
    else:
        _run(models, benchmarks, device, batch_size, figures, json)


def _with_arguments(identifiers: list[str], texts: list[str] | None, kind: str) -> Pairs:
    texts = texts or [""]
    if len(texts) not in (1, len(identifiers)):
        raise typer.BadParameter(f"--{kind}-args is given {len(texts)} times; give it once, or once for each {kind}")
    each = texts * len(identifiers) if len(texts) == 1 else texts
    return [(name, values.arguments(text)) for name, text in zip(identifiers, each, strict=True)]


def _check_identifiers(models: Pairs, benchmarks: Pairs) -> None:
    """A misspelt name is told before hours of work, not after."""
    from harness.host import host

    for registry, pairs in ((host().models, models), (host().benchmarks, benchmarks)):
        for identifier, _ in pairs:
            registry.get(identifier)


def _plan(models: Pairs, benchmarks: Pairs, json: bool) -> None:
    from dataclasses import asdict

    from harness.scoring import plan

    planned: list[Planned] = plan(models, benchmarks)
    if json:
        output.as_json([asdict(pair) for pair in planned])
    else:
        rows = ([pair.model, pair.benchmark, pair.state, pair.reason] for pair in planned)
        output.table(["model", "benchmark", "state", "reason"], rows, prose=(3,))
    if any(pair.state not in ("cached", "run") for pair in planned):
        raise typer.Exit(1)


def _run(
    models: Pairs,
    benchmarks: Pairs,
    device: str | None,
    batch_size: int | None,
    figures: Path | None,
    json: bool,
) -> None:
    from harness.cli._progress import bars
    from harness.scoring import RunOptions, score_each

    finished: list[Result] = []
    with bars() as observer:
        for result in score_each(models, benchmarks, RunOptions(device, batch_size, (observer,), remember=True)):
            finished.append(result)
            if result.status == "not measurable":
                print(
                    f"{result.model_name} on {result.benchmark_name} is not measurable: {result.message}",
                    file=sys.stderr,
                )
            elif result.status == "failed":
                print(f"{result.model_name} on {result.benchmark_name} failed: {result.message}", file=sys.stderr)
            elif result.status == "scored" and figures:
                _draw(result, figures)
    if json:
        output.as_json([result.model_dump(mode="json") | {"cached": result.cached} for result in finished])
    else:
        columns = ["model", "benchmark", "score", "error", "ceiling", "weights", ""]
        output.table(columns, map(_row, finished))
    if any(result.status == "failed" for result in finished):
        raise typer.Exit(1)


def _row(result: "Result") -> list[str]:
    from harness.results import spread

    state = result.status if result.status != "scored" else ""
    note = ", ".join(filter(None, [*result.caveats, state, "from the cache" if result.cached else ""]))
    error = "-" if result.error is None else spread(result.error)
    numbers = [_number(result.score), error, _number(result.ceiling)]
    return [result.model_name, result.benchmark_name, *numbers, result.weights.kind, note]


def _number(value: float | None) -> str:
    return "-" if value is None else f"{round(value, 3) + 0.0:.3f}"


def _draw(result: "Result", folder: Path) -> None:
    from harness.results import draw, file_name
    from harness.store import write_bytes

    if png := draw(result):
        write_bytes(folder / file_name(result), png)
