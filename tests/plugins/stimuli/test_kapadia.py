"""A bar and what is around it: nothing covers anything, nothing is cut off, and conditions differ in what their names say."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness import Canvas
from harness.errors import StimulusError
from harness.stimuli.bars import Bar, draw_bars
from harness_plugins.stimuli.kapadia.display import CONFIGURATIONS, Background, Flankers, display
from harness_plugins.stimuli.kapadia.kapadia import kapadia

CANVAS = Canvas(8.0, 160)
TARGET = Bar(0.8, 0.2, 30.0, (0.3, -0.2), 0.2)
FLANKERS, BACKGROUND = Flankers(1.3, 0.6), Background(1.3, 0.6, 7.0)


def modulation(configuration, target=TARGET, flankers=FLANKERS, background=BACKGROUND):
    return draw_bars(CANVAS, display(configuration, target, flankers, background))


def energy(image):
    """What bars add, in bars of contrast 1."""
    return image.sum() * CANVAS.pixel**2 / (TARGET.length * TARGET.width)


def test_what_a_configuration_shows():
    shown = {name: energy(modulation(name)) for name in CONFIGURATIONS}
    assert shown["blank"] == 0
    expected = {"target": 0.2, "flanker": 0.6, "collinear": 0.8, "orthogonal": 0.8, "blocked": 1.4}
    assert {name: shown[name] for name in expected} == pytest.approx(expected, rel=0.02)
    assert shown["random"] == pytest.approx(shown["background"] + 0.2, rel=0.02)
    assert shown["background"] / 0.6 == pytest.approx(round(shown["background"] / 0.6), abs=0.1)  # whole bars only


@pytest.mark.parametrize("configuration", ["collinear", "orthogonal", "blocked", "random", "random_collinear"])
@pytest.mark.parametrize("sign", [1, -1])
def test_the_target_is_never_erased(configuration, sign):
    target = Bar(0.8, 0.2, 30.0, (0.3, -0.2), sign * 0.2)
    inside = CANVAS.bar(0.8, 0.2, 30.0, (0.3, -0.2)) == 1
    assert modulation(configuration, target)[inside] == pytest.approx(sign * 0.2)


def test_flankers_lie_in_line_and_turned():
    collinear = display("collinear", TARGET, FLANKERS._replace(sides=2), BACKGROUND)
    assert [bar.orientation for bar in collinear] == [30, 30, 30]
    offsets = np.array([bar.centre for bar in collinear[1:]]) - TARGET.centre
    direction = np.array([np.cos(np.pi / 6), np.sin(np.pi / 6)])
    assert offsets == pytest.approx(np.stack([1.3 * direction, -1.3 * direction]))
    (turned,) = display("orthogonal_flanker", TARGET, FLANKERS, BACKGROUND)
    assert turned.orientation == 120 and turned.centre == pytest.approx(collinear[1].centre)
    blocking = display("blocked", TARGET, FLANKERS, BACKGROUND)[2]
    assert blocking.orientation == 120 and np.subtract(blocking.centre, TARGET.centre) == pytest.approx(
        0.65 * direction
    )


def test_random_patterns_differ_in_the_collinear_bars_alone():
    random, restored = (
        {bar.centre: bar for bar in display(name, TARGET, FLANKERS, BACKGROUND)}
        for name in ("random", "random_collinear")
    )
    assert len(set(random.values()) - set(restored.values())) == 2
    aligned = set(restored.values()) - set(random.values())
    assert {bar.orientation for bar in aligned} == {30.0}
    other = display("random", TARGET, FLANKERS, BACKGROUND._replace(seed=1))
    assert len({bar.orientation for bar in other} & {bar.orientation for bar in random.values()}) == 1  # the target's


@given(
    st.floats(0, 180),
    st.floats(0.3, 1.2),
    st.floats(0.1, 0.3),
    st.floats(1.0, 2.0),
    st.integers(0, 1000),
    st.sampled_from(["random", "random_collinear"]),
)
def test_bars_at_random_never_overlap_or_leave_their_field(orientation, length, width, spread, seed, configuration):
    target = Bar(length, width, orientation, contrast=0.2)
    around = Background(spread * target.diagonal, 0.6, 7.5, 2, seed)
    shown = display(configuration, target, FLANKERS, around)
    image = draw_bars(CANVAS, shown)  # which refuses overlaps
    edge = (np.abs(CANVAS.x) > 3.75 + CANVAS.pixel) | (np.abs(CANVAS.y) > 3.75 + CANVAS.pixel)
    assert (image[edge] == 0).all() and len(shown) >= 5


def test_the_set_has_each_condition_once():
    stimuli = kapadia(
        ["target", "collinear", "random"], distance=[1.2, 2.0], pattern=[0, 1], contrast=[0.1, 0.2], size_px=96
    )
    table = stimuli.table
    assert table["configuration"].value_counts().to_dict() == {"target": 2, "collinear": 4, "random": 4}
    assert table.loc[table["configuration"] == "target", "distance"].isna().all()
    assert len(set(stimuli.ids)) == len(stimuli)


def test_polarities_and_luminance():
    arguments = {"configuration": "collinear", "contrast": 0.2, "flanker_contrast": 0.6}
    image = kapadia(polarity=-1, flanker_polarity=1, **arguments).timelines[0].at(100)
    assert (image.min(), image.max()) == pytest.approx((0.4, 0.8), abs=1e-6)
    swapped = kapadia(polarity=1, flanker_polarity=-1, **arguments).timelines[0].at(100)
    assert swapped == pytest.approx(1 - image, abs=1e-6)


def test_patterns_of_the_background_differ():
    first, second = (kapadia("random", pattern=pattern, size_px=96).timelines[0].digest for pattern in (3, 4))
    assert first != second


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ({"configuration": "collinear", "distance": 0.5}, "overlap"),
        ({"configuration": "blocked", "distance": 0.9}, "overlap"),
        ({"configuration": "collinear", "distance": 4}, "does not fit"),
        ({"configuration": "random", "spacing": 0.5}, "raise spacing"),
        ({"configuration": "random_collinear", "made_collinear": 12}, "no room"),
        ({"configuration": "nothing"}, "configuration"),
        ({"flanker_contrast": 1.2}, "contrast"),
        ({"flanker_polarity": 0.5}, "polarity"),
        ({"contrast": -0.2}, "polarity"),
        ({"sides": 3}, "1 side"),
        ({"pattern": 0.5}, "whole"),
        ({"width": 0.01}, "thinner"),
        ({"length": 0}, "above 0"),
    ],
)
def test_what_cannot_be_shown_is_refused_in_a_sentence(arguments, reason):
    with pytest.raises(StimulusError, match=reason) as error:
        kapadia(**arguments)
    assert "\n" not in str(error.value)
