"""`harness score`: every model on every benchmark."""

import os
import sys
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from harness.cli import _arguments as values
from harness.cli import _completion
from harness.cli import _output as output
from harness.cli._arguments import JsonOption, RerunOption
from harness.errors import HarnessError, said

if TYPE_CHECKING:
    from harness.results import Result
    from harness.scoring import Planned, RunOptions

Pairs = list[tuple[str, dict[str, Any]]]
_MANY = 'a pattern ("cordsnet*"), tag:recurrent, all'
_ARGS = "key=value,...; once for all, or once for each in the same order."


def score(
    model: Annotated[
        list[str],
        typer.Option("--model", "-m", help=f"A model, {_MANY}; may be repeated.", autocompletion=_completion.models),
    ],
    benchmark: Annotated[
        list[str],
        typer.Option(
            "--benchmark",
            "-b",
            help=f"A benchmark, {_MANY} or suite:core-v1; may be repeated.",
            autocompletion=_completion.benchmarks,
        ),
    ],
    model_args: Annotated[list[str] | None, typer.Option(help=f"Arguments of models: {_ARGS}")] = None,
    benchmark_args: Annotated[list[str] | None, typer.Option(help=f"Arguments of benchmarks: {_ARGS}")] = None,
    grid: Annotated[
        list[str] | None,
        typer.Option(help="Values to sweep in every model, all combinations: 'recurrence=[full,self],seed=[0,1]'."),
    ] = None,
    perturb: Annotated[
        list[str] | None,
        typer.Option(help="Perturb every model, such as 'V1: silence disc 0 0 1 from 50 to 150'; may be repeated."),
    ] = None,
    regions: Annotated[str, typer.Option(help="Layers of regions, in every model: V1=conv1,IT=layer4.")] = "",
    precision: Annotated[
        str, typer.Option(help="In which networks compute: float32, bfloat16 or float16; part of a model's arguments.")
    ] = "float32",
    compiled: Annotated[
        bool, typer.Option("--compile", help="Translate networks by torch.compile; part of a model's arguments.")
    ] = False,
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
    rerun: RerunOption = None,
    figures: Annotated[Path | None, typer.Option(help="Draw the benchmarks' figures into this folder.")] = None,
    json: JsonOption = False,
) -> None:
    """Score models on benchmarks; exit status 1 if any pair failed. A pair that fails does not stop the others.

    What cannot be measured in a model is an outcome, not a failure.
    """
    models = _swept(_models(_with_arguments(model, model_args, "model")), grid or [])
    benchmarks = _benchmarks(_with_arguments(benchmark, benchmark_args, "benchmark"))
    if perturb:
        models = [(name, arguments | {"perturb": "; ".join(perturb)}) for name, arguments in models]
    if regions:
        models = [(name, arguments | {"regions": values.arguments(regions)}) for name, arguments in models]
    if precision != "float32":
        models = [(name, arguments | {"precision": precision}) for name, arguments in models]
    if compiled:
        models = [(name, arguments | {"compiled": True}) for name, arguments in models]
    if no_cache:
        os.environ["RESULTCACHING_DISABLE"] = "1"
    from harness.scoring import RunOptions

    if baselines:
        from harness.scoring import baselines as of

        models += of(models)
    options = RunOptions(device, batch_size, remember=True, figures=True, rerun=values.rerun(rerun))  # type: ignore[arg-type]
    if dry_run:
        _plan(models, benchmarks, options, json)
    else:
        _run(models, benchmarks, options, figures, json)


def _with_arguments(identifiers: list[str], texts: list[str] | None, kind: str) -> Pairs:
    texts = texts or [""]
    if len(texts) not in (1, len(identifiers)):
        raise typer.BadParameter(f"--{kind}-args is given {len(texts)} times; give it once, or once for each {kind}")
    each = texts * len(identifiers) if len(texts) == 1 else texts
    return [(name, values.arguments(text)) for name, text in zip(identifiers, each, strict=True)]


def _swept(models: Pairs, texts: list[str]) -> Pairs:
    """Every model with every combination of the values of its swept arguments."""
    sweeps = {name: each for text in texts for name, each in values.grid(text).items()}
    variants = [dict(zip(sweeps, combination, strict=True)) for combination in product(*sweeps.values())]
    if twice := sorted({name for _, given in models for name in given} & set(sweeps)):
        raise typer.BadParameter(
            f"the argument '{twice[0]}' stands both in --model-args and in --grid; leave one of them"
        )
    return [(name, {**given, **variant}) for name, given in models for variant in variants]


def _models(wanted: Pairs) -> Pairs:
    """The models asked for; a misspelt name is told before hours of work, not after."""
    from harness.host import is_selection, select_models

    found: Pairs = []
    for word, arguments in wanted:
        chosen: Pairs = [(name, arguments) for name in select_models(word)]
        found += [pair for pair in chosen if pair not in found] if is_selection(word) else chosen
    return found


def _benchmarks(wanted: Pairs) -> Pairs:
    """The benchmarks asked for; of many named by one word, those whose data are here."""
    from harness.host import is_selection
    from harness.scoring import benchmarks_here

    found: Pairs = []
    absent: list[str] = []
    for word, arguments in wanted:
        if word.startswith("suite:") and arguments:
            raise typer.BadParameter(f"{word} has arguments of its own; name its benchmarks to give them others")
        here, lacking = benchmarks_here(word)
        chosen: Pairs = [(name, {**own, **arguments}) for name, own in here]
        found += [pair for pair in chosen if pair not in found] if is_selection(word) else chosen
        absent += lacking
    if absent:
        names = ", ".join(dict.fromkeys(absent))
        print(f"left out, because their data are not here (harness data list): {names}", file=sys.stderr)
    if not found:
        raise typer.BadParameter("none of these benchmarks has its data here (harness data list)")
    return found


def _plan(models: Pairs, benchmarks: Pairs, options: "RunOptions", json: bool) -> None:
    from dataclasses import asdict

    from harness.scoring import plan

    planned: list[Planned] = plan(models, benchmarks, options)
    if json:
        output.as_json([asdict(pair) for pair in planned])
    else:
        rows = ([pair.model, pair.benchmark, pair.state, pair.reason] for pair in planned)
        output.table(["model", "benchmark", "state", "reason"], rows, prose=(3,))
    refused = [pair.reason for pair in planned if pair.state == "fails"]
    for hint in sorted({values.unswept(given, reason) for _, given in models for reason in refused} - {""}):
        print(hint, file=sys.stderr)
    if any(pair.state not in ("cached", "run") for pair in planned):
        raise typer.Exit(1)


def _run(models: Pairs, benchmarks: Pairs, options: "RunOptions", figures: Path | None, json: bool) -> None:
    from dataclasses import replace

    from harness.cli._progress import bars
    from harness.scoring import score_each

    finished: list[Result] = []
    with bars(len(models) * len(benchmarks)) as shown:
        for result in score_each(models, benchmarks, replace(options, callbacks=(shown,))):
            finished.append(result)
            print(shown.finished(result), file=sys.stderr, flush=True)
            if result.status == "failed" and (hint := values.unswept(result.model_arguments, result.message or "")):
                print(hint, file=sys.stderr)
            if result.status == "scored" and figures:
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

    try:
        if png := draw(result):
            write_bytes(folder / file_name(result), png)
    except HarnessError as error:  # a figure is not worth the pairs that follow
        print(said(error), file=sys.stderr)
