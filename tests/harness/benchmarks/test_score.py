"""Scores are put together in one place."""

import numpy as np
import pytest

from harness.benchmarks import ceiled_score, make_score


@pytest.mark.parametrize("error", [0.0, None, np.nan, 1e-17, np.float32(0)])
def test_an_error_that_says_nothing_is_unknown(error):
    assert make_score(0.3, error=error).attrs["error"] is None
    score = ceiled_score(0.3, error=error, ceiling=make_score(0.6, error=None), details={})
    assert float(score) == pytest.approx(0.5) and score.attrs["error"] is None
    assert score.attrs["raw"].attrs["error"] is None


def test_a_small_error_is_kept():
    assert make_score(0.3, error=1e-6).attrs["error"] == 1e-6
    assert make_score(0.0, error=1e-6).attrs["error"] == 1e-6
