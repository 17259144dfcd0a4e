"""From the voxels of several participants to regions, participants and one number with its error."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from harness.benchmarks import crossed, per_sample
from harness.benchmarks.fmri.fits import Fit
from harness.benchmarks.fmri.participants import Participant
from harness.metrics.regression import cell_ratios, resampled_correlation
from harness.metrics.statistics import Bootstrap, interval

DRAWS = 1000


@dataclass(frozen=True)
class Regions:
    """Regions that are scored, in order, and controls, which the stimuli should not explain.

    A region's score is the sum of its voxels' correlations over the sum of their ceilings, mean over hemispheres; a
    participant's is the mean over the scored regions.
    """

    scored: tuple[str, ...]
    control: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Scored ones, then controls."""
        return (*self.scored, *self.control)

    def counted(self, participant: Participant) -> np.ndarray:
        """(n_voxels,), which of a participant's voxels count in the score."""
        return participant.voxels["region"].isin(self.scored).to_numpy()

    def ratios(self, r: np.ndarray, participant: Participant) -> np.ndarray:
        """(..., n_voxels) -> (..., `names`); NaN where a participant lacks the region."""
        names = sorted(set(participant.cells))
        cells = np.array([names.index(cell) for cell in participant.cells])
        ratios = cell_ratios(r, participant.ceilings, cells, len(names))
        region = np.array([name for name, _ in names])
        return np.stack([mean(ratios[..., region == name]) for name in self.names], axis=-1)

    def of_participants(self, fits: Sequence[Fit]) -> np.ndarray:
        """(participants, `names`)."""
        return np.array([self.ratios(fit.r, fit.participant) for fit in fits])

    def scores(self, fits: Sequence[Fit], blocks: np.ndarray) -> tuple[np.ndarray, Bootstrap]:
        """Score of every participant, and the bootstrap of their mean over participants and blocks of samples.

        Args:
            blocks: (n_samples,), the block of every sample.
        """
        counted = len(self.scored)
        scores = mean(self.of_participants(fits)[:, :counted])
        random = np.random.default_rng(0)
        tested = np.unique(np.concatenate([blocks[fit.test] for fit in fits]))
        counts = random.multinomial(len(tested), np.full(len(tested), 1 / len(tested)), DRAWS).astype(float)
        resampled = []
        for fit in fits:
            position = np.searchsorted(tested, blocks[fit.test])
            used = self.counted(fit.participant)
            r = np.full((DRAWS, len(used)), np.nan)
            r[:, used] = resampled_correlation(fit.x[:, used], fit.y[:, used], position, counts)
            resampled.append(mean(self.ratios(r, fit.participant)[:, :counted]))
        drawn = random.integers(0, len(fits), (DRAWS, len(fits)))
        return scores, interval(mean(np.take_along_axis(np.array(resampled).T, drawn, axis=1)))

    def shares(self, fit: Fit) -> np.ndarray:
        """(n_test,), the share of every test sample in a participant's score, which is their sum."""
        cells = np.unique([" ".join(cell) for cell in fit.participant.cells], return_inverse=True)[1]
        region = fit.participant.voxels["region"].to_numpy()
        used = self.counted(fit.participant) & np.isfinite(fit.r) & np.isfinite(fit.participant.ceilings)
        weights = np.zeros(len(used))
        for name in np.unique(region[used]):
            inside = used & (region == name)
            for cell in np.unique(cells[inside]):
                voxels = inside & (cells == cell)
                weights[voxels] = 1 / fit.participant.ceilings[voxels].sum() / len(np.unique(cells[inside]))
        weights[used] /= len(np.unique(region[used])) * np.sqrt(
            (fit.x[:, used] ** 2).sum(0) * (fit.y[:, used] ** 2).sum(0)
        )
        return (fit.x[:, used] * fit.y[:, used]) @ weights[used]

    def samples(self, fits: Sequence[Fit], blocks: np.ndarray, names: Sequence[str], of: str) -> dict[str, Any]:
        """What models are compared by: a score for every block of samples and, if there are several, for every participant.

        Args:
            blocks: (n_samples,), the block of every sample.
            names: (n_samples,), of the samples; a block is called by its first one.
            of: what blocks are.
        """
        fits = [fit for fit in fits if np.isfinite(self.ratios(fit.r, fit.participant)[: len(self.scored)]).any()]
        tested = np.unique(np.concatenate([fit.test for fit in fits]))
        each, first = np.unique(blocks[tested], return_index=True)
        sums = [np.bincount(np.searchsorted(each, blocks[fit.test]), self.shares(fit), len(each)) for fit in fits]
        found = per_sample(of, [names[k] for k in tested[first]], np.mean(sums, axis=0) * len(each))
        participants = [fit.participant.name for fit in fits]
        return (
            found if len(fits) == 1 else crossed(per_sample("participants", participants, np.sum(sums, axis=1)), found)
        )

    def ceilings(self, participants: Sequence[Participant]) -> dict[str, Any]:
        """How many voxels each region has in each participant, and their mean ceiling."""
        each = {
            name: [p.ceilings[(p.voxels["region"] == name).to_numpy()] for p in participants] for name in self.names
        }
        return {
            "regions": list(self.scored),
            "control": list(self.control),
            "voxels": {name: [len(values) for values in found] for name, found in each.items()},
            "ceilings": {name: [number(mean(values)) for values in found] for name, found in each.items()},
        }

    def summary(self, fits: Sequence[Fit]) -> dict[str, Any]:
        """Scores and R2 of each region and participant, the curve over layers, and which layers were chosen how often."""
        scores, layers = self.of_participants(fits), fits[0].layers
        curve, chosen, r2 = {}, {}, {}
        for name in self.names:
            inside = [(fit, (fit.participant.voxels["region"] == name).to_numpy()) for fit in fits]
            r2[name] = plain(np.array([mean(fit.r_squared[voxels]) for fit, voxels in inside]))
            inside = [(fit, voxels) for fit, voxels in inside if voxels.any()]
            curve[name] = plain(mean(np.array([mean(fit.curve[:, v]) for fit, v in inside]).T))
            picked = np.concatenate([fit.chosen[:, fit.regions.index(name)] for fit, _ in inside])
            chosen[name] = {layers[k]: float((picked == k).mean()) for k in np.unique(picked)}
        return {
            "scores": {name: plain(scores[:, k]) for k, name in enumerate(self.names)},
            "r_squared": r2,
            "layers": layers,
            "layer_curve": curve,
            "layer_choice": chosen,
        }


def mean(values: np.ndarray) -> np.ndarray:
    """Over the last axis, of what is defined."""
    defined = np.isfinite(values)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(defined, values, 0).sum(-1) / defined.sum(-1)


def number(value: Any) -> float | None:
    """As a record holds it."""
    return float(f"{value:.5g}") if np.isfinite(value) else None


def plain(values: np.ndarray) -> list[float | None]:
    """As a record holds them."""
    return [number(value) for value in values]
