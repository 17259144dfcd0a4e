"""Checks of stimulus sets."""

import numpy as np
import pandas as pd
import pytest

from harness import StimulusSet, Timeline
from harness.testing import check_stimuli

GREY = np.full((4, 4), 0.5)


def stimuli(table=None, timelines=None, degrees=8.0):
    table = {"stimulus_id": ["a", "b"], "contrast": [0.5, 1.0]} if table is None else table
    timelines = timelines or [Timeline.still(GREY, 100), Timeline.of([(GREY, 50), (GREY / 2, 50)])]
    return StimulusSet("set", pd.DataFrame(table), timelines, degrees)


def failed(report):
    return {finding.name for finding in report.failures}


def test_a_sound_set_passes():
    report = check_stimuli(stimuli)
    report.assert_passed()
    assert report["generation"].passed and check_stimuli(stimuli())["generation"].passed is None


def test_each_fault_is_found():
    assert failed(check_stimuli(stimuli({"stimulus_id": ["a", ""]}))) == {"identifiers"}
    objects = stimuli({"stimulus_id": ["a", "b"], "of": [object(), object()]})
    assert failed(check_stimuli(objects)) == {"table", "digest"}
    sizes = [Timeline.still(GREY, 100), Timeline.of([(GREY, 50), (np.ones((4, 6)), 50)])]
    assert failed(check_stimuli(stimuli(timelines=sizes))) == {"frames"}
    assert failed(check_stimuli(stimuli(degrees=None))) == {"degrees"}


def test_what_is_drawn_anew_each_time_is_found():
    random = np.random.default_rng()
    report = check_stimuli(lambda: stimuli(timelines=[Timeline.still(random.random((4, 4)), 100)] * 2))
    assert failed(report) == {"generation"} and "seed" in report["generation"].sentence
    tables = lambda: stimuli({"stimulus_id": ["a", "b"], "contrast": random.random(2)})
    assert "table" in check_stimuli(tables)["generation"].sentence
    with pytest.raises(AssertionError, match="generation: made again"):
        check_stimuli(tables).assert_passed()
