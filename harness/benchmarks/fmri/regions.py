"""From the voxels of several participants to scores of regions and participants, and one score with its error."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from harness.benchmarks import on_axes, plain
from harness.benchmarks.fmri.fits import Fit
from harness.benchmarks.fmri.participants import Participant
from harness.metrics.regression import cell_ratios
from harness.metrics.statistics import Crossed

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

    def scores(self, fits: Sequence[Fit], blocks: np.ndarray) -> tuple[np.ndarray, Crossed | None]:
        """Score of every participant, and what blocks of samples and participants do to their mean; None with one block.

        Args:
            blocks: (n_samples,), the block of every sample.
        """
        scores = mean(self.of_participants(fits)[:, : len(self.scored)])
        there = [fit for fit, score in zip(fits, scores, strict=True) if np.isfinite(score)]
        known = scores[np.isfinite(scores)]
        tested = self._tested(there, blocks)
        if len(tested) < 2:
            return scores, None
        both = np.zeros((2, len(tested), len(there)))
        for participant, fit in enumerate(there):
            at = np.searchsorted(tested, blocks[fit.test])
            for into, values in zip(both, self.influences(fit), strict=True):
                into[:, participant] = np.bincount(at, values, len(tested)) / len(there)
        if len(there) > 1:
            return scores, Crossed.of(
                both[0], (known - known.mean()) / len(there), both[1], ("samples", "participants")
            )
        axes = {"samples": both[0][:, 0] * len(tested), "training samples": both[1][:, 0] * len(tested)}
        return scores, Crossed(axes, np.zeros(0))

    def influences(self, fit: Fit) -> tuple[np.ndarray, np.ndarray]:
        """(n_test,) each: what every test sample adds to a participant's score beyond the mean sample, through the correlations and
        the ceilings, and how much that would change with other training samples."""
        used, weights = self._weights(fit)
        x, y = (values[:, used] for values in (fit.x, fit.y))
        own, theirs = (x**2).sum(0), (y**2).sum(0)
        scale = np.sqrt(own * theirs)
        r = fit.r[used]
        tested = (x * y) @ (weights / scale) - 0.5 * ((x**2) @ (weights * r / own) + (y**2) @ (weights * r / theirs))
        if fit.participant.of_samples is not None:
            tested -= fit.participant.of_samples[fit.test][:, used] @ (weights * self._ratio_of_each(fit)[used])
        trained = (fit.changed[:, used] * y) @ (weights / scale) - (fit.changed[:, used] * x) @ (weights * r / own)
        return tested, trained

    def _ratio_of_each(self, fit: Fit) -> np.ndarray:
        """(n_voxels,), the ratio of the sums of its region and hemisphere."""
        cells = np.unique([" ".join(cell) for cell in fit.participant.cells], return_inverse=True)[1]
        return cell_ratios(fit.r, fit.participant.ceilings, cells, cells.max() + 1)[cells]

    def _weights(self, fit: Fit) -> tuple[np.ndarray, np.ndarray]:
        """Which voxels are used, and the weights (used,) of their correlations, of which a participant's score is the sum."""
        cells = np.unique([" ".join(cell) for cell in fit.participant.cells], return_inverse=True)[1]
        region = fit.participant.voxels["region"].to_numpy()
        used = self.counted(fit.participant) & np.isfinite(fit.r) & np.isfinite(fit.participant.ceilings)
        weights = np.zeros(len(used))
        for name in np.unique(region[used]):
            inside = used & (region == name)
            for cell in np.unique(cells[inside]):
                voxels = inside & (cells == cell)
                weights[voxels] = 1 / fit.participant.ceilings[voxels].sum() / len(np.unique(cells[inside]))
        return used, weights[used] / len(np.unique(region[used]))

    def samples(
        self, fits: Sequence[Fit], found: Crossed, blocks: np.ndarray, names: Sequence[str], of: str
    ) -> dict[str, Any]:
        """Per-sample scores, by which models are compared: one for every block of samples and, if there are several, for
        every participant.

        Args:
            found: what they do to the score, see `scores`.
            blocks: (n_samples,), the block of every sample.
            names: (n_samples,), of the samples; a block is called by its first one.
            of: what blocks are.
        """
        scores = mean(self.of_participants(fits)[:, : len(self.scored)])
        there = [fit for fit, score in zip(fits, scores, strict=True) if np.isfinite(score)]
        tested = np.unique(np.concatenate([fit.test for fit in there]))
        first = np.unique(blocks[tested], return_index=True)[1]
        called = [names[k] for k in tested[first]]
        known = {"samples": called, "training samples": called, "participants": [f.participant.name for f in there]}
        renamed = {axis.replace("samples", of): axis for axis in found.axes}
        named = replace(found, axes={new: found.axes[old] for new, old in renamed.items()})
        return on_axes(named, {new: known[old] for new, old in renamed.items()}, float(np.nanmean(scores)))

    @staticmethod
    def _tested(fits: Sequence[Fit], blocks: np.ndarray) -> np.ndarray:
        return np.unique(np.concatenate([blocks[fit.test] for fit in fits])) if fits else np.array([])

    def ceilings(self, participants: Sequence[Participant]) -> dict[str, Any]:
        """How many voxels each region has in each participant, and their mean ceiling."""
        each = {
            name: [p.ceilings[(p.voxels["region"] == name).to_numpy()] for p in participants] for name in self.names
        }
        return {
            "regions": list(self.scored),
            "control": list(self.control),
            "voxels": {name: [len(values) for values in found] for name, found in each.items()},
            "ceilings": {name: [plain(mean(values)) for values in found] for name, found in each.items()},
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
