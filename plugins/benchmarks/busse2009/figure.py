"""The figure of a score: populations by preference, and responses to each component by both contrasts."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from harness.benchmarks import numbers
from harness.benchmarks.physiology import CELLS, MODEL, NULL, panels, scorecard

COLOURS = {"0/50": "tab:green", "12/50": "tab:purple", "50/50": MODEL}


def draw(details: dict[str, Any]) -> Figure:
    """Population curves, ratios to the component alone, responses over contrasts, and every target."""
    figure, (curves, ratios, contrasts, card) = panels(4, 3.0, 3.4)
    _curves(curves, details)
    _ratios(ratios, details)
    _contrasts(contrasts, details)
    scorecard(card, details)
    units = len(details["laboratory"]["units"])
    figure.suptitle(
        f"Busse, Wade & Carandini 2009 (cat): {units} units of {details['laboratory']['region']}", fontsize=10
    )
    return figure


def _curves(axis: Axes, details: dict[str, Any]) -> None:
    for name, colour in COLOURS.items():
        axis.plot(details["preferences"], numbers(details["curves"][name]), "-", color=colour, label=f"{name} %")
        if name in details["published_curves"]:
            axis.plot(details["preferences"], details["published_curves"][name], "s", color=colour, ms=3, mfc="white")
    axis.set_xticks(range(-45, 136, 45))
    axis.set(xlabel="preferred orientation (deg)", ylabel="response / 50 % alone", ylim=(0, 1.45))
    axis.legend(frameon=False, fontsize=7, title="contrast at 0 / at 90", title_fontsize=7, loc="upper left")
    axis.set_title("lines: model; squares: cat", fontsize=8)


def _ratios(axis: Axes, details: dict[str, Any]) -> None:
    x = np.arange(4)
    labels = [f"{100 * contrast:g}" for contrast in details["contrasts"][1:]]
    for values, colour, marker, name in [("targets", CELLS, "s--", "cat"), ("measured", MODEL, "o-", "model")]:
        equal = details["targets"]["equal"]["value"] if values == "targets" else details["measured"]["equal"]
        axis.plot(x, numbers(equal), marker, color=colour, ms=4, label=name)
        for shift, pair in ((5, "double"), (9, "winner")):
            given = numbers(details["targets"][pair]["value"] if values == "targets" else details["measured"][pair])
            axis.plot(shift + np.arange(3), given[:, 0], marker, color=colour, ms=4, mfc="white")
            axis.plot(shift + np.arange(3), given[:, 1], marker, color=colour, ms=4)
    axis.axhline(1, color=NULL, lw=1)
    pairs = ["6+12", "12+25", "25+50", "6+25", "6+50", "12+50"]
    shown = [f"{label}+{label}" for label in labels] + pairs
    axis.set_xticks([*range(4), *range(5, 8), *range(9, 12)], shown, rotation=90, fontsize=7)
    axis.set(xlabel="contrasts (%); open: the weak one", ylabel="response / component alone", ylim=(0, 1.4))
    axis.legend(frameon=False, fontsize=7)


def _contrasts(axis: Axes, details: dict[str, Any]) -> None:
    x = 100 * numbers(details["contrasts"])[1:]
    shades = np.linspace(0.9, 0.2, 5)
    for column, other in enumerate(details["contrasts"]):
        model, cat = (numbers(details[name])[1:, column] for name in ("population", "published_population"))
        colour = (0.12, 0.2 + 0.6 * shades[column], 0.5 + 0.5 * shades[column])
        axis.semilogx(x, model, "-", color=colour, label=f"{100 * other:g}")
        axis.semilogx(x, cat, "s", color=colour, ms=4, mfc="white")
    axis.set_xticks(x, [f"{value:g}" for value in x])
    axis.minorticks_off()
    axis.set(xlabel="contrast of the preferred component (%)", ylabel="response / 50 % alone", ylim=(0, 1.3))
    axis.legend(frameon=False, fontsize=7, title="of the other (%)", title_fontsize=7)
