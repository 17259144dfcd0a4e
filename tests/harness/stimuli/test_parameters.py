"""Conditions: checked, crossed and named."""

import numpy as np
import pytest

from harness import Timeline
from harness.errors import StimulusError
from harness.stimuli.parameters import (
    build_stimulus_set,
    choices,
    cross,
    distinct,
    generator,
    names,
    numbers,
    optional_numbers,
)


def test_numbers_are_one_or_several_and_never_twice():
    assert numbers("a", 1) == [1.0] and numbers("a", range(2)) == [0.0, 1.0]
    assert optional_numbers("a", None) == [None] and optional_numbers("a", [None, 2]) == [None, 2.0]
    for wrong in ([], [1, 1], "ten", [np.nan], None, [[1, 2], [3, 4]]):
        with pytest.raises(StimulusError, match=r"^a "):
            numbers("a", wrong)


def test_every_combination_has_a_name_of_what_varies():
    conditions = cross({"contrast": [0.5], "orientation": [0.0, 90.0], "surround": [None, 3.0]})
    assert len(conditions) == 4 and conditions[1] == {"contrast": 0.5, "orientation": 0.0, "surround": 3.0}
    assert names(conditions, "x")[:2] == ["orientation=0_surround=none", "orientation=0_surround=3"]
    assert names(conditions[:1], "x") == ["x"]
    determined = [{"kind": kind, "exponent": 1.0 if kind == "pink" else None} for kind in ("white", "pink")]
    assert names(determined, "x") == ["kind=white", "kind=pink"]


def test_a_set_has_the_conditions_in_its_table():
    still = lambda level, duration: Timeline.still(np.full((2, 2), level), duration)
    conditions = cross({"level": [0.1, 0.9], "duration": [10.0, 20.0]})
    stimuli = build_stimulus_set("levels", conditions, still, 4.0, constants={"size_px": 2})
    assert stimuli.table["duration"].tolist() == [10, 20, 10, 20] and set(stimuli.table["size_px"]) == {2}
    assert [timeline.duration for timeline in stimuli.timelines] == [10, 20, 10, 20]
    with pytest.raises(StimulusError, match="no conditions"):
        build_stimulus_set("levels", [], still, 4.0)


def test_choices_are_among_those_that_there_are():
    assert choices("kind", "a", ("a", "b")) == ["a"] and choices("kind", ["b", "a"], ("a", "b")) == ["b", "a"]
    for wrong in ("c", [], ["a", "a"], None, [1]):
        with pytest.raises(StimulusError, match="kind is one of a, b"):
            choices("kind", wrong, ("a", "b"))


def test_conditions_that_mean_the_same_come_once():
    conditions = cross({"surround": [None, 1.0], "gap": [0.0, 0.5]})
    meant = distinct(c if c["surround"] else c | {"gap": 0.0} for c in conditions)
    assert [tuple(c.values()) for c in meant] == [(None, 0.0), (1.0, 0.0), (1.0, 0.5)]


def test_random_numbers_belong_to_a_seed_and_a_stimulus():
    draws = [generator(seed, *content).random() for seed, content in [(0, ("a", 1)), (0, ("a", 2)), (1, ("a", 1))]]
    assert len(set(draws)) == 3 and generator(0, "a", 1).random() == draws[0]
