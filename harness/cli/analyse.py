"""`harness analyse`: scores on some benchmarks explained by scores on others, over models."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from harness.cli import _output as output
from harness.cli._arguments import WORDS, JsonOption


def analyse(
    explain: Annotated[list[str], typer.Option("--explain", help=f"Benchmarks whose scores are explained: {WORDS}.")],
    by: Annotated[list[str], typer.Option("--by", help="Benchmarks whose scores explain them, named likewise.")],
    model: Annotated[list[str] | None, typer.Option("--model", "-m", help=f"Only these models: {WORDS}.")] = None,
    permutations: Annotated[int, typer.Option(min=1, help="Permutations, and resamples, of the models.")] = 1000,
    seed: Annotated[int, typer.Option(min=0, help="Seed of both.")] = 0,
    out: Annotated[Path | None, typer.Option("--out", help="An image of it: .png, .pdf or .svg.")] = None,
    json: JsonOption = False,
) -> None:
    """Explain models' scores on some benchmarks by their scores on others, from the results at hand.

    Non-negative least squares over models: what all explain together, what each explains alone, with permutation tests corrected
    for the number of targets.
    """
    from harness.results import draw_cross_model, explain_scores, load_all

    results, broken = load_all()
    for one in broken:
        print(f"left out, because it cannot be read: {one}", file=sys.stderr)
    analysis = explain_scores(results, explain, by, model or (), permutations, seed)
    if out is not None:
        draw_cross_model(analysis).savefig(out, dpi=150)
        print(f"wrote {out}", file=sys.stderr)
    if json:
        output.as_json({"models": analysis.models, "left_out": analysis.left_out, "rows": analysis.rows()})
        return
    print(f"{len(analysis.models)} models; {len(analysis.left_out)} without a score on every benchmark are left out\n")
    columns = ["explained", "by", "R2 of all", "unique", "interval", "q"]
    output.table(columns, [_line(row) for row in analysis.rows()])


def _line(row: dict[str, object]) -> list[str]:
    interval = f"{row['low']:.2f} to {row['high']:.2f}"
    return [
        str(row["target"]),
        str(row["predictor"]),
        f"{row['explained']:.2f}",
        f"{row['unique']:.3f}",
        interval,
        f"{row['q']:.3f}",
    ]
