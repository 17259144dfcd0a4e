"""Handwritten digits, decoded from every layer and time bin of a model's responses."""

import numpy as np

from harness import StimulusSet
from harness.benchmarks.readout import DecodingBenchmark
from harness_plugins.benchmarks.digits_decoding import BIBTEX

PER_DIGIT = 50
SHOWN = 100.0


class DigitsDecoding(DecodingBenchmark):
    """scikit-learn's copy of the test part of the UCI digits (Alpaydin & Kaynak 1998): 1,797 images of 8 x 8 pixels.

    The first 50 of every digit, 500 in all, fill the field of view for 100 ms and are followed by the black they stand on;
    responses are read in bins of 20 ms until 200 ms, so that what a model keeps after the image has gone shows.
    """

    identifier = "Digits-decoding"
    version = 1
    chance = 0.0
    bibtex = BIBTEX
    time_bins = [(start, start + 20.0) for start in np.arange(0, 200, 20.0).tolist()]  # noqa: RUF012

    def load(self) -> StimulusSet:
        from sklearn.datasets import load_digits

        digits = load_digits()
        rows = np.sort(np.concatenate([np.flatnonzero(digits.target == digit)[:PER_DIGIT] for digit in range(10)]))
        return StimulusSet.from_images(
            self.identifier,
            {f"digit{digits.target[row]}_{row:04d}": digits.images[row] / 16 for row in rows},
            duration=SHOWN,
            background=0.0,
            image_label=[str(digits.target[row]) for row in rows],
        )
