"""`harness figure`: figures of trainings and networks, which no benchmark draws."""

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from harness.cli import _arguments as values
from harness.errors import ArgumentError

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Drawn


class Figure(StrEnum):
    """The figures there are."""

    curves = "curves"
    weights = "weights"
    confusion = "confusion"
    over_time = "over-time"
    unrolling = "unrolling"
    eigenvectors = "eigenvectors"


HELP = """curves: every number over epochs; weights: their distributions; confusion: what is named when what is shown;
over-time: accuracy and confidence for each value of --over, with recurrence and, by --against, without;
unrolling: a model's steps in model and biological time; eigenvectors: of a model's step."""


def figure(
    name: Annotated[Figure, typer.Argument(help=HELP)],
    subjects: Annotated[
        list[str],
        typer.Argument(
            metavar="SUBJECT...",
            help="A weight file, for curves and over-time several, such as those of seeds; for the last two a model, too.",
        ),
    ],
    over: Annotated[str, typer.Option(help="of over-time: an argument of the training set, noise=[0,0.15,0.3].")] = "",
    against: Annotated[
        list[str] | None,
        typer.Option(
            help="of over-time: what dashed lines show, arguments of the same networks, cut_recurrence=true, or a weight file "
            "of another, such as one trained without recurrence; again for other files."
        ),
    ] = None,
    args: Annotated[str, typer.Option(help="key=value,... of a model.")] = "",
    out: Annotated[Path | None, typer.Option(help="The image; SUBJECT-NAME.png in this folder if not given.")] = None,
) -> None:
    """Draw the curves of a training, the weights of a file, what a network answers in its task, or a network itself."""
    if len(subjects) > 1 and name not in (Figure.curves, Figure.over_time):
        raise ArgumentError(f"{name.value} is a figure of one subject, not of {len(subjects)}")
    if bool(over) != (name is Figure.over_time):
        raise ArgumentError('over-time needs --over "noise=[0,0.15,0.3]", and the other figures do not take it')
    if against and not over:
        raise ArgumentError(f"{name.value} takes no --against; over-time does")
    path = out or Path(f"{Path(subjects[0]).stem}-{name.value}.png")
    _drawing(name, subjects, over, _other(against or []), values.arguments(args))().savefig(path, dpi=110)
    print(path)


def _other(against: list[str]) -> dict[str, Any] | list[str]:
    """Arguments of the networks that are drawn, or weight files of others."""
    if against and all(not Path(one).is_file() and "=" in one for one in against):
        return values.arguments(",".join(against))
    return against


def _drawing(
    name: Figure, subjects: list[str], over: str, against: dict[str, Any] | list[str], args: dict[str, Any]
) -> "Callable[[], Drawn]":
    from harness import training

    return {
        Figure.curves: lambda: training.curves_figure(*subjects),
        Figure.weights: lambda: training.weights_figure(subjects[0]),
        Figure.confusion: lambda: training.confusion_figure(subjects[0]),
        Figure.over_time: lambda: training.over_time_figure(subjects, values.grid(over), against),
        Figure.unrolling: lambda: training.unrolling_figure(_model(subjects[0], args)),
        Figure.eigenvectors: lambda: training.eigenvectors_figure(_model(subjects[0], args)),
    }[name]


def _model(subject: str, args: dict[str, Any]) -> Any:
    """The model of a name, or that of a weight file."""
    from harness import load_model
    from harness.models import training_of

    trained = training_of(subject)
    return load_model(subject, **args) if trained is None else load_model(trained["model"], weights=subject, **args)
