"""Electrode recordings: responses to images in one window or resolved in time, and to movies through lagged features."""

from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np

from harness.assemblies import Score
from harness.benchmarks import Benchmark, make_score, plain, require_variation, varies
from harness.benchmarks.neural._errors import UnitSums
from harness.benchmarks.neural.any_recording import RecordedBenchmark, as_counts, neural_data
from harness.benchmarks.neural.encoding import NeuralData, describe_link, look
from harness.benchmarks.neural.spikes import Link, checked_link
from harness.brain_model import BrainModel
from harness.data import recording
from harness.errors import BenchmarkError
from harness.metrics.regression import (
    Encoding,
    Influence,
    cross_validated_ridge,
    gram,
    halves_of,
    held_out_predictions,
    mean_variance,
    partial_least_squares,
)
from harness.metrics.statistics import (
    Split,
    correlation_ceiling,
    group_k_fold,
    groups_of,
    held_out_pearson,
    mean_of_defined,
    poisson_deviance_explained,
    ratio_of_sums,
    reliability_influence,
    signal_reliability,
    split_digest,
    split_half_reliability,
)
from harness.stimuli import notes_on_copies, successive_bins

if TYPE_CHECKING:
    from matplotlib.figure import Figure

COMPONENTS = 25
LATENCY = {"V1": 50.0, "V2": 60.0, "V4": 70.0, "IT": 95.0}
"""ms, approximate response latency of a region."""
TRANSIENT = 100.0
"""ms of the transient after that."""
LARGEST = 20_000
"""Samples of a Gram matrix."""


class ElectrodeBenchmark(RecordedBenchmark):
    """`RecordedBenchmark` by ridge regression or by partial least squares with 25 components, as in Brain-Score.

    PLS is invariant to rotations of the features, so it is done on the principal components of all of them, which is exact.

    Args:
        identifier: its name.
        recording: identifier of a data set that loads as `RecordedData`.
        region: one of its regions.
        window: [start, end) in ms over which responses are averaged.
        regression: ridge or pls.
        citation: BibTeX.
        time_bin: in place of the window.
        link: of ridge, as of `RecordedBenchmark`.
    """

    version = 2

    def __init__(
        self,
        identifier: str,
        recording: str,
        region: str,
        window: tuple[float, float],
        regression: str = "ridge",
        citation: str = "",
        time_bin: tuple[float, float] | None = None,
        link: Link = "identity",
    ):
        super().__init__(recording, region, time_bin or window, link)
        if regression not in ("ridge", "pls"):
            raise BenchmarkError(f"a regression is ridge or pls, not '{regression}'")
        if regression == "pls" and link != "identity":
            raise BenchmarkError(f"partial least squares have no {link} link; take the benchmark that ends in -ridge")
        self.identifier, self.regression, self.bibtex = identifier, regression, citation

    def encode(self, candidate: BrainModel) -> Encoding:
        if self.regression == "ridge":
            return super().encode(candidate)
        return _pls(gram(look(candidate, self.data)), self.data, self.folds, self.seed)


def _pls(K: np.ndarray, data: NeuralData, folds: int, seed: int) -> Encoding:
    values, vectors = np.linalg.eigh(K)
    kept = values > 1e-10 * max(values[-1], 1e-300)
    mean_variance(K)
    X, Y = vectors[:, kept] * np.sqrt(values[kept]), data.mean
    groups = groups_of(len(Y), data.groups)
    splits = group_k_fold(groups, folds, seed)

    def predicted(train: np.ndarray, test: np.ndarray) -> np.ndarray:
        components = min(COMPONENTS, X.shape[1], len(train) - 1)
        return np.asarray(partial_least_squares(components).fit(X[train], Y[train]).predict(X[test]))

    found = [predicted(split.train, split.test) for split in splits]
    halves = []
    for split in splits:
        first, second = halves_of(group_k_fold(groups[split.train], 2, seed))
        halves.append((predicted(split.train[first], split.test), predicted(split.train[second], split.test)))
    correlation = mean_of_defined(
        np.array([held_out_pearson(p, Y[s.test]) for p, s in zip(found, splits, strict=True)])
    )
    influence = Influence.of(Y, splits, found, halves)
    unknown = np.full(Y.shape[1], np.nan)
    return Encoding(correlation, unknown, 0.0, split_digest(splits, data.stimuli.ids), influence=influence)


class TimeResolvedBenchmark(Benchmark):
    """Ridge regression to every electrode in every time bin, from the model's responses in the same bin.

    `per-time` fits weights in each bin; `span-time` fits one set of weights to all bins, so that a model must have the dynamics
    itself, not merely what they could be read from. In both, all bins of a stimulus are on one side of a split. The score
    is the sum of the correlations over electrodes and bins, divided by that of the ceilings from repeats in the same bin; a bin
    before the model's first response counts as a correlation of 0. The error is over stimuli and electrodes together, as of
    `EncodingBenchmark`.
    `details` also score the transient (bins up to 100 ms after the region's latency) and the sustained response apart, and have
    CC_norm, the correlation over the ceiling from signal power (Schoppe et al. 2016).

    Args:
        identifier: its name.
        recording: identifier of a data set that loads as `RecordedData`.
        region: one of its regions.
        start, end, step: ms, of the time bins.
        form: per-time or span-time.
        citation: BibTeX.
        link: identity, or sqrt for spikes, as of `RecordedBenchmark`.
    """

    version = 2
    parent = "neural"
    folds: ClassVar[int] = 5
    seed: ClassVar[int] = 0

    def __init__(
        self,
        identifier: str,
        recording: str,
        region: str,
        start: float = 70.0,
        end: float = 170.0,
        step: float = 20.0,
        form: str = "per-time",
        citation: str = "",
        link: Literal["identity", "sqrt"] = "identity",
    ):
        checked_link(link)
        if form not in ("per-time", "span-time"):
            raise BenchmarkError(f"a form is per-time or span-time, not '{form}'")
        self.identifier, self.recording, self.region, self.form = identifier, recording, region, form
        self.time_bins = successive_bins(start, end, step)
        self.bibtex, self.link = citation, link

    @cached_property
    def data(self) -> list[NeuralData]:
        """The recordings in every bin, of the same stimuli."""
        data = recording(self.recording)
        bins = [neural_data(data, self.region, time_bin) for time_bin in self.time_bins]
        if any(one.stimuli.ids != bins[0].stimuli.ids for one in bins):
            raise BenchmarkError(f"'{self.recording}' lacks responses to some stimuli in some time bins")
        return bins if self.link == "identity" else [as_counts(one, data) for one in bins]

    @cached_property
    def ceilings(self) -> np.ndarray:
        """(bins, electrodes), the correlation that a perfect model would reach."""
        return np.array([correlation_ceiling(split_half_reliability(one.responses)) for one in self.data])

    @cached_property
    def ceiling(self) -> Score:
        """Mean over electrodes and bins; `raw` holds all."""
        known = np.isfinite(self.ceilings)
        if known.sum() < 2:
            raise BenchmarkError(f"the electrodes of {self.identifier} respond too unreliably to have a ceiling")
        error = UnitSums.of(self.ceilings, self.ceilings, self._ceiling_influences, self._by_group).mean().error
        return make_score(self.ceilings[known].mean(), error=error, raw=self.ceilings)

    @property
    def _by_group(self) -> list[np.ndarray]:
        """For each bin (stimuli or groups, electrodes), influence on the ceilings."""
        return [one.tested for one in self._ceiling_influences]

    @cached_property
    def _ceiling_influences(self) -> list[Influence]:
        found = []
        for ceilings, one in zip(self.ceilings, self.data, strict=True):
            own = np.nan_to_num(reliability_influence(one.responses) / (2 * ceilings))
            found.append(Influence(own, np.zeros(own.shape)).grouped(self._sampled))
        return found

    @property
    def _sampled(self) -> np.ndarray:
        """(stimuli,), what the score generalises over: stimuli, or the groups that they are of."""
        data = self.data[0]
        return np.array(data.stimuli.ids if data.groups is None else data.groups)

    def run(self, candidate: BrainModel) -> Score:
        stimuli = self.data[0].stimuli
        features = candidate.record(stimuli, self.region, self.time_bins)
        responses = np.stack([one.mean for one in self.data])
        require_variation([features])
        predict = self._per_time if self.form == "per-time" else self._span_time
        r, deviance, influences = predict(features, responses)
        sums = UnitSums.of(r, self.ceilings, [one.grouped(self._sampled) for one in influences], self._by_group)
        of = ("stimuli" if self.data[0].groups is None else "groups", "electrodes")
        return make_score(
            ratio_of_sums(r, self.ceilings),
            error=sums.ratio(of).error,
            raw=make_score(float(np.nanmean(r)), error=sums.mean().error),
            ceiling=self.ceiling,
            details={
                "time_bins": [list(time_bin) for time_bin in self.time_bins],
                "r": plain(r),
                "ceiling": plain(self.ceilings),
                "cc_norm": [
                    plain(row / correlation_ceiling(signal_reliability(one.responses)))
                    for row, one in zip(r, self.data, strict=True)
                ],
                **describe_link(self.link, deviance),
                "notes": notes_on_copies(stimuli),
                "form": self.form,
                **sums.described(of, np.unique(self._sampled)),
                "parts": self._parts(r),
                "stimuli": len(stimuli),
                "folds": self.folds,
                "seed": self.seed,
            },
        )

    def _parts(self, r: np.ndarray) -> dict[str, float | None]:
        """Scores of the transient and of the sustained response, and where one ends; None without a bin or a ceiling."""
        until = LATENCY.get(self.region, 70.0) + TRANSIENT
        late = np.array([end > until for _, end in self.time_bins])
        known = np.isfinite(r) & np.isfinite(self.ceilings)
        scores = {
            name: ratio_of_sums(r[rows], self.ceilings[rows]) if known[rows].any() else None
            for name, rows in (("transient", ~late), ("sustained", late))
        }
        return {"until": until, **scores}

    def figure(self, details: dict[str, Any]) -> "Figure":
        """Correlation and ceiling over time."""
        from harness.benchmarks.neural._electrodes_figure import draw

        return draw(details, f"{self.identifier}, {self.form}")

    @property
    def _groups(self) -> np.ndarray:
        return groups_of(len(self.data[0].stimuli), self.data[0].groups)

    def _per_time(self, features: np.ndarray, responses: np.ndarray) -> tuple[np.ndarray, np.ndarray, list[Influence]]:
        """Correlation and explained deviance (bins, electrodes), the latter NaN without a link; influence in every bin."""
        ids, r, deviance = self.data[0].stimuli.ids, [], []
        influences = []
        for at, Y in enumerate(responses):
            if not varies(features[:, at]):
                r.append(np.zeros(Y.shape[1]))
                deviance.append(np.zeros(Y.shape[1]))
                influences.append(Influence(np.zeros(Y.shape), np.zeros(Y.shape)))
                continue
            K = gram(features[:, at])
            found = cross_validated_ridge(K, Y, ids, self._groups, self.folds, seed=self.seed, link=self.link)
            r.append(found.correlation)
            deviance.append(np.full(Y.shape[1], np.nan) if found.deviance is None else found.deviance)
            influences.append(found.influence)
        return np.array(r), np.array(deviance), influences

    def _span_time(self, features: np.ndarray, responses: np.ndarray) -> tuple[np.ndarray, np.ndarray, list[Influence]]:
        """The same."""
        bins, stimuli, electrodes = responses.shape
        if bins * stimuli > LARGEST:
            raise BenchmarkError(
                f"{stimuli} stimuli in {bins} time bins are more samples than one regression takes ({LARGEST}); make step larger"
            )
        K = gram(features.swapaxes(0, 1).reshape(bins * stimuli, -1), "float32")
        groups = np.tile(np.unique(self._groups, return_inverse=True)[1], bins)
        outer = group_k_fold(groups, self.folds, self.seed)
        predicted = held_out_predictions(
            K,
            responses.reshape(-1, electrodes),
            outer,
            lambda train: group_k_fold(groups[train], self.folds, self.seed),
            self.link,
            halves=True,
        )
        r, deviance = [], []
        for prediction, split in zip(predicted.folds, outer, strict=True):
            truth, when = responses.reshape(-1, electrodes)[split.test], split.test // stimuli
            pairs = [(prediction[when == at], truth[when == at]) for at in range(bins)]
            r.append([held_out_pearson(*pair) for pair in pairs])
            if self.link != "identity":
                deviance.append([poisson_deviance_explained(*pair) for pair in pairs])
        influences = [
            Influence.of(
                responses[at],
                [Split(np.array([], dtype=int), s.test[s.test // stimuli == at] % stimuli) for s in outer],
                [p[s.test // stimuli == at] for p, s in zip(predicted.folds, outer, strict=True)],
                [
                    (a[s.test // stimuli == at], b[s.test // stimuli == at])
                    for (a, b), s in zip(predicted.halves, outer, strict=True)
                ],
            )
            for at in range(bins)
        ]
        return np.nanmean(r, axis=0), mean_of_defined(np.array(deviance)), influences
