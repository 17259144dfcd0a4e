"""Figures of causal experiments on V1."""

from typing import Any

import numpy as np
from matplotlib.figure import Figure

from harness.benchmarks import numbers
from harness.benchmarks.physiology import MODEL, NULL, panels, scorecard, units_curve


def paradox(details: dict[str, Any]) -> Figure:
    """Rates of both classes over currents into inhibition, and the slopes of inhibitory cells."""
    figure, (curves, slopes) = panels(2)
    for cells, colour in (("E", "tab:red"), ("I", "tab:blue")):
        rates = numbers(details["curves"][cells])
        curves.plot(details["doses"], rates / rates[0], "o-", color=colour, label=cells)
    curves.axhline(1, color=NULL, lw=1)
    curves.set_xscale("symlog", linthresh=0.01)
    curves.set_xlim(0, 1.3 * max(details["doses"]))
    curves.set(xlabel="current into I (mean rates of I)", ylabel="rate (share of intact)")
    curves.legend(frameon=False, fontsize=7)
    slopes.hist(numbers(details["slopes"]), color=MODEL)
    slopes.axvline(0, color=NULL, lw=1)
    slopes.set(xlabel="initial slope of I", ylabel="cells")
    return figure


def feedback(details: dict[str, Any]) -> Figure:
    """Size tuning for every dose, and the orders."""
    figure, (curves, card) = panels(2, width=4)
    names = list(details["curves"])
    intact = numbers(details["curves"]["intact"])
    peak = np.nanmax(intact, axis=1, keepdims=True)
    for number, name in enumerate(names):
        colour = "k" if name == "intact" else f"C{number}"
        units_curve(curves, details["sizes"], numbers(details["curves"][name]) / peak, colour, name)
    curves.set_xscale("log", base=2)
    curves.xaxis.set_major_formatter("{x:g}")
    curves.set(xlabel="diameter (degrees)", ylabel="response (share of intact best)")
    curves.set_ylim(top=1.35 * curves.get_ylim()[1])
    curves.legend(frameon=False, fontsize=7, loc="upper left", ncols=2)
    scorecard(card, details)
    return figure


def influence(details: dict[str, Any]) -> Figure:
    """Influence of one neuron by distance and by signal correlation, over doses, and the orders."""
    figure, (distance, signal, doses, card) = panels(4)
    distance.plot(["near", "middle", "far"], numbers(details["by_distance"]), "o-", color=MODEL)
    distance.set(xlabel="distance from the source", ylabel="influence (SD)")
    signal.plot([-0.75, -0.25, 0.25, 0.75], numbers(details["by_signal"]), "o-", color=MODEL)
    signal.set(xlabel="signal correlation", ylabel="influence (SD)")
    doses.plot(details["doses"], numbers(details["dose_curve"]), "o-", color=MODEL)
    doses.set(xlabel="current (SD of the source)", ylabel="mean influence (SD)")
    for axis in (distance, signal, doses):
        axis.axhline(0, color=NULL, lw=1)
        axis.ticklabel_format(axis="y", scilimits=(-2, 3))
    scorecard(card, details)
    return figure


def stimulation(details: dict[str, Any]) -> Figure:
    """Effects of currents over contrast: away from the unit, at it, by dose; and the orders."""
    figure, (places, doses, card) = panels(3)
    contrasts = np.maximum(numbers(details["contrasts"]), 0.03)
    units_curve(places, contrasts, details["distant"], "tab:blue", "into a ring")
    units_curve(places, contrasts, details["local"], "tab:orange", "into the place")
    for dose, curve in sorted(details["by_dose"].items()):
        if curve is not None:
            doses.plot(contrasts, numbers(curve), "o-", ms=3, label=f"x {dose}")
    for axis in (places, doses):
        axis.set_xscale("log")
        axis.axhline(0, color=NULL, lw=1)
        axis.set(xlabel="contrast (0 at the left)", ylabel="change (share of best response)")
        axis.legend(frameon=False, fontsize=7)
    scorecard(card, details)
    return figure


def figure_ground(details: dict[str, Any]) -> Figure:
    """Figure-ground modulation and drive over what is left of each kind of connection, and the orders."""
    figure, (modulation, drive, card) = panels(3)
    for axis, what in ((modulation, "modulation"), (drive, "drive")):
        for name, colour in (("feedforward", "tab:red"), ("recurrent", "tab:blue")):
            axis.plot(details["factors"], numbers(details[what][name]), "o-", ms=4, color=colour, label=name)
        axis.axhline(0, color=NULL, lw=1)
        axis.set(xlabel="factor of the connections")
        axis.legend(frameon=False, fontsize=7)
    modulation.set(ylabel="(figure - ground) / (figure + ground)")
    drive.set(ylabel="response to the figure (share of intact)")
    scorecard(card, details)
    return figure
