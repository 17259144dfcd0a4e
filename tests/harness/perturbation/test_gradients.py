"""Derivatives against the closed form of a linear network, and against differences in one that is not linear."""

import numpy as np
import pytest

from harness import load_model
from harness.errors import ModelError
from harness.perturbation import Perturbation, differentiate, perturbed
from harness_plugins.models.circuits.inputs import columns

W = np.array([[0.2, -0.5, 0.1], [0.4, -0.1, 0.0], [0.3, 0.2, 0.1]])
LAYER = "emitted.units"


def last_of_first(responses):
    return responses[LAYER][-1, 0]


def test_a_linear_network_gives_powers_of_its_weights(linear):
    found = differentiate(linear, columns(linear, [1, 0.5, 0.25], 6), last_of_first, [LAYER], ["V1"])
    powers = [np.linalg.matrix_power(W, 5 - step)[0] for step in range(6)]
    assert found.by_point["V1"] == pytest.approx(np.array(powers), abs=1e-6)
    emitted = found.by_state[1]
    assert emitted == pytest.approx(np.linalg.matrix_power(W, 6)[0], abs=1e-6)


def test_the_sum_over_steps_is_the_linear_response(linear):
    stimuli = columns(linear, [1, 0.5, 0.25], 50)
    found = differentiate(linear, stimuli, last_of_first, [LAYER], ["V1"], point="drive")
    assert found.by_point["V1"].sum(0) == pytest.approx(np.linalg.inv(np.eye(3) - W)[0], abs=1e-5)


def test_central_differences(store):
    from harness import Recording, extract

    model = load_model("ssn_two_units", dt=4.0)
    stimuli = columns(model, [10.0, 10.0], 160)
    layer = "emitted.E"
    found = differentiate(model, stimuli, lambda seen: seen[layer][-1, 0], [layer], ["emitted.I"], point="drive")
    step = 0.01

    def run(current):
        changed = perturbed(model, Perturbation("emitted.I", "add", current, point="drive"))
        recording = Recording(layer, [(156, 160)])
        return float(extract(changed, stimuli, recording, store=store).array()[0, 0, 0])

    difference = (run(step) - run(-step)) / (2 * step)
    assert found.by_point["emitted.I"].sum() == pytest.approx(difference, rel=2e-3)
    assert found.value == pytest.approx(run(0.0), rel=1e-5)


def test_derivatives_of_a_perturbed_model_are_those_of_what_it_is(linear):
    stimuli = columns(linear, [1, 0.5, 0.25], 6)
    cut = perturbed(linear, Perturbation("V1", "silence", units=[1]))
    found = differentiate(cut, stimuli, last_of_first, [LAYER], ["V1"])
    alone = np.diag([1, 0, 1]) @ W
    expected = [np.linalg.matrix_power(W @ np.diag([1, 0, 1]), 5 - step)[0] for step in range(6)]
    assert alone.shape == (3, 3)
    assert np.abs(found.by_point["V1"][:, [0, 2]] - np.array(expected)[:, [0, 2]]).max() < 1e-6


def test_weights_gather_nothing_and_long_runs_are_refused():
    model = load_model("convlstm", size=32, patch=4, channels=[4, 4])
    frame = columns_of_grey(400)
    differentiate(model, frame, lambda seen: seen["cells.0.hidden"].sum(), ["cells.0.hidden"], ["V1"])
    parameters = list(model.network.parameters())
    assert all(parameter.grad is None and parameter.requires_grad for parameter in parameters)
    with pytest.raises(ModelError, match="50 steps at most"):
        differentiate(model, columns_of_grey(20000), lambda seen: seen["cells.0.hidden"].sum(), ["cells.0.hidden"])


def columns_of_grey(duration):
    from harness import StimulusSet

    return StimulusSet.from_images("grey", [np.full((8, 8), 0.3, np.float32)], duration, 8.0)
