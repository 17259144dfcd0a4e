"""The canvas: what is drawn lies where it was asked for, and what cannot be displayed is refused."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness import Canvas
from harness.errors import StimulusError


@pytest.fixture
def canvas():
    return Canvas(8.0, 160)


def area(coverage, canvas):
    return coverage.sum() * canvas.pixel**2


def centroid(coverage, canvas):
    return (coverage * canvas.x).sum() / coverage.sum(), (coverage * canvas.y).sum() / coverage.sum()


@settings(max_examples=25, deadline=None)
@given(
    x=st.floats(-1.5, 1.5),
    y=st.floats(-1.5, 1.5),
    length=st.floats(0.5, 3),
    width=st.floats(0.2, 0.5),
    orientation=st.floats(0, 180),
)
def test_a_bar_has_its_area_place_and_orientation(x, y, length, width, orientation):
    canvas = Canvas(8.0, 160)
    bar = canvas.bar(length, width, orientation, (x, y))
    assert area(bar, canvas) == pytest.approx(length * width, rel=0.05)
    assert centroid(bar, canvas) == pytest.approx((x, y), abs=0.02)
    moments = np.cov(np.stack([canvas.x.ravel(), canvas.y.ravel()]), aweights=bar.ravel())
    if length > 2 * width:
        angle = np.rad2deg(0.5 * np.arctan2(2 * moments[0, 1], moments[0, 0] - moments[1, 1]))
        assert abs((angle - orientation + 90) % 180 - 90) < 3


@pytest.mark.parametrize("diameter", [0.3, 1.0, 4.0])
def test_a_disc_has_its_area_and_place(canvas, diameter):
    disc = canvas.disc(diameter, (0.7, -1.1))
    assert area(disc, canvas) == pytest.approx(np.pi * diameter**2 / 4, rel=0.02)
    assert centroid(disc, canvas) == pytest.approx((0.7, -1.1), abs=0.01)
    assert disc.min() == 0 and disc.max() == 1


def test_an_annulus_and_its_disc_are_the_larger_disc(canvas):
    assert np.allclose(canvas.annulus(1, 3) + canvas.disc(1), canvas.disc(3))
    assert not (canvas.annulus(1, 3, soft_edge=0.2) * canvas.disc(1)).max() > 0.51  # only the pixels on the border


def test_a_grating_is_drawn_about_its_centre(canvas):
    shifted = canvas.grating(30, 1.0, 45, centre=(0.5, 0.3))
    at_centre = np.hypot(canvas.x - 0.5, canvas.y - 0.3).argmin()
    across = canvas.across(30, (0.5, 0.3)).ravel()[at_centre]
    assert shifted.ravel()[at_centre] == pytest.approx(np.sin(2 * np.pi * across + np.pi / 4))


def test_luminance_about_the_background():
    canvas = Canvas(4, 32, background=0.4)
    image = canvas.image(0.5 * canvas.grating(90, 1.0))
    assert image.dtype == np.float32 and image.mean() == pytest.approx(0.4, abs=1e-3)
    assert (image.max() - image.min()) / (image.max() + image.min()) == pytest.approx(0.5, abs=0.05)
    assert canvas.highest_contrast == 1 and Canvas(background=0.8).highest_contrast == pytest.approx(0.25)


@pytest.mark.parametrize(
    "draw, word",
    [
        (lambda canvas: canvas.image(np.full((160, 160), 1.2)), "displayed"),
        (lambda canvas: canvas.bar(2, 0.2, 0, (3.5, 0)), "does not fit"),
        (lambda canvas: canvas.compose([(canvas.disc(2), 1), (canvas.disc(1), 1)]), "overlap"),
        (lambda canvas: canvas.grating(0, 30), "cycles/degree"),
        (lambda canvas: canvas.annulus(3, 1), "ring"),
        (lambda canvas: canvas.check_contrast(1.5), "contrast"),
        (lambda canvas: Canvas(background=1.0), "background"),
    ],
)
def test_what_cannot_be_drawn_is_refused_in_a_sentence(canvas, draw, word):
    with pytest.raises(StimulusError, match=word):
        draw(canvas)


def test_elements_side_by_side_keep_their_modulation(canvas):
    bright, dark = canvas.bar(1, 0.5, 90, (-1, 0)), canvas.bar(1, 0.5, 90, (1, 0))
    drawn = canvas.compose([(bright, 0.8), (dark, -0.8)])
    assert drawn[canvas.x < 0].max() == pytest.approx(0.8) and drawn[canvas.x > 0].min() == pytest.approx(-0.8)
