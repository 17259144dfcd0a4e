"""Progress bars of extractions, on standard error and only where somebody looks."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from harness.engine import Progress as Extraction


class Bars:
    """A callback of extractions: a progress bar for the one that runs."""

    def __init__(self, bars: Progress):
        self._bars = bars
        self._task: TaskID | None = None

    def __call__(self, extraction: Extraction) -> None:
        """Show one moment of an extraction; the bar goes when it has finished."""
        if self._task is None:
            self._task = self._bars.add_task("", numbers="")
        self._bars.update(
            self._task,
            description=f"{extraction.model} sees {extraction.stimuli}",
            total=extraction.stimuli_total,
            completed=extraction.stimuli_done,
            numbers=numbers(extraction),
        )
        if extraction.finished:
            self._bars.remove_task(self._task)
            self._task = None


def numbers(extraction: Extraction) -> str:
    """The text behind the bar: `40/200 stimuli, 60 frames, 24.1/s, 35 hits`."""
    return (
        f"{extraction.stimuli_done}/{extraction.stimuli_total} stimuli, {extraction.frames} frames, "
        f"{extraction.rate:.1f}/s, {extraction.hits} hits"
    )


@contextmanager
def bars() -> Iterator[Bars]:
    """Bars that are drawn while the block runs."""
    console = Console(stderr=True)
    columns = (
        BarColumn(16),
        TextColumn("{task.fields[numbers]}"),
        TimeRemainingColumn(),
        TextColumn("{task.description}"),
    )
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as drawn:
        yield Bars(drawn)
