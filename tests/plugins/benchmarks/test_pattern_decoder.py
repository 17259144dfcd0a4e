"""Decoding from pseudo-populations: known answers."""

import numpy as np
import pytest

from harness_plugins.benchmarks.zhang_desimone2011.pattern_decoder import (
    PatternDecoder,
    TimeCourse,
    decoded_time_course,
    known_positions,
    mean_time_course,
    other_positions,
    sliding,
)

TIMES = np.arange(-95, 500, 10.0)


def counts(signal, noise=0.5, trials=6, seed=0):
    """(positions, classes, trials, units, bins) of tuning (positions, classes, units) with a time course (bins,)."""
    tuning, time_course = signal
    random = np.random.default_rng(seed)
    mean = tuning[:, :, None, :, None] * time_course
    return mean + noise * random.standard_normal((*tuning.shape[:2], trials, tuning.shape[2], len(time_course)))


def tuned(shared, positions=3, classes=5, units=40):
    random = np.random.default_rng(3)
    one = random.standard_normal((1, classes, units)) * np.ones((positions, 1, 1))
    return one if shared else random.standard_normal((positions, classes, units))


def late(times):
    return (times > 100).astype(float)


def test_what_is_there_is_decoded_when_it_is_there():
    time_course = decoded_time_course(counts((tuned(True), late(TIMES)), 0.3), TIMES, folds=3)
    assert time_course.chance == 0.2 and time_course.known[TIMES > 100].min() == 1
    assert time_course.known[TIMES < 100].mean() == pytest.approx(0.2, abs=0.03)
    assert time_course.other[TIMES > 100].min() == 1
    np.testing.assert_array_equal(np.diagonal(time_course.generalisation), time_course.known)
    measures = time_course.measures()
    assert 90 < measures["t10"] < measures["t50"] < measures["t95"] < 110
    assert measures["late"] == pytest.approx(1) and measures["position"] == 1 and measures["half_width"] == 200


def test_each_bin_has_the_decoder_that_it_has_alone():
    values = counts((tuned(True), late(TIMES)))
    decoder = PatternDecoder.fit(values[0])
    crossed = decoder.generalisation(values[1])
    np.testing.assert_allclose(np.diagonal(crossed), decoder.accuracy(values[1]))
    alone = PatternDecoder.fit(values[0][..., [40]]).generalisation(values[1])
    np.testing.assert_allclose(alone[0], crossed[40])


def test_a_code_that_differs_between_positions_does_not_carry_over():
    values = counts((tuned(False), late(TIMES)), 0.3)
    assert known_positions(values, 3)[TIMES > 100].mean() > 0.9
    assert other_positions(values)[TIMES > 100].mean() == pytest.approx(0.2, abs=0.12)


def test_noise_is_at_chance_and_has_no_measures():
    time_course = decoded_time_course(counts((tuned(True), 0 * TIMES)), TIMES, folds=3)
    assert time_course.known.mean() == pytest.approx(0.2, abs=0.02)
    assert all(np.isnan(value) for value in time_course.measures().values())


def test_silence_is_guessing():
    silent = decoded_time_course(np.zeros((2, 4, 4, 6, 12)), np.arange(-50, 70, 10.0), folds=2)
    np.testing.assert_allclose(silent.generalisation, 0.25)


def test_decline_and_width_of_a_known_time_course():
    times = np.arange(-100, 500, 10.0)
    known = np.where(times < 50, 0.25, np.where(times < 400, 0.85, 0.55))
    width = np.abs(times[:, None] - times) <= 30
    time_course = TimeCourse(times, known, 0.25 + (known - 0.25) / 2, np.where(width, known[:, None], 0.25), 0.25)
    found = time_course.measures()
    assert found["late"] == pytest.approx(0.5) and found["position"] == pytest.approx(0.5)
    assert found["half_width"] == pytest.approx(35) and found["t50"] == pytest.approx(45)
    assert time_course.peak == 50 and mean_time_course([time_course, time_course]).peak == 50


def test_windows_slide():
    assert sliding(np.arange(5.0), 3).tolist() == [3, 6, 9]
