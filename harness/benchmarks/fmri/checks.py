"""Controls of an fMRI score: chance, lags, prediction within clips, prediction without a model, the contribution of
motion.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from harness.benchmarks import plain
from harness.benchmarks.fmri.design import DELAYS, NULL_BLOCK, Design
from harness.benchmarks.fmri.fits import Fit, alike, favourite
from harness.benchmarks.fmri.participants import Participant, without_means
from harness.benchmarks.fmri.regions import DRAWS, Regions, mean
from harness.errors import BenchmarkError
from harness.metrics.regression import content_free_from, shuffled_sums, within_folds
from harness.metrics.statistics import Split, permutation_p

LAGS = (-3.0, 12.0)
"""s, of the profile; negative ones, of a response before its cause, are its control."""
EXPECTED_LAG = (3.0, 7.0)
"""s; a peak outside of it speaks of a movie that was padded or did not begin when it was thought to, or of a late response. The
canonical one peaks at 5 to 6; one that peaks at 8 loses a seventh of the score to the delays that are fitted."""
_SIGNIFICANT = 0.01
_SPARED = 40  # voxels of a region on which variance is partitioned


@dataclass(frozen=True)
class Checks:
    """Of the fits of all participants.

    Attributes:
        design: the samples.
        outer: splits of them.
        regions: to report on.
        fits: one per participant.
    """

    design: Design
    outer: Sequence[Split]
    regions: Regions
    fits: Sequence[Fit]

    def shuffled(self) -> dict[str, Any]:
        """The same predictions against responses in a wrong order: mean and p of every region, over participants."""
        design = self.design
        block = max(1, round(NULL_BLOCK / design.step)) if design.bold else 1
        means, ps = {}, {}
        for name in self.regions.names:
            nulls, observed, below = [], 0.0, 0.0
            for fit in self.fits:
                used = (fit.participant.voxels["region"] == name).to_numpy() & np.isfinite(
                    fit.r + fit.participant.ceilings
                )
                if not used.any():
                    continue
                runs = design.stimulus[fit.test] if design.bold else None
                order = np.argsort(fit.test)
                x, y = fit.x[order][:, used], fit.y[order][:, used]
                try:
                    nulls.append(shuffled_sums(x, y, block, None if runs is None else runs[order], DRAWS))
                except BenchmarkError as error:
                    return {"shuffled": None, "p": None, "shuffled_note": str(error)}
                observed, below = observed + fit.r[used].sum(), below + fit.participant.ceilings[used].sum()
            if nulls:
                null = np.sum(nulls, axis=0)
                means[name] = float(null.mean() / below)
                ps[name] = float(permutation_p(np.array(observed), null))
        return {"shuffled": means, "p": ps}

    def within_clips(self, participants: Sequence[Participant]) -> dict[str, Any]:
        """The score of what varies within clips: without the mean of every clip in predictions and responses, so that which clip
        it is carries nothing.

        Args:
            participants: with ceilings of what varies within `Design.clips`.
        """
        ceilings = {participant.name: participant.ceilings for participant in participants}
        clips = self.design.clips
        inside = []
        for fit in self.fits:
            x, y = (without_means(values, clips[fit.test]) for values in (fit.x, fit.y))
            changed = without_means(fit.changed, clips[fit.test])
            within = replace(fit.participant, ceilings=ceilings[fit.participant.name])
            inside.append(replace(fit, x=x, y=y, changed=changed, participant=within))
        return self._scored(inside)

    def content_free(self) -> dict[str, Any]:
        """The score of a prediction from training responses alone, which know when a sample is, not what is shown: the mean over
        other movies at the same time, or what the nearest training samples of the movie say."""
        found = []
        for fit in self.fits:
            splits = fit.participant.splits(self.outer)
            fold = np.repeat(np.arange(len(splits)), [len(split.test) for split in splits])
            predicted = np.concatenate([self.design.content_free(fit.participant.mean, split) for split in splits])
            found.append(replace(fit, x=within_folds(predicted, fold), changed=np.zeros(fit.changed.shape)))
        return {"from": content_free_from(self.design.stimulus), **self._scored(found)}

    def lags(self, Ks: Mapping[str, Any]) -> dict[str, Any]:
        """How well the mean time course of a region is predicted so many s after the model's responses, without haemodynamics."""
        from harness.metrics.decoding import LagProfile, lag_profile

        step = self.design.step
        lags = list(range(round(LAGS[0] / step), round(LAGS[1] / step) + 1))
        by_layer: dict[str, list[tuple[Fit, str]]] = {}
        for fit in self.fits:
            for name in fit.regions:
                by_layer.setdefault(favourite(self.fits, name), []).append((fit, name))
        profiles: dict[str, list[np.ndarray]] = {name: [] for name in self.regions.names}
        for layer, wanted in by_layer.items():
            for group in alike([fit.participant for fit, _ in wanted]):
                chosen = [
                    (fit, name) for fit, name in wanted if any(fit.participant is participant for participant in group)
                ]
                Y = np.stack([fit.participant.of_region(name).mean(1) for fit, name in chosen], axis=1)
                outer = group[0].splits(self.outer)
                profile = lag_profile(Ks[layer], Y, self.design.lengths, lags, outer, self._one_inner, step)
                for (_, name), curve in zip(chosen, profile.correlation.T, strict=True):
                    profiles[name].append(curve)
        found = {name: mean(np.array(curves).T) for name, curves in profiles.items() if curves}
        times = np.array(lags) * step
        peaks = {name: LagProfile(times, curve[:, None]) for name, curve in found.items()}
        return {
            "s": times.round(6).tolist(),
            "r": {name: plain(curve) for name, curve in found.items()},
            "peak_s": {name: plain(profile.peak[0]) for name, profile in peaks.items()},
            "width_s": {name: plain(profile.width[0]) for name, profile in peaks.items()},
        }

    def late(self, lag: Mapping[str, Any], p: Mapping[str, float] | None) -> str | None:
        """A remark on the best lag of the region that is predicted best, if it is not what the haemodynamic response says."""
        found = [name for name in self.regions.scored if (p or {}).get(name, 1.0) < _SIGNIFICANT and name in lag["r"]]
        if not found:
            return None
        best = max(found, key=lambda name: np.nanmax(np.array(lag["r"][name], dtype=float)))
        peak = lag["peak_s"][best]
        if peak is None or EXPECTED_LAG[0] <= peak <= EXPECTED_LAG[1]:
            return None
        return (
            f"{best} follows the model best after {peak:.1f} s, where {EXPECTED_LAG[0]:g} to {EXPECTED_LAG[1]:g} s are "
            "expected; check that the movie begins at time 0 of the recording (padding, dropped volumes). Delays of "
            f"{DELAYS[0]:g} to {DELAYS[1]:g} s are fitted, and what comes later is lost to the score"
        )

    def gain(self, dynamic: Mapping[str, Any], static: Mapping[str, Any], kind: str) -> dict[str, Any]:
        """R2 explained by the responses to moving stimuli beyond those to frozen or shuffled ones (`kind`), over at most 40
        voxels a region."""
        from harness.metrics.regression import partition_variance

        found: dict[str, list[tuple[float, float, float]]] = {}
        for fit in self.fits:
            for name in self.regions.scored:
                voxels = np.flatnonzero((fit.participant.voxels["region"] == name).to_numpy())
                if not len(voxels):
                    continue
                layer = favourite(self.fits, name)
                Y = fit.participant.mean[:, voxels[:: -(-len(voxels) // _SPARED)]]
                outer = fit.participant.splits(self.outer)
                if layer not in static:
                    raise BenchmarkError(
                        f"layer {layer} does not vary over {kind} stimuli, so there is no static part to compare"
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

    def _scored(self, fits: Sequence[Fit]) -> dict[str, Any]:
        by_region = self.regions.of_participants(fits)
        found = {"regions": {name: plain(mean(by_region[:, k])) for k, name in enumerate(self.regions.names)}}
        scores, influence = self.regions.scores(fits, self.design.blocks)
        if influence is None:  # nothing varies
            return {"score": None, "error": None, **found}
        return {"score": plain(np.nanmean(scores)), "error": plain(influence.error), **found}

    def _one_inner(self, train: np.ndarray) -> Sequence[Split]:
        """The first inner split: a penalty for a lag is wanted within a factor, not a layer."""
        return self.design.inner(train)[:1]
