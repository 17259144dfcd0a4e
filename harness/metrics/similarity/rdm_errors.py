"""Influence of single stimuli and participants on the agreement of a model's matrix with the participants' matrices.

Stimuli act in pairs on matrices: what is particular to a pair stands in the influence of both its members, and a jackknife counts
it twice (Efron & Stein 1981). It is taken off once, by scaling influences.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from harness.checks import checked
from harness.errors import BenchmarkError
from harness.metrics.similarity.rdm import Comparison, cosine, pairs, spearman
from harness.metrics.statistics import Crossed, jackknife_blocks

if TYPE_CHECKING:
    from collections.abc import Sequence

BLOCKS = 100
"""At most so many blocks of stimuli are left out in turn."""


@dataclass(frozen=True)
class RdmInfluence:
    """On the mean agreement with participants.

    Attributes:
        blocks: positions of the stimuli of each block.
        stimuli: (blocks, participants), contributions of each to the agreement with each.
        participants: (participants,), contributions of each.
    """

    blocks: "Sequence[np.ndarray]"
    stimuli: np.ndarray
    participants: np.ndarray

    @property
    def mean(self) -> np.ndarray:
        """(blocks,), influence of stimuli alone; their mean has the standard error of the agreement over stimuli."""
        return len(self.blocks) * self.stimuli.sum(1)

    def crossed(self) -> Crossed:
        """Over stimuli and participants together."""
        return Crossed.of(self.stimuli, self.participants, names=("stimuli", "participants"))


@checked(BenchmarkError, pure=True)
def rdm_influence(
    model: np.ndarray, rdms: np.ndarray, each: np.ndarray, compare: Comparison = spearman, ceiled: bool = True
) -> RdmInfluence:
    """Of the mean agreement, or of that divided by the square root of the mean agreement of participants.

    Args:
        model: (n, n).
        rdms: (n_participants, n, n).
        each: (n_participants,), agreement of the model with each.
        ceiled: whether to divide; takes two participants.
    """
    blocks, count = jackknife_blocks(len(model), most=BLOCKS), len(rdms)
    without = []
    for block in blocks:
        kept = np.delete(np.arange(len(model)), block)
        own = pairs(model[np.ix_(kept, kept)])
        without.append([compare(own, pairs(rdm[np.ix_(kept, kept)])) for rdm in rdms])
    values = np.array(without)
    influence = (len(blocks) - 1) * (values.mean(0) - values)
    vectors = [_standard(pairs(rdm), compare) for rdm in [model, *rdms]]
    of_pairs = [_pairwise(vectors[0], other) for other in vectors[1:]]
    common, own = influence.mean(1, keepdims=True), influence - influence.mean(1, keepdims=True)
    mean = np.mean(of_pairs, axis=0)
    rest = [one - mean for one in of_pairs]
    kept_common = _share(_of_pairs(mean, len(model)), common[:, 0])
    kept_own = _share(sum(_of_pairs(one, len(model)) for one in rest), *own.T)
    stimuli = np.sqrt(kept_common) * common + np.sqrt(kept_own) * own
    participants = each - each.mean()
    if ceiled:
        stimuli, participants = _ceiled(stimuli, participants, each.mean(), vectors[1:], blocks, len(model))
    return RdmInfluence(blocks, stimuli / (len(blocks) * count), participants / count)


def _ceiled(
    stimuli: np.ndarray,
    participants: np.ndarray,
    raw: float,
    vectors: "Sequence[np.ndarray]",
    blocks: "Sequence[np.ndarray]",
    n: int,
) -> tuple[np.ndarray, np.ndarray]:
    """The same of raw / sqrt(s), s the mean agreement of two participants: (d raw - raw d s / (2 s)) / sqrt(s)."""
    count = len(vectors)
    shared, influence = np.zeros(count), np.zeros((len(blocks), count))
    for a in range(count):
        for b in range(count):
            if a != b:
                shared[a] += (vectors[a] * vectors[b]).mean() / (count - 1)
                of_pair = _square(_pairwise(vectors[a], vectors[b]), n).sum(1) / (n - 1)
                influence[:, a] += 2 * np.array([of_pair[block].mean() for block in blocks]) / (count - 1)
    total = shared.mean()
    scale = raw / (2 * total)
    return (stimuli - scale * influence) / np.sqrt(total), (participants - scale * 2 * (shared - total)) / np.sqrt(
        total
    )


def _standard(values: np.ndarray, compare: Comparison) -> np.ndarray:
    """Of unit mean square: ranks less their mean, or distances as they are for the cosine."""
    from scipy.stats import rankdata

    centred = values if compare is cosine else rankdata(values) - (len(values) + 1) / 2
    return np.asarray(centred / np.sqrt((centred**2).mean()))


def _pairwise(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """(pairs,), influence of every pair on mean(x y), of mean 0."""
    return x * y - (x * y).mean() / 2 * (x**2 + y**2)


def _of_pairs(influence: np.ndarray, n: int) -> float:
    """Variance of the mean over pairs by what is particular to each: less what its two stimuli do in all their pairs."""
    both = _square(influence, n)
    row = both.sum(1) / (n - 2)
    own = pairs(both - row[:, None] - row)
    return float((own**2).sum()) / len(own) ** 2


def _share(of_pairs: float, *influences: np.ndarray) -> float:
    """Variance by stimuli without that of pairs."""
    total = sum(float(one.var(ddof=1)) / len(one) for one in influences)
    return float(np.clip(1 - of_pairs / total, 0.5, 1)) if total > 0 else 1.0


def _square(values: np.ndarray, n: int) -> np.ndarray:
    """(n, n), symmetric, of values of its upper triangle; 0 on the diagonal."""
    both = np.zeros((n, n))
    both[np.triu_indices(n, 1)] = values
    return both + both.T
