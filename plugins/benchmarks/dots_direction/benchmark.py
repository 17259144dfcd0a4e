"""The direction of random dots, decoded from every layer and time bin of a model's responses."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from harness import StimulusSet, load_stimuli
from harness.benchmarks.readout import DecodingBenchmark
from harness.errors import BenchmarkError
from harness.metrics.decoding import Decoding
from harness_plugins.benchmarks.dots_direction import BIBTEX

COHERENCE = (0.032, 0.064, 0.128, 0.256, 0.512)
BINS = 4


class DotsDirection(DecodingBenchmark):
    """Direction of random dots, right or left.

    The movies follow Ding & Gold (2012, Cerebral Cortex 22:1052): three interleaved sets of dots at 60 frames per second, 6
    degrees per second, five coherences. A movie played backwards moves in the other direction, so that single frames carry no
    information: a model without memory is at chance, also in its mean over time.

    The score is the accuracy over all coherences, between guessing and no error; the details have it for each. All draws of one
    seed stay on one side of a split. Movies are 8 degrees wide, last 400 ms and are read in bins of 100 ms.

    Args:
        coherence: probabilities that a dot moves on.
        exemplars: seeds of each condition.
        duration: ms.
        seed: of the dots.
    """

    identifier = "RandomDots-direction"
    version = 1
    chance = 0.0
    bibtex = BIBTEX
    label = "side"
    group = "exemplar"

    def __init__(
        self, coherence: Sequence[float] = COHERENCE, exemplars: int = 10, duration: float = 400.0, seed: int = 0
    ):
        if exemplars < self.folds:
            raise BenchmarkError(f"{self.folds} folds need {self.folds} exemplars or more, not {exemplars}")
        self._coherence, self._exemplars, self._seed = tuple(coherence), int(exemplars), int(seed)
        edges = np.linspace(0, duration, BINS + 1).tolist()
        self.time_bins = list(pairwise(edges))
        self._duration = float(duration)

    def load(self) -> StimulusSet:
        dots = load_stimuli(
            "random_dots",
            coherence=self._coherence,
            direction=(0.0, 180.0),
            speed=6.0,
            aperture=6.0,
            dot_size=0.2,
            duration=self._duration,
            exemplars=self._exemplars,
            size_px=64,
            seed=self._seed,
        )
        dots.table["side"] = np.where(dots.table["direction"] == 0, "right", "left")
        return dots

    def describe(self, decoding: Decoding, layers: Sequence[str], guessing: float) -> dict[str, Any]:
        coherence = self.stimuli.table["coherence"].to_numpy()
        by_coherence = {f"{value:g}": float(decoding.selected[coherence == value].mean()) for value in self._coherence}
        return super().describe(decoding, layers, guessing) | {"accuracy_by_coherence": by_coherence}
