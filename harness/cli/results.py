"""`harness results`: results listed, shown, exported, merged and removed."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from harness.cli import _completion
from harness.cli import _output as output
from harness.cli._arguments import WORDS, JsonOption

if TYPE_CHECKING:
    from harness.results import Result

app = typer.Typer(
    no_args_is_help=True, help="The results of pairs that were scored: list, show, export, merge, remove."
)
ModelOption = Annotated[
    list[str] | None,
    typer.Option("--model", "-m", help=f"Only these models: {WORDS}", autocompletion=_completion.models),
]
BenchmarkOption = Annotated[
    list[str] | None,
    typer.Option(
        "--benchmark",
        "-b",
        help=f"Only these benchmarks: {WORDS}; or suite:core-v1",
        autocompletion=_completion.benchmarks,
    ),
]
StatusOption = Annotated[
    str | None, typer.Option("--status", help="Only results that are scored, 'not measurable' or failed.")
]


@app.command("list")
def list_(
    model: ModelOption = None, benchmark: BenchmarkOption = None, status: StatusOption = None, json: JsonOption = False
) -> None:
    """List results, a line each."""
    chosen = _chosen(model, benchmark, status)
    if json:
        output.as_json([one.model_dump(mode="json", exclude={"details", "raw"}) for one in chosen])
        return
    columns = ["model", "benchmark", "score", "error", "weights", "", "made"]
    output.table(columns, map(_row, chosen))


@app.command()
def show(model: ModelOption = None, benchmark: BenchmarkOption = None, json: JsonOption = False) -> None:
    """Show results in full: scores, notes, provenance, what to cite."""
    chosen = _chosen(model, benchmark, None)
    if json:
        output.as_json([one.model_dump(mode="json") for one in chosen])
        return
    for one in chosen:
        facts = one.model_dump(mode="json", exclude={"details", "provenance", "schema_version"})
        facts |= {"notes": one.details.get("notes", []), **one.provenance.model_dump(mode="json")}
        output.facts(f"{one.model_name} on {one.benchmark_name}", facts)


@app.command()
def export(
    file: Annotated[Path, typer.Argument(help="A path that ends in .parquet, .csv or .json.")],
    model: ModelOption = None,
    benchmark: BenchmarkOption = None,
    status: StatusOption = None,
) -> None:
    """Write results as a table, a row each."""
    from harness.results import export as write

    chosen = _chosen(model, benchmark, status)
    print(f"wrote {write(chosen, file)}: {len(chosen)} results")


@app.command()
def merge(
    folder: Annotated[list[Path], typer.Argument(help="HARNESS_HOME of another machine, or its folder of results.")],
) -> None:
    """Take in the results of other folders. Of two results of a pair, the later is kept."""
    from harness.results import merge as take

    for each in folder:
        if not each.is_dir():
            raise typer.BadParameter(f"there is no folder '{each}'")
    taken, kept, broken = take(folder)
    for one in broken:
        print(f"left out, because it cannot be read: {one}", file=sys.stderr)
    print(f"{taken} results taken, {kept} were here already")


@app.command()
def remove(
    model: ModelOption = None,
    benchmark: BenchmarkOption = None,
    status: StatusOption = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Remove results; their scores stay in the cache (`harness cache`), so that they can be had again."""
    from harness.results import remove as delete

    if not (model or benchmark or status):
        raise typer.BadParameter("say which: --model, --benchmark or --status; `-m all` removes all")
    chosen = _chosen(model, benchmark, status)
    for one in chosen:
        print(f"{one.model_name} on {one.benchmark_name}: {one.status}", file=sys.stderr)
    if chosen and not yes:
        typer.confirm(f"Remove these {len(chosen)} results?", abort=True, err=True)
    print(f"{delete(chosen)} results removed")


def _chosen(model: list[str] | None, benchmark: list[str] | None, status: str | None) -> "list[Result]":
    from harness.results import choose, load_all

    if status not in (None, "scored", "not measurable", "failed"):
        raise typer.BadParameter(f"--status {status}: a result is scored, 'not measurable' or failed")
    results, broken = load_all()
    for one in broken:
        print(f"left out, because it cannot be read: {one}", file=sys.stderr)
    return [one for one in choose(results, model or (), benchmark or ()) if status in (None, one.status)]


def _row(result: "Result") -> list[str]:
    from harness.results import number, spread

    score = "-" if result.score is None else number(result.score)
    error = "-" if result.error is None else spread(result.error)
    note = ", ".join([*result.caveats, *([] if result.status == "scored" else [result.status])])
    return [
        result.model_name,
        result.benchmark_name,
        score,
        error,
        result.weights.kind,
        note,
        result.provenance.created[:10],
    ]
