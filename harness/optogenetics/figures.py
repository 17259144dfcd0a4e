"""Figures of the optogenetic experiment. Signed maps have a scale that is symmetric about 0."""

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.figure import Figure

if TYPE_CHECKING:
    from harness.optogenetics.design import Session
    from harness.optogenetics.study import Study

COLOURS = {"E": "tab:red", "I": "tab:blue"}
DASHES = ("-", "--", ":", "-.")


def sweep(study: "Study", session: "Session") -> Figure:
    """Held-out R^2 of the decoder over frequency and contrast, with the chosen cell."""
    figure = Figure(figsize=(4.5, 3.6), layout="constrained")
    axis = figure.subplots()
    shown = axis.imshow(
        study.sweep, origin="lower", vmin=min(0.0, float(np.nanmin(study.sweep))), vmax=1, aspect="auto"
    )
    axis.set_xticks(range(len(session.design.contrasts)), [f"{c:g}" for c in session.design.contrasts])
    axis.set_yticks(range(len(session.frequencies)), [f"{f:g}" for f in session.frequencies])
    row = session.frequencies.index(study.frequency)
    column = [float(c) for c in session.design.contrasts].index(study.contrast)
    axis.plot(column, row, "o", mfc="none", mec="white", ms=14)
    axis.set(xlabel="contrast", ylabel="spatial frequency (cycles/degree)", title="held-out $R^2$ of orientation")
    figure.colorbar(shown)
    return figure


def stimuli(study: "Study", session: "Session") -> Figure:
    """The patch on the receptive field, and with its surround, at three orientations."""
    figure = Figure(figsize=(6, 4), layout="constrained")
    axes = figure.subplots(2, 3)
    for column, angle in enumerate((0.0, 30.0, 90.0)):
        for row, scale in enumerate((1.0, session.design.surround)):
            size = min(scale * session.diameter, session.canvas.visual_degrees)
            image = session.canvas.image(session.patch(angle, study.frequency, 90.0, study.contrast, size))
            axis = axes[row, column]
            axis.imshow(image, cmap="gray", vmin=0, vmax=1)
            axis.set(xticks=[], yticks=[], title=f"{angle:g} degrees" if not row else "")
        axes[0, 0].set_ylabel("patch")
        axes[1, 0].set_ylabel("with surround")
    return figure


def flow(study: "Study", session: "Session") -> Figure:
    """Excitation and inhibition at the site over time, and where they change."""
    found = study.flow
    columns = max(2, len(found.factors))
    figure = Figure(figsize=(3 * columns, 6), layout="constrained")
    grid = figure.add_gridspec(2, columns)
    axis = figure.add_subplot(grid[0, :])
    times = np.arange(1, next(iter(found.traces.values())).shape[1] + 1) * session.step
    for cells, traces in found.traces.items():
        for number, factor in enumerate(found.factors):
            label = f"{cells}, drive x {factor:g}"
            axis.plot(times, traces[number], DASHES[number % len(DASHES)], color=COLOURS[cells], label=label)
    axis.set(xlabel="time (ms)", ylabel="mean activity at the site")
    axis.legend(frameon=False, fontsize=7, ncols=2)
    shown = {f"{cells} at x {found.factors[0 + 1]:g}": change[1] for cells, change in found.changes.items()}
    if {"E", "I"} <= found.changes.keys():
        shown[f"E - I at x {found.factors[1]:g}"] = found.changes["E"][1] - found.changes["I"][1]
    for column, (title, image) in enumerate(list(shown.items())[:columns]):
        signed(figure, figure.add_subplot(grid[1, column]), image, title, session.place)
    return figure


def rescue(study: "Study", session: "Session") -> Figure:
    """Adjustments for every orientation, their rotated mean, and what they achieve."""
    rescues = study.rescues
    columns = max(3, len(rescues))
    figure = Figure(figsize=(2.2 * columns, 5), layout="constrained")
    grid = figure.add_gridspec(2, columns)
    for column, one in enumerate(rescues):
        image = np.sum(list(one.maps.values()), 0) if one.maps else np.zeros(session.grid)
        signed(figure, figure.add_subplot(grid[0, column]), image, f"{one.orientation:g} degrees", session.place)
    mean, _, found, null = study.mean_map
    title = f"rotated mean\nanisotropy {found:.2f} (noise {null:.2f})"
    signed(figure, figure.add_subplot(grid[1, 0]), mean, title, session.place)
    axis = figure.add_subplot(grid[1, 1:])
    budgets = np.mean([one.budgets for one in rescues], 0)
    axis.plot(budgets, np.mean([one.errors for one in rescues], 0), "o-", color="tab:green", label="along J'")
    axis.plot(
        budgets,
        np.mean([one.random_errors for one in rescues], 0),
        "s--",
        color="0.5",
        label="random, of the same size",
    )
    axis.set(xlabel="size of the adjustment |d|", ylabel="share of the loss that is left")
    axis.legend(frameon=False, fontsize=7)
    return figure


def signed(figure: Figure, axis: Any, image: np.ndarray, title: str, place: tuple[int, int]) -> None:
    """A signed map with a cross at the site."""
    largest = float(np.nanmax(np.abs(image))) or 1.0
    shown = axis.imshow(image, cmap="RdBu_r", vmin=-largest, vmax=largest)
    axis.plot(place[1], place[0], "k+", ms=8)
    axis.set(xticks=[], yticks=[])
    axis.set_title(title, fontsize=8)
    figure.colorbar(shown, ax=axis, shrink=0.7)
