"""Agreement of a model's choice probabilities with the distributions of human choices, image by image.

Everywhere: `probabilities` and `humans` are (images, choices) with rows that sum to 1, `counts` is (images, choices), the number of
annotators who made each choice, and `labels` is (images,), what the image shows.
"""

from collections.abc import Callable

import numpy as np

from harness.checks import Count, Seed, checked
from harness.errors import BenchmarkError
from harness.metrics.statistics import pearson, spearman_brown, within_groups

FLOOR = 1e-9
_ROUNDING = 1e-12


@checked(BenchmarkError, pure=True)
def shares(counts: np.ndarray) -> np.ndarray:
    """Counts of choices as distributions."""
    return np.asarray(counts) / np.sum(counts, axis=1, keepdims=True)


@checked(BenchmarkError, pure=True)
def within_label(probabilities: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Distributions less the mean distribution of their label: what is particular to each image.

    It is zero for a model whose answer depends on the label alone, as that of one who names every image correctly and with
    certainty.
    """
    particular = within_groups(probabilities, labels)
    return np.where(np.abs(particular) > _ROUNDING, particular, 0)


@checked(BenchmarkError, pure=True)
def correlation(x: np.ndarray, y: np.ndarray) -> float:
    """Pearson's r over all entries; 0 if `x` or `y` does not vary, because then neither tells anything about the other."""
    r = float(pearson(np.ravel(x), np.ravel(y)))
    return r if np.isfinite(r) else 0.0


@checked(BenchmarkError, pure=True)
def image_level_correlation(probabilities: np.ndarray, humans: np.ndarray, labels: np.ndarray) -> float:
    """Correlation, over images and choices, of what is particular to each image (see `within_label`)."""
    return correlation(within_label(probabilities, labels), within_label(humans, labels))


@checked(BenchmarkError, pure=True)
def cross_entropy(probabilities: np.ndarray, humans: np.ndarray) -> float:
    """Mean over images of - sum humans ln probabilities, in nats (Peterson et al. 2019), with probabilities of at least 1e-9.

    At best it is the humans' own entropy.
    """
    return float(-(humans * np.log(np.maximum(probabilities, FLOOR))).sum(1).mean())


@checked(BenchmarkError, pure=True)
def entropy(probabilities: np.ndarray) -> np.ndarray:
    """(images,), of each distribution, in nats."""
    return -(probabilities * np.log(np.maximum(probabilities, FLOOR))).sum(1)


@checked(BenchmarkError, pure=True)
def entropy_correlation(probabilities: np.ndarray, humans: np.ndarray, labels: np.ndarray) -> float:
    """Rank correlation of a model's and participants' entropies over the images of a label, mean over labels."""
    from scipy.stats import rankdata

    x, y = entropy(probabilities), entropy(humans)
    x = np.where(np.abs(x) > _ROUNDING, x, 0)
    ranks = [(rankdata(x[rows]), rankdata(y[rows])) for rows in (labels == label for label in np.unique(labels))]
    return float(np.mean([correlation(first, second) for first, second in ranks]))


@checked(BenchmarkError, pure=True)
def halves(counts: np.ndarray, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """The counts of a random half of each image's annotators and those of the others.

    Who chose what is not needed: the choices of half of them, drawn without replacement, follow the multivariate hypergeometric
    distribution.
    """
    counts = np.asarray(counts)
    left, wanted = counts.sum(1), counts.sum(1) // 2
    half = np.zeros_like(counts)
    for choice in range(counts.shape[1]):
        left = left - counts[:, choice]
        half[:, choice] = random.hypergeometric(counts[:, choice], left, wanted)
        wanted = wanted - half[:, choice]
    return half, counts - half


@checked(BenchmarkError, pure=True)
def choice_reliability(
    statistic: Callable[[np.ndarray, np.ndarray], float], counts: np.ndarray, partitions: Count = 50, seed: Seed = 0
) -> float:
    """Reliability of the human distributions under a correlation: its mean over random halves of the annotators (after
    Fisher's z), stepped up by the Spearman-Brown formula. A perfect model reaches its square root.

    Args:
        statistic: called with two arrays of distributions, gives a correlation.

    Raises:
        BenchmarkError: if an image has fewer than two annotators.
    """
    if np.sum(counts, axis=1).min() < 2:
        raise BenchmarkError("a split-half ceiling needs at least two annotators for every image")
    random = np.random.default_rng(seed)
    correlations = [statistic(*map(shares, halves(counts, random))) for _ in range(partitions)]
    return float(spearman_brown(np.tanh(np.mean(np.arctanh(np.clip(correlations, -1 + 1e-12, 1 - 1e-12))))))
