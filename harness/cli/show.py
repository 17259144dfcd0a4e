"""`harness show`: an image of a stimulus set."""

from pathlib import Path
from typing import Annotated

import typer

from harness.cli import _arguments as values


def show(
    stimuli: Annotated[str, typer.Argument(help="A stimulus set.")],
    arguments: Annotated[str, typer.Option("--args", help="Arguments to load it with: key=value,...")] = "",
    out: Annotated[Path | None, typer.Option("--out", help="The PNG file; NAME.png if not given.")] = None,
    time: Annotated[
        list[float] | None, typer.Option(help="Show the screen at this time in ms; may be repeated.")
    ] = None,
    most: Annotated[int, typer.Option(min=1, help="Maximum number of stimuli to show.")] = 24,
) -> None:
    """Draw a stimulus set as a contact sheet (PNG), with time running to the right.

    Without --time there is a column for every change on the screen, eight at most.
    """
    from harness.host import load_stimuli

    loaded = load_stimuli(stimuli, **values.arguments(arguments))
    print(loaded.show(out or Path(f"{stimuli.replace('/', '_')}.png"), time or None, most))
