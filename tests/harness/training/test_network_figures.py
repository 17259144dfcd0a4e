"""Figures of a network: when a frame arrives where, and the eigenvectors of its step against those of another method."""

from itertools import pairwise

import numpy as np
import pytest
import torch

from harness import load_model
from harness.errors import HarnessError, ModelError
from harness.models import RecurrentModel, leading_eigenvectors, settled
from harness.training import arrivals, eigenvectors_figure, unrolling_figure
from harness.training.network_figures import _edges
from harness_plugins.models.cordsnet.analysis import jacobian, top_eigenvalues

DELAYED = {"size": 16, "channels": 1, "widths": [4, 4, 4, 4], "dt": 2.0, "t_ff": 4.0, "t_rc": 6.0, "skip": False}


def test_a_frame_arrives_later_with_every_delay() -> None:
    model = load_model("dyrcnn_x4", **DELAYED)
    assert arrivals(model, ["V1.output", "V2.output", "IT.output"]) == {"V1.output": 0, "V2.output": 2, "IT.output": 6}
    with pytest.raises(ModelError, match=r"IT\.output.*nothing about a frame within 3 steps"):
        arrivals(model, ["V1.output", "IT.output"], steps=3)


def test_delays_are_those_that_the_network_declares() -> None:
    model = load_model("dyrcnn_x4", **DELAYED)
    layers = ["V1.output", "V2.output", "V4.output", "IT.output"]
    edges = _edges(model, layers)
    assert edges[:3] == [(below, above, "feedforward", 2) for below, above in pairwise(layers)]
    assert edges[3:] == [(layer, layer, "lateral", 3) for layer in layers]
    cornet = load_model("cornet_rt", size=32, widths=[32] * 4)
    assert {edge[3] for edge in _edges(cornet, ["V1.output", "V2.output"])} == {1}


def test_in_model_time_a_frame_crosses_all_areas_in_a_step() -> None:
    model_time, biological = unrolling_figure(load_model("dyrcnn_x4", **DELAYED), steps=8).axes
    filled = lambda panel: [line.get_markerfacecolor() == "0.8" for line in panel.lines if line.get_marker() == "o"]
    assert all(filled(model_time)) and not all(filled(biological))


@pytest.fixture(scope="module")
def cordsnet() -> RecurrentModel:
    return load_model("cordsnet_r2_digits")


def test_eigenvalues_are_those_of_cordsnets_own_jacobian(cordsnet: RecurrentModel) -> None:
    state = settled(cordsnet)
    found = leading_eigenvectors(cordsnet, state, count=4)
    own = top_eigenvalues(jacobian(cordsnet.network, torch.zeros(1, 1, 16, 16), state), count=4, tolerance=1e-4)
    assert np.abs(found.values) == pytest.approx(np.abs(own), abs=2e-3)
    total = sum((maps**2).sum((1, 2)) for maps in found.maps.values())
    assert total == pytest.approx(1, abs=1e-3)


def test_the_figure_has_a_map_of_each_area_for_each_vector(cordsnet: RecurrentModel) -> None:
    figure = eigenvectors_figure(cordsnet, count=2)
    assert len([panel for panel in figure.axes if panel.images]) == 4


def test_a_network_that_does_not_rest_is_refused(cordsnet: RecurrentModel) -> None:
    with pytest.raises(HarnessError, match="has not come to rest after 2 steps"):
        settled(cordsnet, steps=2)
