"""Three short bars: where they lie, how they move, and that the parts add up."""

import numpy as np
import pytest

from harness import Canvas, load_stimuli
from harness.errors import StimulusError
from harness.stimuli.bars import Bar
from harness_plugins.stimuli.kinoshita.kinoshita import in_line, kinoshita

CANVAS = Canvas(4.0, 224)


def modulations(**arguments):
    stimuli = kinoshita(**{"drift": 0.0, **arguments})
    return {row.configuration: stimuli.timelines[row.Index].at(50) / 0.5 - 1 for row in stimuli.table.itertuples()}


def test_three_bars_are_the_sum_of_one_and_two():
    shown = modulations(orientation=25, turn=40)
    assert shown["three"] == pytest.approx(shown["single"] + shown["flanks"], abs=1e-6)
    assert shown["single"].max() == pytest.approx(0.2, abs=1e-6)
    assert shown["flanks"].sum() == pytest.approx(2 * shown["single"].sum(), rel=0.02)


def test_bars_lie_in_line_with_a_gap():
    middle = Bar(0.25, 0.05, 90.0, (0.1, 0.0), 0.2)
    bars = in_line("three", middle, 0.2)
    assert sorted(bar.centre[1] for bar in bars) == pytest.approx([-0.45, 0, 0.45])
    assert [bar.centre[0] for bar in bars] == pytest.approx([0.1] * 3)
    assert [bar.orientation for bar in in_line("three", middle, 0.2, 30.0)] == [90, 120, 120]
    assert [bar.centre for bar in in_line("flanks", middle, 0.2, 30.0)] == [bar.centre for bar in bars[1:]]


@pytest.mark.parametrize("orientation", [0, 60])
def test_drifting_bars_cover_their_way(orientation):
    stimuli = kinoshita("single", orientation=orientation, frame_rate=100, duration=250)
    timeline = stimuli.timelines[0]
    assert timeline.duration == pytest.approx(250)
    weights = [timeline.at(time) - 0.5 for time in (1, 124, 249)]
    places = np.array([[(w * CANVAS.x).sum() / w.sum(), (w * CANVAS.y).sum() / w.sum()] for w in weights])
    towards = np.deg2rad(orientation + 90)
    way = (places[2] - places[0]) @ [np.cos(towards), np.sin(towards)]
    assert way == pytest.approx(0.24, abs=0.01)  # from the middle of the first frame to that of the last
    assert places[1] == pytest.approx((0, 0), abs=0.01)


def test_dark_bars():
    light, dark = modulations(polarity=1), modulations(polarity=-1)
    assert dark["three"] == pytest.approx(-light["three"], abs=1e-6)


def test_a_single_bar_is_shown_once():
    table = load_stimuli("kinoshita", separation=[0.1, 0.2], turn=[0, 45]).table
    assert table["configuration"].value_counts().to_dict() == {"single": 1, "flanks": 4, "three": 4}


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ({"separation": -0.1}, "overlap"),
        ({"separation": 3}, "does not fit"),
        ({"length": 0.25, "width": 0.01}, "thinner"),
        ({"configuration": "two"}, "configuration"),
        ({"contrast": 1.5}, "contrast"),
        ({"polarity": 2}, "polarity"),
        ({"drift": 5}, "does not fit"),
    ],
)
def test_what_cannot_be_shown_is_refused_in_a_sentence(arguments, reason):
    with pytest.raises(StimulusError, match=reason) as error:
        kinoshita(**arguments)
    assert "\n" not in str(error.value)
