"""Boundaries on cases worked by hand."""

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment

from harness_plugins.benchmarks.bsds500 import contours
from harness_plugins.benchmarks.bsds500.boundaries import match, ridges, thin


def drawn(*lines):
    return np.array([[mark == "#" for mark in line] for line in lines])


def test_a_bar_is_thinned_to_its_middle_line():
    bar = np.zeros((9, 15), dtype=bool)
    bar[3:6, 2:13] = True
    line = thin(bar)
    assert (line.sum(0) <= 1).all() and line[4, 4:11].all() and not (line & ~bar).any()


def test_what_is_thin_stays():
    line = drawn(".....", ".###.", "....#", "....#")
    assert np.array_equal(thin(line), line)
    assert np.array_equal(thin(thin(np.ones((7, 7), bool))), thin(np.ones((7, 7), bool)))


def test_thinning_keeps_a_ring_and_its_hole():
    y, x = np.mgrid[-10:11, -10:11]
    ring = thin((np.hypot(y, x) > 5) & (np.hypot(y, x) < 9))
    from scipy.ndimage import label

    eight = np.ones((3, 3))
    assert label(ring, eight)[1] == 1 and label(~ring)[1] == 2 and not ring[10, 10]


@pytest.mark.parametrize("angle", [0, 30, 45, 90, 120])
def test_ridges_of_a_blurred_line_are_the_line(angle):
    y, x = np.mgrid[-30:31, -30:31]
    distance = x * np.sin(np.radians(angle)) + y * np.cos(np.radians(angle))
    kept = ridges(np.exp(-(distance**2) / 8)) > 0.05
    inside = np.hypot(y, x) < 20
    assert kept[inside & (np.abs(distance) < 0.4)].all()
    assert not kept[inside & (np.abs(distance) > 1.5)].any()


def test_ridges_fade_towards_the_border():
    strength = np.zeros((21, 21))
    strength[10] = 1
    assert ridges(strength)[10, :6] == pytest.approx([0, 0.2, 0.4, 0.6, 0.8, 1])


def test_one_pixel_is_matched_with_one():
    first, second = np.zeros((2, 100, 100), dtype=bool)
    first[50, 50] = second[50, 50] = second[50, 51] = True
    a, b = match(first, second)
    assert a.sum() == b.sum() == 1


def test_the_tolerance_is_a_share_of_the_diagonal():
    first, second = np.zeros((2, 300, 400), dtype=bool)  # a diagonal of 500: 3.75 pixels
    first[100, 100] = first[200, 200] = True
    second[100, 103] = second[200, 204] = True
    a, b = match(first, second)
    assert a[100, 100] and b[100, 103] and a.sum() == b.sum() == 1


def test_a_pixel_gives_its_nearest_partner_up_so_that_all_are_matched():
    first, second = np.zeros((2, 300, 400), dtype=bool)
    first[100, 100] = first[100, 103] = True
    second[100, 101] = second[100, 97] = True  # 103 reaches 101 alone; 100 reaches both and is nearer to 101
    a, b = match(first, second)
    assert a.sum() == b.sum() == 2


def test_as_many_as_the_assignment_of_least_cost_matches():
    random = np.random.default_rng(0)
    for _ in range(20):
        first, second = random.random((2, 40, 40)) < 0.08
        a, _ = match(first, second, tolerance=0.05)
        p, q = np.argwhere(first), np.argwhere(second)
        distance = np.hypot(*(p[:, None] - q).transpose(2, 0, 1))
        reach = 0.05 * np.hypot(40, 40)
        cost = np.full((len(p) + len(q),) * 2, 100 * reach)
        cost[: len(p), : len(q)] = np.where(distance <= reach, distance, 1e6)
        cost[len(p) :, len(q) :] = 0
        rows, columns = linear_sum_assignment(cost)
        assert a.sum() == ((rows < len(p)) & (columns < len(q))).sum()


def test_nothing_is_matched_with_nothing():
    empty, line = np.zeros((2, 10, 10), dtype=bool)
    line[5] = True
    assert not match(empty, line)[1].any() and not match(line, empty)[0].any()


def test_counts_by_hand():
    """A prediction of two lines; annotator A drew the first, B the first and a third line: every line has 20 pixels."""
    lines = np.zeros((3, 60, 80), dtype=bool)
    for number, line in enumerate(lines):
        line[10 + 20 * number, 30:50] = True
    counted = contours.counts(lines[0] | lines[1], [lines[0], lines[0] | lines[2]])
    assert counted.tolist() == [20, 40, 40, 60]
    precision, recall = contours.precision_recall(counted)
    assert (precision, recall) == (0.5, pytest.approx(2 / 3))
    assert contours.f_measure(precision, recall) == pytest.approx(4 / 7)


def test_ods_takes_one_threshold_for_all_and_ois_each_its_own():
    """Image 1 is best at the first threshold (F 1), image 2 at the second."""
    good, bad = [10, 10, 10, 10], [0, 10, 0, 10]
    counted = np.array([[good, bad], [bad, good]])
    assert contours.ods(counted) == pytest.approx(0.5) and contours.ois(counted) == pytest.approx(1)


def test_the_best_f_lies_between_thresholds():
    f, precision, recall = contours.best_f(np.array([1.0, 0.0]), np.array([0.0, 1.0]))
    assert (f, precision, recall) == pytest.approx((0.5, 0.5, 0.5))


def test_average_precision_is_the_area_over_the_recall_reached():
    counted = np.array([[[10, 20, 0, 100], [10, 20, 100, 100]]])
    assert contours.average_precision(counted) == pytest.approx(0.5, abs=0.01)
    half = np.array([[[10, 20, 0, 100], [10, 20, 50, 100]]])
    assert contours.average_precision(half) == pytest.approx(0.25, abs=0.01)


def test_participants_who_agree_reach_one_and_who_do_not_none():
    lines = np.zeros((2, 60, 80), dtype=bool)
    lines[0, 10, 30:50] = lines[1, 40, 30:50] = True
    same, other = contours.agreement([lines[0], lines[0]]), contours.agreement([lines[0], lines[1]])
    assert contours.ods(same[None, None]) == 1 and contours.ods(other[None, None]) == 0


def test_a_curve_thins_what_is_above_a_threshold():
    strength = np.zeros((60, 80))
    strength[20:23, 20:60] = [[0.4], [0.9], [0.4]]
    line = np.zeros((60, 80), dtype=bool)
    line[21, 20:60] = True
    counted = contours.curve(strength, [line], np.array([0.2, 0.95]))
    precision, recall = contours.precision_recall(counted)
    assert precision[0] == pytest.approx(1) and recall[0] > 0.9
    assert counted[1].tolist() == [0, 0, 0, 40]
