"""A contact sheet of a stimulus set: one row per stimulus, time running to the right."""

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from harness.checks import is_number, shown
from harness.errors import StimulusError
from harness.notebooks import Drawing

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from harness.stimuli.stimulus_set import StimulusSet
    from harness.stimuli.timeline import Timeline

WIDTH = 26  # characters over an image
LINES = 3
FORMATS = (".png", ".pdf", ".svg", ".jpg")
DPI = 110
MOST = 1000
"""Images on a sheet."""


def draw(stimuli: "StimulusSet", path: Path, times: Sequence[float] | None, most: int) -> Path:
    """Write the sheet to a file."""
    if path.suffix.lower() not in FORMATS or path.is_dir():
        raise StimulusError(
            f"a contact sheet is written to a file whose name ends in {', '.join(FORMATS)}, not to '{path}'"
        )
    figure = sheet(stimuli, times, most)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(path, dpi=DPI)
    except OSError as error:
        raise StimulusError(f"'{path}' cannot be written ({error.strerror}); name another file") from error
    return path


def drawing(stimuli: "StimulusSet", times: Sequence[float] | None, most: int) -> Drawing:
    """The sheet for a notebook."""
    png = BytesIO()
    sheet(stimuli, times, most).savefig(png, format="png", dpi=DPI)
    return Drawing(f"'{stimuli.identifier}'", png.getvalue())


def sheet(stimuli: "StimulusSet", times: Sequence[float] | None, most: int) -> "Figure":
    """The sheet. Without `times`, a column at every onset of a frame in any timeline shown, eight at most."""
    from matplotlib.figure import Figure

    if not all(is_number(time) and time >= 0 for time in times or ()):
        raise StimulusError(f"a contact sheet shows the screen at times of 0 ms or later, not {shown(times)}")
    rows = np.unique(np.linspace(0, len(stimuli) - 1, min(most, len(stimuli))).astype(int))
    columns = list(times) if times is not None else _onsets([stimuli.timelines[row] for row in rows])
    if len(rows) * len(columns) > MOST:
        raise StimulusError(
            f"a contact sheet holds {MOST} images, not {len(rows)} stimuli at {len(columns)} times; show fewer of them"
        )
    per_line = max(1, min(6 // len(columns), len(rows)))  # several static stimuli share a line
    lines = -(-len(rows) // per_line)
    figure = Figure(figsize=(1.5 * per_line * len(columns), 1.75 * lines + 0.4), layout="constrained")
    axes = figure.subplots(lines, per_line * len(columns), squeeze=False)
    for axis in axes.flat:
        axis.set_axis_off()
    for place, row in enumerate(rows):
        timeline = stimuli.timelines[row]
        for column, time in enumerate(columns):
            axis = axes[place // per_line, (place % per_line) * len(columns) + column]
            is_on = time < timeline.duration
            pixels = timeline.at(time, stimuli.background) if is_on else stimuli.background_frame().load()
            axis.imshow(pixels, cmap="gray", vmin=0, vmax=1 if pixels.dtype.kind == "f" else 255)
            label = f"{time:.4g} ms" + ("" if is_on else " (blank)")
            axis.set_title(f"{_title(stimuli.ids[row])}\n{label}" if column == 0 else label, fontsize=6)
    size = f"{stimuli.visual_degrees:g}°" if stimuli.visual_degrees else "size not stated"
    figure.suptitle(f"{stimuli.identifier}: {len(rows)} of {len(stimuli)} stimuli, {size}", fontsize=8)
    return figure


def _title(name: str) -> str:
    """A name that fits over its image: broken after a parameter, and shortened in the middle if it is longer than that."""
    lines = [""]
    for part in name.replace("_", "_\n").split("\n"):
        if lines[-1] and len(lines[-1]) + len(part) > WIDTH:
            lines.append("")
        lines[-1] += part
    short = [line if len(line) <= WIDTH else f"{line[: WIDTH // 2]}…{line[-WIDTH // 2 :]}" for line in lines]
    return "\n".join(short if len(short) <= LINES else [*short[: LINES - 1], f"…{short[-1]}"])


def _onsets(timelines: Sequence["Timeline"]) -> list[float]:
    onsets = sorted({onset for timeline in timelines for onset in timeline.onsets})
    keep = np.unique(np.linspace(0, len(onsets) - 1, min(8, len(onsets))).astype(int))
    return [onsets[index] for index in keep]
