"""Error consistency between a model and participants (Geirhos et al. 2020, 2021)."""

from abc import abstractmethod
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from harness import Benchmark
from harness.assemblies import Score
from harness.benchmarks import jackknifed, make_score
from harness.benchmarks.behaviour import CATEGORIES, choice_probabilities, imagenet_members
from harness.brain_model import BrainModel
from harness.data import Choices, locate
from harness.errors import BenchmarkError, MissingData
from harness.metrics.behaviour import accuracy_by_condition
from harness.metrics.statistics import Split, interval
from harness.stimuli import split_groups
from harness_plugins.benchmarks.geirhos2021 import BIBTEX, DATASET
from harness_plugins.benchmarks.geirhos2021.decision_times import response_times
from harness_plugins.benchmarks.geirhos2021.sets import SETS
from harness_plugins.benchmarks.geirhos2021.tables import Observers, image_folder, observers, read_tables

if TYPE_CHECKING:
    from matplotlib.figure import Figure

VISUAL_DEGREES = 3.0  # Geirhos et al. 2018 and 2019: 256 (224) pixels, 3 degrees
EXPOSURE = 200.0
FOLDS = 4
DRAWS = 200


class ErrorConsistency(Benchmark):
    """Base class: Cohen's kappa of being right, model with each observer within each condition, plain mean.

    The ceiling is the same of all pairs of observers, on the same images; so a model that errs as one more observer does scores
    1, one that errs independently of participants 0, whatever its accuracy. The error is a bootstrap over images, within
    conditions, of model and ceiling together. A model trained on the thousand classes of ILSVRC-2012 answers by these
    (`harness.benchmarks.behaviour.categories`), one that knows the 16 categories by its own; to any other a read-out is
    fitted, in folds that keep all images made from one photograph together. Against response times, where a model unfolds
    in time and the tables have them, see `harness_plugins.benchmarks.geirhos2021.decision_times`.

    Args:
        duration: ms for which an image is shown; 200 in the experiments.
    """

    parent = "behavioural"
    chance = 0.0
    bibtex = BIBTEX
    seed = 0

    def __init__(self, duration: float = EXPOSURE):
        self.duration = float(duration)

    @cached_property
    @abstractmethod
    def data(self) -> Observers:
        """Images and participants' choices."""

    @cached_property
    def ceiling(self) -> Score:
        """Mean kappa of pairs of participants."""
        return self.among_participants()

    def among_participants(self) -> Score:
        """Mean kappa of pairs of participants on the images at hand."""
        data = self.data
        among = participants(data.correct, data.conditions)
        if not among > 0:
            raise BenchmarkError(
                "participants' errors on these images are not consistent, or nobody errs, so there is no ceiling"
            )
        draws = [participants(data.correct[:, rows], data.conditions[rows]) for rows in self._resamples(DRAWS)]
        return make_score(among, error=interval(np.array(draws)).error)

    def run(self, candidate: BrainModel) -> Score:
        data = self.data
        groups = split_groups(data.stimuli, data.stimuli.table["exemplar"])
        splits = exemplar_folds(data.labels, groups, FOLDS, self.seed)
        finer = imagenet_members(candidate.classes)
        answered = choice_probabilities(candidate, data.stimuli, CATEGORIES, splits, finer)
        correct = (np.array(CATEGORIES)[answered.probabilities.argmax(1)] == data.labels).astype(float)
        times = response_times(candidate, data.stimuli, data.labels, splits, data.response_ms)
        score = self.compared(correct)
        score.attrs["details"] = answered.how | score.attrs["details"] | ({"response_time": times} if times else {})
        return score

    def compared(self, correct: np.ndarray) -> Score:
        """The score of being right (images,), 1 or 0."""
        data = self.data
        raw, ceiling = with_participants(correct, data.correct, data.conditions), float(self.ceiling)
        ratios = np.array([self._ratio(correct, rows) for rows in self._resamples(DRAWS)])
        return make_score(
            raw / ceiling,
            error=interval(ratios).error,
            raw=make_score(raw, error=interval(ratios).error * ceiling),
            ceiling=self.ceiling,
            details=self.about() | self._details(correct) | {"per_sample": self._samples(correct, raw / ceiling)},
        )

    def about(self) -> dict[str, Any]:
        """Further facts about the data for the result."""
        return {}

    def figure(self, details: dict[str, Any]) -> "Figure":
        """Accuracy and error consistency in every condition, of the model and of participants."""
        from harness_plugins.benchmarks.geirhos2021.figure import draw

        return draw(self.identifier, details)

    def _samples(self, correct: np.ndarray, score: float) -> dict[str, Any]:
        """Influence of images on the score."""
        data = self.data
        return jackknifed("images", data.stimuli.ids, lambda kept: self._ratio(correct, kept), score, data.conditions)

    def _ratio(self, correct: np.ndarray, rows: np.ndarray) -> float:
        conditions, humans = self.data.conditions[rows], self.data.correct[:, rows]
        return with_participants(correct[rows], humans, conditions) / participants(humans, conditions)

    def _resamples(self, draws: int) -> list[np.ndarray]:
        random = np.random.default_rng(self.seed)
        parts = [np.flatnonzero(part) for part in _parts(self.data.conditions)]
        return [np.concatenate([random.choice(part, len(part)) for part in parts]) for _ in range(draws)]

    def _details(self, correct: np.ndarray) -> dict[str, Any]:
        data = self.data
        by_condition = accuracy_by_condition(correct, data.conditions)
        parts, pairs = _parts(data.conditions), np.triu_indices(len(data.names), 1)
        return {
            "images": len(data.stimuli),
            "observers": len(data.names),
            "seed": self.seed,
            "duration": self.duration,
            "visual_degrees": data.stimuli.visual_degrees,
            "accuracy": float(correct.mean()),
            "human_accuracy": float(np.nanmean(data.correct)),
            "conditions": by_condition.conditions.tolist(),
            "accuracy_by_condition": np.round(by_condition.accuracy, 5).tolist(),
            "accuracy_error": np.round(by_condition.error, 5).tolist(),
            "human_accuracy_by_condition": [_accuracies(data.correct[:, p]) for p in parts],
            "kappa": [_listed(kappas(correct[None, p], data.correct[:, p])) for p in parts],
            "kappa_people": [_listed(kappas(data.correct[:, p], data.correct[:, p])[pairs]) for p in parts],
        }


class Geirhos2021(ErrorConsistency):
    """One of the 17 sets of model-vs-human, in the conditions that Brain-Score keeps.

    Args:
        name: of the set, as in `sets`.
        duration: ms for which an image is shown; 200 in the experiments.
    """

    version = 1

    def __init__(self, name: str, duration: float = EXPOSURE):
        if name not in SETS:
            raise BenchmarkError(f"there is no set '{name}'; there are {', '.join(SETS)}")
        super().__init__(duration)
        self.set = SETS[name]

    @property
    def identifier(self) -> str:  # type: ignore[override]
        """Names the set."""
        return self.set.identifier

    @cached_property
    def data(self) -> Observers:
        """The images of the set that are at hand."""
        images = image_folder(locate(DATASET) / "datasets" / self.set.name)
        if not images:
            raise MissingData(
                f"'{locate(DATASET)}' has no images of '{self.set.name}'; unpack the toolbox's release of that name to datasets/"
            )
        return observers(load(self.set.name), images, self.duration, VISUAL_DEGREES)

    @cached_property
    def ceiling(self) -> Score:
        """Mean kappa of pairs of participants on the images at hand; the published number where no table is, marked by `source`."""
        try:
            ceiling = self.among_participants()
        except MissingData:
            return make_score(self.set.ceiling, error=None, source="published")
        ceiling.attrs["source"] = "tables"
        return ceiling

    def about(self) -> dict[str, Any]:
        """The published ceiling, and whether images are missing."""
        found = len(self.data.stimuli)
        shown = load(self.set.name).trials["stimulus_id"].nunique()
        return {"published_ceiling": self.set.ceiling, "subset": found < shown, "images_published": int(shown)}


def load(name: str) -> Choices:
    """Participants' choices on one of the sets."""
    return read_tables(locate(DATASET) / "raw-data" / name, f"Geirhos2021-{name}", SETS[name].excluded)


def with_participants(correct: np.ndarray, humans: np.ndarray, conditions: np.ndarray) -> float:
    """Mean kappa of one observer (images,) with each of several (observers, images) within conditions.

    Pairs without a kappa are left out (both always right, or no image that both saw); NaN if none is left.
    """
    return _mean([kappas(correct[None, part], humans[:, part]) for part in _parts(conditions)])


def participants(humans: np.ndarray, conditions: np.ndarray) -> float:
    """Mean kappa of every two of several observers (observers, images) within conditions, as `with_participants`."""
    pairs = np.triu_indices(len(humans), 1)
    return _mean([kappas(humans[:, part], humans[:, part])[pairs] for part in _parts(conditions)])


def kappas(some: np.ndarray, others: np.ndarray) -> np.ndarray:
    """`error_consistency` of all pairs at once: (n, images) and (m, images), 1, 0 or NaN (not shown) -> (n, m).

    Each is taken over the images that both saw; NaN where it is not defined.
    """
    seen, seen_by_others = np.isfinite(some).astype(float), np.isfinite(others).astype(float)
    right, right_of_others = np.nan_to_num(some), np.nan_to_num(others)
    with np.errstate(invalid="ignore", divide="ignore"):
        n = seen @ seen_by_others.T
        p, q = right @ seen_by_others.T / n, seen @ right_of_others.T / n
        observed = 1 - p - q + 2 * (right @ right_of_others.T) / n
        expected = p * q + (1 - p) * (1 - q)
        return np.where(expected < 1, (observed - expected) / (1 - expected), np.nan)


def exemplar_folds(labels: np.ndarray, exemplars: np.ndarray, folds: int, seed: int) -> list[Split]:
    """Folds with every label in its share, in which what was made of one photograph stays on one side."""
    from sklearn.model_selection import StratifiedGroupKFold

    rarest = min(len(np.unique(exemplars[labels == label])) for label in np.unique(labels))
    if rarest < folds:
        raise BenchmarkError(f"a category has images of only {rarest} photographs, and {folds} folds need as many")
    splitter = StratifiedGroupKFold(folds, shuffle=True, random_state=seed)
    return [Split(train, test) for train, test in splitter.split(labels, labels, exemplars)]


def _parts(conditions: np.ndarray) -> list[np.ndarray]:
    return [conditions == name for name in np.unique(conditions)]


def _listed(kappas: np.ndarray) -> list[float]:
    return np.round(kappas[np.isfinite(kappas)], 5).tolist()


def _accuracies(correct: np.ndarray) -> list[float]:
    """Of those of the observers (observers, images) who saw the images."""
    shown = correct[np.isfinite(correct).any(1)]
    return np.round(np.nanmean(shown, axis=1), 5).tolist()


def _mean(kappas: list[np.ndarray]) -> float:
    every = np.concatenate([one.ravel() for one in kappas])
    return float(every[np.isfinite(every)].mean()) if np.isfinite(every).any() else float("nan")
