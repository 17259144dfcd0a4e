"""Eigenvalues by Arnoldi against the dense ones, and against the authors'."""

import numpy as np
import pytest
import torch

from harness.errors import ModelError
from harness.models import seeded
from harness_plugins.models.cordsnet.analysis import (
    all_eigenvalues,
    area_jacobian,
    jacobian,
    recurrence,
    steady_state,
    top_eigenvalues,
)
from harness_plugins.models.cordsnet.network import CordsNet


@pytest.fixture(scope="module")
def small():
    """A CordsNet of 324 units in double precision, at rest before an image, with about half of its units active."""
    with seeded(1):
        network = CordsNet(4, channels_in=1, classes=3, channels=2, size=25, tau=8.0).double()
        frame = torch.randn(1, 1, 25, 25).double()
        for bias in network.conv_bias:
            torch.nn.init.normal_(bias, std=0.3)
    return network, frame, steady_state(network, frame, tolerance=1e-13)


def same(found: np.ndarray, expected: np.ndarray) -> bool:
    """Every value is among those expected, and they are as large as the largest of them."""
    distance = np.abs(found[:, None] - expected[None]).min(1)
    return distance.max() < 1e-8 and np.allclose(np.abs(found), np.abs(expected)[: len(found)], atol=1e-8)


def test_the_authors_eigenvalues(reference):
    vectors = reference.vectors("analysis")
    expected = vectors["eig_real"] + 1j * vectors["eig_imag"]
    expected = expected[np.argsort(-np.abs(expected))]
    operator = recurrence(torch.from_numpy(vectors["kernel"]).double(), 6)
    assert same(top_eigenvalues(operator, 12), expected)
    assert np.allclose(np.abs(all_eigenvalues(operator)), np.abs(expected), atol=1e-6)


def test_arnoldi_finds_the_largest_eigenvalues_of_the_dense_jacobian(small):
    operator = jacobian(*small)
    dense = all_eigenvalues(operator)
    assert len(dense) == 2 * 2 * 49 + 2 * 4 * 16
    assert same(top_eigenvalues(operator, 10), dense)


def test_the_jacobian_is_that_of_finite_differences(small):
    network, frame, state = small
    sizes = [rates.numel() for rates in state]
    direction = np.random.default_rng(0).random(sum(sizes))  # towards positive rates
    parts = torch.from_numpy(direction).split(sizes)
    moved = tuple(r + 1e-7 * part.view_as(r) for r, part in zip(state, parts, strict=True))
    with torch.no_grad():
        change = [(a - b) / 1e-7 for a, b in zip(network.flow(frame, moved), network.flow(frame, state), strict=True)]
    expected = torch.cat([part.flatten() for part in change]).numpy()
    assert np.allclose(jacobian(*small) @ direction, expected, atol=1e-6)


def test_the_eigenvalues_are_those_of_the_areas_alone(small):
    """Nothing feeds back, so the Jacobian is block triangular."""
    areas = np.concatenate([all_eigenvalues(area_jacobian(*small, area)) for area in range(4)])
    whole = all_eigenvalues(jacobian(*small))
    assert np.allclose(np.sort(np.abs(areas)), np.sort(np.abs(whole)), atol=1e-8)
    assert np.abs(whole).max() < 1


def test_an_area_alone_is_leak_and_recurrence_of_its_active_units(small):
    network, _, state = small
    kernel = network.area_conv[1].weight.detach()
    dense = recurrence(kernel, 7) @ np.eye(2 * 49)
    active = (state[1] > 1e-6).double().flatten().numpy()
    assert 0.1 < active.mean() < 0.9
    expected = (1 - network.alpha) * np.eye(98) + network.alpha * active[:, None] * dense
    assert np.allclose(area_jacobian(*small, 1) @ np.eye(98), expected, atol=1e-12)


def test_a_network_at_rest_stays_there(small):
    network, frame, state = small
    with torch.no_grad():
        after = network.step(frame, state)
    assert all(torch.allclose(a, b, rtol=0, atol=1e-11) for a, b in zip(after, state, strict=True))


def test_a_network_that_does_not_come_to_rest_says_so(small):
    network, frame, _ = small
    with pytest.raises(ModelError, match="has not come to rest after 3 steps"):
        steady_state(network, frame, steps=3)
