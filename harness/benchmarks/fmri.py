"""Encoding models of fMRI: how well the voxels of each subject are predicted from a model that sees what the subject saw."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from brainscore_core.metrics import Score

from harness.benchmarks.base import Benchmark
from harness.benchmarks.fmri_design import NULL_BLOCK, Design, Haemodynamics, Person, people
from harness.benchmarks.fmri_features import bin_grams
from harness.benchmarks.score import make_score
from harness.data.locate import recording
from harness.data.recording import RecordedData
from harness.errors import ArgumentError, BenchmarkError
from harness.metrics.encoding import encode_layers
from harness.metrics.inference import permutation_p
from harness.metrics.operators import transform
from harness.metrics.resampling import Split, interval, split_digest
from harness.metrics.voxelwise import cell_ratios, correlation, resampled_correlation, shuffled_sums, within_folds

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_log = logging.getLogger(__name__)
UNLABELLED = ("unknown", "???", "Medial_wall", "Background+FreeSurfer_Defined_Medial_Wall")
"""Labels of annotations that stand for no region."""
LAGS = (-3.0, 12.0)
"""s, of the profile; negative ones, of a response before its cause, are its control."""
EDGE = 0.05
"""Share of penalties at the end of their grid above which a warning is given."""
DRAWS = 1000
_SPARED = 40  # voxels of a region on which variance is partitioned
_TOGETHER = 40_000  # voxels that are predicted at once
_NOTHING = 1e-12  # of the variance of features: what is left of it is rounding


@dataclass(frozen=True)
class Fit:
    """What was predicted of one person, from the layers that the training samples chose.

    Attributes:
        person: who.
        x, y: predictions and responses on all test samples, z-scored within folds (n_test, n_voxels).
        test: (n_test,), positions of these samples.
        layers: their names.
        curve: (layers, n_voxels), correlation from every layer, mean over folds.
        regions: the person's, in the order of `chosen`.
        chosen: (folds, regions), position of the layer that each fold chose.
        at_edge: share of the penalties at an end of their grid.
    """

    person: Person
    x: np.ndarray
    y: np.ndarray
    test: np.ndarray
    layers: list[str]
    curve: np.ndarray
    regions: list[str]
    chosen: np.ndarray
    at_edge: float

    @property
    def r(self) -> np.ndarray:
        """(n_voxels,)."""
        return correlation(self.x, self.y)


class FMRIBenchmark(Benchmark):
    """Ridge regression from a subject's layers to every voxel of every person, in the person's own voxels.

    The features of a layer, in bins of half a volume, are averaged over volumes and either delayed by 2 to 9 s, with weights
    of their own for every delay (`fir`), or convolved with the canonical haemodynamic response (`hrf`). Drifts are removed
    from both sides run by run. Betas are predicted as they are. Test samples are those of the publication; else whole films,
    or blocks of a film 16 s away from all training samples, or clips. Penalties, a voxel's own, and layers, a region's, are
    chosen by validation within the training samples.

    A region's score is the sum of its voxels' correlations over the sum of their ceilings, on the same samples, mean over the
    hemispheres; a person's is the mean over regions, and the benchmark's the mean over persons. Voxels without a ceiling
    count in neither sum. The error is a bootstrap over persons and stimuli (or pieces of a film of 20 s) at once. A subject
    none of whose layers varies predicts nothing, and scores 0.

    Args:
        haemodynamics: "fir" or "hrf"; the other is computed, too, and put into the details. Of no consequence for betas.
        regions: those to score; all if not given.
        control: regions that the stimuli should not explain, such as auditory cortex: reported, but no part of the score.
        dynamic_gain: also partition the variance between the subject's responses to the stimuli and to frozen ones.
        projection: random projections to which larger layers are reduced, where disks are small; all units if not given.
        loading: arguments of the data set's loader, such as `subjects` and `atlas`.

    Attributes:
        recording: identifier of the data set.
        control_regions: what `control` is if it is not given.
    """

    parent: ClassVar[str] = "neural"
    recording: ClassVar[str]
    control_regions: ClassVar[tuple[str, ...]] = ()

    def __init__(
        self,
        haemodynamics: str = "fir",
        regions: Sequence[str] | None = None,
        control: Sequence[str] | str | None = None,
        dynamic_gain: bool = False,
        projection: int | None = None,
        **loading: Any,
    ):
        if haemodynamics not in ("fir", "hrf"):
            raise ArgumentError(f"haemodynamics is fir or hrf, not '{haemodynamics}'")
        if projection is not None and projection < 1:
            raise ArgumentError(f"a projection has at least one component, not {projection}")
        self.haemodynamics = haemodynamics
        self.wanted = _names(regions)
        self.control = self.control_regions if control is None else _names(control) or ()
        self.dynamic_gain, self.projection, self.loading = dynamic_gain, projection, loading

    def load(self) -> RecordedData:
        """The recording, of all its regions."""
        return recording(self.recording, **self.loading)

    @cached_property
    def design(self) -> Design:
        """Its samples."""
        return Design.of(self._data)

    @cached_property
    def outer(self) -> tuple[list[Split], str]:
        """Splits into training and test samples, and what they are called."""
        return self.design.outer()

    @cached_property
    def regions(self) -> tuple[str, ...]:
        """Those that are scored, in order; controls are not among them."""
        chosen = self.wanted or [r for r in self._data.regions if r not in UNLABELLED]
        scored = tuple(region for region in chosen if region not in self.control)
        if not scored:
            raise BenchmarkError(f"'{self.recording}' has no region but {', '.join(self.control)} to score")
        return scored

    @cached_property
    def people(self) -> tuple[list[Person], str]:
        """Their responses and ceilings in the regions at stake, and the kind of ceiling."""
        data = self._data
        for region in (*self.regions, *self.control):
            data.select(region)  # refuses a region that is not there
        at_stake = [*self.regions, *self.control]
        chosen = [one.select(neuroids=one.neuroids["region"].isin(at_stake).to_numpy()) for one in data.subjects]
        kept = RecordedData(
            data.identifier,
            tuple(one for one in chosen if one.responses.size),
            data.time_bins,
            data.measurement,
            data.stimuli,
        )
        return people(kept, self.design, self.outer[0])

    @cached_property
    def ceiling(self) -> Score:
        """Mean over persons of the mean ceiling of the scored voxels; `raw` has one a person."""
        persons, kind = self.people
        means = []
        for person in persons:
            inside = person.voxels["region"].isin(self.regions).to_numpy() & np.isfinite(person.ceilings)
            means.append(person.ceilings[inside].mean() if inside.any() else np.nan)
        known = np.array(means)[np.isfinite(means)]
        if not len(known):
            raise BenchmarkError(f"the voxels of {self.identifier} answer too unreliably to have a ceiling")
        error = float(known.std(ddof=1) / len(known) ** 0.5) if len(known) > 1 else 0.0
        return make_score(known.mean(), error=error, raw=means, kind=kind)

    def run(self, subject: Any) -> Score:
        persons, kind = self.people
        grams = bin_grams(subject, self.design, self.projection)
        variants: list[Haemodynamics] = ["fir", "hrf"] if self.design.bold else ["none"]
        variants.sort(key=lambda name: name != self.haemodynamics)
        common = self._common(kind)
        layers = self._varying(grams, variants[0])
        if not layers:
            _log.warning(
                "no layer of %s varies over the samples of %s: it scores 0", subject.identifier, self.identifier
            )
            note = "no layer varies over the samples, so nothing can be predicted"
            return make_score(0.0, error=0.0, raw=0.0, ceiling=self.ceiling, details={**common, "note": note})
        fits = self._fits(layers, persons)
        if (at_edge := float(np.mean([fit.at_edge for fit in fits]))) > EDGE:
            _log.warning(
                "%.0f %% of the penalties of %s lie at an end of their grid (voxels that nothing predicts take the largest)",
                100 * at_edge,
                self.identifier,
            )
        scores, error = self._scores(fits)
        details = {
            **common,
            **self._regions_of(fits),
            **self._shuffled(fits),
            "haemodynamics": variants[0],
            "penalty_at_edge": at_edge,
            "interval": [error.low, error.high],
            "per_sample": {"of": "subjects", "names": [p.name for p in persons], "scores": _plain(scores)},
        }
        if self.design.bold:
            other = self._scores(self._fits(self._varying(grams, variants[1]), persons))
            details["other"] = {
                "haemodynamics": variants[1],
                "score": float(np.nanmean(other[0])),
                "error": other[1].error,
            }
            details["lag"] = self._lags(self._varying(grams, "none"), fits)
        if self.dynamic_gain:
            static = bin_grams(subject, self.design, self.projection, static=True)
            details["dynamic_gain"] = self._gain(layers, self._varying(static, variants[0]), fits)
        raw = float(np.mean([np.nanmean(fit.r[self._scored(fit.person)]) for fit in fits]))
        return make_score(np.nanmean(scores), error=error.error, raw=raw, ceiling=self.ceiling, details=details)

    def figure(self, details: dict[str, Any]) -> "Figure | None":
        """Regions with their controls, the choice of layers, and the lag profile; None where nothing was predicted."""
        from harness.benchmarks._fmri_figure import draw

        return draw(details, self.identifier) if "scores" in details else None

    @cached_property
    def _data(self) -> RecordedData:
        return self.load()

    def _varying(self, grams: dict[str, Any], haemodynamics: Haemodynamics) -> dict[str, Any]:
        """Gram matrices of samples, of the layers that still vary."""
        operators = self.design.model_operators(haemodynamics)
        made = {layer: transform(K, *operators) for layer, K in grams.items()}
        return {layer: K for layer, K in made.items() if _variance(K) > _NOTHING * max(_variance(grams[layer]), 1e-300)}

    def _fits(self, Ks: dict[str, Any], persons: Sequence[Person]) -> list[Fit]:
        """All persons' fits, in their order; those who answered to the same samples share the decompositions."""
        fits = {fit.person.name: fit for group in _groups(persons) for fit in self._fit(Ks, group)}
        return [fits[person.name] for person in persons]

    def _fit(self, Ks: dict[str, Any], group: Sequence[Person]) -> list[Fit]:
        outer = group[0].splits(self.outer[0])
        owner = np.repeat(np.arange(len(group)), [len(person.voxels) for person in group])
        labels = [f"{i:04d} {region}" for i, person in enumerate(group) for region in person.voxels["region"]]
        Y = np.concatenate([person.mean for person in group], axis=1)
        together = encode_layers(Ks, Y, outer, self.design.inner, labels)
        test = np.concatenate([split.test for split in outer])
        fold = np.repeat(np.arange(len(outer)), [len(split.test) for split in outer])
        predicted = np.concatenate(together.predicted)
        fits = []
        for i, person in enumerate(group):
            own = [k for k, label in enumerate(together.regions) if label.startswith(f"{i:04d} ")]
            x, y = (within_folds(values, fold) for values in (predicted[:, owner == i], person.mean[test]))
            regions = [together.regions[k][5:] for k in own]
            chosen, curve = together.chosen[:, own], together.correlation[:, owner == i]
            fits.append(Fit(person, x, y, test, together.layers, curve, regions, chosen, together.at_edge))
        return fits

    def _scored(self, person: Person) -> np.ndarray:
        return person.voxels["region"].isin(self.regions).to_numpy()

    def _by_region(self, r: np.ndarray, person: Person) -> np.ndarray:
        """(..., n_voxels) -> (..., regions and controls), mean over hemispheres; NaN where a person lacks the region."""
        names = sorted(set(person.cells))
        cells = np.array([names.index(cell) for cell in person.cells])
        ratios = cell_ratios(r, person.ceilings, cells, len(names))
        region = np.array([name for name, _ in names])
        return np.stack([_mean(ratios[..., region == name]) for name in (*self.regions, *self.control)], axis=-1)

    def _scores(self, fits: Sequence[Fit]) -> tuple[np.ndarray, Any]:
        """Score of every person, and the bootstrap of their mean over persons and blocks of samples."""
        counted = len(self.regions)
        scores = np.array([_mean(self._by_region(fit.r, fit.person)[:counted]) for fit in fits])
        random = np.random.default_rng(0)
        blocks = self.design.blocks
        tested = np.unique(np.concatenate([blocks[fit.test] for fit in fits]))
        counts = random.multinomial(len(tested), np.full(len(tested), 1 / len(tested)), DRAWS).astype(float)
        resampled = []
        for fit in fits:
            position = np.searchsorted(tested, blocks[fit.test])
            used = self._scored(fit.person)
            r = np.full((DRAWS, len(used)), np.nan)
            r[:, used] = resampled_correlation(fit.x[:, used], fit.y[:, used], position, counts)
            resampled.append(_mean(self._by_region(r, fit.person)[:, :counted]))
        drawn = random.integers(0, len(fits), (DRAWS, len(fits)))
        return scores, interval(_mean(np.take_along_axis(np.array(resampled).T, drawn, axis=1)))

    def _common(self, kind: str) -> dict[str, Any]:
        names = [*self.regions, *self.control]
        ceilings = {
            name: [p.ceilings[(p.voxels["region"] == name).to_numpy()] for p in self.people[0]] for name in names
        }
        common = {
            "regions": list(self.regions),
            "control": list(self.control),
            "subjects": [person.name for person in self.people[0]],
            "voxels": {name: [len(values) for values in each] for name, each in ceilings.items()},
            "ceilings": {name: [_number(_mean(values)) for values in each] for name, each in ceilings.items()},
            "ceiling_kind": kind,
            "samples": int(self.design.settled.sum()),
            "splits": self.outer[1],
            "split_digest": split_digest(self.outer[0], self.design.ids),
        }
        if kind == "inter-subject":
            common["inter_subject_bounds"] = [
                [_number(np.nanmean(bound)) for bound in person.bounds or ()] for person in self.people[0]
            ]
        return common

    def _regions_of(self, fits: Sequence[Fit]) -> dict[str, Any]:
        """Scores of each region and person, the curve over layers, and which layers were chosen how often."""
        names = [*self.regions, *self.control]
        scores = np.array([self._by_region(fit.r, fit.person) for fit in fits])
        layers = fits[0].layers
        curve, chosen = {}, {}
        for name in names:
            inside = [(fit, (fit.person.voxels["region"] == name).to_numpy()) for fit in fits]
            inside = [(fit, voxels) for fit, voxels in inside if voxels.any()]
            curve[name] = _plain(_mean(np.array([_mean(fit.curve[:, v]) for fit, v in inside]).T))
            picked = np.concatenate([fit.chosen[:, fit.regions.index(name)] for fit, _ in inside])
            chosen[name] = {layers[k]: float((picked == k).mean()) for k in np.unique(picked)}
        return {
            "scores": {name: _plain(scores[:, k]) for k, name in enumerate(names)},
            "layers": layers,
            "layer_curve": curve,
            "layer_choice": chosen,
        }

    def _shuffled(self, fits: Sequence[Fit]) -> dict[str, Any]:
        """The same predictions against responses in a wrong order: mean and p of every region, over persons."""
        block = max(1, round(NULL_BLOCK / self.design.step)) if self.design.bold else 1
        means, ps = {}, {}
        for name in (*self.regions, *self.control):
            nulls, observed, below = [], 0.0, 0.0
            for fit in fits:
                used = (fit.person.voxels["region"] == name).to_numpy() & np.isfinite(fit.r + fit.person.ceilings)
                if not used.any():
                    continue
                runs = self.design.stimulus[fit.test] if self.design.bold else None
                order = np.argsort(fit.test)
                x, y = fit.x[order][:, used], fit.y[order][:, used]
                try:
                    nulls.append(shuffled_sums(x, y, block, None if runs is None else runs[order], DRAWS))
                except BenchmarkError as error:
                    return {"shuffled": None, "p": None, "shuffled_note": str(error)}
                observed, below = observed + fit.r[used].sum(), below + fit.person.ceilings[used].sum()
            if nulls:
                null = np.sum(nulls, axis=0)
                means[name] = float(null.mean() / below)
                ps[name] = float(permutation_p(np.array(observed), null))
        return {"shuffled": means, "p": ps}

    def _lags(self, Ks: dict[str, Any], fits: Sequence[Fit]) -> dict[str, Any]:
        """How well the mean time course of a region is predicted so many s after the model's responses, without haemodynamics."""
        from harness.metrics.time_resolved import LagProfile, lag_profile

        step = self.design.step
        lags = list(range(round(LAGS[0] / step), round(LAGS[1] / step) + 1))
        by_layer: dict[str, list[tuple[Fit, str]]] = {}
        for fit in fits:
            for name in fit.regions:
                by_layer.setdefault(_favourite(fits, name), []).append((fit, name))
        profiles: dict[str, list[np.ndarray]] = {name: [] for name in (*self.regions, *self.control)}
        for layer, wanted in by_layer.items():
            for group in _groups([fit.person for fit, _ in wanted]):
                chosen = [(fit, name) for fit, name in wanted if any(fit.person is person for person in group)]
                Y = np.stack([fit.person.of_region(name).mean(1) for fit, name in chosen], axis=1)
                outer = group[0].splits(self.outer[0])
                profile = lag_profile(Ks[layer], Y, self.design.lengths, lags, outer, self._one_inner, step)
                for (_, name), curve in zip(chosen, profile.correlation.T, strict=True):
                    profiles[name].append(curve)
        found = {name: _mean(np.array(curves).T) for name, curves in profiles.items() if curves}
        times = np.array(lags) * step
        peaks = {name: LagProfile(times, curve[:, None]) for name, curve in found.items()}
        return {
            "s": times.round(6).tolist(),
            "r": {name: _plain(curve) for name, curve in found.items()},
            "peak_s": {name: _number(profile.peak[0]) for name, profile in peaks.items()},
            "width_s": {name: _number(profile.width[0]) for name, profile in peaks.items()},
        }

    def _one_inner(self, train: np.ndarray) -> Sequence[Split]:
        """The first inner split: a penalty for a lag is wanted within a factor, not a layer."""
        return self.design.inner(train)[:1]

    def _gain(self, dynamic: dict[str, Any], static: dict[str, Any], fits: Sequence[Fit]) -> dict[str, Any]:
        """R2 that the responses to moving stimuli explain beside those to frozen ones, over at most 40 voxels a region."""
        from harness.metrics.banded import partition_variance

        found: dict[str, list[tuple[float, float, float]]] = {}
        for fit in fits:
            for name in self.regions:
                voxels = np.flatnonzero((fit.person.voxels["region"] == name).to_numpy())
                if not len(voxels):
                    continue
                layer = _favourite(fits, name)
                Y = fit.person.mean[:, voxels[:: -(-len(voxels) // _SPARED)]]
                outer = fit.person.splits(self.outer[0])
                if layer not in static:
                    raise BenchmarkError(
                        f"layer {layer} does not vary over frozen stimuli, so there is no static part to compare"
                    )
                Ks = {"dynamic": dynamic[layer], "static": static[layer]}
                parts = partition_variance(Ks, Y, outer, self.design.inner)
                found.setdefault(name, []).append(
                    (parts.unique[0].mean(), parts.alone[0].mean(), parts.alone[1].mean())
                )
        return {
            name: dict(zip(("unique", "dynamic", "static"), np.mean(values, axis=0).tolist(), strict=True))
            for name, values in found.items()
        }


def _favourite(fits: Sequence[Fit], region: str) -> str:
    """The layer that most folds of most persons chose for a region."""
    chosen = [fit.chosen[:, fit.regions.index(region)] for fit in fits if region in fit.regions]
    return fits[0].layers[int(np.bincount(np.concatenate(chosen)).argmax())]


def _groups(persons: Sequence[Person]) -> list[list[Person]]:
    """Each person once, together with others who answered to the same samples, up to so many voxels that memory holds them."""
    groups: list[list[Person]] = []
    for person in {person.name: person for person in persons}.values():
        for group in groups:
            size = sum(len(other.voxels) for other in group) + len(person.voxels)
            if size <= _TOGETHER and np.array_equal(group[0].there, person.there):
                group.append(person)
                break
        else:
            groups.append([person])
    return groups


def _names(value: Sequence[str] | str | None) -> tuple[str, ...] | None:
    return None if value is None else (value,) if isinstance(value, str) else tuple(map(str, value))


def _variance(K: Any) -> float:
    return float(K.diagonal().sum() / len(K) - K.mean())


def _mean(values: np.ndarray) -> np.ndarray:
    """Over the last axis, of what is defined."""
    defined = np.isfinite(values)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(defined, values, 0).sum(-1) / defined.sum(-1)


def _number(value: Any) -> float | None:
    return float(f"{value:.5g}") if np.isfinite(value) else None


def _plain(values: np.ndarray) -> list[float | None]:
    return [_number(value) for value in values]
