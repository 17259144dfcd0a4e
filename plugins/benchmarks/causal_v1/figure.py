"""Figures of causal experiments on V1."""

from typing import Any

import numpy as np
from matplotlib.figure import Figure

from harness.benchmarks.physiology import MODEL, NULL, numbers, panels, scorecard, units_curve


def paradox(details: dict[str, Any]) -> Figure:
    """Rates of both classes over currents into inhibition, and the slopes of inhibitory cells."""
    figure, (curves, slopes) = panels(2)
    for cells, colour in (("E", "tab:red"), ("I", "tab:blue")):
        rates = numbers(details["curves"][cells])
        curves.plot(details["doses"], rates / rates[0], "o-", color=colour, label=cells)
    curves.axhline(1, color=NULL, lw=1)
    curves.set_xscale("symlog", linthresh=0.01)
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
    curves.set_xscale("log")
    curves.set(xlabel="diameter (degrees)", ylabel="response (share of intact best)")
    curves.legend(frameon=False, fontsize=7)
    scorecard(card, details)
    return figure
