"""`harness brain-score`: our models and benchmarks on Brain-Score's side."""

from typing import Annotated

import typer

from harness.cli import _output as output
from harness.cli._arguments import JsonOption

app = typer.Typer(
    no_args_is_help=True, help="Our models and benchmarks in Brain-Score's registries and on its command line."
)


@app.command()
def link(
    member: Annotated[
        list[str] | None, typer.Argument(help="Members of families to name besides, such as timm/resnet50.")
    ] = None,
) -> None:
    """Write two files beside Brain-Score's plugins, so that `python -m brainscore_vision score` knows ours as harness--..."""
    from harness.brain_score import link

    for file in link(member or []):
        typer.echo(f"wrote {file}")


@app.command()
def unlink() -> None:
    """Remove what `link` wrote."""
    from harness.brain_score import unlink

    gone = unlink()
    for folder in gone:
        typer.echo(f"removed {folder}")
    if not gone:
        typer.echo("nothing was linked")


@app.command()
def score(
    model: Annotated[str, typer.Option("--model", "-m", help="A model of Brain-Score's, or ours.")],
    benchmark: Annotated[str, typer.Option("--benchmark", "-b", help="A benchmark of Brain-Score's, or ours.")],
    json: JsonOption = False,
) -> None:
    """Brain-Score's own score of a model on a benchmark, without a bridge folder."""
    from harness.brain_score import score

    found = score(model, benchmark)
    facts = {"model": model, "benchmark": benchmark, "score": float(found)}
    if json:
        output.as_json(facts)
    else:
        output.facts(f"{model} on {benchmark}", {"score": f"{float(found):.6f}"})
