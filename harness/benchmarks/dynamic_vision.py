"""The scheme of Dynamic-Vision (epflneuroailab/dynamic-vision, e66f5a7), for comparison with its numbers; it leaks."""

import logging
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from brainscore_core.metrics import Score

from harness.benchmarks.base import Benchmark
from harness.benchmarks.fmri import UNLABELLED
from harness.benchmarks.fmri_features import chosen_layers
from harness.benchmarks.presentations import record
from harness.benchmarks.score import make_score
from harness.data.locate import recording
from harness.data.recording import RecordedData
from harness.engine import Projection, Recording
from harness.errors import BenchmarkError
from harness.metrics.operators import resampling
from harness.models.anatomy import VENTRAL_STREAM

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
LEAK = (
    "the scheme leaks: chunks of 15 s without a gap, and responses scaled over test samples, give a correlation of about 0.2 (with "
    "1000 features and noise that is correlated by 0.85 from second to second) where there is nothing to predict; it is here for "
    "comparison with published numbers only"
)


class DynamicVisionBenchmark(Benchmark):
    """Ridge regression to the mean of all people, as Dynamic-Vision does it. The scheme leaks, see `LEAK`.

    Features (5000 random projections of a layer) of each second of a film are convolved with nilearn's SPM response as given at
    one sample a second, which peaks a second late; betas are predicted from the mean over the clip, three times each. Responses are
    averaged over people and repeats and z-scored over all samples. Stimuli are put in random order and cut into chunks of 15 rows,
    of which 80 % train, 10 % validate and the rest test, with ten seeds. One penalty of nine serves all voxels, by leave-one-out.
    The score is Pearson's r on the test chunks, mean over voxels and seeds, of the layer with the best validation; it is not
    divided by a ceiling. The error is the standard deviation over seeds, which is no standard error. Data sets are not
    pooled, projections are ours, and rows are never dropped in silence: numbers agree within the spread over seeds at best.

    Args:
        loading: arguments of the data set's loader.
    """

    parent: ClassVar[str] = "neural"
    recording: ClassVar[str]

    def __init__(self, **loading: Any):
        self.loading = loading

    def load(self) -> RecordedData:
        """The recording."""
        return recording(self.recording, **self.loading)

    @cached_property
    def rows(self) -> tuple[list[np.ndarray], tuple[tuple[float, float], ...], list[str]]:
        """For each stimulus its z-scored group mean (n_rows, n_voxels); the time bins of its rows; the voxels' regions."""
        data = self.load()
        if data.stimuli is None:
            raise BenchmarkError(f"the stimuli of '{data.identifier}' are not here")
        tables = [one.neuroids for one in data.subjects]
        if any(table["neuroid_id"].tolist() != tables[0]["neuroid_id"].tolist() for table in tables):
            raise BenchmarkError(f"the people of '{data.identifier}' have different voxels, which have no group mean")
        mean = _mean_over_first(np.concatenate([data.repeats(name) for name in data.names]))  # (stimuli, voxels, bins)
        kept = (~tables[0]["region"].isin(UNLABELLED)).to_numpy() & np.isfinite(mean).all((0, 2))
        if not kept.any():
            raise BenchmarkError(f"no voxel of '{data.identifier}' was recorded from throughout")
        mean, volumes = mean[:, kept], np.array(data.time_bins)
        bins = _seconds(volumes) if data.measurement.modality == "bold" else volumes
        rows = (
            np.stack([resampling(volumes, bins) @ each.T for each in mean])
            if len(volumes) > 1
            else mean.transpose(0, 2, 1)
        )
        rows = (rows - rows.mean((0, 1))) / (rows.std((0, 1)) + 1e-6)
        return list(rows), tuple((float(a), float(b)) for a, b in bins), tables[0]["region"][kept].tolist()

    def run(self, subject: Any) -> Score:
        _log.warning("%s: %s", self.identifier, LEAK)
        Y, bins, regions = self.rows
        features = {layer: self._prepared(values) for layer, values in self._features(subject, bins).items()}
        Y = self._replicated(Y)
        found = {layer: np.array([_fit(X, Y, seed) for seed in SEEDS]) for layer, X in features.items()}
        valid = {layer: r[:, 0].mean() for layer, r in found.items()}
        best = max(valid, key=lambda layer: valid[layer])
        test = found[best][:, 1]
        names = np.array(regions)
        return make_score(
            test.mean(),
            error=test.mean(1).std(ddof=1),
            raw=float(test.mean()),
            details={
                "leaks": LEAK,
                "layers": list(found),
                "validation": [float(value) for value in valid.values()],
                "test": [float(r[:, 1].mean()) for r in found.values()],
                "layer": best,
                "regions": {str(name): float(test[:, names == name].mean()) for name in np.unique(names)},
                "error_is": "standard deviation over seeds",
                "rows": sum(len(each) for each in Y),
                "seeds": list(SEEDS),
            },
        )

    def figure(self, details: dict[str, Any]) -> "Figure":
        """Validation and test of every layer."""
        from harness.benchmarks._fmri_figure import draw_leaking

        return draw_leaking(details, self.identifier)

    def _features(self, subject: Any, bins: tuple[tuple[float, float], ...]) -> dict[str, np.ndarray]:
        """Layer -> (stimuli, rows, features)."""
        data = self.load()
        assert data.stimuli is not None
        stimuli = data.stimuli.select([data.stimuli.ids.index(name) for name in data.stimulus_ids])
        if not hasattr(subject, "record"):
            return {r: record(subject, stimuli, r, bins).transpose(0, 2, 1) for r in VENTRAL_STREAM}
        wanted = Recording(chosen_layers(subject.model), bins, Projection(FEATURES))
        responses = subject.record(stimuli, wanted)
        return {layer: responses[layer].array() for layer in responses.layers}

    def _prepared(self, values: np.ndarray) -> list[np.ndarray]:
        """Features of each stimulus, convolved or repeated."""
        values = np.asarray(values, dtype=np.float64)
        if not np.isfinite(values).all():
            raise BenchmarkError("the features hold NaN or infinite values; was the model run in too low a precision?")
        if values.shape[1] == 1:
            return self._replicated(list(values))
        kernel = _kernel()
        causal = sum(
            weight * np.pad(values, ((0, 0), (lag, 0), (0, 0)))[:, : values.shape[1]]
            for lag, weight in enumerate(kernel[: values.shape[1]])
        )
        return list(np.asarray(causal))

    def _replicated(self, rows: list[np.ndarray]) -> list[np.ndarray]:
        return [np.repeat(each, REPLICATES, axis=0) if len(each) == 1 else each for each in rows]


def _fit(X: list[np.ndarray], Y: list[np.ndarray], seed: int) -> np.ndarray:
    """(2, n_voxels), r of the validation and of the test chunks."""
    from sklearn.linear_model import RidgeCV

    random = np.random.default_rng(seed)
    order = random.permutation(len(X))
    x, y = (np.concatenate([rows[i] for i in order]) for rows in (X, Y))
    train, valid, test = _chunks(len(x), random)
    mean, spread = x[train].mean(0), x[train].std(0)
    x = (x - mean) / np.where(spread > 0, spread, 1)
    predicted = RidgeCV(alphas=ALPHAS).fit(x[train], y[train]).predict(x)
    return np.array([_r(predicted[part], y[part]) for part in (valid, test)])


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


def _r(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    x, y = x - x.mean(0), y - y.mean(0)
    return (x * y).sum(0) / ((np.linalg.norm(x, axis=0) + 1e-6) * (np.linalg.norm(y, axis=0) + 1e-6))


def _kernel() -> np.ndarray:
    """nilearn's SPM response at one sample a second, without oversampling."""
    try:
        from nilearn.glm.first_level import spm_hrf
    except ImportError:
        raise BenchmarkError(
            "the haemodynamic response comes from nilearn; pip install 'vision-dynamics-harness[fmri]'"
        ) from None
    return spm_hrf(1.0, oversampling=1)


def _seconds(volumes: np.ndarray) -> np.ndarray:
    """Whole seconds in ms from the onset that the volumes cover."""
    first = int(np.ceil(max(volumes[0, 0], 0) / 1000 - 1e-9))
    last = int(np.floor(volumes[-1, 1] / 1000 + 1e-9))
    return np.array([(1000.0 * t, 1000.0 * (t + 1)) for t in range(first, last)])


def _mean_over_first(values: np.ndarray) -> np.ndarray:
    there = np.isfinite(values)
    with np.errstate(invalid="ignore"):
        return np.where(there, values, 0).sum(0) / there.sum(0)
