"""Figures of a recurrent network: its unrolling in model and in biological time, and the leading eigenvectors of its step."""

from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from harness.checks import Count, checked
from harness.errors import ArgumentError, HarnessError
from harness.models import Connection, Model, Perturbable, Point, RecurrentModel, leading_eigenvectors, settled
from harness.training.unrolling import arrivals

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLOURS = {"feedforward": "0.35", "lateral": "C3", "feedback": "C0", "skip": "C2"}
Edge = tuple[str, str, str, int]
"""Source, target, kind of connection, steps."""


@checked(ArgumentError)
def unrolling_figure(model: Model, steps: Count = 6) -> "Figure":
    """The network unrolled: on the right as it runs, in ms; on the left in model time, where a frame crosses all areas at once.

    Delays are those that the network declares; nodes are filled from the step on in which the frame is measured to have arrived.

    Raises:
        HarnessError: for a model without recurrence.
    """
    from matplotlib.figure import Figure

    if not isinstance(model, RecurrentModel):
        raise HarnessError(f"'{model.identifier}' is no recurrent model; only these are unrolled in time")
    layers = list(dict.fromkeys(model.layers))
    reached, edges = arrivals(model, layers), _edges(model, layers)
    crossed = dict(zip(layers, accumulate([0, *(edge[3] for edge in edges[: len(layers) - 1])]), strict=True))
    figure = Figure(figsize=(11, 0.9 + 0.75 * len(layers)), layout="constrained")
    for panel, title, shift in zip(
        figure.subplots(1, 2, sharey=True),
        ("model time: a frame crosses all areas in a step", "biological time"),
        (crossed, dict.fromkeys(layers, 0)),
        strict=True,
    ):
        _unrolled(panel, layers, edges, steps, reached, shift)
        scale = 1 if shift is crossed else model.dt
        panel.set_xticks(range(steps), [f"{step * scale:.3g}" for step in range(steps)])
        panel.set(title=title, xlabel="step" if shift is crossed else "ms after onset", xlim=(-0.6, steps - 0.4))
    panel.set_yticks(range(len(layers)), layers)
    handles = [
        panel.plot([], [], color=COLOURS[kind], label=kind)[0] for kind in dict.fromkeys(edge[2] for edge in edges)
    ]
    figure.legend(handles=handles, loc="outside lower center", ncols=4, fontsize=8)
    return figure


def _edges(model: RecurrentModel, layers: list[str]) -> list[Edge]:
    """From each layer to the next, by the delay of a declared connection or else of what reads the layer first; then all others."""
    network = model.network
    points = list(network.points()) if isinstance(network, Perturbable) else []
    declared = [one for one in points if isinstance(one, Connection) and {one.source, one.target} <= {*layers}]
    upwards = {(one.source, one.target): one.lag for one in declared if one.direction == "feedforward"}
    read = {one.layer: one.heard[0].lag for one in reversed(points) if isinstance(one, Point) and one.kind == "emitted"}
    edges: list[Edge] = [
        (below, above, "feedforward", upwards.get((below, above), read.get(below, 0)))
        for below, above in pairwise(layers)
    ]
    chain = {(source, target) for source, target, *_ in edges}
    for one in declared:
        if (one.source, one.target) not in chain:
            edges.append((one.source, one.target, "skip" if one.direction == "feedforward" else one.direction, one.lag))
    return edges


def _unrolled(
    panel: "Axes", layers: list[str], edges: list[Edge], steps: int, reached: dict[str, int], shift: dict[str, int]
) -> None:
    """Nodes, filled where the frame of the first step has arrived, and arrows from emission to arrival."""
    place = {layer: number for number, layer in enumerate(layers)}
    for layer in layers:
        for step in range(steps):
            filled = step >= reached[layer] - shift[layer]
            panel.plot(step, place[layer], "o", ms=9, mfc="0.8" if filled else "white", mec="0.4", zorder=3)
    for source, target, kind, lag in edges:
        along = lag - shift[target] + shift[source]
        for begin in range(steps):
            if 0 <= begin + along < steps:
                bend = 0.35 if kind in ("lateral", "skip", "feedback") else 0.0
                style: dict[str, Any] = {
                    "arrowstyle": "-|>", "color": COLOURS[kind], "shrinkA": 6, "shrinkB": 6, "lw": 1,
                    "connectionstyle": f"arc3,rad={bend if source != target or along else 0.9}",
                }  # fmt: skip
                panel.annotate("", (begin + along, place[target]), (begin, place[source]), arrowprops=style)
    panel.set_ylim(-0.7, len(layers) - 0.3)


@checked(ArgumentError)
def eigenvectors_figure(model: Model, count: Count = 3) -> "Figure":
    """Eigenvalues of the step of a recurrent network at rest, and its leading eigenvectors: the norm over channels, by place.

    Raises:
        HarnessError: for a model without recurrence, or one that does not come to rest.
    """
    from matplotlib.figure import Figure

    if not isinstance(model, RecurrentModel):
        raise HarnessError(f"'{model.identifier}' is no recurrent model, and has no step to be linearised")
    found = leading_eigenvectors(model, settled(model), count=max(count, 12))
    names = [name for name, maps in found.maps.items() if maps.shape[2] > 1][:6]
    figure = Figure(figsize=(3.4 + 1.7 * len(names), 1.9 * count), layout="constrained")
    left, right = figure.subfigures(1, 2, squeeze=False, width_ratios=[3.2, 1.7 * len(names)])[0]
    plane = left.subplots()
    circle = np.exp(2j * np.pi * np.linspace(0, 1, 200))
    plane.plot(circle.real, circle.imag, color="0.7", lw=0.8)
    plane.plot(found.values.real, found.values.imag, ".", color="C3")
    limits = (-1.15, 1.15)
    plane.set(aspect="equal", xlabel="real part", ylabel="imaginary part", xlim=limits, ylim=limits)
    plane.set_title(f"largest {abs(found.values[0]):.3f}")
    for row, panels in enumerate(right.subplots(count, len(names), squeeze=False)):
        top = max(found.maps[name][row].max() for name in names)
        for panel, name in zip(panels, names, strict=True):
            panel.imshow(found.maps[name][row], vmin=0, vmax=top, cmap="magma")
            panel.set_xticks([])
            panel.set_yticks([])
            if row == 0:
                panel.set_title(f"state{name}", fontsize=8)
        value = found.values[row]
        panels[0].set_ylabel(
            f"{value.real:.3f}" + (f" {value.imag:+.3f}i" if abs(value.imag) > 1e-6 else ""), fontsize=8
        )
    return figure
