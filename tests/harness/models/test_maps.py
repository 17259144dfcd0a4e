"""Maps with channels last, convolutions of one place, and what a held frame gives."""

import pytest
import torch
from torch import nn

from harness.models import GroupNorm, Pointwise, channels_last, once_per_frame


class Counted:
    """How often a value is computed."""

    def __init__(self) -> None:
        self.network, self.count = nn.Conv2d(2, 3, 1), 0

    def __call__(self, frame: torch.Tensor) -> torch.Tensor:
        def compute() -> torch.Tensor:
            self.count += 1
            return self.network(frame)

        return once_per_frame(self.network, frame, [self.network], compute)


@pytest.fixture
def counted() -> Counted:
    return Counted()


def test_a_held_frame_is_computed_once(counted: Counted) -> None:
    frame = torch.randn(1, 2, 4, 4)
    with torch.no_grad():
        first, second = counted(frame), counted(frame)
        assert first is second and counted.count == 1
        assert torch.equal(counted(frame.clone()), first) and counted.count == 2


def test_a_changed_frame_or_weight_is_computed_again(counted: Counted) -> None:
    frame = torch.randn(1, 2, 4, 4)
    with torch.no_grad():
        counted(frame)
        frame.add_(1)
        assert torch.equal(counted(frame), counted.network(frame))
        counted.network.weight.mul_(2)
        assert torch.equal(counted(frame), counted.network(frame))
    assert counted.count == 3


def test_hooks_gradients_and_uncounted_frames_see_every_step(counted: Counted) -> None:
    frame = torch.randn(1, 2, 4, 4)
    assert counted(frame).requires_grad and counted(frame).requires_grad and counted.count == 2
    with torch.inference_mode():
        shown = frame.clone()
        counted(shown), counted(shown)
    assert counted.count == 4
    handle = counted.network.register_forward_hook(lambda module, inputs, output: output * 2)
    with torch.no_grad():
        doubled = counted(frame), counted(frame)
        assert counted.count == 6
        handle.remove()
        assert torch.equal(doubled[1], 2 * counted(frame))


def test_a_pointwise_convolution_is_a_convolution() -> None:
    ours = Pointwise(5, 7)
    maps = torch.randn(3, 5, 6, 4)
    expected = nn.functional.conv2d(maps, ours.weight, ours.bias)
    for given in (maps, channels_last(maps)):
        assert torch.allclose(ours(given), expected, atol=1e-6)
    assert ours(channels_last(maps)).is_contiguous(memory_format=torch.channels_last)


def test_group_norm_keeps_its_accuracy_with_channels_last() -> None:
    maps = 3 + 0.3 * torch.randn(4, 24, 8, 8)
    exact = nn.functional.group_norm(maps.double(), 24)
    assert (nn.GroupNorm(24, 24)(channels_last(maps)) - exact).abs().max() > 1e-5
    assert (GroupNorm(24, 24)(channels_last(maps)) - exact).abs().max() < 5e-6
