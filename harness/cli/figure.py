"""`harness figure`: figures of a training, which no benchmark draws."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Figure(StrEnum):
    """The figures there are."""

    curves = "curves"
    weights = "weights"


def figure(
    name: Annotated[Figure, typer.Argument(help="curves: every number over epochs; weights: their distributions.")],
    file: Annotated[Path, typer.Argument(help="A weight file.")],
    out: Annotated[Path | None, typer.Option(help="The image; NAME.png in this folder if not given.")] = None,
) -> None:
    """Draw the curves of a training, or the weights of a file by kind of connection and layer."""
    from harness.training import curves_figure, weights_figure

    drawn = curves_figure(file) if name is Figure.curves else weights_figure(file)
    path = out or Path(f"{file.stem}-{name}.png")
    drawn.savefig(path, dpi=110)
    print(path)
