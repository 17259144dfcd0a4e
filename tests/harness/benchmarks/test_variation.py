"""What counts as answering alike to everything."""

import numpy as np
import pytest

from harness.benchmarks import require_variation, varies
from harness.errors import NotMeasurable


def test_rounding_is_no_variation():
    equal = np.ones((4, 3)) * [0.1, 100.0, 7.0]
    assert not varies(equal) and not varies(equal.astype(np.float32) * (1 + 1e-8)) and not varies(equal[:1])
    assert varies(equal + np.arange(4)[:, None]) and varies(100 + 0.01 * np.arange(4)[:, None])


def test_what_is_not_a_number_is_left_to_who_says_so():
    assert varies(np.full((4, 3), np.nan))


def test_one_set_that_varies_is_enough():
    require_variation([np.ones((4, 3)), np.eye(4)])
    with pytest.raises(NotMeasurable, match="do not vary over the stimuli"):
        require_variation([np.ones((4, 3)), np.zeros((4, 2))])
