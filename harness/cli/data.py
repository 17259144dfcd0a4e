"""`harness data`: recorded data on this machine, how to obtain and check them, and import of your own recordings."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from harness.cli import _completion
from harness.cli import _output as output
from harness.cli._arguments import JsonOption

if TYPE_CHECKING:
    from harness.data import Report
    from harness.host import DatasetSpec

app = typer.Typer(help="Recorded data: list, describe, fetch, check, import.", no_args_is_help=True)
Identifier = Annotated[
    str,
    typer.Argument(
        help="A data set; brainscore/NAME for any data set of Brain-Score.", autocompletion=_completion.datasets
    ),
]


@app.command("list")
def list_(
    pattern: Annotated[str, typer.Argument(help="Part of an identifier, or a pattern.")] = "",
    brainscore: Annotated[bool, typer.Option("--brainscore", help="Also everything that Brain-Score stores.")] = False,
    json: JsonOption = False,
) -> None:
    """List data sets: which are here, which can be fetched, which you must obtain yourself."""
    from harness.host import host, list_datasets

    specs = [host().datasets.get(name) for name in list_datasets(pattern)]
    if brainscore:
        from harness.data import brain_score as objects

        specs += [objects.dataset(name) for name in objects.identifiers(pattern)]
    entries = [{"identifier": spec.identifier, "state": _state(spec), "summary": spec.summary} for spec in specs]
    if json:
        output.as_json(entries)
    else:
        output.table(["data set", "state", ""], [list(entry.values()) for entry in entries], prose=(2,))


def _state(spec: "DatasetSpec") -> str:
    from harness.data import folder_of, is_generated

    if is_generated(spec):
        return "generated"
    if folder_of(spec) is not None:
        return "here"
    return "to be fetched" if spec.fetch else "to be obtained by hand"


@app.command()
def describe(identifier: Identifier, json: JsonOption = False) -> None:
    """Describe a data set: source, licence, how to obtain it; and, if it is here, its contents."""
    from harness.data import contents, folder_of, is_generated, spec_of

    spec = spec_of(identifier)
    folder = folder_of(spec)
    facts: dict[str, Any] = asdict(spec) | {
        "files": len(spec.files),
        "state": _state(spec),
        "folder": str(folder or ""),
    }
    if spec.load and (folder or is_generated(spec)):
        facts |= contents(identifier)
    if json:
        output.as_json(facts)
    else:
        output.facts(identifier, {name: value for name, value in facts.items() if name != "identifier"})


@app.command()
def fetch(
    identifier: Annotated[
        list[str],
        typer.Argument(
            help="Data sets; brainscore/NAME for any data set of Brain-Score.", autocompletion=_completion.datasets
        ),
    ],
) -> None:
    """Download data sets that can be downloaded without an account, and check them."""
    from harness.data import fetch as download

    for name in identifier:
        print(f"{name}: {download(name)}")


@app.command()
def check(identifier: Identifier, json: JsonOption = False) -> None:
    """Compare files with their checksums and read the data; exit status 1 if anything is wrong."""
    from harness.data import check as examine

    report: Report = examine(identifier)
    if json:
        output.as_json(asdict(report))
    else:
        output.facts(
            identifier, {**report.contents, "wrong": "\n".join(report.faults), "remarks": "\n".join(report.remarks)}
        )
        print("sound" if not report.faults else f"{len(report.faults)} faults")
    if report.faults:
        raise typer.Exit(1)


@app.command("import")
def import_(
    folder: Annotated[Path, typer.Argument(help="Stimuli, tables, responses and recording.yaml: docs/data.md")],
    name: Annotated[str, typer.Option(help="The name of the recording: Ours2026.")],
    region: Annotated[str | None, typer.Option(help="Region of all neuroids, where the folder names none: V4.")] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Replace a recording of that name.")] = False,
    json: JsonOption = False,
) -> None:
    """Import a recording of your own; each region with repeated stimuli becomes a benchmark."""
    from harness.benchmarks.neural import import_recording

    recording, remarks = import_recording(folder, name, region, replace)
    benchmarks = [*(f"{name}.{region}-ridge" for region in recording.regions), *recording.forms]
    if json:
        output.as_json(
            {
                "name": name,
                "entered": recording.entered,
                "benchmarks": benchmarks,
                "remarks": remarks,
                "without": recording.without_benchmark,
            }
        )
        return
    print(f"imported {name}: {recording.entered}")
    for remark in remarks:
        print(f"note: {remark}")
    for area, reason in recording.without_benchmark.items():
        print(f"no benchmark of {area}: {reason}")
    for benchmark in benchmarks:
        print(f"score it with: harness score -m pixels -b {benchmark}")
