"""Predicting MT during motion-enhanced movies."""

from collections.abc import Sequence

import numpy as np

from harness.benchmarks.neural import MovieBenchmark, MovieRecording, Piece, checked_link
from harness.errors import BenchmarkError
from harness_plugins.benchmarks.crcns_mt2 import BIBTEX
from harness_plugins.benchmarks.crcns_mt2.recording import cells, load

BLOCKS = 5


class Mt2(MovieBenchmark):
    """Single MT neurons, each with a movie of its own, in bins of one frame (72 per second).

    Fitted to the estimation part and tested on the validation part, as published. Penalties are chosen by leaving out one fifth of
    the estimation part at a time; the first 200 ms of each fifth serve as lags only, which keeps the fifths apart. Single
    responses are published, so that there is no ceiling. The files do not say how large the movies were.

    Args:
        neurons: number of neurons; all at hand if not given.
        link: identity or sqrt.
    """

    identifier = "NishimotoGallant2011.MT-ridge"
    version = 1
    bibtex = BIBTEX
    regions = ("MT", "V1")

    def __init__(self, neurons: int | None = None, link: str = "identity"):
        if neurons is not None and neurons < 2:
            raise BenchmarkError("the error is over neurons, of which it takes two or more")
        self.neurons, self.link = neurons, checked_link(link)

    def load(self) -> Sequence[MovieRecording]:
        return [_recording(cell) for cell in cells()[: self.neurons]]


def _recording(cell: str) -> MovieRecording:
    data = load(cell)
    assert data.stimuli is not None
    responses = data.subjects[0].responses[:, 0]  # (estimation and validation, bins)
    estimation, validation = (
        np.arange(round(data.stimuli.timeline(part).duration * 72 / 1000)) for part in ("estimation", "validation")
    )
    pieces = [
        Piece("estimation", block, f"part{number}", False, responses[[0]][:, block, None])
        for number, block in enumerate(np.array_split(estimation, BLOCKS))
    ]
    pieces.append(Piece("validation", validation, "validation", True, responses[[1]][:, validation, None]))
    return MovieRecording(cell, data.stimuli, data.time_bins, pieces, data.measurement)
