"""Precision and recall of contours against several annotators, and the summary measures ODS, OIS and AP.

Arbelaez, Maire, Fowlkes & Malik (2011), IEEE TPAMI 33:898, section 2. Counts are summed over images before they are divided.
"""

from collections.abc import Sequence

import numpy as np

from harness_plugins.benchmarks.bsds500.boundaries import TOLERANCE, match, ridges, thin

MATCHED, DRAWN, FOUND, SHOWN = range(4)
"""Columns of counts: predicted pixels matched with any annotator, all predicted ones, annotators' pixels matched, all of theirs."""


def counts(mask: np.ndarray, annotators: Sequence[np.ndarray], tolerance: float = TOLERANCE) -> np.ndarray:
    """The four counts of one binary map. A predicted pixel counts once, however many annotators it is matched with; the
    annotators' pixels are summed over annotators.

    Args:
        mask: (height, width), boolean.
        annotators: masks of the same shape.
    """
    any_annotator, found = np.zeros(mask.shape, dtype=bool), 0
    for annotator in annotators:
        predicted, theirs = match(mask, annotator, tolerance)
        any_annotator |= predicted
        found += int(theirs.sum())
    shown = sum(int(annotator.sum()) for annotator in annotators)
    return np.array([any_annotator.sum(), mask.sum(), found, shown])


def curve(
    strength: np.ndarray,
    annotators: Sequence[np.ndarray],
    thresholds: np.ndarray,
    suppress: bool = True,
    tolerance: float = TOLERANCE,
) -> np.ndarray:
    """(thresholds, 4), the counts of a map of contour strength cut at every threshold and thinned.

    Args:
        strength: (height, width), not negative; 0 is no contour.
        thresholds: a pixel counts where strength is at or above one.
        suppress: whether only ridges are kept first; not needed for lines that are thin already.
    """
    kept = ridges(strength) if suppress else np.asarray(strength)
    return np.array([counts(thin((kept >= threshold) & (kept > 0)), annotators, tolerance) for threshold in thresholds])


def precision_recall(counted: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Precision and recall from counts (..., 4); 0 where nothing was drawn or shown."""
    counted = np.asarray(counted, dtype=float)
    precision = counted[..., MATCHED] / np.maximum(counted[..., DRAWN], 1)
    return precision, counted[..., FOUND] / np.maximum(counted[..., SHOWN], 1)


def f_measure(precision: np.ndarray, recall: np.ndarray) -> np.ndarray:
    """The harmonic mean of precision and recall, 0 where both are."""
    total = np.asarray(precision + recall, dtype=float)
    return 2 * precision * recall / np.where(total > 0, total, 1)


def best_f(precision: np.ndarray, recall: np.ndarray, steps: int = 100) -> tuple[float, float, float]:
    """The greatest F on the curve, with precision and recall interpolated between neighbouring thresholds as in the published
    evaluation, and the two at it.

    Args:
        precision, recall: (thresholds,), in the order of the thresholds.
    """
    share = np.linspace(0, 1, steps + 1)[:, None]
    if len(precision) > 1:
        precision = (precision[:-1] * (1 - share) + precision[1:] * share).ravel()
        recall = (recall[:-1] * (1 - share) + recall[1:] * share).ravel()
    f = f_measure(precision, recall)
    best = int(np.argmax(f))
    return float(f[best]), float(precision[best]), float(recall[best])


def ods(counted: np.ndarray) -> float:
    """The best F at one threshold for all images (optimal data set scale), from counts (images, thresholds, 4)."""
    return best_f(*precision_recall(np.asarray(counted).sum(0)))[0]


def ois(counted: np.ndarray) -> float:
    """F of the counts at every image's own best threshold (optimal image scale), from counts (images, thresholds, 4)."""
    counted = np.asarray(counted)
    best = f_measure(*precision_recall(counted)).argmax(1)
    return float(f_measure(*precision_recall(counted[np.arange(len(counted)), best].sum(0))))


def average_precision(counted: np.ndarray) -> float:
    """The area under precision against recall between the lowest and the highest recall reached, interpolated at every
    hundredth, from counts (images, thresholds, 4)."""
    precision, recall = precision_recall(np.asarray(counted).sum(0))
    recalls, first = np.unique(recall, return_index=True)
    at = np.linspace(0, 1, 101)
    return float(np.interp(at, recalls, precision[first], left=0, right=0).sum() / 100)


def agreement(annotators: Sequence[np.ndarray], tolerance: float = TOLERANCE) -> np.ndarray:
    """(4,), the counts of every annotator's map against the others', summed over annotators."""
    others = [[map_ for j, map_ in enumerate(annotators) if j != i] for i in range(len(annotators))]
    pairs = zip(annotators, others, strict=True)
    return np.sum([counts(mask, rest, tolerance) for mask, rest in pairs], axis=0)
