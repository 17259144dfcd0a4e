"""Predicting V1 during movies."""

from collections.abc import Sequence

import numpy as np

from harness.benchmarks.neural import MovieBenchmark, MovieRecording, Piece, checked_link
from harness.errors import BenchmarkError, MissingData
from harness_plugins.benchmarks.crcns_pvc1 import BIBTEX
from harness_plugins.benchmarks.crcns_pvc1.recording import load


class Pvc1(MovieBenchmark):
    """Electrodes of one array in V1 during segments of 30 s of up to four movies, in bins of 20 ms.

    Each movie is held out in its turn, with all its segments and their repeats. Only segments that were repeated are used, and
    electrodes that were recorded in all of them.

    Args:
        array: ac1, ac2, ...
        link: identity or sqrt.
    """

    identifier = "NauhausRingach2009.V1-ridge"
    version = 1
    bibtex = BIBTEX

    def __init__(self, array: str = "ac1", link: str = "identity"):
        self.array, self.link = array, checked_link(link)

    def load(self) -> Sequence[MovieRecording]:
        data = load(self.array)
        if data.stimuli is None:
            raise MissingData("the frames of some movies of pvc-1 are not here; put movie_frames/ into crcns_pvc1/")
        repeats = np.moveaxis(data.repeats(), 2, 3)  # (repeats, segments, bins, electrodes)
        there = np.isfinite(repeats).all(2)  # (repeats, segments, electrodes)
        repeated = (there.any(2).sum(0) >= 2).nonzero()[0]
        electrodes = there[:, repeated].any(0).all(0).nonzero()[0]
        if not len(repeated) or not len(electrodes):
            raise BenchmarkError(
                f"the array '{self.array}' has no electrode that was recorded in all repeated segments"
            )
        stimuli = data.stimuli.select([data.stimuli.ids.index(data.stimulus_ids[segment]) for segment in repeated])
        movies = stimuli.table["group"].tolist()
        if len(set(movies)) < 3:
            raise BenchmarkError(
                f"the array '{self.array}' has {len(set(movies))} movies; testing one and choosing penalties on others takes three"
            )
        bins = np.arange(int(min(t.duration for t in stimuli.timelines) // 20)).clip(max=len(data.time_bins) - 1)
        bins = np.unique(bins)
        pieces = [
            Piece(name, bins, movie, None, repeats[:, segment][:, bins][..., electrodes])
            for name, movie, segment in zip(stimuli.ids, movies, repeated, strict=True)
        ]
        return [MovieRecording(self.array, stimuli, data.time_bins[: len(bins)], pieces, data.measurement)]
