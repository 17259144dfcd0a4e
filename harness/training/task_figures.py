"""Figures of what trained networks answer in the task that they were trained to: over time, and class by class."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from harness.checks import checked
from harness.errors import ArgumentError, HarnessError
from harness.host import load_model, load_recipe, load_training_set
from harness.models import Model, training_of
from harness.training.presentations import NOTHING
from harness.training.training_set import TrainingSet
from harness.training.unrolling import normalised, unrolled

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

STEPS, BATCH, SEED = 20, 50, 0
"""Steps where the recipe does not say, rows shown at once, and the seed of what presentations draw."""


@dataclass(frozen=True)
class Answers:
    """The answers of a network to the validation of its training set.

    Attributes:
        classes: names.
        times: ms after the onset at which each step ends, (steps,).
        shares: of each class by the softmax of the scores, (images, steps, classes).
        labels: (images, steps), -1 where nothing is asked.
    """

    classes: tuple[str, ...]
    times: np.ndarray
    shares: np.ndarray
    labels: np.ndarray

    @property
    def accuracy(self) -> np.ndarray:
        """(steps,), of what is asked; NaN where nothing is."""
        return _mean_asked(self.shares.argmax(2) == self.labels, self.labels)

    @property
    def confidence(self) -> np.ndarray:
        """(steps,), the largest share."""
        return _mean_asked(self.shares.max(2), self.labels)


def _mean_asked(values: np.ndarray, labels: np.ndarray) -> np.ndarray:
    asked = labels != NOTHING
    return np.where(asked, values, 0).sum(0) / np.where(asked.any(0), asked.sum(0), np.nan)


@checked(ArgumentError)
@torch.no_grad()
def answers_over_time(path: Path | str, model_args: Mapping[str, Any] | None = None, **changes: Any) -> Answers:
    """Answers of the network in a weight file, step by step, to the validation of what it was trained on.

    Args:
        path: of a file that `harness train` wrote, for a task of classes.
        model_args: of the model, beside those in the file, such as `{"cut_recurrence": True}`.
        changes: arguments of the training set, in place of those in training.

    Raises:
        HarnessError: if the file does not say how it was trained, or that was no task of classes; for arguments that the model
            or the training set does not have, or that do not fit the weights.
    """
    training = training_of(path)
    if training is None:
        raise HarnessError(f"'{path}' does not say what it was trained on; give a file that harness train wrote")
    model = load_model(training["model"], weights=str(path), **(model_args or {}))
    data = load_training_set(training["data"], **{**training["data_arguments"], **changes})
    if model.readout is None or not data.classes:
        raise HarnessError(f"'{path}' was trained on '{training['data']}', which has no classes to be named")
    recipe = load_recipe(training["recipe"], **training["recipe_arguments"])
    return _answers(model, data, int(getattr(recipe, "steps", STEPS)))


def _answers(model: Model, data: TrainingSet, steps: int) -> Answers:
    shares, asked, state = [], [], torch.get_rng_state()
    torch.manual_seed(SEED)
    try:
        for begin in range(0, len(data.validation), BATCH):
            rows = list(range(begin, min(begin + BATCH, len(data.validation))))
            frames, targets = data.validation.batch(rows)
            movie, labels = data.presentation(frames.float() / 255, targets, steps)
            scores = unrolled(model, model.network, normalised(movie, model.preprocessing)).scores
            assert scores is not None
            last = min(steps, scores.shape[1])  # a presentation may begin with steps of background
            shares.append(scores[:, -last:].softmax(2))
            asked.append(labels[:, -last:])
    finally:
        torch.set_rng_state(state)
    times = (model.time_step or 1.0) * np.arange(1, shares[0].shape[1] + 1)
    return Answers(data.classes, times, torch.cat(shares).numpy(), torch.cat(asked).numpy())


@checked(ArgumentError)
def confusion_figure(path: Path | str) -> "Figure":
    """The confusion matrix of a network in the last step: rows are what is shown, columns what is named, each row a sum of 1.

    Raises:
        HarnessError: as `answers_over_time`.
    """
    from matplotlib.figure import Figure

    answers = answers_over_time(path)
    count = len(answers.classes)
    shown, named = answers.labels[:, -1], answers.shares[:, -1].argmax(1)
    matrix = np.zeros((count, count))
    np.add.at(matrix, (shown[shown >= 0], named[shown >= 0]), 1)
    matrix /= matrix.sum(1, keepdims=True).clip(1)
    figure = Figure(figsize=(1.8 + 0.5 * count, 1.5 + 0.5 * count), layout="constrained")
    panel = figure.subplots()
    panel.imshow(matrix, vmin=0, vmax=1, cmap="Blues")
    for row, column in np.argwhere(matrix >= 0.005):
        value = matrix[row, column]
        colour = "white" if value > 0.5 else "black"
        panel.text(column, row, f"{value:.2f}".lstrip("0"), ha="center", va="center", color=colour, fontsize=8)
    panel.set_xticks(range(count), answers.classes, rotation=45, ha="right")
    panel.set_yticks(range(count), answers.classes)
    panel.set(
        xlabel="named", ylabel="shown", title=f"{int((shown >= 0).sum())} images, {answers.accuracy[-1]:.2f} right"
    )
    return figure


@checked(ArgumentError)
def over_time_figure(
    paths: Sequence[Path | str],
    over: Mapping[str, Sequence[Any]],
    against: Mapping[str, Any] | Sequence[Path | str] = (),
) -> "Figure":
    """Accuracy and confidence over time for each value of an argument of the training set; by value, the largest of both, and when.

    Args:
        paths: of weight files, such as those of several seeds; lines are means over them, bands their standard error.
        over: the argument -> its values, such as `{"noise": [0, 0.15, 0.3]}`.
        against: what dashed lines show beside them: other arguments of the same networks, such as `{"cut_recurrence": True}`, or
            weight files of other networks, such as ones trained without recurrence.

    Raises:
        HarnessError: as `answers_over_time`.
        ArgumentError: unless one argument of the training set is given.
    """
    from matplotlib.figure import Figure

    if len(over) != 1 or not len(paths):
        raise ArgumentError(
            "one argument of the training set is varied, in one weight file or more: noise=[0,0.15,0.3]"
        )
    figure = Figure(figsize=(14, 3.4), layout="constrained")
    panels = figure.subplots(1, 4)
    _draw(panels, _by_value(paths, over), over, "-")
    if len(against):
        other = _by_value(paths, over, against) if isinstance(against, Mapping) else _by_value(against, over)
        _draw(panels, other, over, "--")
        panels[0].plot([], [], color="0.3", ls="--", label=_named(against))
    panels[3].set_ylim(bottom=0)
    named = {label: line for panel in panels for line, label in zip(*panel.get_legend_handles_labels(), strict=True)}
    figure.legend(named.values(), named, fontsize=7, loc="outside lower center", ncols=len(named))
    return figure


def _named(against: Mapping[str, Any] | Sequence[Path | str]) -> str:
    """The name of the dashed lines."""
    if isinstance(against, Mapping):
        return ", ".join(f"{name} {value}" for name, value in against.items())
    return ", ".join(Path(path).stem for path in against)


def _by_value(
    paths: Sequence[Path | str], over: Mapping[str, Sequence[Any]], model_args: Mapping[str, Any] | None = None
) -> list[list[Answers]]:
    """The answers of every network to each value of the argument."""
    [(name, values)] = over.items()
    return [[answers_over_time(path, model_args, **{name: value}) for path in paths] for value in values]


def _draw(panels: Sequence["Axes"], found: list[list[Answers]], over: Mapping[str, Sequence[Any]], style: str) -> None:
    """Courses into the first two of four panels, a line for each value, and into the others what is largest in them, by value."""
    from matplotlib import colormaps

    [(name, values)] = over.items()
    times, chance = found[0][0].times, 1 / len(found[0][0].classes)
    of_values, whole = np.arange(len(values)), style == "-"
    colours = colormaps["viridis"](np.linspace(0, 0.85, len(values)))
    for panel, quantity in zip(panels[:2], ("accuracy", "confidence"), strict=True):
        courses = np.array([[getattr(answers, quantity) for answers in each] for each in found])
        for value, lines, colour in zip(values, courses, colours, strict=True):
            banded(panel, times, lines, color=colour, ls=style, label=f"{name} {value}" if whole else None)
        panel.axhline(chance, color="0.6", lw=0.8, ls=":")
        panel.set(xlabel="ms after onset", ylabel=quantity, ylim=(0, 1.02))
        shown = {"color": "C0" if quantity == "accuracy" else "C1", "ls": style, "marker": "."}
        banded(panels[2], of_values, np.nanmax(courses, 2).T, label=f"largest {quantity}" if whole else None, **shown)
        banded(panels[3], of_values, times[np.nanargmax(courses, 2)].T, **shown)
    for panel in panels[2:]:
        panel.set_xticks(of_values, [str(value) for value in values])
        panel.set_xlabel(name)
    panels[2].set_ylim(0, 1.02)
    panels[3].set_ylabel("ms to the largest")


def banded(panel: "Axes", x: np.ndarray, lines: np.ndarray, **style: Any) -> None:
    """The mean of lines (lines, points), and a band of its standard error where there are several."""
    [drawn] = panel.plot(x, lines.mean(0), **style)
    if len(lines) > 1:
        error = lines.std(0, ddof=1) / np.sqrt(len(lines))
        panel.fill_between(x, lines.mean(0) - error, lines.mean(0) + error, color=drawn.get_color(), alpha=0.2, lw=0)
