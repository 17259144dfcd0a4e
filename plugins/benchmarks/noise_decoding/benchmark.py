"""Objects in noise, decoded over time at several ratios of signal to noise."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from harness import StimulusSet, load_stimuli
from harness.benchmarks.readout import DecodingBenchmark
from harness.checks import Count, Seed
from harness.errors import BenchmarkError
from harness.metrics.decoding import Decoding, answers
from harness_plugins.models.dyrcnn import BIBTEX

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SHOWN, FRAME_RATE = 200.0, 30.0  # ms, Hz
SSNR = (0.03, 0.1, 0.3, 1.0)
CONTRAST = 0.4  # of the objects, so that little of the noise is clipped
PIXELS = 32  # along the side of the 8 degrees: coarse noise, which small inputs do not average out
SPREAD = 1.5  # degrees from the middle, of the outermost positions


class NoiseDecoding(DecodingBenchmark):
    """Seven silhouettes at places of a grid, each in noise of several strengths, for 200 ms; read in bins of 33 ms.

    One decoder is fitted to all strengths. An object at a place is in training or in test, in all strengths. With dynamic noise, a
    model that gathers evidence over time is better in later bins, and one without memory is not.

    Args:
        kind: of noise; see the stimulus set `noise`.
        ssnr: signal over signal plus noise, in power: 1 is the clean image.
        mode: "dynamic", a new draw every 33 ms, or "static".
        positions: along a side of the grid.
        seed: of the noise.
    """

    identifier = "Noise-decoding"
    version = 1
    chance = 0.0
    bibtex = BIBTEX
    label = "object"
    group = "image"
    time_bins = [(start, start + SHOWN / 6) for start in np.linspace(0, SHOWN, 7)[:-1].tolist()]  # noqa: RUF012

    def __init__(
        self,
        kind: str = "gaussian",
        ssnr: Sequence[float] = SSNR,
        mode: str = "dynamic",
        positions: Count = 3,
        seed: Seed = 0,
    ):
        if positions**2 < self.folds:
            raise BenchmarkError(
                f"{self.folds} folds need {self.folds} places of each object or more, not {positions**2}"
            )
        self.kind, self.ssnr, self.mode = kind, sorted(map(float, ssnr)), mode
        self.positions, self.noise_seed = int(positions), int(seed)

    def load(self) -> StimulusSet:
        places = np.linspace(-SPREAD, SPREAD, self.positions).tolist()
        objects = load_stimuli("silhouettes", x=places, y=places, size=4.0, size_px=PIXELS, duration=SHOWN)
        stimuli = load_stimuli(
            "noise",
            kind=self.kind,
            ssnr=self.ssnr,
            images=objects,
            contrast=CONTRAST,
            duration=SHOWN,
            mode=self.mode,
            visual_degrees=objects.visual_degrees,
            frame_rate=FRAME_RATE,
            seed=self.noise_seed,
        )
        shown = objects.table.set_index("stimulus_id")["object"]
        stimuli.table["object"] = shown.loc[stimuli.table["image"]].to_numpy()
        return stimuli

    def _quality(self, sets: Sequence[np.ndarray], labels: np.ndarray, decoding: Decoding) -> dict[str, Any]:
        """And accuracy and confidence by strength and time bin, (strengths, bins), in the layer that most folds chose."""
        bins = len(self.time_bins)
        layer = int(np.bincount(decoding.choices // bins).argmax())
        strengths = self.stimuli.table["ssnr"].to_numpy()
        accuracy, confidence = [], []
        for values in sets[layer * bins : (layer + 1) * bins]:
            predicted, sure = answers(values, labels, decoding.splits)
            accuracy.append([(predicted == labels)[strengths == one].mean() for one in self.ssnr])
            confidence.append([sure[strengths == one].mean() for one in self.ssnr])
        return {
            **super()._quality(sets, labels, decoding),
            "read_layer": layer,
            "ssnr": self.ssnr,
            "accuracy_by_ssnr": np.round(np.transpose(accuracy), 5).tolist(),
            "confidence_by_ssnr": np.round(np.transpose(confidence), 5).tolist(),
        }

    def figure(self, details: dict[str, Any]) -> "Figure":
        """Accuracy and confidence over time for every strength of the signal, and the largest of both by strength."""
        from matplotlib import colormaps
        from matplotlib.figure import Figure

        figure = Figure(figsize=(11, 3.2), layout="constrained")
        *over_time, by_strength = figure.subplots(1, 3)
        times = np.array(details["time_bins"]).mean(1)
        colours = colormaps["viridis"](np.linspace(0, 0.85, len(details["ssnr"])))
        for panel, quantity in zip(over_time, ("accuracy", "confidence"), strict=True):
            values = np.array(details[f"{quantity}_by_ssnr"])
            for strength, line, colour in zip(details["ssnr"], values, colours, strict=True):
                panel.plot(times, line, "o-", ms=3, color=colour, label=f"{strength:g}")
            panel.axhline(details["guessing"], color="0.5", lw=1, ls=":")
            panel.set(xlabel="time from onset (ms)", ylabel=quantity, ylim=(0, 1.05))
            by_strength.plot(details["ssnr"], values.max(1), "o-", ms=3, label=f"largest {quantity}")
        over_time[0].legend(title="signal / (signal + noise)", fontsize=7, title_fontsize=7)
        by_strength.set(xlabel="signal / (signal + noise)", ylim=(0, 1.05))
        by_strength.legend(fontsize=7)
        layer = details["layers"][details["read_layer"]]
        figure.suptitle(f"{self.identifier}, {layer}: {details['stimuli']} stimuli", fontsize=10)
        return figure
