"""From evidence to choices, and the agreement of curves."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from harness.metrics.behaviour.psychometrics import (
    choice_probability,
    closeness,
    concordance,
    fit_noise,
    leave_one_out,
    likelihood_position,
    threshold,
)

PARTICIPANTS = np.array([0.503, 0.557, 0.695, 0.929])


def trials(choices, n=40, seed=0):
    random = np.random.default_rng(seed)
    right = random.integers(0, choices, n)
    evidence = random.normal(size=(n, choices))
    evidence[np.arange(n), right] += 1
    return evidence, right


@pytest.mark.parametrize("choices", [2, 5, 8])
def test_choice_probability_is_that_of_simulated_choices(choices):
    evidence, right = trials(choices)
    random = np.random.default_rng(1)
    noisy = evidence + 0.7 * random.normal(size=(20_000, *evidence.shape))
    simulated = (noisy.argmax(2) == right).mean(0)
    assert np.abs(choice_probability(evidence, right, 0.7) - simulated).max() < 0.015


def test_two_choices_follow_the_normal_distribution():
    p = choice_probability(np.array([[1.0, 0.0], [0.0, 1.0]]), np.array([0, 0]), 2.0)
    assert p == pytest.approx(norm.cdf([1 / (2 * 2**0.5), -1 / (2 * 2**0.5)]))


def test_without_noise_the_largest_wins_and_equal_evidence_is_guessed():
    evidence = np.array([[3.0, 1, 1], [1, 3, 1], [0, 0, 0], [2, 2, 0]])
    assert choice_probability(evidence, np.zeros(4, dtype=int), 0.0) == pytest.approx([1, 0, 1 / 3, 1 / 2])
    assert choice_probability(np.zeros((2, 5)), np.array([0, 4]), 0.3) == pytest.approx([0.2, 0.2])


@given(st.floats(0.55, 0.9), st.integers(0, 5))
def test_fitted_noise_gives_the_accuracy_asked_for_on_any_scale(wanted, seed):
    evidence, right = trials(2, seed=seed)
    evidence[np.arange(len(right)), right] += 2
    noise = fit_noise(evidence, right, wanted)
    assert noise.found and choice_probability(evidence, right, noise.level).mean() == pytest.approx(wanted, abs=1e-6)
    assert fit_noise(1000 * evidence, right, wanted).level == pytest.approx(1000 * noise.level, rel=1e-6)


def test_an_accuracy_out_of_reach_is_said_to_be():
    evidence, right = trials(5)
    assert not fit_noise(evidence, (right + 1) % 5, 0.9).found
    nothing = fit_noise(np.zeros((10, 2)), np.zeros(10, dtype=int), 0.9)
    assert not nothing.found and nothing.level == 0 and nothing.reached == 0.5


def test_concordance_counts_shape_size_and_height():
    assert concordance(PARTICIPANTS, PARTICIPANTS) == pytest.approx(1)
    assert concordance(np.full(4, 0.5), PARTICIPANTS) == 0
    assert concordance(PARTICIPANTS - 0.2, PARTICIPANTS) < 0.9
    assert concordance((PARTICIPANTS - 0.5) / 3 + 0.5, PARTICIPANTS) < 0.7
    assert concordance(PARTICIPANTS[::-1], PARTICIPANTS) < 0


def test_concordance_with_shuffled_curves_is_zero_on_average():
    random = np.random.default_rng(0)
    assert abs(np.mean([concordance(random.permutation(PARTICIPANTS), PARTICIPANTS) for _ in range(3000)])) < 0.03


def test_likelihood_lies_between_guessing_and_the_participants_own_shares():
    counts = np.random.default_rng(0).binomial(300, PARTICIPANTS, (16, 4))
    all_trials = np.full((16, 4), 300)
    assert likelihood_position(np.full(4, 0.5), counts, all_trials, 0.5) == 0
    assert likelihood_position(PARTICIPANTS, counts, all_trials, 0.5) == pytest.approx(1, abs=0.03)
    assert likelihood_position(1 - PARTICIPANTS, counts, all_trials, 0.5) < 0
    assert likelihood_position(counts[0] / 300, counts[:1], all_trials[:1], 0.5) == pytest.approx(1)


def test_closeness():
    assert closeness(PARTICIPANTS, PARTICIPANTS, np.full(4, 0.1)) == 1
    assert closeness(PARTICIPANTS + 1, PARTICIPANTS, np.full(4, 0.1)) == 0
    assert closeness(PARTICIPANTS + 0.15, PARTICIPANTS, np.full(4, 0.1)) == pytest.approx(0.5)


def test_threshold():
    assert threshold([8.3, 16.7, 33.3, 66.7], PARTICIPANTS.tolist()) == pytest.approx(39, abs=0.5)
    assert threshold([1, 2], [0.5, 0.6]) is None
    assert threshold([10, 40], [0.5, 1.0]) == pytest.approx(20)


def test_leaving_one_out_compares_with_the_others_alone():
    participants = np.stack([PARTICIPANTS, PARTICIPANTS, PARTICIPANTS[::-1]])
    values = leave_one_out(participants, concordance)
    assert (
        values[0] == values[1]
        and values[2] == pytest.approx(concordance(PARTICIPANTS[::-1], PARTICIPANTS))
        and values[2] < 0
    )
