"""Progress of runs on standard error: where somebody looks, a bar with the pair that runs; elsewhere a line a pair."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.table import Column

from harness.engine import Progress as Extraction

if TYPE_CHECKING:
    from harness.results import Result

_WIDE = 110  # columns of a terminal in which all numbers have room


class Bars:
    """A callback of extractions: a bar for the one that runs, and before it the pair that it belongs to.

    Attributes:
        total: pairs of the run; 0 for extractions by themselves.
        done: pairs that have finished.
    """

    def __init__(self, bars: Progress, total: int = 0):
        self.total, self.done = total, 0
        self._bars = bars
        self._task: TaskID | None = None
        self._began = time.perf_counter()

    def __call__(self, extraction: Extraction) -> None:
        """Show one moment of an extraction; the bar goes when it has finished."""
        if self._task is None:
            self._task = self._bars.add_task("", numbers="", pair="")
        self._bars.update(
            self._task,
            description=f"{extraction.model} sees {extraction.stimuli}",
            total=extraction.stimuli_total,
            completed=extraction.stimuli_done,
            numbers=numbers(extraction, self._bars.console.width >= _WIDE),
            pair=f"pair {self.done + 1} of {self.total}" if self.total else "",
        )
        if extraction.finished:
            self._bars.remove_task(self._task)
            self._task = None

    def finished(self, result: "Result") -> str:
        """Count a pair; the line that tells its outcome: `3 of 20: pixels on Digits-decoding: 0.971 ± 0.011 (1.6 s)`."""
        self.done += 1
        now = time.perf_counter()
        took = "from the cache" if result.cached else f"{now - self._began:.1f} s"
        self._began = now
        return f"{self.done} of {self.total}: {result.model_name} on {result.benchmark_name}{outcome(result)} ({took})"


def outcome(result: "Result") -> str:
    """The end of a line that begins with the names of a pair: its score and error, or why there is none."""
    from harness.results import number

    if result.status == "scored":
        return f": {number(result.score, result.error)}"
    return f"{' is' if result.status == 'not measurable' else ''} {result.status}: {result.message}"


def numbers(extraction: Extraction, all_: bool = True) -> str:
    """The text behind the bar: `40/200 stimuli, 60 frames, 24.1/s, 35 hits`, or `40/200` alone."""
    stimuli = f"{extraction.stimuli_done}/{extraction.stimuli_total}"
    if not all_:
        return stimuli
    return f"{stimuli} stimuli, {extraction.frames} frames, {extraction.rate:.1f}/s, {extraction.hits} hits"


def columns() -> tuple[TextColumn | BarColumn | TimeRemainingColumn, ...]:
    """Of a bar; where there is little room, the names of model and stimuli are shortened, and nothing else."""
    return (
        TextColumn("{task.fields[pair]}", table_column=Column(no_wrap=True)),
        BarColumn(12, table_column=Column(no_wrap=True, min_width=12)),
        TextColumn("{task.fields[numbers]}", table_column=Column(no_wrap=True)),
        TimeRemainingColumn(compact=True, table_column=Column(no_wrap=True, min_width=5)),
        TextColumn("{task.description}", table_column=Column(no_wrap=True, ratio=1, overflow="ellipsis")),
    )


@contextmanager
def bars(total: int = 0) -> Iterator[Bars]:
    """Bars that are drawn while the block runs, of a run of so many pairs."""
    console = Console(stderr=True)
    with Progress(*columns(), console=console, transient=True, expand=True, disable=not console.is_terminal) as drawn:
        yield Bars(drawn, total)
