"""`harness check`: test a model, a stimulus set or a benchmark against the requirements of the harness."""

from dataclasses import asdict
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from harness.cli import _arguments as values
from harness.cli import _completion
from harness.cli import _output as output
from harness.cli._arguments import JsonOption

if TYPE_CHECKING:
    from harness.testing import Report

_MARKS = {True: "ok", False: "FAILS", None: "-"}


class Kind(StrEnum):
    """A kind of thing to check."""

    models = "models"
    stimuli = "stimuli"
    benchmarks = "benchmarks"


def check(
    name: Annotated[
        str,
        typer.Argument(
            help="A model (or FILE.py:FUNCTION), a stimulus set or a benchmark; all with this name.",
            autocompletion=_completion.anything,
        ),
    ],
    args: Annotated[
        str, typer.Option(help="Arguments to load it with: key=value,...; a benchmark's quick arguments if not given.")
    ] = "",
    kind: Annotated[Kind | None, typer.Option(help="Only this kind, where several share a name.")] = None,
    model: Annotated[
        str,
        typer.Option(
            "--model",
            "-m",
            help="Model from which adversaries are made; a small reference model if not given.",
            autocompletion=_completion.models,
        ),
    ] = "",
    model_args: Annotated[str, typer.Option(help="Arguments to load that model with: key=value,...")] = "",
    adversary: Annotated[list[str] | None, typer.Option(help="Only this adversary; may be repeated.")] = None,
    json: JsonOption = False,
) -> None:
    """Check a model, a stimulus set or a benchmark with its adversaries; exit status 1 where something fails."""
    reports = [
        report for each in _kinds(name, kind) for report in _reports(each, name, args, model, model_args, adversary)
    ]
    if json:
        output.as_json(
            [{"of": report.of, "passed": report.passed, "findings": list(map(asdict, report))} for report in reports]
        )
    else:
        for report in reports:
            rows = [[finding.name, _MARKS[finding.passed], finding.sentence] for finding in report]
            output.table([report.of, "", ""], rows, prose=(2,))
            print()
    if not all(report.passed for report in reports):
        raise typer.Exit(1)


def _kinds(name: str, kind: Kind | None) -> list[Kind]:
    """The kinds of which something has the name; raises UnknownIdentifier with near names where nothing has."""
    from harness.errors import UnknownIdentifier
    from harness.host import either, host, is_model_file

    if kind or is_model_file(name):
        return [kind or Kind.models]
    found = [each for each in Kind if name in getattr(host(), each)]
    if not found:
        near = [other for each in Kind for other in getattr(host(), each).near(name)]
        hint = f"did you mean {either(near)}?" if near else "see harness list"
        raise UnknownIdentifier(f"there is no model, stimulus set or benchmark '{name}'; {hint}")
    return found


def _reports(
    kind: Kind, name: str, args: str, model: str, model_args: str, adversaries: list[str] | None
) -> "list[Report]":
    from harness.host import host, load_benchmark, load_model, load_stimuli
    from harness.testing import check_adversaries, check_benchmark, check_model, check_stimuli

    arguments: dict[str, Any] = values.arguments(args)
    if kind is Kind.models:
        return [check_model(load_model(name, **arguments))]
    if kind is Kind.stimuli:
        return [check_stimuli(lambda: load_stimuli(name, **arguments))]
    spec = host().benchmarks.get(name)
    benchmark = load_benchmark(name, **(arguments or spec.quick))
    base = load_model(model, **values.arguments(model_args)) if model else None
    found = [] if adversaries else [check_benchmark(benchmark, spec, model=base)]
    return [*found, check_adversaries(benchmark, spec, model=base, only=adversaries)]
