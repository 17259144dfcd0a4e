"""Contour detection in natural images, scored as on the Berkeley data set."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import expit

from harness import AllUnits, Benchmark
from harness.assemblies import Score
from harness.benchmarks import jackknifed, make_score, require_variation
from harness.brain_model import BrainModel
from harness.errors import BenchmarkError, ModelError, NotMeasurable
from harness.metrics.statistics import bootstrap, split_digest
from harness.stimuli import part_of_square, split_groups
from harness.store import ResultStorage
from harness_plugins.benchmarks.bsds500 import BIBTEX, contours
from harness_plugins.benchmarks.bsds500.boundaries import ridges
from harness_plugins.benchmarks.bsds500.images import TEST_IMAGES, Images, load
from harness_plugins.benchmarks.bsds500.readout import read
from harness_plugins.benchmarks.bsds500.thresholds import Thresholds, by_share, evenly_spaced

if TYPE_CHECKING:
    from matplotlib.figure import Figure

BINS = 5
NOISE_SHARES = (0.2, 0.4, 0.6)
TIME_COURSE_IMAGES, TIME_COURSE_THRESHOLDS = 10, 5
READ = "fitted read-out"


class BSDS500Contours(Benchmark):
    """Detection of the contours that participants draw (Arbelaez et al. 2011).

    A model that declares `contours` answers with that layer's map in the last time bin, through the logistic function. Of any other
    model a linear read-out of a layer answers, fitted by ridge regression to images that it is not tested on; layer, time bin
    and penalty are chosen among the training images.

    Maps are suppressed to ridges, cut at thresholds, thinned and matched one to one with every annotator's. The raw score is ODS,
    the best F at one threshold for all images; the score places it between that of white noise (0) and participants (1), each
    annotator against the others of the same image. The error is a bootstrap over images, of model, participants and noise
    together.

    Thresholds of declared contours are evenly spaced from 0.01 to 0.99 of the greatest strength; the publication takes 99, of 1.
    Those of a read-out, whose values have no such scale, are quantiles of the values on ridges, so that neither an offset nor a
    few great values matter: the share of ridges that they keep grows by a constant factor, from 0.02 to 1. The best F is
    interpolated between thresholds in either case, as published.

    Args:
        thresholds: how many.
        images: how many images, the first by name; all if not given.
        layer: what is read of a model without contours.
        exposure: ms for which an image is shown, read in five bins.
        folder: holds `images` and `groundTruth` as published, in place of the subset.
    """

    identifier = "BSDS500-contours"
    version = 2
    parent = "task"
    chance = 0.0
    bibtex = BIBTEX
    seed = 0

    def __init__(
        self,
        thresholds: int = 10,
        images: int | None = None,
        layer: str | None = None,
        exposure: float = 200.0,
        folder: str | Path | None = None,
    ):
        if thresholds < 2:
            raise BenchmarkError(f"a curve needs two thresholds or more, not {thresholds}")
        self._thresholds, self._images, self._layer = int(thresholds), images, layer
        self._exposure, self._folder = float(exposure), folder

    @cached_property
    def data(self) -> Images:
        """Images and boundaries."""
        return load(self._images, self._exposure, self._folder)

    @property
    def time_bins(self) -> list[tuple[float, float]]:
        """[start, end) in ms."""
        edges = np.linspace(0, self._exposure, BINS + 1).tolist()
        return list(pairwise(edges))

    @cached_property
    def participants(self) -> np.ndarray:
        """(images, 1, 4), counts of every annotator against the others."""
        return agreement(self.data.annotators)

    @cached_property
    def noise(self) -> np.ndarray:
        """(images, thresholds, 4), counts of maps of smooth noise."""
        return noise_counts(self.data.annotators, self.seed)

    @cached_property
    def ceiling(self) -> Score:
        """F of participants."""
        return make_score(contours.ods(self.participants), error=bootstrap(contours.ods, self.participants).error)

    def run(self, candidate: BrainModel) -> Score:
        maps, how = self.answers(candidate)
        return self.evaluate(maps, how, by_share if how["answer"] == READ else evenly_spaced)

    def evaluate(
        self, maps: Sequence[np.ndarray], how: dict[str, Any] | None = None, cut_at: Thresholds = evenly_spaced
    ) -> Score:
        """The score of a map of contour strength (height, width), not negative, for every image.

        Args:
            how: what belongs into the details besides.
            cut_at: gives the thresholds.
        """
        counted = self.counted(maps, cut_at=cut_at)
        raw = contours.ods(counted)
        value = _placed(counted, self.participants, self.noise)
        return make_score(
            value,
            error=bootstrap(_placed, counted, self.participants, self.noise).error,
            raw=make_score(raw, error=bootstrap(contours.ods, counted).error),
            ceiling=self.ceiling,
            details=self._details(counted) | (how or {}) | {"per_sample": self._samples(counted, value)},
        )

    def _samples(self, counted: np.ndarray, score: float) -> dict[str, Any]:
        """Influence of images on the score."""
        every = counted, self.participants, self.noise
        return jackknifed("images", self.data.stimuli.ids, lambda kept: _placed(*(c[kept] for c in every)), score)

    def counted(
        self, maps: Sequence[np.ndarray], thresholds: int | None = None, cut_at: Thresholds = evenly_spaced
    ) -> np.ndarray:
        """(images, thresholds, 4), the counts of maps for the first images."""
        suppressed = [ridges(strength) for strength in maps]
        cuts = cut_at(suppressed, thresholds or self._thresholds)
        pairs = zip(suppressed, self.data.annotators, strict=False)
        return np.array([contours.curve(kept, masks, cuts, suppress=False) for kept, masks in pairs])

    def answers(self, candidate: BrainModel) -> tuple[list[np.ndarray], dict[str, Any]]:
        """A map of contour strength for every image, and how it was got."""
        declared = None if self._layer else candidate.contours
        return self._declared(candidate, declared) if declared else self._read(candidate)

    def figure(self, details: dict[str, Any]) -> "Figure":
        """Precision against recall, with participants; and ODS over time."""
        from harness_plugins.benchmarks.bsds500.figure import draw

        return draw(details)

    def _declared(self, candidate: BrainModel, layer: str) -> tuple[list[np.ndarray], dict[str, Any]]:
        _, whole = next(self._maps(candidate, [layer]), (layer, None))
        if whole is None or whole.shape[2] != 1:
            raise ModelError(f"'{layer}', which '{candidate.identifier}' declares as its contours, is not a single map")
        fields = whole[:, :, 0]
        strength = [self._strength(fields, moment) for moment in range(BINS)]
        how: dict[str, Any] = {"answer": "declared contours", "layers": [layer]}
        if not _still(fields):
            ods = [contours.ods(self.counted(maps[:TIME_COURSE_IMAGES], TIME_COURSE_THRESHOLDS)) for maps in strength]
            how["time_course"] = {
                "time_bins": self.time_bins,
                "ods": ods,
                "images": min(TIME_COURSE_IMAGES, len(fields)),
            }
        return strength[-1], how

    def _strength(self, fields: np.ndarray, moment: int) -> list[np.ndarray]:
        return [
            expit(part_of_square(field[moment], shape)) for field, shape in zip(fields, self.data.shapes, strict=True)
        ]

    def _read(self, candidate: BrainModel) -> tuple[list[np.ndarray], dict[str, Any]]:
        layers = [self._layer] if self._layer else list(candidate.layers)
        if not layers:
            raise ModelError(
                f"contours are read from maps, and '{candidate.identifier}' has no default layers; name one with layer=NAME"
            )
        sets, names = [], []
        for layer, fields in self._maps(candidate, layers):
            moments = [BINS - 1] if _still(fields[:1]) else range(BINS)
            sets += [fields[:, moment] for moment in moments]
            names += [(layer, list(self.time_bins[moment])) for moment in moments]
        if not sets:
            raise NotMeasurable(f"no layer of '{candidate.identifier}' is a map; name one with layer=NAME")
        require_variation(sets)
        readout = read(sets, self.data.annotators, seed=self.seed, groups=split_groups(self.data.stimuli))
        chosen = [{"layer": names[choice][0], "time_bin": names[choice][1]} for choice in readout.choices]
        digest = split_digest(readout.splits, self.data.stimuli.ids)
        return readout.maps, {"answer": READ, "chosen": chosen, "split_digest": digest, "seed": self.seed}

    def _maps(self, candidate: BrainModel, layers: Sequence[str]) -> Iterator[tuple[str, np.ndarray]]:
        """Layer and its maps (images, bins, channels, y, x), of the layers that have maps of more than one place."""
        responses = candidate.record_layers(self.data.stimuli, layers, self.time_bins, AllUnits())
        for layer, one in responses.items():
            if one.units.y.min() >= 0 and len(one.units):
                shape = [int(axis.max()) + 1 for axis in (one.units.channel, one.units.y, one.units.x)]
                if shape[1:] == [1, 1]:
                    continue
                values = one.array()
                yield layer, values.reshape(*values.shape[:2], *shape)

    def _details(self, counted: np.ndarray) -> dict[str, Any]:
        precision, recall = contours.precision_recall(counted.sum(0))
        participants = contours.precision_recall(self.participants.sum((0, 1)))
        images = len(self.data.stimuli)
        return {
            "ods": contours.ods(counted),
            "ois": contours.ois(counted),
            "ap": contours.average_precision(counted),
            "precision": precision.tolist(),
            "recall": recall.tolist(),
            "participants": {
                "precision": float(participants[0]),
                "recall": float(participants[1]),
                "f": float(self.ceiling),
            },
            "noise": contours.ods(self.noise),
            "images": images,
            "subset": images < TEST_IMAGES,
            "annotators": float(np.mean([len(masks) for masks in self.data.annotators])),
        }


@ResultStorage()
def agreement(annotators: list[list[np.ndarray]]) -> np.ndarray:
    """(images, 1, 4), the counts of participants against participants."""
    return np.array([[contours.agreement(masks)] for masks in annotators])


@ResultStorage()
def noise_counts(annotators: list[list[np.ndarray]], seed: int) -> np.ndarray:
    """(images, thresholds, 4), the counts of maps of white noise. Smoother noise reaches less."""
    random = np.random.default_rng(seed)
    suppressed = [ridges(random.random(masks[0].shape)) for masks in annotators]
    cuts = np.quantile(np.concatenate([kept[kept > 0] for kept in suppressed]), 1 - np.array(NOISE_SHARES))
    pairs = zip(suppressed, annotators, strict=True)
    return np.array([contours.curve(kept, masks, cuts, suppress=False) for kept, masks in pairs])


def _still(fields: np.ndarray) -> bool:
    """Whether maps (images, bins, ...) are the same in all bins, but for rounding."""
    return all(np.allclose(fields[:, 0], fields[:, moment], rtol=1e-5, atol=0) for moment in range(1, BINS))


def _placed(counted: np.ndarray, participants: np.ndarray, noise: np.ndarray) -> float:
    """ODS between that of noise (0) and that of participants (1)."""
    guessing = contours.ods(noise)
    return (contours.ods(counted) - guessing) / (contours.ods(participants) - guessing)
