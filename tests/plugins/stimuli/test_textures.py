"""Textures: where bars stand, how they are turned, and what a figure changes."""

import numpy as np
import pytest

from harness import Canvas, load_stimuli
from harness.errors import StimulusError
from harness_plugins.stimuli.textures.elements import Lattice, coverage
from harness_plugins.stimuli.textures.textures import surround_bars, texture_borders, textures

CANVAS = Canvas(8, 160)
PIXEL = CANVAS.pixel


def images(stimuli):
    return {name: timeline.at(0).astype(float) for name, timeline in stimuli}


def one(**arguments):
    (image,) = images(textures(**{"size_px": 160, "centre": 1} | arguments)).values()
    return image


def test_many_bars_are_the_sum_of_single_ones():
    places = np.array([[0.03, 1.2], [-2.11, -0.4], [2.4, 2.9]])
    turned = np.array([0.0, 30.0, 117.0])
    alone = sum(
        CANVAS.bar(0.6, 0.2, angle, tuple(place)) for place, angle in zip(places.tolist(), turned.tolist(), strict=True)
    )
    assert coverage(CANVAS, places, turned, 0.6, 0.2) == pytest.approx(alone, abs=1e-12)


def test_a_bar_at_the_edge_of_the_image_is_drawn_whole():
    drawn = coverage(CANVAS, np.array([[3.74, -3.89]]), 0.0, 0.5, 0.2)
    assert drawn.sum() * PIXEL**2 == pytest.approx(0.5 * 0.2, rel=1e-6)


@pytest.mark.parametrize("kind", ["parallel", "orthogonal", "random"])
def test_orientation_of_the_surround_by_the_structure_tensor(kind):
    image = surround_bars(CANVAS, Lattice(0.6, 0.15, 0.8, 0.05), kind, 30.0)
    down, right = np.gradient(image)
    vector = ((right - 1j * down) ** 2).sum() / (right**2 + down**2).sum()  # doubled angle of the gradient, y upwards
    angle = (np.rad2deg(np.angle(vector)) / 2 + 90) % 180
    if kind == "random":
        assert abs(vector) < 0.15
    else:
        assert angle == pytest.approx(30.0 if kind == "parallel" else 120.0, abs=5) and abs(vector) > 0.25


def test_the_centre_is_the_same_on_every_surround_and_empty_without_its_bar():
    alone = one(surround="none")
    middle = np.hypot(CANVAS.x, CANVAS.y) < 0.4
    for kind in ("parallel", "orthogonal", "random"):
        with_bar, without = one(surround=kind), one(surround=kind, centre=0)
        assert np.array_equal(with_bar[middle], alone[middle]) and (without[middle] == 0.5).all()
        assert with_bar - alone == pytest.approx(without - 0.5, abs=1e-6)


def test_all_surrounds_have_the_same_number_of_bars():
    area = {kind: (one(surround=kind, centre=0) - 0.5).sum() for kind in ("parallel", "orthogonal", "random")}
    assert np.ptp(list(area.values())) < 0.002 * area["random"]
    assert area["random"] / 0.5 * PIXEL**2 == pytest.approx((9**2 - 1) * 0.5 * 0.2, rel=0.02)


def test_jitter_and_random_orientations_by_seed():
    arguments = {"surround": "random", "jitter": 0.05}
    assert np.array_equal(one(**arguments, seed=3), one(**arguments, seed=3))
    assert not np.array_equal(one(**arguments, seed=3), one(**arguments, seed=4))
    places = Lattice(0.5, 0.2, 0.8, 0.1, (0.3, -0.2), 5).around(CANVAS)
    moved = (places - (0.3, -0.2) + 0.4) % 0.8 - 0.4
    assert 0.05 < np.abs(moved).max() <= 0.1 and np.abs(moved.mean(0)).max() < 0.02


def test_rows_run_along_the_bar():
    """Two bars of the parallel texture and that in the centre lie on one line."""
    places = Lattice(0.5, 0.2, 0.8, turn=30.0).around(CANVAS)
    nearest = places[np.hypot(*places.T) < 0.81]
    angles = np.sort(np.rad2deg(np.arctan2(nearest[:, 1], nearest[:, 0])))
    assert angles == pytest.approx([-150, -60, 30, 120])
    turned = one(surround="parallel", orientation=30.0)
    beside = (0.8 * np.cos(np.deg2rad(30)), 0.8 * np.sin(np.deg2rad(30)))
    assert turned[np.hypot(CANVAS.x - beside[0], CANVAS.y - beside[1]) < 0.06].min() == 1.0


def test_contrast_and_polarity():
    dark, light = one(surround="parallel", contrast=-0.6), one(surround="parallel", contrast=0.6)
    assert dark.min() == pytest.approx(0.2) and dark.max() == 0.5
    assert dark + light == pytest.approx(np.ones_like(dark), abs=1e-6)


def test_a_corridor_is_kept_clear():
    lattice = Lattice(0.5, 0.2, 0.8)
    kept = lattice.clear_of(lattice.around(CANVAS), 4.0, 0.2, 60.0)
    bar = CANVAS.bar(4.0, 0.2, 60.0)
    for turned in (0.0, 60.0, 150.0):
        assert (coverage(CANVAS, kept, turned, 0.5, 0.2) + bar).max() < 1 + 1e-9
    assert 60 < len(kept) < len(lattice.around(CANVAS))


def test_a_figure_changes_what_lies_outside_it_and_nothing_within():
    stimuli = images(texture_borders(figure=[None, 2.0, 4.0], size_px=160))
    uniform, small, large = stimuli.values()
    assert len(stimuli) == 3
    for image, side in ((small, 2.0), (large, 4.0)):
        deep = np.maximum(np.abs(CANVAS.x), np.abs(CANVAS.y)) < side / 2 - 0.4
        assert np.array_equal(image[deep], uniform[deep]) and not np.array_equal(image, uniform)
    assert uniform.mean() == pytest.approx(small.mean(), abs=1e-4)


def test_an_offset_brings_the_border_near():
    near = images(texture_borders(figure=4.0, offset_x=1.0, size_px=160))
    uniform = images(texture_borders(figure=None, offset_x=[0.0, 1.0], size_px=160))
    assert len(uniform) == 1
    changed = np.abs(next(iter(near.values())) - next(iter(uniform.values()))) > 1e-6
    columns = CANVAS.x[0][changed[np.abs(CANVAS.y[:, 0]) < 1].any(0)]
    assert not ((columns > -0.65) & (columns < 2.65)).any()
    assert ((columns > -1.5) & (columns < -1)).any() and (columns > 3).any()


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ({"pitch": 0.3}, "overlap"),
        ({"width": 0.6}, "width"),
        ({"jitter": 0.5}, "jitter"),
        ({"contrast": -1.2}, "contrast"),
        ({"contrast": 0.9, "background": 0.8}, "background"),
        ({"surround": "diagonal"}, "surround"),
        ({"width": 0.01}, "pixel"),
        ({"x": 3.95}, "does not fit"),
    ],
)
def test_what_cannot_be_shown_is_refused_in_a_sentence(arguments, reason):
    with pytest.raises(StimulusError, match=reason) as error:
        textures(**arguments)
    assert "\n" not in str(error.value)


def test_a_figure_that_leaves_the_image_is_refused():
    with pytest.raises(StimulusError, match="figure"):
        texture_borders(figure=6.0, offset_x=2.0)


def test_by_their_names():
    assert len(load_stimuli("textures")) == 7  # no image without a bar
    assert len(load_stimuli("texture_borders", figure=3.0, offset_x=[0, 1])) == 2
