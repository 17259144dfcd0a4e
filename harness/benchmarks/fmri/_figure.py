"""Figures of fMRI benchmarks."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

_MOST = 24


def draw(details: dict[str, Any], title: str) -> Figure:
    """Regions with one dot per participant, the layers that were chosen, and the lag profile."""
    lagged = "lag" in details
    figure = Figure(figsize=(12 if lagged else 8, 3.8), layout="constrained")
    axes = figure.subplots(1, 3 if lagged else 2)
    _regions(axes[0], details)
    _layers(axes[1], details)
    if lagged:
        _lags(axes[2], details)
    figure.suptitle(title)
    return figure


def draw_leaking(details: dict[str, Any], title: str) -> Figure:
    """Validation and test of every layer, and what is wrong with them."""
    figure = Figure(figsize=(7, 3.8), layout="constrained")
    axes = figure.subplots()
    for name in ("validation", "test"):
        axes.plot(details[name], "o-", ms=4, label=name)
    axes.axhline(0, color="0.8", lw=1, zorder=0)
    axes.set_xticks(range(len(details["layers"])), details["layers"], rotation=45, ha="right", fontsize=7)
    axes.set(ylabel="r, mean over voxels and seeds", title="this protocol leaks: chunks of 15 s without a gap")
    axes.legend(frameon=False)
    figure.suptitle(title)
    return figure


def _names(details: dict[str, Any]) -> list[str]:
    names = details["regions"]
    if len(names) > _MOST:
        best = sorted(names, key=lambda name: -_mean(details["scores"][name]))[:_MOST]
        names = [name for name in names if name in best]
    return [*names, *details["control"]]


def _regions(axes: Axes, details: dict[str, Any]) -> None:
    names, control = _names(details), set(details["control"])
    for place, name in enumerate(names):
        values = np.array(details["scores"][name], dtype=float)
        colour = "0.6" if name in control else "C0"
        axes.bar(place, _mean(values), color=colour, alpha=0.4)
        axes.plot(np.full(len(values), place), values, "o", color=colour, ms=4)
        if details["shuffled"]:
            axes.plot([place - 0.4, place + 0.4], [details["shuffled"].get(name, np.nan)] * 2, color="C3", lw=1.5)
        for check, style in {"within_clip": "wD", "content_free": "kx"}.items():
            found = details.get(check, {}).get("regions", {}).get(name)
            axes.plot(place + 0.25, np.nan if found is None else found, style, mec="k", ms=5)
    axes.axhline(1, color="0.7", lw=1, ls="--")
    axes.axhline(0, color="0.5", lw=1)
    labels = [f"{name}\n(control)" if name in control else name for name in names]
    axes.set_xticks(range(len(names)), labels, rotation=45 if len(names) > 4 else 0, fontsize=7)
    beside = ",\ndiamond: within 20 s, cross: content-free" if "content_free" in details else ""
    few = f", {_MOST} best of {len(details['regions'])}" if len(details["regions"]) > _MOST else ""
    kind = {
        "none": "r",
        "repeats": "r / ceiling",
        "group": "r / ceiling of the group",
        "inter-subject": "r / inter-subject ceiling",
    }[details["ceiling_kind"]]
    axes.set(ylabel=kind, title=f"regions{few}\n(dots: participants, red: shuffled{beside})")


def _layers(axes: Axes, details: dict[str, Any]) -> None:
    layers = details["layers"]
    for name in _names(details):
        curve = np.array(details["layer_curve"][name], dtype=float)
        style: dict[str, Any] = {"color": "0.6", "ls": "--"} if name in details["control"] else {}
        (line,) = axes.plot(curve, label=name, **style)
        for layer, share in details["layer_choice"][name].items():
            at = layers.index(layer)
            axes.plot(at, curve[at], "o", color=line.get_color(), ms=2 + 8 * share)
    axes.axhline(0, color="0.8", lw=1, zorder=0)
    axes.set_xticks(range(len(layers)), layers, rotation=45 if len(layers) > 3 else 0, ha="right", fontsize=7)
    axes.set(ylabel="r", title="layers\n(dots: how often chosen within training)")
    if len(_names(details)) <= 8:
        axes.legend(frameon=False, fontsize=7)


def _lags(axes: Axes, details: dict[str, Any]) -> None:
    lag = details["lag"]
    for name in _names(details):
        style: dict[str, Any] = {"color": "0.6", "ls": "--"} if name in details["control"] else {}
        axes.plot(lag["s"], np.array(lag["r"][name], dtype=float), label=name, **style)
    axes.axhline(0, color="0.8", lw=1, zorder=0)
    axes.axvline(0, color="0.8", lw=1, zorder=0)
    axes.set(
        xlabel="response after model (s)", ylabel="r of the region's mean", title="lag profile\n(no haemodynamics)"
    )


def _mean(values: Any) -> float:
    values = np.array(values, dtype=float)
    return float(np.nanmean(values)) if np.isfinite(values).any() else 0.0
