"""The figure of microstimulation of MT."""

from typing import Any

from matplotlib.figure import Figure

from harness.benchmarks import numbers
from harness.benchmarks.physiology import MODEL, NULL, panels, scorecard


def directions(details: dict[str, Any]) -> Figure:
    """Shifts of sites by the direction that they prefer, over doses, and the score's part."""
    figure, (sites, doses, card) = panels(3)
    sites.plot(numbers(details["preferred"]), numbers(details["shift"]), "o", color=MODEL)
    sites.set(xlabel="preferred direction of the site (degrees)", ylabel="shift toward it (% coherence)")
    doses.plot(details["doses"], numbers(details["dose_curve"]), "o-", color=MODEL)
    doses.set(xlabel="current (SD)", ylabel="shift at one site (% coherence)")
    for axis in (sites, doses):
        axis.axhline(0, color=NULL, lw=1)
    scorecard(card, details)
    return figure
