"""Shape bias, and error consistency, on the images of Geirhos et al. (2019) that are at hand."""

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from harness import Benchmark, StimulusSet
from harness.assemblies import Score
from harness.benchmarks import ceiled_score, jackknifed, make_score, plain
from harness.benchmarks.behaviour import CATEGORIES, choice_probabilities, imagenet_members
from harness.brain_model import BrainModel
from harness.errors import BenchmarkError, NotMeasurable
from harness.metrics.behaviour import ShapeBias, shape_bias
from harness.metrics.decoding import stratified_folds
from harness.metrics.statistics import Split, bootstrap, group_k_fold
from harness_plugins.benchmarks.geirhos2019 import BIBTEX
from harness_plugins.benchmarks.geirhos2019.images import CUE_CONFLICT, load, load_all, textures
from harness_plugins.benchmarks.geirhos2021.consistency import ErrorConsistency
from harness_plugins.benchmarks.geirhos2021.tables import Observers

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PUBLISHED_IMAGES = {CUE_CONFLICT: 1200, "edge": 160, "silhouette": 160}
"""Cue-conflict images of two categories, edges, silhouettes."""
FEWEST = 20
"""Answers that name shape or texture, for a preference."""
SIGNIFICANCE = 0.05


class ShapeBiasBenchmark(Benchmark):
    """Shape bias where shape and texture disagree.

    With s and t the rates at which shape and texture are named (of each category the share of its images, summed over
    categories, so that one answer given always counts for neither), the raw score is (s - t) / (s + t): 1 for shape alone, 0
    for no preference (one who guesses, or never names either), -1 for texture alone. The ceiling is the mean of the observers
    on the same images (participants' shape bias s / (s + t) is 0.96), so that a model as shape-biased as participants
    scores 1. Errors are bootstraps over images, that of the ceiling over observers.

    A model trained on ILSVRC-2012 answers by these classes, one that knows the 16 categories by its own. To any other a
    read-out is fitted to images of other objects and other textures, each twice, once under the name of its shape and once under
    that of its texture, so that nothing but the model prefers one of them.

    What is named neither by its shape nor by its texture says nothing of a preference. With fewer than 20 answers that name
    either, or no more than one who guesses gives (two of 16 categories; binomial test, p < 0.05), there is none to be measured.

    Args:
        duration: ms for which an image is shown; 200 in the experiment.
    """

    identifier = "Geirhos2019-shape_bias"
    version = 1
    parent = "behavioural"
    chance = 0.0
    bibtex = BIBTEX
    seed = 0
    folds = 5

    def __init__(self, duration: float = 200.0):
        self.duration = float(duration)

    @cached_property
    def data(self) -> Observers:
        """The images that are at hand."""
        return load(CUE_CONFLICT, self.duration)

    @cached_property
    def textures(self) -> np.ndarray:
        """(images,), their textures."""
        return textures(self.data)

    @cached_property
    def ceiling(self) -> Score:
        """Participants' preference for shape."""
        each = np.array([preference(self.bias(answered)) for answered in self.data.answers])
        return make_score(float(each.mean()), error=bootstrap(np.mean, each).error, raw=each.tolist())

    def bias(self, chosen: np.ndarray, rows: np.ndarray | slice = slice(None)) -> ShapeBias:
        """Of answers (images,), in some of the images."""
        return shape_bias(chosen[rows], self.data.labels[rows], self.textures[rows])

    def run(self, candidate: BrainModel) -> Score:
        data = self.data
        answered = choice_probabilities(
            candidate,
            data.stimuli,
            CATEGORIES,
            self.splits,
            imagenet_members(candidate.classes),
            lambda rows: twice(data, rows),
        )
        return self.compared(np.array(CATEGORIES)[answered.probabilities.argmax(1)], answered.how)

    def compared(self, chosen: np.ndarray, how: dict[str, Any]) -> Score:
        """The score of answers (images,); `how` they were obtained goes into the result.

        Raises:
            NotMeasurable: if too few answers name either cue (`require_decisions`).
        """
        require_decisions(chosen, self.data.labels, self.textures)
        found, ceiling = self.bias(chosen), float(self.ceiling)
        if not ceiling > 0:
            raise BenchmarkError("participants do not prefer shape in these data, so there is no ceiling")
        error = bootstrap(lambda rows: preference(self.bias(chosen, rows)), np.arange(len(chosen)), draws=500).error
        return ceiled_score(
            preference(found),
            error=error,
            ceiling=self.ceiling,
            details=how
            | self._details(chosen, found)
            | {"per_sample": self._samples(chosen, preference(found) / ceiling)},
        )

    def _samples(self, chosen: np.ndarray, score: float) -> dict[str, Any]:
        """Influence of images on the score."""
        ceiling = float(self.ceiling)
        without = lambda kept: preference(self.bias(chosen, kept)) / ceiling
        return jackknifed("images", self.data.stimuli.ids, without, score, self.data.labels)

    @cached_property
    def splits(self) -> list[Split]:
        """Cells of some objects and some textures; the training images of each share neither with it."""
        table = self.data.stimuli.table["exemplar"].str.split("-", expand=True).to_numpy()
        return disjoint_cells(self.data.labels, table[:, 0], table[:, 1], self.folds, self.seed)

    def figure(self, details: dict[str, Any]) -> "Figure":
        """Shape bias for every shape, of the model and of participants."""
        from harness_plugins.benchmarks.geirhos2019.figure import draw

        return draw(details)

    def _details(self, chosen: np.ndarray, found: ShapeBias) -> dict[str, Any]:
        data = self.data
        participants = [self.bias(answered) for answered in data.answers]
        with np.errstate(invalid="ignore"):
            by_shape = np.nanmean([one.by_shape for one in participants], axis=0)
        return {
            "images": len(data.stimuli),
            "images_published": PUBLISHED_IMAGES[CUE_CONFLICT],
            "subset": len(data.stimuli) < PUBLISHED_IMAGES[CUE_CONFLICT],
            "observers": len(data.names),
            "seed": self.seed,
            "duration": self.duration,
            "visual_degrees": data.stimuli.visual_degrees,
            "shape_bias": plain(found.bias),
            "shape_bias_balanced": plain(found.balanced),
            "cue_accuracy": found.cue_accuracy,
            "shape_accuracy": float((chosen == data.labels).mean()),
            "texture_accuracy": float((chosen == self.textures).mean()),
            "shapes": [str(name) for name in found.shapes],
            "by_shape": plain(found.by_shape),
            "human_shape_bias": plain([one.bias for one in participants]),
            "human_cue_accuracy": float(np.mean([one.cue_accuracy for one in participants])),
            "human_by_shape": plain(by_shape),
        }


class Geirhos2019Consistency(ErrorConsistency):
    """Cue-conflict images, edges and silhouettes, each a condition with its own ten participants.

    The names of cue-conflict images are those of their shapes. See `ErrorConsistency` for the measure.
    """

    identifier = "Geirhos2019-error_consistency"
    version = 1
    bibtex = BIBTEX

    @cached_property
    def data(self) -> Observers:
        """The images that are at hand."""
        return load_all(self.duration)

    def about(self) -> dict[str, Any]:
        """Which images are missing."""
        counts = {name: int((self.data.conditions == name).sum()) for name in np.unique(self.data.conditions)}
        return {
            "images_by_condition": counts,
            "images_published": PUBLISHED_IMAGES,
            "subset": any(counts[name] < PUBLISHED_IMAGES.get(name, 0) for name in counts),
        }


def require_decisions(chosen: np.ndarray, shapes: np.ndarray, textures: np.ndarray) -> None:
    """Hold that enough answers (images,) name shape or texture for a preference to be told.

    Raises:
        NotMeasurable: with fewer than `FEWEST` of them, or no more than guessing gives.
    """
    from scipy.stats import binomtest

    conflict = shapes != textures
    decided = int(((chosen == shapes) | (chosen == textures))[conflict].sum())
    test = binomtest(decided, int(conflict.sum()), 2 / len(CATEGORIES), alternative="greater")
    if decided < FEWEST or test.pvalue >= SIGNIFICANCE:
        raise NotMeasurable(
            f"shape or texture is named in {decided} of {conflict.sum()} images, which guessing gives, too; "
            f"a preference takes more (and {FEWEST} at least)"
        )


def preference(found: ShapeBias) -> float:
    """(s - t) / (s + t); 0 if neither cue was ever named."""
    return 2 * found.balanced - 1 if np.isfinite(found.balanced) else 0.0


def disjoint_cells(labels: np.ndarray, objects: np.ndarray, surfaces: np.ndarray, folds: int, seed: int) -> list[Split]:
    """Splits of images of objects in surfaces: each tests some objects in some surfaces, and trains on others in others.

    Args:
        labels: (images,), categories of the objects, of which every fold has its share.
        objects, surfaces: (images,), names.

    Raises:
        BenchmarkError: if too few images are left to train on.
    """
    names, first = np.unique(objects, return_index=True)
    rows = [names[split.test] for split in stratified_folds(labels[first], folds, seed)]
    unique = np.unique(surfaces)
    columns = [unique[split.test] for split in group_k_fold(unique, folds, seed)]
    splits = []
    for some_objects in rows:
        for some_surfaces in columns:
            object_in, surface_in = np.isin(objects, some_objects), np.isin(surfaces, some_surfaces)
            if (object_in & surface_in).any():
                splits.append(Split(np.flatnonzero(~object_in & ~surface_in), np.flatnonzero(object_in & surface_in)))
    if missing := [label for split in splits for label in set(labels) - set(labels[split.train])]:
        raise BenchmarkError(f"no image of '{missing[0]}' is left to fit a read-out to; more images are needed")
    return splits


def twice(data: Observers, rows: np.ndarray) -> StimulusSet:
    """Images under the names of their shapes, and again under those of their textures."""
    import pandas as pd

    chosen = data.stimuli.select(rows)
    tables = [
        chosen.table.assign(stimulus_id=chosen.table["stimulus_id"] + f" as {cue}", image_label=names[rows])
        for cue, names in {"shape": data.labels, "texture": textures(data)}.items()
    ]
    return StimulusSet(
        chosen.identifier, pd.concat(tables, ignore_index=True), chosen.timelines * 2, chosen.visual_degrees
    )
