"""The commands put together. What a command needs is imported when it runs, so that `harness list` answers at once."""

import logging
import sys
import warnings
from typing import Annotated

import typer

from harness import __version__
from harness.cli import _output as output
from harness.cli import (
    analyse,
    brain_score,
    cache,
    check,
    contours,
    data,
    demo,
    describe,
    figure,
    leaderboard,
    list,
    optogenetics,
    plugins,
    results,
    run,
    score,
    show,
    train,
)
from harness.cli._errors import SentenceGroup, format_warning
from harness.scoring import wait_asleep

app = typer.Typer(
    cls=SentenceGroup,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Benchmarks for vision models that unfold in time.",
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"harness {__version__}")
        raise typer.Exit()


@app.callback()
def options(
    context: typer.Context,
    debug: Annotated[
        bool, typer.Option("--debug", envvar="HARNESS_DEBUG", help="Show where an error came from.")
    ] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Options of every command; they come before its name."""
    if debug:
        logger = logging.getLogger("harness")
        before = logger.level
        logger.setLevel(logging.DEBUG)
        logger.addHandler(handler := logging.StreamHandler())
        context.call_on_close(lambda: logger.removeHandler(handler))
        context.call_on_close(lambda: logger.setLevel(before))


app.command("list")(list.list_)
app.command()(describe.describe)
app.command()(show.show)
app.command()(check.check)
app.command()(contours.contours)
app.command()(plugins.plugins)
app.command()(score.score)
app.command()(demo.demo)
app.add_typer(run.app, name="run")
app.command()(train.train)
app.command()(figure.figure)
app.command()(leaderboard.leaderboard)
app.command()(analyse.analyse)
app.command()(optogenetics.optogenetics)
app.add_typer(results.app, name="results")
app.add_typer(data.app, name="data")
app.add_typer(cache.app, name="cache")
app.add_typer(brain_score.app, name="brain-score")


def main() -> None:
    """The entry point of the console command `harness`."""
    wait_asleep()
    warnings.formatwarning = format_warning
    if "--json" in sys.argv:
        output.reserve_stdout()
    app()
