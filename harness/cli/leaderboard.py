"""`harness leaderboard`: the leaderboard of all results."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from harness.cli import _completion
from harness.cli import _output as output
from harness.cli._arguments import WORDS

if TYPE_CHECKING:
    from harness.results import Result


def leaderboard(
    out: Annotated[
        Path | None, typer.Option(help="The folder to write to, or the page (NAME.html); HARNESS_HOME if not given.")
    ] = None,
    open_: Annotated[bool, typer.Option("--open", help="Open the page in the browser.")] = False,
    suite: Annotated[
        str | None,
        typer.Option(
            help="Suite over which means and ranks are taken; core-v1 if not given (harness list suites).",
            autocompletion=_completion.suites,
        ),
    ] = None,
    model: Annotated[
        list[str] | None,
        typer.Option("--model", "-m", help=f"Only these models: {WORDS}", autocompletion=_completion.models),
    ] = None,
    benchmark: Annotated[
        list[str] | None,
        typer.Option(
            "--benchmark",
            "-b",
            help=f"Only these benchmarks: {WORDS}; or suite:core-v1",
            autocompletion=_completion.benchmarks,
        ),
    ] = None,
    title: Annotated[str, typer.Option(help="Title of the page.")] = "Leaderboard",
    no_figures: Annotated[bool, typer.Option("--no-figures", help="Leave the benchmarks' figures out.")] = False,
    details: Annotated[
        bool,
        typer.Option("--details", help="Write all details of results into the JSON, not the short ones alone."),
    ] = False,
    differences: Annotated[
        bool,
        typer.Option(
            "--differences", help="Also print which models differ significantly on each benchmark, and the test used."
        ),
    ] = False,
) -> None:
    """Write the leaderboard of all or of some results: an HTML page, and the same as Markdown, CSV and JSON."""
    from harness.results import choose, load_all, write_leaderboard

    path = out / "leaderboard.html" if out and out.suffix != ".html" else out
    shown = choose(load_all()[0], model or (), benchmark or ()) if model or benchmark else None
    if not no_figures:
        _draw(shown)
    page = write_leaderboard(
        path, results=shown, suite=suite, title=title, figures=not no_figures, details=details, show=open_
    )
    print(f"wrote {page}, and the same as {', '.join(page.with_suffix(s).name for s in ('.md', '.csv', '.json'))}")
    if differences:
        _differences(shown)


def _draw(shown: "list[Result] | None") -> None:
    """Draw the figures that are not kept beside their results, with a bar where somebody looks."""
    from rich.console import Console
    from rich.progress import track

    from harness.results import draw, load_all, undrawn

    console = Console(stderr=True)
    missing = undrawn(load_all()[0] if shown is None else shown)
    for one in track(missing, "figures", console=console, transient=True, disable=not console.is_terminal):
        draw(one)


def _differences(shown: "list[Result] | None") -> None:
    from harness.results import comparisons, listed, load_all, tabulate

    compared = comparisons(tabulate(load_all()[0] if shown is None else shown))
    output.table(("benchmark", "models that differ", "compared"), listed(compared), (1, 2))
