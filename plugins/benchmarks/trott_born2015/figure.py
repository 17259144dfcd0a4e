"""The figure of a score: the population by preference, with surrounds and without, model against monkeys."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from harness.benchmarks import numbers
from harness.benchmarks.physiology import CELLS, MODEL, NULL, published, scorecard

MATCHED = "tab:orange"


def draw(details: dict[str, Any]) -> Figure:
    """Population curves, ratios by surround orientation, the matrix, plaids, geometries, and every target."""
    figure = Figure(figsize=(11, 6.6), layout="constrained")
    curves, ratios, matrix, plaids, time_course, card = np.ravel(figure.subplots(2, 3))
    for axis in (curves, ratios, plaids, time_course, card):
        axis.spines[["top", "right"]].set_visible(False)
    _curves(curves, details)
    _ratios(ratios, details)
    _matrix(matrix, details)
    _plaids(plaids, details)
    _time_course(time_course, details)
    scorecard(card, details)
    laboratory = details["laboratory"]
    figure.suptitle(
        f"Trott & Born 2015: {len(laboratory['units'])} units of {laboratory['region']}; the surround alone drives them to "
        f"{numbers(details['surround_alone']):.2f} of the centre's response",
        fontsize=10,
    )
    return figure


def _curves(axis: Axes, details: dict[str, Any]) -> None:
    x = details["preferences"]
    for values, style, name in [("populations", "-", "model"), ("published_populations", "--", "macaque")]:
        centre = numbers(details[values]["centre"])
        matched = np.diagonal(numbers(details[values]["centre_surround"]))
        axis.plot(x, centre, f"o{style}", color=MODEL, ms=3, label=f"centre alone, {name}")
        axis.plot(x, matched, f"o{style}", color=MATCHED, ms=3, label=f"matched surround, {name}")
    axis.set(xlabel="centre - preferred (deg)", ylabel="population response", ylim=(0, 1.55))
    axis.legend(frameon=False, fontsize=6, loc="upper left")
    axis.set_title(f"pooling share {details['pooling_share']:.2f}, fitted to centres alone", fontsize=8)


def _ratios(axis: Axes, details: dict[str, Any]) -> None:
    row = details["preferences"].index(0)
    target = details["targets"]["matrix"]
    published(axis, details["preferences"], target["value"][row], target["error"], "macaque")
    axis.plot(details["preferences"], details["measured"]["matrix"][row], "o-", color=MODEL, ms=4, label="model")
    shades = ("0.85", "0.75", "0.65", "0.55")
    for geometry, shade in zip(details["geometries"], shades, strict=False):
        label = f"centre {geometry['centre']:g} x, gap {geometry['gap']:g} x (alone {numbers(geometry['surround_alone']):.2f})"
        axis.plot(geometry["offsets"], numbers(geometry["ratios"]), ".:", color=shade, lw=1, label=label)
    axis.axhline(1, color=NULL, lw=1)
    axis.set(xlabel="surround - preferred centre (deg)", ylabel="response / centre alone", ylim=(0, 1.9))
    axis.set_xticks(range(-90, 91, 30))
    axis.legend(frameon=False, fontsize=6, loc="upper left")


def _matrix(axis: Axes, details: dict[str, Any]) -> None:
    shown = np.concatenate(
        [numbers(details["measured"]["matrix"]), numbers(details["targets"]["matrix"]["value"])], axis=1
    )
    image = axis.imshow(shown, vmin=0.3, vmax=1.7, cmap="RdBu_r", aspect="auto")
    axis.axvline(5.5, color="white", lw=4)
    axis.set_yticks(range(6), [str(angle) for angle in details["preferences"]])
    axis.set_xticks([0, 3, 6, 9], ["-90", "0", "-90", "0"])
    axis.set(xlabel="surround - preferred: model | macaque", ylabel="centre - preferred")
    axis.figure.colorbar(image, ax=axis, shrink=0.7).set_label("ratio to centre alone", fontsize=7)


def _plaids(axis: Axes, details: dict[str, Any]) -> None:
    apart = [30, 60]
    for key, colour, label in [("plaid_peaks", MODEL, "model"), ("published_plaid_peaks", CELLS, "macaque")]:
        for name, style, fill in [("plaid", "-", colour), ("plaid_surround", "--", "white")]:
            text = f"{label}, {'alone' if name == 'plaid' else 'second matched'}"
            axis.plot(apart, details[key][name], f"o{style}", color=colour, mfc=fill, ms=5, label=text)
    axis.axhline(0, color=NULL, lw=1)
    axis.set(xlabel="between the components (deg)", ylabel="vector average (deg)", ylim=(-5, 42))
    axis.set_xticks(apart)
    axis.legend(frameon=False, fontsize=6, loc="upper left")


def _time_course(axis: Axes, details: dict[str, Any]) -> None:
    for name, colour in [("centre", MODEL), ("matched", MATCHED), ("orthogonal", "tab:green")]:
        label = "centre alone" if name == "centre" else f"{name} surround"
        axis.plot(details["times"], numbers(details["time_course"][name]), "o-", color=colour, ms=3, label=label)
    axis.set(xlabel="time from onset (ms)", ylabel="mean response over units", ylim=(0, None))
    axis.legend(frameon=False, fontsize=6)
