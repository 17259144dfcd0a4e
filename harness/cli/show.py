"""`harness show`: an image of a stimulus set, or of a recording."""

from pathlib import Path
from typing import Annotated

import typer

from harness.cli import _arguments as values
from harness.cli import _completion


def show(
    stimuli: Annotated[
        str, typer.Argument(help="A stimulus set, or a data set that is here.", autocompletion=_completion.shown)
    ],
    arguments: Annotated[str, typer.Option("--args", help="Arguments to load it with: key=value,...")] = "",
    out: Annotated[Path | None, typer.Option("--out", help="The PNG file; NAME.png if not given.")] = None,
    time: Annotated[
        list[float] | None, typer.Option(help="Show the screen at this time in ms; may be repeated.")
    ] = None,
    most: Annotated[int, typer.Option(min=1, help="Maximum number of stimuli to show.")] = 24,
) -> None:
    """Draw a stimulus set as a contact sheet (PNG), with time running to the right; of a recording also its responses.

    Without --time there is a column for every change on the screen, eight at most. Of a recording some stimuli are drawn, the mean
    response of each region over time (PSTH), the reliability of its neuroids, and trials by whether they were lost.
    """
    from harness.host import host, load_stimuli

    if stimuli not in host().stimuli and stimuli in host().datasets:
        print(_recording(stimuli, arguments, out or Path(f"{stimuli.replace('/', '_')}.png"), most))
        return
    loaded = load_stimuli(stimuli, **values.arguments(arguments))
    print(loaded.show(out or Path(f"{stimuli.replace('/', '_')}.png"), time or None, most))


def _recording(name: str, arguments: str, out: Path, most: int) -> Path:
    """The figure of a recording; what it holds is printed."""
    from harness.data import RecordedData, load, recording_figure
    from harness.errors import HarnessError

    data = load(name, **values.arguments(arguments))
    if not isinstance(data, RecordedData):
        raise HarnessError(f"'{name}' holds choices, not recorded responses (harness data describe {name})")
    recording_figure(data, most).savefig(out, dpi=110)
    return out
