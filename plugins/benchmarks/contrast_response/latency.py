"""Latency and time to peak of single units against contrast (cells of Albrecht et al. 2002)."""

from typing import TYPE_CHECKING, Any

import numpy as np

from harness.benchmarks import plain
from harness.benchmarks.physiology import InSilicoBenchmark, Laboratory, Measured
from harness.errors import NotMeasurable
from harness.metrics.dynamics import latency, time_to_peak
from harness_plugins.benchmarks.albrecht2002 import BIBTEX as ALBRECHT
from harness_plugins.benchmarks.contrast_response import published
from harness_plugins.benchmarks.contrast_response.experiment import BIN, CONTRASTS, responses

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LOW, MIDDLE, HIGH = 0.1, 0.33, 0.9
LEAST_PEAK = 0.01
LONGEST_STEP = 20.0
"""ms of a model's time step."""


class ContrastLatency(InSilicoBenchmark):
    """Shift of response latency with contrast in single units, compared with cells.

    The stimuli are those of `AlbrechtHamilton1982-contrast_response`, the responses in bins of 5 ms. From 10 to 90 % contrast the
    latency to half maximum and the time to peak shall shorten by the published amount, and at a third of the range shall lie in
    between. A unit whose peak at some contrast is below a hundredth of its largest has no latency there; a response that is
    there from the first bin on, as in a static network, has one of 0 at every contrast, and no shift.
    """

    identifier = "Albrecht2002-contrast_latency"
    version = 2
    bibtex = ALBRECHT
    targets = {  # noqa: RUF012
        "half_maximum_shift": published.HALF_MAXIMUM_SHIFT,
        "peak_shift": published.PEAK_SHIFT,
    }
    orders = {  # noqa: RUF012
        "half_maximum_10_to_33": "latency to half maximum is shorter at 33 % than at 10 % contrast",
        "half_maximum_33_to_90": "latency to half maximum is shorter at 90 % than at 33 % contrast",
        "peak_10_to_33": "time to peak is shorter at 33 % than at 10 % contrast",
        "peak_33_to_90": "time to peak is shorter at 90 % than at 33 % contrast",
    }
    clear = dict.fromkeys(orders, 0.05)
    disabled = {"shift of single cells": published.GAWNE, "advance of the phase": published.PHASE}  # noqa: RUF012

    def suits(self, laboratory: Laboratory) -> None:
        step = laboratory.candidate.time_step
        if step and step > LONGEST_STEP:
            raise NotMeasurable(
                f"with a time step of {step:g} ms one cannot see a shift of 20 to 40 ms; it takes {LONGEST_STEP:g} ms or less"
            )

    def measure(self, laboratory: Laboratory) -> Measured:
        shown = responses(laboratory)
        traces = np.nan_to_num(shown.values)
        floor = LEAST_PEAK * traces.max((1, 2), keepdims=True)[..., 0].clip(1e-30)
        times = {
            "half_maximum": _half_maximum(traces, shown.times, floor),
            "peak": time_to_peak(traces, shown.times, floor=floor),
        }
        low, middle, high = (np.flatnonzero(each == CONTRASTS)[0] for each in (LOW, MIDDLE, HIGH))
        orders = {}
        for name, each in times.items():
            for says, later, earlier in (("10_to_33", low, middle), ("33_to_90", middle, high)):
                orders[f"{name}_{says}"] = (each[:, later] - each[:, earlier]) / (each[:, earlier] + BIN)
        details = {
            "contrasts": plain(CONTRASTS),
            "times": plain(shown.times),
            "traces": plain((traces / traces.max((1, 2), keepdims=True).clip(1e-30)).mean(0), 4),
            **{name: plain(each) for name, each in times.items()},
        }
        return Measured(
            {f"{name}_shift": each[:, low] - each[:, high] for name, each in times.items()}, orders, details
        )

    def figure(self, details: dict[str, Any]) -> "Figure":
        """Responses over time by contrast, latency and time to peak against contrast, and the score's parts."""
        from harness_plugins.benchmarks.contrast_response.figure import time_course

        return time_course(details)


def _half_maximum(traces: np.ndarray, times: np.ndarray, floor: np.ndarray) -> np.ndarray:
    """(units, contrasts), the latency to half maximum; 0 where a response above the floor is beyond that in the first bin."""
    largest = traces.max(-1)
    at_once = (largest > floor) & (traces[..., 0] >= largest / 2)
    return np.where(at_once, 0.0, latency(traces, times, floor=floor))
