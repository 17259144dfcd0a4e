"""Handwritten digits, decoded from every layer and time bin of a model's responses."""

import numpy as np

from harness import StimulusSet
from harness.benchmarks.readout import DecodingBenchmark
from harness.errors import BenchmarkError
from harness_plugins.benchmarks.digits_decoding import BIBTEX

SHOWN = 100.0


class DigitsDecoding(DecodingBenchmark):
    """scikit-learn's copy of the test part of the UCI digits (Alpaydin & Kaynak 1998): 1,797 images of 8 x 8 pixels.

    The first 50 of every digit, unless told otherwise, fill the field of view for 100 ms and are followed by the black they stand
    on; responses are read in bins of 20 ms until 200 ms, so that what a model keeps after the image has gone shows.

    Args:
        per_digit: how many images of each digit.
    """

    identifier = "Digits-decoding"
    version = 1
    chance = 0.0
    bibtex = BIBTEX
    time_bins = [(start, start + 20.0) for start in np.arange(0, 200, 20.0).tolist()]  # noqa: RUF012

    def __init__(self, per_digit: int = 50):
        if per_digit < self.folds:
            raise BenchmarkError(f"{self.folds} folds need {self.folds} images of each digit or more, not {per_digit}")
        self._per_digit = int(per_digit)

    def load(self) -> StimulusSet:
        from sklearn.datasets import load_digits

        digits = load_digits()
        rows = np.sort(
            np.concatenate([np.flatnonzero(digits.target == digit)[: self._per_digit] for digit in range(10)])
        )
        return StimulusSet.from_images(
            self.identifier,
            {f"digit{digits.target[row]}_{row:04d}": digits.images[row] / 16 for row in rows},
            duration=SHOWN,
            background=0.0,
            image_label=[str(digits.target[row]) for row in rows],
        )
