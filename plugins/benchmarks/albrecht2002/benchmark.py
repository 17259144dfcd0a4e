"""Stationary gratings of nine contrasts: how the time course of V1 units shifts and scales (Albrecht et al. 2002)."""

from typing import TYPE_CHECKING, Any

import numpy as np

from harness.benchmarks import plain
from harness.benchmarks.dynamics import FLOOR, Screen
from harness.benchmarks.physiology import InSilicoBenchmark, Laboratory, Measured, Unit
from harness.errors import NotMeasurable
from harness.metrics import dynamics
from harness.metrics.statistics import Target
from harness.stimuli import Frame, Timeline
from harness_plugins.benchmarks.albrecht2002 import BIBTEX

if TYPE_CHECKING:
    from matplotlib.figure import Figure

CONTRASTS = tuple(step / 10 for step in range(1, 10))
DURATION, AFTER = 200.0, 200.0
POINTS = 100
LONGEST_STEP = 20.0
"""ms of a model's time step."""


class Latency(InSilicoBenchmark):
    """Each unit sees its preferred grating, as large as the unit's summation field, for 200 ms at contrasts of 10 to 90 %.

    Scored are the shift of the time to peak from the lowest to the highest contrast, and how much of the variance over all
    contrasts and times one time course explains that is scaled and shifted for each contrast. The latter says something only where
    contrast shifts the response: a unit whose peak moves by less than one time bin has no shape invariance. Required: the half
    maximum comes earlier at high contrast.
    """

    identifier = "Albrecht2002-latency"
    version = 2
    bibtex = BIBTEX
    targets = {  # noqa: RUF012
        "peak_shift": Target(
            40.0,
            0.0,
            20 / np.sqrt(3),
            "20 to 60 ms from 10 to 90 % contrast, from three cells of Albrecht et al. 2002 in the scripts of Zhou et al. 2019, "
            "PLoS Comput Biol 15:e1007484; the error is the standard deviation of a uniform distribution over that range",
            "read from a figure",
            "peaks of three cells move by 20 to 60 ms, as plotted",
            3,
        ),
        "shape_invariance": Target(
            0.95,
            0.0,
            None,
            "Albrecht et al. 2002, J Neurophysiol 88:888-913, abstract, in which n is not stated",
            "quoted",
            "approximately 95% of the variation in the temporal responses as a function of contrast could be accounted for by "
            "scaling and shifting the average poststimulus time histogram",
        ),
    }
    conditional = frozenset({"shape_invariance"})
    orders = {"latency_falls": "the half maximum comes earlier at 90 % than at 10 % contrast"}  # noqa: RUF012
    disabled = {  # noqa: RUF012
        "phase_advance": "about 45 ms for drifting gratings (Albrecht 1995, abstract): a phase of simple cells, while the units of "
        "most models are complex",
        "onset_shift": "the mean shift of the onset in macaque is not established",
    }

    def suits(self, laboratory: Laboratory) -> None:
        step = laboratory.candidate.time_step
        if step and step > LONGEST_STEP:
            raise NotMeasurable(
                f"with a time step of {step:g} ms one cannot see a shift of 20 to 60 ms; it takes {LONGEST_STEP:g} ms or less"
            )

    def measure(self, laboratory: Laboratory) -> Measured:
        screen = Screen.of(laboratory.candidate)
        lead = screen.lead_in
        bins = int(np.ceil((lead + DURATION + AFTER) / screen.step))
        time_bins = [(number * screen.step, (number + 1) * screen.step) for number in range(bins)]

        def gratings(unit: Unit) -> dict[str, Timeline]:
            canvas = laboratory.canvas
            patch = canvas.disc(unit.summation, unit.centre)
            wave = patch * canvas.grating(unit.orientation, unit.spatial_frequency, unit.phase, unit.centre)
            return {
                f"{contrast:g}": Timeline.of(
                    [(laboratory.blank_frame, lead), (Frame(canvas.image(contrast * wave)), screen.ms(DURATION))]
                )
                for contrast in CONTRASTS
            }

        responses = laboratory.each(gratings, time_bins)
        traces, times, deviation = dynamics.aligned(responses.values, responses.times, lead)
        largest = np.nan_to_num(dynamics.peak(traces, times)).max(1, keepdims=True)
        floor = np.maximum(2 * deviation.max(1, keepdims=True), FLOOR * largest)
        peaks = dynamics.time_to_peak(traces, times, floor)
        halves = dynamics.latency(traces, times, floor=floor)
        shift = peaks[:, 0] - peaks[:, -1]
        explained = np.array([dynamics.scale_and_shift(unit, times)[0] for unit in traces])
        with np.errstate(invalid="ignore", divide="ignore"):
            falls = (halves[:, 0] - halves[:, -1]) / (np.abs(halves[:, -1]) + screen.step)
        properties = {"peak_shift": shift, "shape_invariance": np.where(shift > screen.step, explained, np.nan)}
        return Measured(properties, {"latency_falls": falls}, _details(traces, times, peaks, halves))

    def figure(self, details: dict[str, Any]) -> "Figure":
        """Mean time courses, latencies against contrast, and the score card."""
        from harness_plugins.benchmarks.albrecht2002.figure import draw

        return draw(details, self.identifier)


def _details(traces: np.ndarray, times: np.ndarray, peaks: np.ndarray, halves: np.ndarray) -> dict[str, Any]:
    thin = slice(None, None, -(-len(times) // POINTS))
    with np.errstate(invalid="ignore", divide="ignore"):
        shares = traces / np.nanmax(np.abs(traces), axis=(1, 2), keepdims=True)
    driven = np.isfinite(shares).all((1, 2))
    mean = shares[driven].mean(0) if driven.any() else np.zeros(traces.shape[1:])
    return {
        "contrasts": list(CONTRASTS),
        "times": plain(times[thin]),
        "mean_course": plain(mean[:, thin], 4),
        "time_to_peak": plain(peaks),
        "half_maximum": plain(halves),
    }
