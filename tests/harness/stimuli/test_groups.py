"""One image under two names is one image."""

import numpy as np
import pytest

from harness.errors import StimulusError
from harness.stimuli import (
    StimulusSet,
    Timeline,
    copies,
    joined,
    notes_on_copies,
    split_groups,
    without_shown,
)


def image(level):
    return np.full((2, 2), level)


@pytest.fixture
def stimuli():
    return StimulusSet.from_images("s", {"a": image(0.1), "b": image(0.2), "c": image(0.1), "d": image(0.4)}, 100)


def test_stimuli_that_show_the_same_are_one_group(stimuli):
    assert split_groups(stimuli).tolist() == ["a", "b", "a", "d"]
    assert copies(stimuli) == [["a", "c"]]


def test_declared_groups_that_share_an_image_become_one(stimuli):
    assert split_groups(stimuli, [7, 5, 5, 6]).tolist() == [7, 7, 7, 6]


def test_without_copies_nothing_changes(stimuli):
    different = stimuli.select([0, 1, 3])
    assert split_groups(different) is None
    assert split_groups(different, ["x", "y", "x"]).tolist() == ["x", "y", "x"]
    assert notes_on_copies(different) == []


def test_duration_does_not_make_another_image():
    both = StimulusSet.from_images("s", {"a": image(0.1), "b": image(0.1)}, 100)
    longer = both.replace(timelines=[Timeline.still(image(0.1), 100), Timeline.still(image(0.1), 101)])
    assert len(set(split_groups(longer).tolist())) == 1


def test_the_same_frames_in_another_order_are_another_movie():
    first, second = image(0.1), image(0.2)
    pair = StimulusSet.from_images("s", {"a": first, "b": second}, 100)
    moving = pair.replace(timelines=[Timeline.movie([first, second], 10), Timeline.movie([second, first], 10)])
    assert split_groups(moving) is None


def test_the_note_says_how_many_and_which(stimuli):
    assert notes_on_copies(stimuli)[0].startswith(
        "1 of 4 stimuli shows what another one shows (the first are 'a' and 'c')"
    )


def test_components_join_through_others():
    assert joined([1, 1, 2, 3], ["x", "y", "y", "z"]).tolist() == [0, 0, 0, 1]


def test_a_readout_is_not_fitted_to_what_is_tested(stimuli):
    assert without_shown(stimuli.select([1, 2]), stimuli.select([0])).ids == ["b"]
    with pytest.raises(StimulusError, match="fit the read-out to other ones"):
        without_shown(stimuli.select([2]), stimuli.select([0]))
