import numpy as np
import pytest
from scipy.stats import norm

from harness.errors import BenchmarkError
from harness.metrics.behaviour.signatures import (
    agreement,
    choice_rates,
    i1,
    i1n,
    i2,
    i2n,
    noise_corrected,
    o1,
    o2,
    pairwise,
    signature_reliability,
)

OBJECTS = np.repeat(np.arange(5), 12)


@pytest.fixture
def probabilities():
    """Choices among five objects: some pairs are confused more than others, and some images more than others."""
    random = np.random.default_rng(0)
    pairs = random.standard_normal((5, 5))
    scores = 0.8 * pairs[OBJECTS] + 0.8 * random.standard_normal((60, 5)) + 2.5 * np.eye(5)[OBJECTS]
    return np.exp(scores) / np.exp(scores).sum(1, keepdims=True)


def test_values_by_hand():
    M = np.array([[np.nan, 0.2], [np.nan, 0.4], [0.1, np.nan]])
    objects = np.array([0, 0, 1])
    z = norm.ppf
    np.testing.assert_allclose(i2(M, objects)[:, 1], [z(0.8) - z(0.1), z(0.6) - z(0.1), np.nan])
    assert i2(M, objects)[2, 0] == pytest.approx(z(0.9) - z(0.3))
    np.testing.assert_allclose(i2n(M, objects)[:2, 1], np.array([1, -1]) * (z(0.8) - z(0.6)) / 2)
    np.testing.assert_allclose(i1(M, objects), [z(0.8) - z(0.1), z(0.6) - z(0.1), z(0.9) - z(0.3)])
    assert i1n(M, objects)[2] == 0
    assert o2(M, objects) == pytest.approx([z(0.9) - z(0.3)])
    np.testing.assert_allclose(o1(M, objects), [z(0.9) - z(0.3)] * 2)


def test_an_object_pair_stands_once_and_d_prime_is_limited():
    M = pairwise(np.eye(5)[OBJECTS], OBJECTS)
    assert o2(M, OBJECTS).shape == (10,) and (o2(M, OBJECTS) == 5).all()
    assert (i2(M, OBJECTS)[np.isfinite(M)] == 5).all()


def test_model_and_participants_stand_on_one_footing(probabilities):
    """Participants who choose among all objects and participants who choose between two give the same matrix, with trials
    enough."""
    random = np.random.default_rng(1)
    counts = np.array([random.multinomial(20000, row) for row in probabilities])
    M = pairwise(probabilities, OBJECTS)
    np.testing.assert_allclose(pairwise(counts, OBJECTS), M, atol=0.06)
    trials = _trials(M, 2000)
    np.testing.assert_allclose(choice_rates(*trials, OBJECTS, 5), M, atol=0.06)


def _trials(M, repeats, seed=2):
    image, distractor = (axis.repeat(repeats) for axis in np.nonzero(np.isfinite(M)))
    return image, distractor, np.random.default_rng(seed).random(len(image)) < M[image, distractor]


@pytest.mark.parametrize("signature", [i1, i1n, i2, i2n, o1, o2])
def test_the_right_model_reaches_its_ceiling_and_a_shuffled_one_nothing(probabilities, signature):
    M = pairwise(probabilities, OBJECTS)
    image, distractor, chose = _trials(M, 400)
    rates = lambda part: choice_rates(image[part], distractor[part], chose[part], OBJECTS, 5)
    human = signature(rates(np.arange(len(image))), OBJECTS)
    reliability = signature_reliability(signature, rates, len(image), OBJECTS, partitions=5)
    assert noise_corrected(agreement(signature(M, OBJECTS), human), reliability) == pytest.approx(1, abs=0.1)
    random = np.random.default_rng(0)
    shuffled = [agreement(random.permuted(signature(M, OBJECTS), axis=0), human) for _ in range(100)]
    assert abs(np.mean(shuffled)) < (0.25 if signature in (o1, o2) else 0.5 if signature in (i2,) else 0.1)


def test_an_oracle_has_no_particular_images(probabilities):
    """A model that is certain of the right object everywhere is as like participants as it can be on average, and in
    nothing else."""
    M = pairwise(np.eye(5)[OBJECTS], OBJECTS)
    assert np.nanmax(np.abs(i2n(M, OBJECTS))) == 0


def test_what_cannot_be_compared_is_refused():
    with pytest.raises(BenchmarkError, match="in common"):
        agreement(np.full(5, np.nan), np.ones(5))
    with pytest.raises(BenchmarkError, match="not reliable"):
        noise_corrected(0.3, -0.1)
