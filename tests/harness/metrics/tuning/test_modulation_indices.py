"""Indices: their formulas, signs, and what is undefined."""

import numpy as np
import pytest

from harness.metrics.tuning.modulation_indices import (
    facilitation_index,
    modulation_index,
    nonlinear_suppression_index,
    orientation_contrast_index,
    suppression_index,
)

CENTRE = np.array([10.0, 10, 0, -1, np.nan])


def test_values_signs_and_what_is_undefined():
    together = np.array([6.0, 15, 3, 3, 3])
    assert suppression_index(CENTRE, together)[:2] == pytest.approx([0.4, -0.5])
    assert facilitation_index(CENTRE, together)[:2] == pytest.approx([-0.4, 0.5])
    assert orientation_contrast_index(together, together - 2, CENTRE)[:2] == pytest.approx([0.2, 0.2])
    assert nonlinear_suppression_index(CENTRE, np.full(5, 1.0), together)[:2] == pytest.approx([0.5, -0.4])
    for index in (suppression_index(CENTRE, together), facilitation_index(CENTRE, together)):
        assert np.isnan(index[2:]).all()


def test_modulation():
    assert modulation_index(np.array([3.0, 1, 0]), np.array([1.0, 1, 0]))[:2] == pytest.approx([0.5, 0])
    assert np.isnan(modulation_index(np.zeros(1), np.zeros(1))).all()
