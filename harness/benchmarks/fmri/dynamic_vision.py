"""The protocol of Dynamic-Vision (epflneuroailab/dynamic-vision, e66f5a7), for comparison with its numbers; it
leaks.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from harness.assemblies import Score
from harness.benchmarks import Benchmark, make_score, per_sample, require_variation
from harness.benchmarks.fmri._dynamic_vision_pool import Part, Pool, pooled
from harness.benchmarks.fmri.features import chosen_layers
from harness.brain_model import BrainModel, record_regions
from harness.checks import Seed, checked
from harness.data import RecordedData, is_available, recording
from harness.engine import RandomProjection
from harness.errors import ArgumentError, BenchmarkError, MissingData
from harness.metrics.regression import from_neighbours
from harness.metrics.statistics import Split

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_log = logging.getLogger(__name__)
SEEDS = tuple(range(42, 52))
CHUNK = 15
"""Rows, of 1 s, that are split together; nothing lies between training and test chunks."""
ALPHAS = np.logspace(-4, 4, 9)
FEATURES = 5000
REPLICATES = 3
"""Rows that a beta of 3 s becomes."""
SHIFT = 5
"""s by which features of movies come earlier than responses where they are not convolved."""
PIECE = 20
"""Rows of a movie, of 1 s, that are a sample of their own when models are compared."""
FSAVERAGE5 = ("keles2024", "berezutskaya2021", "lahner2024")
"""Data sets on one surface that are pooled if none is named, as far as they are at hand."""
LEAK = (
    "the protocol leaks: chunks of 15 s without a gap, and responses scaled over test samples, give a correlation of about 0.2 "
    "(with 1000 features and noise that is correlated by 0.85 from second to second) where there is nothing to predict; it is "
    "here for comparison with published numbers only"
)


@checked(BenchmarkError)
class DynamicVisionBenchmark(Benchmark):
    """Ridge regression to the mean of all participants, as Dynamic-Vision does it. The protocol leaks, see `LEAK`.

    Features (5000 random projections of a layer) of each second of a movie are convolved with nilearn's SPM response as given at
    one sample per second, which peaks a second late, or shifted by 5 s; betas are predicted from the mean over the clip, three
    times each. Responses are averaged over participants and repeats and z-scored over all samples. Stimuli are put in random
    order and cut into chunks of 15 rows, of which 80 % train, 10 % validate and the rest test, with ten seeds. One penalty
    of nine serves all voxels, by leave-one-out. The score is Pearson's r on the test chunks, mean over voxels and seeds, of
    the layer with the best validation; it is not divided by a ceiling. The error is the standard deviation over seeds, which
    is no standard error.
    Projections are ours, and rows are never dropped in silence: numbers agree within the spread over seeds at best.

    The details hold what a prediction from the nearest training rows alone scores (`content_free`), which is what leaks, and the
    score of each clip and piece of 20 s of a movie (`per_sample`), by which models are compared.

    Args:
        identifier: its name.
        recording: identifier of the data set.
        hrf: whether features of movies are convolved; otherwise they are shifted by 5 s, and the first 5 s of a movie left out.
        loading: arguments of the data set's loader.
    """

    version: ClassVar[int] = 1
    parent: ClassVar[str] = "neural"
    match: str = "vertices"

    def __init__(self, identifier: str, recording: str, hrf: bool = True, **loading: Any):
        self.identifier, self.recording = identifier, recording
        self.hrf, self.loading = hrf, loading

    def load(self) -> RecordedData:
        """The recording."""
        return recording(self.recording, **self.loading)

    @cached_property
    def pool(self) -> Pool:
        """The group means of all recordings, in common targets."""
        return pooled([self.load()], self.match, 0 if self.hrf else SHIFT)

    def run(self, candidate: BrainModel) -> Score:
        _log.warning("%s: %s", self.identifier, LEAK)
        rows = Rows.of(self.pool)
        features: dict[str, list[np.ndarray]] = {}
        for part in self.pool.parts:
            for layer, values in _features(candidate, part).items():
                features.setdefault(layer, []).extend(values)
        require_variation(
            map(np.concatenate, features.values())
        )  # before they are convolved, as a constant has an onset after
        splits = [_splits(rows.stimulus, seed) for seed in SEEDS]
        X = {layer: np.concatenate([_prepared(one, self.hrf) for one in values]) for layer, values in features.items()}
        found = {layer: [_fit(values, rows.responses, *split) for split in splits] for layer, values in X.items()}
        valid = {layer: float(np.mean([fit.valid for fit in fits])) for layer, fits in found.items()}
        best = max(valid, key=lambda layer: valid[layer])
        test = np.array([fit.test for fit in found[best]])
        names = np.array(self.pool.regions)
        return make_score(
            test.mean(),
            error=test.mean(1).std(ddof=1),
            raw=float(test.mean()),
            details={
                "leaks": LEAK,
                "recordings": [part.identifier for part in self.pool.parts],
                "targets": f"{len(names)} {self.match}",
                "layers": list(found),
                "validation": list(valid.values()),
                "test": [float(np.mean([fit.test for fit in fits])) for fits in found.values()],
                "layer": best,
                "regions": {str(name): float(test[:, names == name].mean()) for name in np.unique(names)},
                "content_free": float(np.mean([_content_free(rows, train, test) for train, _, test in splits])),
                "per_sample": _per_sample(rows, [split[2] for split in splits], [fit.shares for fit in found[best]]),
                "error_is": "standard deviation over seeds",
                "rows": len(rows.stimulus),
                "seeds": list(SEEDS),
            },
        )

    def figure(self, details: dict[str, Any]) -> "Figure":
        """Validation and test of every layer."""
        from harness.benchmarks.fmri._figure import draw_leaking

        return draw_leaking(details, self.identifier)


@dataclass(frozen=True)
class Rows:
    """All rows of a pool, stimulus by stimulus.

    Attributes:
        responses: (n_rows, n_targets).
        stimulus: (n_rows,), position of the stimulus among all.
        pieces: (n_rows,), name of the clip or piece of a movie of 20 s.
    """

    responses: np.ndarray
    stimulus: np.ndarray
    pieces: np.ndarray

    @classmethod
    def of(cls, pool: Pool) -> "Rows":
        """Betas as three rows each."""
        rows, names = [], []
        for part in pool.parts:
            for name, values in zip(part.stimuli.ids, part.rows, strict=True):
                movie = len(values) > 1
                values = values if movie else np.repeat(values, REPLICATES, axis=0)
                starts = [f"@{PIECE * (i // PIECE)}s" if movie else "" for i in range(len(values))]
                rows.append(values)
                names += [f"{part.identifier}/{name}{start}" for start in starts]
        stimulus = np.repeat(np.arange(len(rows)), [len(values) for values in rows])
        return cls(np.concatenate(rows), stimulus, np.array(names))


@dataclass(frozen=True)
class _Fit:
    """r of every target on the validation and on the test rows, and the share of each test row in its mean, which is their sum."""

    valid: np.ndarray
    test: np.ndarray
    shares: np.ndarray


def _features(candidate: BrainModel, part: Part) -> dict[str, np.ndarray]:
    """Layer, or region of a model that is known by its regions alone -> (stimuli, rows, features)."""
    if not candidate.layers and candidate.regions:
        return record_regions(candidate, part.stimuli, candidate.regions, part.bins)
    responses = candidate.record_layers(part.stimuli, chosen_layers(candidate), part.bins, RandomProjection(FEATURES))
    return {layer: responses[layer].array() for layer in responses}


def _prepared(values: np.ndarray, hrf: bool) -> np.ndarray:
    """Features (rows, features) of a stimulus, convolved or shifted or, of a beta, repeated."""
    values = np.asarray(values, dtype=np.float64)
    if not np.isfinite(values).all():
        raise BenchmarkError("the features hold NaN or infinite values; was the model run in too low a precision?")
    if len(values) == 1:
        return np.repeat(values, REPLICATES, axis=0)
    if not hrf:
        return values[:-SHIFT]
    causal = sum(
        weight * np.pad(values, ((lag, 0), (0, 0)))[: len(values)]
        for lag, weight in enumerate(_kernel()[: len(values)])
    )
    return np.asarray(causal)


def _splits(stimulus: np.ndarray, seed: Seed) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Positions of the rows that train, validate and test, each sorted; chunks are of rows whose stimuli are in random order."""
    random = np.random.default_rng(seed)
    order = random.permutation(int(stimulus.max()) + 1)
    shuffled = np.argsort(np.argsort(order)[stimulus], kind="stable")
    train, valid, test = (np.sort(shuffled[part]) for part in _chunks(len(stimulus), random))
    return train, valid, test


def _fit(X: np.ndarray, Y: np.ndarray, train: np.ndarray, valid: np.ndarray, test: np.ndarray) -> _Fit:
    from sklearn.linear_model import RidgeCV

    mean, spread = X[train].mean(0), X[train].std(0)
    X = (X - mean) / np.where(spread > 0, spread, 1)
    ridge = RidgeCV(alphas=ALPHAS).fit(X[train], Y[train])
    products = [_products(ridge.predict(X[part]).reshape(len(part), -1), Y[part]) for part in (valid, test)]
    return _Fit(products[0].sum(0), products[1].sum(0), products[1].mean(1))


def _content_free(rows: Rows, train: np.ndarray, test: np.ndarray) -> float:
    predicted = from_neighbours(rows.responses, Split(train, test), rows.stimulus)
    return float(_products(predicted, rows.responses[test]).sum(0).mean())


def _per_sample(rows: Rows, tests: Sequence[np.ndarray], shares: Sequence[np.ndarray]) -> dict[str, Any]:
    """The share of each piece that was tested in the score, times their number: their mean is the score."""
    names, piece = np.unique(rows.pieces[np.concatenate(tests)], return_inverse=True)
    scores = np.bincount(piece, np.concatenate(shares)) * len(names) / len(tests)
    return per_sample(f"clips and pieces of movies of {PIECE} s", names, scores)


class PooledDynamicVision(DynamicVisionBenchmark):
    """The protocol with several recordings in one regression, as in the original.

    Rows of all of them, each z-scored by itself, are one set: their stimuli are shuffled together, and one regression serves all.
    The targets are what all recordings have: vertices of one surface, by name (fsaverage5), or regions of one name, each the
    mean of its voxels, which participants need not share. The labels of regions are those of the first recording.

    Args:
        recordings: identifiers of data sets, or pairs of one and the arguments of its loader; those of `FSAVERAGE5` that are at
            hand if not given.
        match: "vertices" or "regions".
        hrf: as of a single recording.
    """

    identifier = "Pooled-fmri-dynamic_vision"

    def __init__(self, recordings: Sequence[Any] | None = None, match: str = "vertices", hrf: bool = True):
        if match not in ("vertices", "regions"):
            raise ArgumentError(f"recordings are matched by vertices or regions, not '{match}'")
        super().__init__(self.identifier, "several recordings", hrf)
        self.given = None if recordings is None else [_named(one) for one in recordings]
        self.match = match
        if self.given == []:
            raise ArgumentError(f"name at least one recording to pool, such as {FSAVERAGE5[0]}")

    @property
    def chosen(self) -> list[tuple[str, dict[str, Any]]]:
        """Identifiers of the recordings and arguments of their loaders.

        Raises:
            MissingData: if none is given and none is at hand.
        """
        if self.given is not None:
            return self.given
        here: list[tuple[str, dict[str, Any]]] = [(name, {}) for name in FSAVERAGE5 if is_available(name)]
        if not here:
            raise MissingData(
                f"none of {', '.join(FSAVERAGE5)} is here to be pooled; harness data describe {FSAVERAGE5[0]} (and the like) says "
                "how to get them, or name others by recordings"
            )
        return here

    @property
    def data_sets(self) -> tuple[str, ...]:
        """Data sets whose files or code the scores depend on."""
        return tuple(name for name, _ in self.chosen)

    @cached_property
    def pool(self) -> Pool:
        return pooled(
            [recording(name, **arguments) for name, arguments in self.chosen], self.match, 0 if self.hrf else SHIFT
        )


def _chunks(n: int, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    chunks = [np.arange(start, min(start + CHUNK, n)) for start in range(0, n, CHUNK)]
    shuffled = [chunks[i] for i in random.permutation(len(chunks))]
    first, second = int(0.8 * len(chunks)), int(0.1 * len(chunks))
    if not second:
        raise BenchmarkError(
            f"{n} rows are {len(chunks)} chunks of {CHUNK}; ten are needed to train, validate and test"
        )
    parts = shuffled[:first], shuffled[first : first + second], shuffled[first + second :]
    train, valid, test = (np.concatenate(part) for part in parts)
    return train, valid, test


def _products(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """(n_rows, n_targets), whose sum over rows is r."""
    x, y = x - x.mean(0), y - y.mean(0)
    return x * y / ((np.linalg.norm(x, axis=0) + 1e-6) * (np.linalg.norm(y, axis=0) + 1e-6))


def _kernel() -> np.ndarray:
    """nilearn's SPM response at one sample per second, without oversampling."""
    try:
        from nilearn.glm.first_level import spm_hrf
    except ImportError:
        raise BenchmarkError(
            "the haemodynamic response comes from nilearn; pip install 'vision-dynamics-harness[fmri]'"
        ) from None
    return spm_hrf(1.0, oversampling=1)


def _named(one: Any) -> tuple[str, dict[str, Any]]:
    if isinstance(one, str):
        return one, {}
    if not (isinstance(one, Sequence) and len(one) == 2 and isinstance(one[1], Mapping)):
        raise ArgumentError(f"a recording is an identifier, or [identifier, {{argument: value}}], not {one}")
    return str(one[0]), dict(one[1])
