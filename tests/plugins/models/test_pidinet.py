"""PiDiNet: its convolutions by hand, its published weights, and what it finds."""

import numpy as np
import pytest
import torch

from harness import Recording, StimulusSet, extract, load_model
from harness.errors import ModelError
from harness_plugins.models.pidinet.convolutions import PixelDifference
from harness_plugins.models.pidinet.network import PiDiNetTiny, load


@pytest.mark.parametrize("difference", ["central", "angular", "radial"])
def test_differences_are_blind_to_a_uniform_field(difference):
    layer = PixelDifference(difference, 2, 3)
    assert layer(torch.full((1, 2, 9, 9), 0.7))[0, :, 2:-2, 2:-2].abs().max() < 1e-5


def test_central_difference_by_hand():
    layer, x = PixelDifference("central", 1, 1), torch.randn(1, 1, 5, 5)
    patch = x[0, 0, 1:4, 1:4]
    expected = (layer.weight[0, 0] * (patch - patch[1, 1])).sum()
    assert layer(x)[0, 0, 2, 2].item() == pytest.approx(expected.item(), abs=1e-5)


def test_angular_difference_by_hand():
    """Each of the eight around the centre minus the next one clockwise."""
    layer, x = PixelDifference("angular", 1, 1), torch.randn(1, 1, 5, 5)
    patch = x[0, 0, 1:4, 1:4]
    clockwise = [(0, 0), (0, 1), (0, 2), (1, 2), (2, 2), (2, 1), (2, 0), (1, 0)]
    following = clockwise[1:] + clockwise[:1]
    weight = layer.weight[0, 0]
    expected = sum(weight[a] * (patch[a] - patch[b]) for a, b in zip(clockwise, following, strict=True))
    assert layer(x)[0, 0, 2, 2].item() == pytest.approx(expected.item(), abs=1e-5)


def test_radial_difference_by_hand():
    """The outer ring minus the inner one, in each of eight directions; the ninth weight (the first) is not used."""
    layer, x = PixelDifference("radial", 1, 1), torch.randn(1, 1, 5, 5)
    directions = [(-1, -1), (-1, 0), (-1, 1), (0, -1), (0, 1), (1, -1), (1, 0), (1, 1)]
    weights = layer.weight[0, 0].flatten()[1:]
    image = x[0, 0]
    expected = sum(
        weight * (image[2 + 2 * dy, 2 + 2 * dx] - image[2 + dy, 2 + dx])
        for weight, (dy, dx) in zip(weights, directions, strict=True)
    )
    assert layer(x)[0, 0, 2, 2].item() == pytest.approx(expected.item(), abs=1e-5)


def test_size_and_random_weights():
    assert sum(weight.numel() for weight in PiDiNetTiny().parameters()) == 84477
    first, again, other = (load(weights="random", seed=seed, size=32) for seed in (0, 0, 1))
    assert first.digest() == again.digest() != other.digest()
    assert first.network(torch.zeros(1, 3, 41, 30)).shape == (1, 1, 41, 30)


def test_a_file_that_does_not_fit_is_refused(tmp_path):
    state = PiDiNetTiny().state_dict()
    del state["classifier.bias"]
    torch.save({"state_dict": {f"module.{key}": value for key, value in state.items()}}, tmp_path / "cut.pth")
    with pytest.raises(ModelError, match=r"lacks classifier\.bias"):
        load(weights=tmp_path / "cut.pth")


def test_the_published_weights_find_the_edge_of_a_disc(data):
    if not (data / "bsds500_subset" / "pidinet_weights").is_dir():
        pytest.skip("HARNESS_DATA has no bsds500_subset")
    model = load_model("pidinet_tiny", size=96)
    assert model.contours == "classifier" and str(model.weights) == "pretrained (table5_pidinet-tiny.pth)"
    y, x = np.mgrid[:96, :96] - 47.5
    radius = np.hypot(y, x)
    stimuli = StimulusSet.from_images("disc", {"disc": np.where(radius < 25, 0.8, 0.3)}, duration=50)
    found = extract(model, stimuli, Recording([model.contours]))[model.contours].array()[0, 0].reshape(96, 96)
    strength = 1 / (1 + np.exp(-found))
    assert strength[np.abs(radius - 25) < 1].mean() > 0.7
    assert strength[(radius < 15) | ((radius > 35) & (radius < 42))].mean() < 0.1
