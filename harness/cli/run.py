"""`harness run STUDY.yaml`: the models of a study on its benchmarks, here or on a cluster; `harness run status`: how runs stand."""

import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from harness.cli import _arguments as values
from harness.cli import _output as output
from harness.cli._arguments import JsonOption, RerunOption

if TYPE_CHECKING:
    from harness.studies import RunEntry, Study

_STUDY = "study"


class StudyFirst(TyperGroup):
    """A group in which what is not a command is the study to be run."""

    def resolve_command(self, context: Any, arguments: list[str]) -> Any:
        """The command that is named, or the one that runs a study."""
        known = arguments and arguments[0] in self.commands
        return super().resolve_command(context, arguments if known else [_STUDY, *arguments])

    def parse_args(self, context: Any, arguments: list[str]) -> list[str]:
        """Options before the study are those of the study, too."""
        known = arguments and arguments[0] in (*self.commands, *context.help_option_names)
        return super().parse_args(context, arguments if known or not arguments else [_STUDY, *arguments])


app = typer.Typer(
    cls=StudyFirst,
    no_args_is_help=True,
    help="Run a study, a file of models and benchmarks, here or on a cluster: harness run STUDY.yaml.",
)


@app.command(_STUDY)
def study(
    file: Annotated[Path, typer.Argument(help="YAML file that describes the study: docs/studies.md.")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show the pairs, and which of them are cached; run nothing.")
    ] = False,
    executor: Annotated[str | None, typer.Option(help="local, slurm or ray; as the study says if not given.")] = None,
    jobs: Annotated[int | None, typer.Option(min=1, help="Processes or jobs at once.")] = None,
    device: Annotated[str | None, typer.Option(help="cpu, cuda, ...; a GPU if there is one.")] = None,
    timeout: Annotated[float | None, typer.Option(help="Minutes after which a pair is given up.")] = None,
    rerun: RerunOption = None,
    json: JsonOption = False,
) -> None:
    """Score the pairs of a study that are not cached; called again, it collects. Exit status 1 if any pair failed."""
    from harness.studies import expand, read_study

    described = read_study(file)
    how = _how(described, executor=executor, jobs=jobs, device=device, timeout_minutes=timeout)
    how = how.model_copy(update={"rerun": how.rerun | values.rerun(rerun)})
    found = expand(described)
    if found.absent:
        names = ", ".join(found.absent)
        print(f"left out, because their data are not here (harness data list): {names}", file=sys.stderr)
    if dry_run:
        _plan(described, how, json)
    else:
        _run(described, how, len(found.models) * len(found.benchmarks), json)


@app.command()
def status(
    run: Annotated[str, typer.Argument(help="A study or a run; all runs if not given.")] = "", json: JsonOption = False
) -> None:
    """How runs stand: pairs that are scored, not measurable, failed and open."""
    from harness.studies import find_run, list_runs

    found = [(find_run(run) if run else each).status() for each in ([None] if run else list_runs())]  # type: ignore[union-attr]
    if json:
        output.as_json(found)
        return
    columns = ["run", "pairs", "scored", "not measurable", "failed", "open", "last"]
    output.table(columns, [[str(one[column]) for column in columns] for one in found])
    for one in found if run else []:
        for failure in one["failures"]:
            print(failure, file=sys.stderr)


def _how(described: "Study", **asked: Any) -> "RunEntry":
    """How the study is run: what the command line says counts before what the file says."""
    from pydantic import ValidationError

    from harness.studies import RunEntry

    try:
        return RunEntry.model_validate(
            described.run.model_dump() | {name: value for name, value in asked.items() if value is not None}
        )
    except ValidationError as error:
        [first, *_] = error.errors()
        option = str(first["loc"][0]).removesuffix("_minutes")
        raise typer.BadParameter(f"--{option} {first['input']}: {first['msg']}") from None


def _plan(described: "Study", how: "RunEntry", json: bool) -> None:
    from harness.studies import plan_study

    planned = plan_study(described, how)
    if json:
        output.as_json([asdict(pair) for pair in planned])
    else:
        rows = ([pair.model, pair.benchmark, pair.state, pair.reason] for pair in planned)
        output.table(["model", "benchmark", "state", "reason"], rows, prose=(3,))
        print(
            f"{len(planned)} pairs, {sum(pair.state == 'cached' for pair in planned)} of them cached", file=sys.stderr
        )
    if any(pair.state not in ("cached", "run") for pair in planned):
        raise typer.Exit(1)


def _run(described: "Study", how: "RunEntry", total: int, json: bool) -> None:
    from harness.studies import run_study

    ended = []
    for one in run_study(described, how):
        ended.append(one)
        if not one.cached:
            print(f"{len(ended)}/{total} {one}", file=sys.stderr, flush=True)
    states = [one.status for one in ended]
    if json:
        output.as_json([asdict(one) for one in ended])
    else:
        cached = sum(one.cached for one in ended)
        count = ", ".join(f"{states.count(state)} {state}" for state in dict.fromkeys(states))
        print(f"{len(ended)} of {total} pairs: {count}; {cached} from the cache (harness leaderboard)")
    if "failed" in states or len(ended) < total:
        raise typer.Exit(1)
