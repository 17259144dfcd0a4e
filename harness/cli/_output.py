"""Tables to read and JSON for programs, both on standard output."""

import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stdout, suppress
from pathlib import Path
from typing import Any, TextIO

from rich.console import Console, Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from harness.errors import printable

_PROSE = 24  # columns that prose takes at least


def console(width: int = 0) -> Console:
    """Standard output, at least as wide as asked for, and wide where there is no terminal."""
    own = Console()
    return Console(width=max(own.width, width if own.is_terminal else 200))


_json_stream: list[TextIO] = []
"""Where JSON goes while everything else that is printed goes to standard error."""


@contextmanager
def json_alone(wanted: bool = True) -> Iterator[None]:
    """Let JSON be all that comes out of standard output, whatever plugins print."""
    if not wanted or _json_stream:
        yield
        return
    _json_stream.append(sys.stdout)
    try:
        with redirect_stdout(sys.stderr):
            yield
    finally:
        _json_stream.clear()


def reserve_stdout() -> None:
    """`json_alone` to the end of the process, also for what libraries, subprocesses and exit handlers write."""
    if sys.stdout is None:  # closed by who called, so that nobody reads
        _json_stream.append(os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8"))
        sys.stdout = sys.stderr
        return
    sys.stdout.flush()
    _json_stream.append(os.fdopen(os.dup(1), "w", encoding="utf-8", errors="backslashreplace"))
    os.dup2(2, 1)
    sys.stdout = sys.stderr


def as_json(value: Any) -> None:
    """Print a value for a program to read."""
    try:
        text = json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False)
        text.encode()
    except (ValueError, TypeError):  # what is not finite, or no character, has no place in JSON
        from harness.results import plain

        text = json.dumps(plain(value), indent=2)
    stream = _json_stream[-1] if _json_stream else sys.stdout
    try:
        print(text, file=stream, flush=True)
    except OSError:
        _let_go(stream)
        raise


def _let_go(stream: TextIO) -> None:
    """Let what could not be written go nowhere, as it would be tried again when the program ends."""
    with suppress(OSError, ValueError), Path(os.devnull).open("w") as nowhere:
        os.dup2(nowhere.fileno(), stream.fileno())


def table(columns: Sequence[str], rows: Iterable[Sequence[str]], prose: Sequence[int] = ()) -> None:
    """Print a table. Only columns of prose (by position) are folded to fit the terminal; names and numbers are never cut: where
    they do not fit beside each other, the first cell of a row is a line, and the others stand below it.
    """
    found = [[printable(cell) for cell in row] for row in rows]
    own = Console()
    widths = [max(map(len, cells)) for cells in zip(columns, *found, strict=True)]
    needed = sum(min(width, _PROSE) if at in prose else width for at, width in enumerate(widths)) + len(widths) - 1
    if own.is_terminal and needed > own.width:
        for row in found:
            own.print(_stacked(columns, row, prose))
        return
    sheet = Table(box=None, pad_edge=False, header_style="dim")
    for position, column in enumerate(columns):
        sheet.add_column(column, no_wrap=position not in prose, overflow="fold")
    for row in found:
        sheet.add_row(*(Text(cell) for cell in row))
    console(width=0 if own.is_terminal else 200 if prose else 1000).print(sheet)


def _stacked(columns: Sequence[str], row: Sequence[str], prose: Sequence[int]) -> Group:
    """A row as lines: its first cell, the others with the names of their columns, prose."""
    first, *others = row
    named = [f"{columns[at]} {cell}".strip() for at, cell in enumerate(others, 1) if cell and at not in prose]
    lines = [", ".join(named), *(row[at] for at in prose if at)]
    return Group(Text(first), *(Padding(Text(line, style="dim"), (0, 0, 0, 4)) for line in lines if line))


def facts(title: str, values: Mapping[str, Any]) -> None:
    """Print named values, one per line; empty ones are left out."""
    sheet = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False, show_header=False)
    sheet.add_column(style="dim", no_wrap=True)
    sheet.add_column(overflow="fold")
    for name, value in values.items():
        if value not in (None, "", [], {}, ()):
            sheet.add_row(name, Text("\n".join(map(printable, _readable(value).splitlines()))))
    console().print(sheet)


def _readable(value: Any) -> str:
    if isinstance(value, Mapping):
        return "\n".join(f"{name}: {item}" for name, item in value.items())
    if isinstance(value, (list, tuple)):
        return ", ".join(str(item) for item in value)
    return str(value)


def bytes_(number: float) -> str:
    """A size in decimal units: `1.3 GB`."""
    for unit in ("B", "kB", "MB", "GB"):
        if number < 1000:
            return f"{number:.0f} {unit}" if unit == "B" else f"{number:.1f} {unit}"
        number /= 1000
    return f"{number:.1f} TB"
