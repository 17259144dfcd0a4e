"""`harness cache`: the contents of the cache, and their removal.

Three things are kept: activations and decoded movies, which are large, and the results of functions (ceilings and
scores), which are not.
"""

import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from harness.cli import _arguments as values
from harness.cli import _output as output
from harness.cli._arguments import JsonOption

if TYPE_CHECKING:
    from harness.store import Checked

app = typer.Typer(help="The disk cache: size, list, verify, prune, compact.")


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
        try:
            stat = path.stat()
        except OSError:  # removed meanwhile
            continue
        yield Stored("result", str(path), stat.st_size, stat.st_mtime, path.parent.name)


def _movies() -> Iterator[Stored]:
    from harness.data import decoded_movies

    for entry in decoded_movies.entries():
        yield Stored("movie", str(entry.folder), entry.nbytes, entry.used, f"frames of {entry.description['movie']}")


@app.callback(invoke_without_command=True)
def overview(context: typer.Context) -> None:
    """The disk cache of activations, results and movies; its size, if no command follows."""
    if context.invoked_subcommand is None:
        size()


@app.command()
def size(json: JsonOption = False) -> None:
    """How many entries and bytes, and where."""
    from harness.paths import cache_home

    sums = {"activations": list(_activations()), "results": list(_results()), "movies": list(_movies())}
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
    entries = sorted((*_activations(), *_results(), *_movies()), key=lambda stored: -stored.used)
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
    """Check every entry and remove damaged ones, which are then computed again; exit status 1 if there were any.

    What cannot be read now is kept and said; the exit status is 1 then, too.
    """
    from harness.data import decoded_movies
    from harness.store import Store
    from harness.store import results_cache as caching

    found = {"activations": Store().verify(), "results": caching.verify(), "movies": decoded_movies.verify()}
    for kind, checked in found.items():
        print(f"{kind}: {_told(checked, 'parts ' if kind == 'activations' else '')}")
    if any(checked.damaged or checked.unavailable for checked in found.values()):
        raise typer.Exit(1)


def _told(checked: "Checked", noun: str) -> str:
    text = f"{checked.sound} {noun}sound, {checked.damaged} damaged"
    if checked.damaged:
        kept = checked.damaged - checked.removed
        text += f" and removed, but for {kept} that cannot be removed" if kept else " and removed"
    if checked.unavailable:
        text += f", {checked.unavailable} that cannot be read now and are kept"
    return text + (f", {checked.other} of another version" if checked.other else "")


@app.command()
def prune(
    older_than: Annotated[str, typer.Option(help="Remove entries that were not used for this long: 30d, 12h.")] = "",
    larger_than: Annotated[
        str, typer.Option(help="Remove the least recently used responses and movies until this much is left: 10GB.")
    ] = "",
) -> None:
    """Remove entries by age or by size, and what killed processes left. What a running process uses is kept."""
    from harness.data import decoded_movies
    from harness.store import Store
    from harness.store import results_cache as caching

    if not (older_than or larger_than):
        raise typer.BadParameter("say what to remove: --older-than 30d, --larger-than 10GB, or both")
    age = values.seconds(older_than) if older_than else None
    most = values.size(larger_than) if larger_than else None
    removed, freed = Store().prune(older_than=age, larger_than=most, besides=decoded_movies.entries())
    caching.remove_left_overs()
    decoded_movies.remove_left_overs()
    for stored in list(_results()):
        if age is not None and time.time() - stored.used > age:
            Path(stored.path).unlink(missing_ok=True)
            removed, freed = removed + 1, freed + stored.bytes
    print(f"removed {removed} entries, {output.bytes_(freed)}")


@app.command()
def compact() -> None:
    """Merge many small parts of responses into few, and keep once what was stored twice or was replaced. What is in use is left."""
    from harness.store import Compacted, Store
    from harness.store import compact as merge

    done = Compacted()
    for entry in Store().entries():
        done.add(merge(entry))
    left = f"; {done.in_use} entries are in use and were left" if done.in_use else ""
    print(f"{done.parts_before} parts became {done.parts_after}, {output.bytes_(max(0, done.freed))} freed{left}")
