"""Figures of a training: its curves, and the weights that it led to."""

import csv
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from harness.checks import checked
from harness.errors import ArgumentError, HarnessError
from harness.models import read_state
from harness.training.task_figures import banded

if TYPE_CHECKING:
    from matplotlib.figure import Figure

KINDS = {"recurren": "lateral", "area_conv": "lateral", "feedback": "feedback", "td_": "feedback", "skip": "skip"}
"""Part of a parameter's name -> kind of connection; all others are feedforward. The first match counts."""
MOST = 75_000  # values drawn of each parameter


@checked(ArgumentError)
def curves_figure(path: Path | str, *more: Path | str) -> "Figure":
    """Every number of every phase, over epochs, that of training and of validation in one panel.

    Args:
        path: of the weight file, beside which the folder `.training` lies, or of that folder.
        more: others of the same training, such as those of other seeds; lines are means over them, bands their standard error.

    Raises:
        HarnessError: if there is no such folder, or no epoch in it.
    """
    from matplotlib.figure import Figure

    each = [_phases(one) for one in (path, *more)]
    phases = each[0]
    logged = {phase: _numbers(columns) for phase, columns in phases.items()}
    width = max(map(len, logged.values()))
    figure = Figure(figsize=(2.6 * width, 2.2 * len(phases)), layout="constrained")
    panels = figure.subplots(len(phases), width, squeeze=False)
    for row, (phase, columns) in zip(panels, phases.items(), strict=True):
        epochs = min(len(one[phase]["epoch"]) for one in each if phase in one)
        for panel, name in zip(row, logged[phase], strict=False):
            for split in ("train", "validation"):
                if f"{split}_{name}" in columns:
                    lines = np.array([one[phase][f"{split}_{name}"][:epochs] for one in each if phase in one])
                    banded(panel, np.array(columns["epoch"][:epochs]), lines, marker=".", label=split)
            panel.set(title=name.replace("_", " "), xlabel="epoch")
        for panel in row[len(logged[phase]) :]:
            panel.remove()
        row[0].set_ylabel(phase.partition("-")[2])
    panels[0][0].legend()
    return figure


def _phases(path: Path | str) -> dict[str, dict[str, list[float]]]:
    """Phase -> name of a number -> its value in each epoch."""
    folder = Path(path) if Path(path).is_dir() else Path(path).with_suffix(".training")
    phases = {file.parent.name: _columns(file) for file in sorted(folder.glob("*/curve.csv"))}
    if not any(phases.values()):
        raise HarnessError(f"there is no training in '{folder}'; give the weight file that it wrote")
    return phases


def weights_figure(path: Path | str) -> "Figure":
    """The distribution of a file's weights, a row for each kind of connection and a violin for each layer; biases are left out.

    Args:
        path: of a weight file of any kind.

    Raises:
        MissingWeights: if there is no such file.
        ModelError: if it cannot be read.
    """
    from matplotlib.figure import Figure

    found: dict[str, dict[str, np.ndarray]] = {}
    for name, value in read_state(path).items():
        if value.ndim > 1 or name.endswith(".recurrence.weight"):
            kind = next((kind for part, kind in KINDS.items() if part in name), "feedforward")
            found.setdefault(kind, {})[name] = value.flatten()[:: 1 + value.numel() // MOST].double().numpy()
    if not found:
        raise HarnessError(f"there are no weights in '{path}'")
    figure = Figure(figsize=(max(4, 1.2 * max(map(len, found.values()))), 2.6 * len(found)), layout="constrained")
    for panel, (kind, layers) in zip(figure.subplots(len(found), squeeze=False)[:, 0], found.items(), strict=True):
        several = [name for name, values in layers.items() if values.size > 1 and np.ptp(values)]
        for at, (name, values) in enumerate(layers.items()):
            if name in several:
                panel.violinplot([values], [at], showmedians=True)
            else:
                panel.plot(at, values[0], "o", color="tab:blue")
        panel.axhline(0, color="0.7", lw=0.5)
        panel.set_xticks(
            range(len(layers)), [name.removesuffix(".weight") for name in layers], rotation=30, ha="right", fontsize=7
        )
        panel.set_ylabel(kind)
    return figure


def _numbers(columns: dict[str, list[float]]) -> list[str]:
    """Names of what was logged, without the split."""
    named = (name.partition("_")[2] for name in columns if name.startswith(("train_", "validation_")))
    return list(dict.fromkeys(named))


def _columns(file: Path) -> dict[str, list[float]]:
    with file.open() as lines:
        rows = list(csv.DictReader(lines))
    return {name: [float(row[name] or "nan") for row in rows] for name in (rows[0] if rows else {})}
