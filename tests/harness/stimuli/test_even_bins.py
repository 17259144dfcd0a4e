"""Time bins, one after the other."""

import numpy as np
import pytest

from harness.errors import StimulusError
from harness.stimuli import successive_bins


@pytest.mark.parametrize(
    ("end", "step", "expected"),
    [(40, 20, [(-20, 0), (0, 20), (20, 40)]), (35, 20, [(-20, 0), (0, 20)]), (10.1, 30.1, [(-20, 10.1)])],
)
def test_bins_follow_one_another_as_far_as_they_fit(end, step, expected):
    found = successive_bins(-20, end, step)
    assert np.array(found) == pytest.approx(np.array(expected)) and all(
        isinstance(one, float) for bin_ in found for one in bin_
    )


@pytest.mark.parametrize(("end", "step"), [(40, 0), (40, -20), (0, 30), (-40, 10), (40, float("nan"))])
def test_bins_for_which_there_is_no_room_are_refused(end, step):
    with pytest.raises(StimulusError):
        successive_bins(-20, end, step)
