"""Figures of causal experiments on IT."""

from typing import Any

import numpy as np
from matplotlib.figure import Figure

from harness.benchmarks import numbers
from harness.benchmarks.physiology import MODEL, NULL, panels, scorecard


def by_site(details: dict[str, Any], what: str, label: str, dose: str) -> Figure:
    """Changes by the perturbation of each site, over the site's face selectivity and over doses, and the score's parts."""
    figure, (places, doses, card) = panels(3)
    selective, changed = numbers(details["selectivity"]), numbers(details[what])
    places.plot(selective, changed, "o", color=MODEL, ms=4)
    ends = np.array([selective.min(), selective.max()])
    places.plot(ends, np.polyval(np.polyfit(selective, changed, 1), ends), color=MODEL, lw=1)
    places.set(xlabel="face selectivity of the site (d')", ylabel=label)
    doses.plot(details["doses"], numbers(details["dose_curve"]), "o-", color=MODEL, ms=4)
    doses.set(xlabel=f"{dose}, most selective site", ylabel=label)
    for axis in (places, doses):
        axis.axhline(0, color=NULL, lw=1)
    scorecard(card, details)
    return figure


def late(details: dict[str, Any]) -> Figure:
    """Objects read out over time, intact and without feedback; losses by when an image is solved; and the orders."""
    figure, (course, doses, solved, card) = panels(4)
    times = numbers(details["times"])
    for name, colour in (("intact", "black"), ("without feedback", MODEL)):
        course.plot(times, numbers(details["accuracy"][name]), "o-", ms=3, color=colour, label=name)
    doses.plot(details["factors"], numbers(details["late_accuracy"]), "o-", color=MODEL, ms=4)
    doses.axhline(details["guessing"], color=NULL, lw=1)
    doses.set(xlabel="factor of feedback", ylabel="late: images that are named rightly")
    course.axhline(details["guessing"], color=NULL, lw=1)
    course.set(xlabel="time from onset (ms)", ylabel="images that are named rightly")
    course.legend(frameon=False, fontsize=7)
    solved.plot(numbers(details["solved_at"]), numbers(details["late_loss"]), "o", ms=3, color=MODEL)
    solved.axhline(0, color=NULL, lw=1)
    solved.set(xlabel="solved at (ms)", ylabel="late loss of evidence (share of its SD)")
    scorecard(card, details)
    return figure
