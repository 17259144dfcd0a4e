"""`harness leaderboard`: the leaderboard of all results."""

from pathlib import Path
from typing import Annotated

import typer

from harness.cli import _output as output


def leaderboard(
    out: Annotated[Path | None, typer.Option(help="The folder to write to; HARNESS_HOME if not given.")] = None,
    open_: Annotated[bool, typer.Option("--open", help="Open the page in the browser.")] = False,
    suite: Annotated[
        str | None,
        typer.Option(help="Suite over which means and ranks are taken; core-v1 if not given (harness list suites)."),
    ] = None,
    title: Annotated[str, typer.Option(help="Title of the page.")] = "Leaderboard",
    no_figures: Annotated[bool, typer.Option("--no-figures", help="Leave the benchmarks' figures out.")] = False,
    differences: Annotated[
        bool,
        typer.Option(
            "--differences", help="Also print which models differ significantly on each benchmark, and the test used."
        ),
    ] = False,
) -> None:
    """Write the leaderboard of all results: an HTML page, and the same as Markdown, CSV and JSON."""
    from harness.results import write_leaderboard

    path = out / "leaderboard.html" if out else None
    page = write_leaderboard(path, suite=suite, title=title, figures=not no_figures, show=open_)
    print(f"wrote {page}, and the same as {', '.join(page.with_suffix(s).name for s in ('.md', '.csv', '.json'))}")
    if differences:
        _differences()


def _differences() -> None:
    from harness import results
    from harness.results import comparisons, listed, tabulate

    output.table(
        ("benchmark", "models that differ", "compared"), listed(comparisons(tabulate(results.load_all()[0]))), (1, 2)
    )
