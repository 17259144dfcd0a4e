"""The figure of a score: the illusion over the tilt of the surround, model against participants."""

from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from harness.benchmarks import numbers
from harness.benchmarks.physiology import CELLS, MODEL, NULL, panels, scorecard


def draw(details: dict[str, Any]) -> Figure:
    """The illusion over tilt, and every target."""
    figure, (illusion, card) = panels(2, 4.2, 3.4)
    _illusion(illusion, details)
    scorecard(card, details)
    decoder, geometry = details["decoder"], details["geometry"]
    figure.suptitle(
        f"Tilt illusion, O'Toole & Wenderoth 1977: {decoder['units']} units read together, off by "
        f"{decoder['misread_without_surround']:.1f} deg without a surround;\ntest {geometry['diameter']:.2g} deg, surround from "
        f"{geometry['gap']:g} x, {geometry['spatial_frequency']:g} cycles/deg",
        fontsize=9,
    )
    return figure


def _illusion(axis: Axes, details: dict[str, Any]) -> None:
    tilts = details["tilts"]
    for series, marker, face in (("black", "s", CELLS), ("white", "D", "white")):
        style: dict[str, Any] = {
            "color": CELLS,
            "mfc": face,
            "ms": 4,
            "lw": 1,
            "label": f"participants, {series} series",
        }
        axis.plot(tilts, details["published"][series], f"{marker}--", **style)
    illusion, error = numbers(details["illusion"]), numbers(details["illusion_error"])
    axis.errorbar(tilts, illusion, error, color=MODEL, marker="o", ms=4, capsize=2, label="model")
    axis.axhline(0, color=NULL, lw=1)
    axis.set(xlabel="tilt of the surround (deg)", ylabel="repulsion (deg); below 0: attraction")
    axis.set_xticks(range(0, 91, 30))
    axis.legend(frameon=False, fontsize=7)
