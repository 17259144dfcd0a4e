"""Memory that is kept and the order of weights in it."""

from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import nn

from harness import FrameModel, Preprocessing, Recording, StimulusSet, extract
from harness.engine import allocation
from harness.identity import weights_digest


class Reader(nn.Module):
    """Convolves, and hands its map on to `read`."""

    def __init__(self, read: Callable[[torch.Tensor], torch.Tensor]):
        super().__init__()
        self.conv, self.output, self.read = nn.Conv2d(3, 8, 3), nn.Identity(), read

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return self.output(self.read(self.conv(images)))


def responses(network: nn.Module) -> np.ndarray:
    images = [np.random.default_rng(i).integers(0, 256, (12, 12, 3), dtype=np.uint8) for i in range(5)]
    model = FrameModel("reader", network, preprocessing=Preprocessing(12), layers=["output"])
    return np.array(extract(model, StimulusSet.from_images("noise", images, 100.0), Recording("output")).array())


def test_weights_lie_channels_last_and_then_as_before() -> None:
    network = nn.Conv2d(4, 8, 3)
    place, version, digest = network.weight.data_ptr(), network.weight._version, weights_digest(network)
    with allocation.channels_last_weights(network):
        assert network.weight.is_contiguous(memory_format=torch.channels_last) and not network.weight.is_contiguous()
        assert weights_digest(network) == digest
    assert (network.weight.data_ptr(), network.weight._version) == (place, version)


def test_weights_that_a_network_changes_stay_changed() -> None:
    network = nn.Conv2d(4, 8, 3)
    with allocation.channels_last_weights(network), torch.no_grad():
        network.weight.zero_()
    assert not network.weight.any()


def as_it_lies(maps: torch.Tensor) -> torch.Tensor:
    """Its numbers in the order of memory: wrong as soon as that is another one."""
    return torch.as_strided(maps, (maps.shape[0], maps[0].numel()), (maps[0].numel(), 1))


@pytest.mark.parametrize("read", [lambda maps: maps.view(len(maps), -1), as_it_lies])
def test_networks_that_count_on_the_usual_order_get_it(read: Callable[[torch.Tensor], torch.Tensor]) -> None:
    torch.manual_seed(0)
    network = Reader(read)
    given = responses(network)
    network.read = lambda maps: maps.flatten(1)
    np.testing.assert_allclose(given, responses(network), atol=1e-5)


def test_memory_is_kept_unless_switched_off(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[dict[int, int]] = []
    monkeypatch.setattr(allocation, "_set", seen.append)
    with allocation.memory_kept():
        assert seen == [allocation._KEPT]
    assert seen == [allocation._KEPT, allocation._USUAL]
    monkeypatch.setenv(allocation.SWITCH, "0")
    with allocation.memory_kept():
        assert len(seen) == 2
