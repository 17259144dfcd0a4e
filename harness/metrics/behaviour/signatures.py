"""Confusion signatures of a model, by object and by image, and their agreement (Rajalingham et al. 2018).

Everywhere: `M` is (n_images, n_objects), the probability with which a distractor (column) is chosen over the image's own object
when both are offered, NaN for the image's own object and for distractors that were never offered; `objects` is (n_images,), the
column of the object that each image shows. Signatures are in units of d', limited to +-5.
"""

from collections.abc import Callable

import numpy as np
from scipy.special import ndtri

from harness.checks import Count, Seed, checked
from harness.errors import BenchmarkError
from harness.metrics.statistics import mean_of_defined, pearson, spearman_brown, within_groups

LIMIT = 5.0
Signature = Callable[[np.ndarray, np.ndarray], np.ndarray]


@checked(BenchmarkError, pure=True)
def pairwise(probabilities: np.ndarray, objects: np.ndarray) -> np.ndarray:
    """`M` from probabilities, or counts, of choices among all objects: p(distractor) / (p(distractor) + p(own object)).

    It applies to the choices of a model and of participants among all objects, so that both become comparable.

    Args:
        probabilities: (n_images, n_objects).
    """
    probabilities = np.asarray(probabilities, dtype=np.float64)
    images = np.arange(len(objects))
    own = probabilities[images, objects][:, None]
    with np.errstate(invalid="ignore", divide="ignore"):
        M = probabilities / (probabilities + own)
    M[images, objects] = np.nan
    return M


@checked(BenchmarkError, pure=True)
def choice_rates(
    image: np.ndarray, distractor: np.ndarray, chose_distractor: np.ndarray, objects: np.ndarray, n_objects: Count
) -> np.ndarray:
    """`M` from trials with two alternatives each.

    Args:
        image: (n_trials,), row of the image shown.
        distractor: (n_trials,), column of the other object offered.
        chose_distractor: (n_trials,), bool.
    """
    offered, chosen = np.zeros((2, len(objects), n_objects))
    np.add.at(offered, (image, distractor), 1)
    np.add.at(chosen, (image, distractor), np.asarray(chose_distractor, dtype=float))
    with np.errstate(invalid="ignore"):
        M = chosen / offered
    M[np.arange(len(objects)), objects] = np.nan
    return M


def i2(M: np.ndarray, objects: np.ndarray) -> np.ndarray:
    """(n_images, n_objects): z(1 - M[image, distractor]) - z(mean over the distractor's images of M[., the image's object])."""
    false_alarms = _mean_over_images(M, objects)  # (object shown, object chosen)
    with np.errstate(invalid="ignore"):
        return (ndtri(1 - M) - ndtri(false_alarms.T[objects])).clip(-LIMIT, LIMIT)


@checked(BenchmarkError, pure=True)
def i2n(M: np.ndarray, objects: np.ndarray) -> np.ndarray:
    """`i2` less its mean over the images of each object, for each distractor: what is particular to the image."""
    values = i2(M, objects)
    for shown in np.unique(objects):
        values[objects == shown] -= mean_of_defined(values[objects == shown])
    return values


def i1(M: np.ndarray, objects: np.ndarray) -> np.ndarray:
    """(n_images,), mean of `i2` over distractors: how well each image is told from all others."""
    return mean_of_defined(i2(M, objects).T)


def i1n(M: np.ndarray, objects: np.ndarray) -> np.ndarray:
    """`i1` less its mean over the images of each object."""
    return within_groups(i1(M, objects), objects)


@checked(BenchmarkError, pure=True)
def o2(M: np.ndarray, objects: np.ndarray) -> np.ndarray:
    """(pairs of objects,), d'(a, b) = z(1 - F(b, a)) - z(F(a, b)) with F(a, b) the mean over images of a of M[., b].

    It is the same for (a, b) and (b, a), so each pair stands here once: five objects give ten numbers. NaN where one of the two was
    never shown, or never offered beside the other.
    """
    F = _mean_over_images(M, objects)
    with np.errstate(invalid="ignore"):
        values = (ndtri(1 - F.T) - ndtri(F)).clip(-LIMIT, LIMIT)
    return values[np.triu_indices(len(values), 1)]


def o1(M: np.ndarray, objects: np.ndarray) -> np.ndarray:
    """(n_objects,), mean of `o2` over the other objects."""
    n = M.shape[1]
    table = np.full((n, n), np.nan)
    table[np.triu_indices(n, 1)] = o2(M, objects)
    return mean_of_defined(np.where(np.isnan(table), table.T, table))


@checked(BenchmarkError, pure=True)
def agreement(x: np.ndarray, y: np.ndarray) -> float:
    """Pearson's r over the entries that both signatures have."""
    common = np.isfinite(x) & np.isfinite(y)
    if common.sum() < 3:
        raise BenchmarkError(f"two signatures have {common.sum()} entries in common; correlating them takes three")
    return float(pearson(x[common], y[common]))


def signature_reliability(
    signature: Signature,
    rates: Callable[[np.ndarray], np.ndarray],
    n_trials: int,
    objects: np.ndarray,
    partitions: Count = 20,
    seed: Seed = 0,
) -> float:
    """Reliability of a signature from so many trials: agreement of random halves, mean after Fisher's z, stepped up by the
    Spearman-Brown formula. A perfect model's agreement with the whole is its square root (`noise_corrected`), provided there are
    trials enough that few cells of `M` are 0 or 1: at 30 trials per cell it fell short of that by a seventh in simulated `i2n`.

    Args:
        rates: from positions of trials to `M`.
    """
    random = np.random.default_rng(seed)
    found = []
    for _ in range(partitions):
        order = random.permutation(n_trials)
        first, second = (signature(rates(half), objects) for half in (order[: n_trials // 2], order[n_trials // 2 :]))
        found.append(np.arctanh(np.clip(agreement(first, second), -1 + 1e-12, 1 - 1e-12)))
    return float(spearman_brown(np.tanh(np.mean(found))))


def noise_corrected(r: float, reliability: float, own_reliability: float = 1.0) -> float:
    """r / sqrt(reliability of the human and of the model's own signature); a deterministic model's own is 1.

    Raises:
        BenchmarkError: if a reliability is not positive.
    """
    if not (reliability > 0 and own_reliability > 0):
        raise BenchmarkError(
            "the signature is not reliable, so agreement with it has no ceiling; more trials are needed"
        )
    return r / float(np.sqrt(reliability * own_reliability))


def _mean_over_images(M: np.ndarray, objects: np.ndarray) -> np.ndarray:
    """(object shown, object chosen); NaN for an object that no image shows."""
    n = M.shape[1]
    return np.array(
        [mean_of_defined(M[objects == shown]) if (objects == shown).any() else np.full(n, np.nan) for shown in range(n)]
    )
