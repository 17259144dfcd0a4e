"""Bars: area, place, polarity and motion."""

import numpy as np
import pytest

from harness.errors import StimulusError
from harness_plugins.stimuli.bars.bars import bars

PIXEL = 8 / 160


def drawn(**arguments):
    return bars(size_px=160, **arguments).timelines[0].at(0).astype(float)


def centroid(image):
    """(x, y) in degrees of what differs from grey."""
    weight = np.abs(image - 0.5)
    along = (np.arange(len(image)) + 0.5) * 8 / len(image) - 4
    return (weight.sum(0) * along).sum() / weight.sum(), (weight.sum(1) * -along).sum() / weight.sum()


@pytest.mark.parametrize("orientation", [0, 30, 90, 135])
@pytest.mark.parametrize(("contrast", "polarity"), [(1.0, 1), (0.4, -1)])
def test_area_place_contrast_and_polarity(orientation, contrast, polarity):
    image = drawn(length=3, width=0.5, orientation=orientation, x=0.7, y=-1.2, contrast=contrast, polarity=polarity)
    assert (image - 0.5).sum() * PIXEL**2 / 0.5 == pytest.approx(polarity * contrast * 3 * 0.5, rel=0.02)
    assert centroid(image) == pytest.approx((0.7, -1.2), abs=0.01)
    extreme = image.max() if polarity > 0 else image.min()
    assert (extreme - 0.5) / 0.5 == pytest.approx(polarity * contrast, abs=1e-6)


def test_a_dark_bar_on_a_bright_background_may_be_black():
    assert bars(polarity=-1, background=0.8, size_px=64).timelines[0].at(0).min() == 0


def test_agrees_with_stimupy():
    shapes = pytest.importorskip("stimupy.components.shapes")
    peer = shapes.rectangle(visual_size=(8, 8), ppd=20, rectangle_size=(1, 3), rotation=0)["img"]
    assert np.abs(peer - (drawn(length=3, width=1) - 0.5) / 0.5).max() < 1e-6
    turned = shapes.rectangle(visual_size=(8, 8), ppd=20, rectangle_size=(1, 3), rotation=30)["img"]
    ours = (drawn(length=3, width=1, orientation=30) - 0.5) / 0.5
    assert ((turned > 0.5) == (ours > 0.5)).mean() > 0.995


@pytest.mark.parametrize("orientation", [0, 45, 90, 200])
@pytest.mark.parametrize("speed", [8.0, -5.0])
def test_a_moving_bar_has_its_velocity_and_passes_the_place_half_way(orientation, speed):
    timeline = bars(
        speed=speed, orientation=orientation, x=0.3, y=0.2, duration=500, frame_rate=100, size_px=160
    ).timelines[0]
    assert len(timeline.runs) == 50 and timeline.duration == pytest.approx(500)
    places = np.array([centroid(timeline.at(time)) for time in np.arange(5, 500, 10)])
    towards = np.deg2rad(orientation + 90)
    velocity = np.polyfit(np.arange(50) / 100, places, 1)[0]
    assert velocity == pytest.approx((speed * np.cos(towards), speed * np.sin(towards)), abs=0.05)
    assert places.mean(0) == pytest.approx((0.3, 0.2), abs=0.01)


def test_a_bar_may_move_in_any_direction():
    timeline = bars(orientation=90, speed=6, direction=120, duration=500, frame_rate=100, size_px=160).timelines[0]
    way = np.subtract(centroid(timeline.at(495)), centroid(timeline.at(5)))
    assert way == pytest.approx((-2.94 / 2, 2.94 * np.sqrt(3) / 2), abs=0.03)


def test_conditions_that_stay_come_once_and_the_table_has_the_direction():
    table = bars(speed=[0, 5], direction=[0, 90], size_px=32).table
    assert table["speed"].tolist() == [0, 5, 5] and table["direction"].tolist()[1:] == [0, 90]
    assert bars(speed=5, orientation=45, size_px=32).table["direction"].tolist() == [135]


def test_motion_energy_follows_the_bar(moving_towards):
    moving = bars(speed=7.5, orientation=[0, 90, 180, 225], length=3, duration=500, size_px=64)
    measured = moving_towards(moving)
    assert measured[:, 0] == pytest.approx([90, 180, 270, 315], abs=5) and measured[:, 1].min() > 0.3


def test_the_last_frame_is_cut_to_the_duration():
    assert bars(speed=5, duration=110, size_px=32).timelines[0].duration == pytest.approx(110)


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ({"x": 3.5}, "does not fit"),
        ({"speed": 50}, "does not fit"),
        ({"polarity": 0}, "polarity"),
        ({"width": 0}, "width"),
        ({"width": 0.01}, "pixel"),
        ({"contrast": 1.2}, "contrast"),
        ({"contrast": 0.5, "background": 0.8}, "background"),
        ({"contrast": 1.2, "polarity": -1}, "black"),
        ({"duration": 0}, "milliseconds"),
        ({"speed": 5, "frame_rate": 0}, "frame rate"),
    ],
)
def test_what_cannot_be_shown_is_refused_in_a_sentence(arguments, reason):
    with pytest.raises(StimulusError, match=reason) as error:
        bars(**arguments)
    assert "\n" not in str(error.value)
