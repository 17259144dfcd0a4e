"""Predicting macaque V4."""

from functools import cached_property

import numpy as np

from harness.assemblies import Score
from harness.benchmarks.neural import EncodingBenchmark, NeuralData, describe_encoding, encode
from harness.brain_model import BrainModel
from harness_plugins.benchmarks.cowley2023 import BIBTEX
from harness_plugins.benchmarks.cowley2023.sessions import session_with_repeats, session_without_repeats


class CowleyV4(EncodingBenchmark):
    """Ridge regression to V4 neurons of a macaque (Cowley, Stan, Pillow & Smith 2023).

    The score is that of session 210325, whose repeats give a ceiling. Session 201025 is published without its repeats,
    so nothing can be divided out: its correlations stand beside the score, in the details under `without_repeats`, and
    do not enter it.
    """

    identifier = "Cowley2023.V4-ridge"
    version = 2
    bibtex = BIBTEX

    def load(self) -> NeuralData:
        return session_with_repeats()

    @cached_property
    def data_without_repeats(self) -> NeuralData:
        """Session 201025."""
        return session_without_repeats()

    def run(self, candidate: BrainModel) -> Score:
        score = super().run(candidate)
        encoding = encode(candidate, self.data_without_repeats, self.folds, self.seed)
        score.attrs["details"]["without_repeats"] = {
            "session": "201025",
            "median_r": float(np.nanmedian(encoding.correlation)),
            "note": "not divided by a ceiling: the repeats were not published",
            **describe_encoding(encoding),
        }
        return score
