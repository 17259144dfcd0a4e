"""`harness cache`: the contents of the cache, and their removal.

Two things are kept: activations, which are large, and the results of functions (ceilings and scores), which are not.
"""

import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

import typer

from harness.cli import _arguments as values
from harness.cli import _output as output
from harness.cli._arguments import JsonOption

app = typer.Typer(help="The disk cache: size, list, verify, prune.")


@dataclass(frozen=True)
class Stored:
    """One entry: where it lies, its bytes, when it was last used, and what it holds."""

    kind: str
    path: str
    bytes: int
    used: float
    holds: str


def _activations() -> Iterator[Stored]:
    from harness.store import Store

    for entry in Store().entries():
        holds = ", ".join(f"{name} {value}" for name, value in entry.description.items() if name != "created")
        yield Stored("activations", str(entry.folder), entry.nbytes, entry.used, holds)


def _results() -> Iterator[Stored]:
    from harness.store import results_cache as caching

    for path in caching.entries():
        stat = path.stat()
        yield Stored("result", str(path), stat.st_size, stat.st_mtime, path.parent.name)


@app.callback(invoke_without_command=True)
def overview(context: typer.Context) -> None:
    """The disk cache of activations and results; its size, if no command follows."""
    if context.invoked_subcommand is None:
        size()


@app.command()
def size(json: JsonOption = False) -> None:
    """How many entries and bytes, and where."""
    from harness.paths import cache_home

    sums = {"activations": list(_activations()), "results": list(_results())}
    if json:
        counted = {kind: {"entries": len(e), "bytes": sum(s.bytes for s in e)} for kind, e in sums.items()}
        output.as_json({"folder": str(cache_home())} | counted)
        return
    for kind, entries in sums.items():
        print(f"{kind}: {len(entries)} entries, {output.bytes_(sum(stored.bytes for stored in entries))}")
    print(f"in {cache_home()}")


@app.command("list")
def list_(json: JsonOption = False) -> None:
    """Every entry, most recently used first."""
    entries = sorted((*_activations(), *_results()), key=lambda stored: -stored.used)
    if json:
        output.as_json([asdict(stored) for stored in entries])
        return
    rows = [[Path(s.path).stem[:12], s.kind, output.bytes_(s.bytes), _ago(s.used), s.holds] for s in entries]
    output.table(["entry", "kind", "size", "last used", "holds"], rows, prose=(4,))


def _ago(moment: float) -> str:
    hours = (time.time() - moment) / 3600
    return f"{hours / 24:.0f} d ago" if hours >= 24 else f"{hours:.1f} h ago"


@app.command()
def verify() -> None:
    """Check every entry and remove damaged ones, which are then computed again; exit status 1 if there were any."""
    from harness.store import Store
    from harness.store import results_cache as caching

    sound, damaged = Store().verify()
    broken = caching.damaged()
    whole = sum(1 for _ in caching.entries()) - len(broken)
    for path in broken:
        path.unlink()
    print(f"activations: {sound} parts sound, {damaged} damaged and removed")
    print(f"results: {whole} sound, {len(broken)} damaged and removed")
    if damaged or broken:
        raise typer.Exit(1)


@app.command()
def prune(
    older_than: Annotated[str, typer.Option(help="Remove entries that were not used for this long: 30d, 12h.")] = "",
    larger_than: Annotated[
        str, typer.Option(help="Remove the least recently used responses until this much is left: 10GB.")
    ] = "",
) -> None:
    """Remove entries by age or by size."""
    from harness.store import Store

    if not (older_than or larger_than):
        raise typer.BadParameter("say what to remove: --older-than 30d, --larger-than 10GB, or both")
    age = values.seconds(older_than) if older_than else None
    most = values.size(larger_than) if larger_than else None
    removed, freed = Store().prune(older_than=age, larger_than=most)
    for stored in list(_results()):
        if age is not None and time.time() - stored.used > age:
            Path(stored.path).unlink(missing_ok=True)
            removed, freed = removed + 1, freed + stored.bytes
    print(f"removed {removed} entries, {output.bytes_(freed)}")
