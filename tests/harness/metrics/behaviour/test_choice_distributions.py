"""Agreement of choice probabilities with human choices."""

import numpy as np
import pytest

from harness.errors import BenchmarkError
from harness.metrics.behaviour.choice_distributions import (
    choice_reliability,
    correlation,
    cross_entropy,
    entropy,
    entropy_correlation,
    halves,
    image_level_correlation,
    shares,
    within_label,
)

LABELS = np.repeat(np.arange(5), 60)


def participants(seed=0, annotators=50):
    """True distributions that vary from image to image, and the counts of annotators who follow them."""
    random = np.random.default_rng(seed)
    unsure = random.beta(0.5, 3, len(LABELS))[:, None]
    true = (1 - unsure) * np.eye(5)[LABELS] + unsure * random.dirichlet(np.full(5, 0.5), len(LABELS))
    return true, np.stack([random.multinomial(annotators, row) for row in true])


def test_what_depends_on_the_label_alone_is_taken_away():
    assert not within_label(np.eye(5)[LABELS], LABELS).any()
    true, _ = participants()
    particular = within_label(true, LABELS)
    assert particular[LABELS == 3].mean(0) == pytest.approx(np.zeros(5))
    class_means = true - particular
    assert image_level_correlation(true + class_means, true, LABELS) == pytest.approx(1)


def test_image_level_correlation_of_oracle_uniform_and_shuffled_answers():
    true, counts = participants()
    humans = shares(counts)
    assert correlation(np.eye(5)[LABELS], humans) > 0.8  # the full distributions reward an oracle
    assert image_level_correlation(np.eye(5)[LABELS], humans, LABELS) == 0
    assert image_level_correlation(np.full((300, 5), 0.2), humans, LABELS) == 0
    random = np.random.default_rng(0)
    rows = np.concatenate([random.permutation(np.flatnonzero(label == LABELS)) for label in range(5)])
    assert abs(image_level_correlation(true[rows], humans, LABELS)) < 0.1


def test_cross_entropy_is_at_best_the_entropy():
    true, _ = participants()
    assert cross_entropy(true, true) == pytest.approx(entropy(true).mean())
    assert cross_entropy(np.full_like(true, 0.2), true) == pytest.approx(np.log(5))
    assert cross_entropy(np.eye(5)[(LABELS + 1) % 5], true) < np.inf
    assert entropy(np.array([[1.0, 0, 0, 0], [0.25] * 4])) == pytest.approx([0, np.log(4)])


def test_entropy_correlation():
    true, _ = participants()
    assert entropy_correlation(true, true, LABELS) == pytest.approx(1)
    assert entropy_correlation(np.roll(true, 1, axis=1), true, LABELS) == pytest.approx(
        1
    )  # what they hesitate between is ignored
    assert entropy_correlation(np.eye(5)[LABELS], true, LABELS) == 0


def test_halves_are_random_halves():
    _, counts = participants(annotators=51)
    random = np.random.default_rng(0)
    first, second = halves(counts, random)
    assert (first + second == counts).all() and (first >= 0).all() and (second >= 0).all()
    assert (first.sum(1) == 25).all()
    many = np.mean([halves(counts, random)[0] for _ in range(400)], axis=0)
    assert many == pytest.approx(counts * 25 / 51, abs=0.6)
    column = np.array([halves(np.array([[6, 4]]), random)[0][0, 0] for _ in range(4000)])
    assert column.var() == pytest.approx(5 * 0.6 * 0.4 * 5 / 9, rel=0.1)  # hypergeometric, not binomial


def test_the_ceiling_is_what_the_true_distributions_reach():
    reached, ceilings = [], []
    for seed in range(20):
        true, counts = participants(seed, annotators=20)
        reached.append(image_level_correlation(true, shares(counts), LABELS))
        statistic = lambda p, q: image_level_correlation(p, q, LABELS)
        ceilings.append(choice_reliability(statistic, counts, partitions=5) ** 0.5)
    assert np.mean(reached) == pytest.approx(np.mean(ceilings), abs=0.012)
    with pytest.raises(BenchmarkError, match="annotators"):
        choice_reliability(correlation, np.eye(5, dtype=int))
