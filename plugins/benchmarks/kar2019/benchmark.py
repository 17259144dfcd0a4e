"""When objects can be read out of a model's IT, image by image, compared with macaque IT (Kar et al. 2019)."""

from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from harness.assemblies import Score
from harness.benchmarks import Benchmark, influences, make_score, plain, require_variation
from harness.brain_model import BrainModel
from harness.errors import BenchmarkError, NotMeasurable
from harness.metrics.decoding import classifier, label_folds
from harness.metrics.similarity import spearman
from harness.metrics.statistics import Crossed, jackknife
from harness.stimuli import StimulusSet, TimeBin, notes_on_copies, split_groups
from harness_plugins.benchmarks.kar2019 import BIBTEX
from harness_plugins.benchmarks.kar2019.times import load

BINS: list[TimeBin] = [(float(start), float(start + 10)) for start in range(70, 250, 10)]
UNITS = 256
SURELY = 1e-3
PUBLISHED_CEILING = 0.79
"""By Brain-Score, from its authors; not estimated here, because one time for each image is stored."""


class Kar2019(Benchmark):
    """Rank correlation, over images, of the times at which ten objects can be read out of a model's IT and out of macaque IT.

    Images were shown for 100 ms at 8 degrees. In each of 18 bins of 10 ms from 70 to 250 ms a logistic regression on a random
    projection of the region is fitted in folds of images. An image is solved at the time from which on, to the last bin, the
    object that it shows is the likeliest; between bins, by interpolation of the log-odds against the likeliest other. Images that
    one of the two never solves are left out. A model that solves all images in the same bin, as one without time does, has
    nothing to compare. The ceiling is 1: the data hold no repeats (`details` have the published 0.79).

    Args:
        decoder: svm or logistic: of the neurons.
    """

    identifier, version, bibtex, parent = "Kar2019.IT-solution_times", 1, BIBTEX, "neural"
    region: ClassVar[str] = "IT"
    folds: ClassVar[int] = 5
    seed: ClassVar[int] = 0

    def __init__(self, decoder: str = "svm"):
        if decoder not in ("svm", "logistic"):
            raise BenchmarkError(f"a decoder of the neurons is svm or logistic, not '{decoder}'")
        self.decoder = decoder
        self.time_bins = BINS

    @cached_property
    def _data(self) -> tuple[StimulusSet, np.ndarray]:
        return load(self.decoder)

    @property
    def stimuli(self) -> StimulusSet:
        """The images, with `image_label`."""
        return self._data[0]

    @property
    def latencies(self) -> np.ndarray:
        """(images,), solution times of the neurons in ms; NaN where they never solve one."""
        return self._data[1]

    @cached_property
    def ceiling(self) -> Score:
        """1: not known from these data."""
        return make_score(1.0, error=None)

    def run(self, candidate: BrainModel) -> Score:
        from harness.engine import RandomProjection

        states = candidate.record(self.stimuli, self.region, self.time_bins, RandomProjection(UNITS))
        require_variation([states])
        own = solution_times(self._log_odds(states), self.time_bins)
        both = np.flatnonzero(np.isfinite(own) & np.isfinite(self.latencies))
        self._require_read_outs(int(np.isfinite(own).sum()))
        if len(both) < 10:
            raise NotMeasurable(
                f"{len(both)} images are solved by model and neurons, and times of ten or more are compared"
            )
        if np.ptp(own[both]) < 1e-6:
            raise NotMeasurable("the model solves all images at the same time, so that times cannot be compared")
        agreement = lambda kept: spearman(own[both][kept], self.latencies[both][kept])
        score = agreement(np.arange(len(both)))
        found = jackknife(agreement, len(both))
        return make_score(
            score,
            error=Crossed({"images": found.influence}, np.zeros(0)).error,
            raw=score,
            ceiling=self.ceiling,
            details={
                "solved": {"model": int(np.isfinite(own).sum()), "neurons": int(np.isfinite(self.latencies).sum())},
                "compared": len(both),
                "median_ms": {name: round(float(np.median(v[both])), 1) for name, v in self._both(own).items()},
                "published_ceiling": PUBLISHED_CEILING,
                "model_ms": plain(own),
                "neurons_ms": plain(self.latencies),
                "images": len(own),
                "per_sample": influences("images", np.array(self.stimuli.ids)[both], found, score),
                "notes": notes_on_copies(self.stimuli),
            },
        )

    def _require_read_outs(self, solved: int) -> None:
        """Hold that more images are solved than by guessing at the end."""
        from scipy.stats import binomtest

        objects = self.stimuli.table["image_label"].nunique()
        if binomtest(solved, len(self.stimuli), 1 / objects, alternative="greater").pvalue > SURELY:
            raise NotMeasurable(
                f"no objects can be read out of the model ({solved} of {len(self.stimuli)} images are solved, of {objects} objects)"
            )

    def _both(self, own: np.ndarray) -> dict[str, np.ndarray]:
        return {"model": own, "neurons": self.latencies}

    def _log_odds(self, states: np.ndarray) -> np.ndarray:
        """(images, bins), of the object that is shown against the likeliest other one, by read-outs that did not see the image."""
        from threadpoolctl import threadpool_limits

        labels = self.stimuli.table["image_label"].astype(str).to_numpy()
        odds = np.zeros(states.shape[:2])
        with threadpool_limits(1):
            for split in label_folds(labels, split_groups(self.stimuli), self.folds, self.seed):
                for at in range(states.shape[1]):
                    fitted = classifier().fit(states[split.train, at].astype(float), labels[split.train])
                    odds[split.test, at] = _against_others(
                        fitted, states[split.test, at].astype(float), labels[split.test]
                    )
        return odds


def solution_times(odds: np.ndarray, time_bins: list[TimeBin]) -> np.ndarray:
    """(images,), ms from which on log-odds (images, bins) stay above 0; the centre of the first bin where they always were; NaN
    where they are not at the end."""
    centres = np.array([(start + end) / 2 for start, end in time_bins])
    found = np.full(len(odds), np.nan)
    for row, values in enumerate(odds):
        below = np.flatnonzero(values <= 0)
        if not len(below):
            found[row] = centres[0]
        elif (last := int(below[-1])) < len(values) - 1:
            share = -values[last] / (values[last + 1] - values[last])
            found[row] = centres[last] + share * (centres[last + 1] - centres[last])
    return found


def _against_others(fitted: Any, features: np.ndarray, labels: np.ndarray) -> np.ndarray:
    likely = fitted.predict_log_proba(features)
    own = np.searchsorted(fitted.classes_, labels)
    rows = np.arange(len(labels))
    shown = likely[rows, own].copy()
    likely[rows, own] = -np.inf
    return np.asarray(shown - likely.max(1))
