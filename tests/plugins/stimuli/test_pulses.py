"""Contrast, duration, interval and repetition: what is shown when, and what the table says."""

import numpy as np
import pytest

from harness import load_stimuli
from harness.errors import StimulusError

SMALL = {"size_px": 64, "exemplars": 2, "spatial_frequency": 1.0}


def shown_at(stimuli, row, *times):
    """Whether each of the times shows an image, not the blank screen."""
    return [bool(np.ptp(stimuli.timelines[row].at(time)) > 0) for time in times]


def test_contrast():
    stimuli = load_stimuli("contrast", **SMALL)
    assert len(stimuli) == 10 and set(stimuli.table["contrast"]) == {0.0625, 0.125, 0.25, 0.5, 1.0}
    assert np.allclose(stimuli.table["michelson"], stimuli.table["contrast"], atol=1e-4)
    low, full = stimuli.timelines[0].at(0.0) - 0.5, stimuli.timelines[4].at(0.0) - 0.5
    assert np.allclose(low, 0.0625 * full, atol=1e-6)
    assert {timeline.duration for timeline in stimuli.timelines} == {500.0}


def test_an_image_keeps_its_own_contrast_in_the_table():
    image = np.linspace(0.4, 0.6, 16).reshape(4, 4)
    table = load_stimuli("contrast", images={"ramp": image}, contrast=[0.5, 1.0]).table
    assert table["image"].tolist() == ["ramp", "ramp"]
    assert table["michelson"].tolist() == pytest.approx([0.1, 0.2], abs=1e-4)


def test_duration_and_lead_in():
    stimuli = load_stimuli("duration", **SMALL, duration=[20, 100], lead_in=50)
    assert stimuli.table["onset"].tolist() == [50.0] * 4
    assert [timeline.duration for timeline in stimuli.timelines] == [70, 150, 70, 150]
    assert shown_at(stimuli, 0, 0.0, 49.0, 50.0, 69.0) == [False, False, True, True]
    assert stimuli.timelines[0].frames[0] == stimuli.background_frame()
    assert len(load_stimuli("duration", **SMALL)) == 12


def test_interval_has_two_pulses_and_one():
    stimuli = load_stimuli("interval", **SMALL, interval=[30, None], duration=40)
    table = stimuli.table
    assert table["second_onset"].tolist() == [70.0, np.inf] * 2
    assert shown_at(stimuli, 0, 0.0, 39.0, 41.0, 69.0, 71.0, 109.0) == [True, True, False, False, True, True]
    assert stimuli.timelines[0].duration == 110 and stimuli.timelines[1].duration == 40
    assert table["interval"].isna().tolist() == [False, True] * 2


def test_repetition_of_the_same_or_others_in_turn():
    stimuli = load_stimuli("repetition", **{**SMALL, "exemplars": 3}, repetitions=4, duration=50, interval=50)
    same, turn = stimuli.timelines[0], stimuli.timelines[1]
    assert len(same.frames) == 2 and len(turn.frames) == 4  # with the blank
    assert same.duration == turn.duration == 4 * 50 + 3 * 50
    assert np.array_equal(turn.at(0.0), turn.at(310.0)) and not np.array_equal(turn.at(0.0), turn.at(110.0))
    assert np.array_equal(stimuli.timelines[3].at(0.0), turn.at(110.0))
    without = load_stimuli("repetition", **SMALL, repetitions=3, duration=50, interval=0, same=True)
    assert len(without.timelines[0].runs) == 1 and without.duration == 150


@pytest.mark.parametrize("name", ["contrast", "duration", "interval", "repetition"])
def test_another_seed_gives_other_stimuli(name, tmp_path):
    stimuli = load_stimuli(name, **SMALL)
    assert stimuli.digest != load_stimuli(name, **SMALL, seed=1).digest
    assert stimuli.show(tmp_path / "sheet.png").stat().st_size > 10_000


@pytest.mark.parametrize(
    ("name", "arguments", "reason"),
    [
        ("contrast", {"contrast": 1.5}, "contrast"),
        ("contrast", {"spatial_frequency": 30}, "pixels"),
        ("duration", {"duration": [0, 10]}, "duration"),
        ("duration", {"lead_in": -1}, "lead-in"),
        ("interval", {"interval": 0}, "interval"),
        ("interval", {"interval": []}, "interval"),
        ("repetition", {"exemplars": 1}, "two images"),
        ("repetition", {"repetitions": 0}, "one pulse"),
        ("repetition", {"interval": -5}, "interval"),
        ("repetition", {"duration": -5}, "duration"),
    ],
)
def test_what_cannot_be_shown_is_refused_in_a_sentence(name, arguments, reason):
    with pytest.raises(StimulusError, match=reason) as error:
        load_stimuli(name, **{**SMALL, **arguments})
    assert "\n" not in str(error.value)
