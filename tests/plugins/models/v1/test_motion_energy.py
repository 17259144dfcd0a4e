"""Motion energy: its filters in time, and its selectivity for direction."""

import math

import numpy as np
import pytest
import torch

from harness import CentreUnits, Recording, extract, load_model, load_stimuli
from harness.errors import ModelError
from harness_plugins.models.v1.motion import Chain

DIRECTIONS = [0, 90, 180, 270]


def drifting(temporal_frequency=7.5, **more):
    fixed = {"visual_degrees": 8, "size_px": 64, "duration": 600, "spatial_frequency": 1}
    return load_stimuli("gratings", temporal_frequency=temporal_frequency, **{**fixed, **more})


def centre(model, layer, stimuli, start=300):
    """(stimuli, channels), the mean from a time on."""
    return extract(model, stimuli, Recording(layer, [(start, 600)], CentreUnits())).array()[:, 0]


@pytest.fixture(scope="module")
def model():
    return load_model("motion_energy")


@pytest.mark.parametrize("dt", [1.0, 5.0, 16.0])
def test_the_filters_in_time_are_those_of_the_paper_at_any_step(dt):
    """The response to a step of light is the integral of (kt)^n exp(-kt) (1/n! - (kt)^2/(n+2)!)."""
    chain, stages, rate = Chain(100.0, dt), torch.zeros(1, 8, 1), 100.0
    fine = np.arange(0, 0.4, 1e-5)
    integral = {}
    for n in (3, 5):
        kt = rate * fine
        kernel = kt**n * np.exp(-kt) * (1 / math.factorial(n) - kt**2 / math.factorial(n + 2))
        integral[n] = np.cumsum(kernel) * 1e-5 * rate
    for step in range(1, int(300 / dt)):
        stages = chain(torch.ones(1, 1), stages)
        now = round(step * dt / 1000 / 1e-5)
        for n in (3, 5):
            assert float(stages[0, n] - stages[0, n + 2]) == pytest.approx(integral[n][now], abs=2e-3)


def test_units_prefer_one_direction(model):
    """A grating of contour 0 drifts upwards, one of 180 downwards."""
    energy = centre(model, "energy", drifting(orientation=DIRECTIONS)).reshape(
        4, 2, 2, 12
    )  # forth and back, frequency, contour
    for stimulus, (way, contour) in enumerate([(0, 0), (0, 6), (1, 0), (1, 6)]):
        assert np.unravel_index(energy[stimulus].argmax(), (2, 2, 12)) == (way, 0, contour)
        preferred, other = energy[stimulus, way, 0, contour], energy[stimulus, 1 - way, 0, contour]
        assert (preferred - other) / (preferred + other) > 0.6


def test_the_opponent_stage_has_the_sign_of_the_direction_and_ignores_flicker(model):
    opponent = centre(model, "opponent", drifting(orientation=DIRECTIONS)).reshape(4, 2, 12)[:, 0]
    assert opponent[0, 0] > 0 > opponent[2, 0] and opponent[1, 6] > 0 > opponent[3, 6]
    assert opponent[0, 0] == pytest.approx(-opponent[2, 0], rel=0.02)
    still = centre(model, "opponent", drifting(0.0))
    assert np.abs(still).max() < 0.01 * opponent[0, 0]


def test_energy_grows_with_the_square_of_contrast_and_does_not_depend_on_phase(model):
    got = centre(model, "energy", drifting(contrast=[0.25, 0.5], phase=[0, 90]))[:, 0].reshape(2, 2)
    assert got[:, 1] / got[:, 0] == pytest.approx([4, 4], rel=1e-3) and got[0] == pytest.approx(got[1], rel=0.01)


def test_the_best_temporal_frequency_is_near_the_one_stated(model):
    frequencies = [2.0, 4.0, 7.5, 15.0, 25.0]
    got = centre(model, "energy", drifting(frequencies))[:, 0]
    assert frequencies[got.argmax()] == 7.5 and got[-1] < 0.5 * got[2] > got[0] * 2


def test_nothing_is_seen_ahead(model):
    """A movement that begins later leaves earlier responses as they were, and there is none before the onset."""
    bins = [(0.0, 5.0), (5.0, 50.0)]
    moving, still = (extract(model, drifting(f), Recording("energy", bins, CentreUnits())).array() for f in (7.5, 0.0))
    assert moving[0, 0] == pytest.approx(still[0, 0], abs=1e-7) and np.abs(moving[0, 1] - still[0, 1]).max() > 0


def test_areas_and_faults(model):
    assert model.regions == {"V1": "energy", "MT": "opponent"} and model.dt == 5
    with pytest.raises(ModelError, match="rate > 0"):
        load_model("motion_energy", rate=0)
