"""Augmentation, groups, schedules and memory maps."""

import numpy as np
import pytest
import torch

from harness.errors import DataError
from harness.training import Augmentation, Mixed, Rows, grouped, memory_mapped, scaled_rate, schedule

CALLS = []


def made(count: int) -> dict[str, Rows]:
    CALLS.append(count)
    frames = np.arange(count * 4, dtype=np.uint8).reshape(count, 1, 2, 2)
    return {"train": Rows((count, 1, 2, 2), iter(frames), np.arange(count)), "validation": Rows.of(frames[:1])}


def test_samples_are_written_once_and_mapped():
    CALLS.clear()
    *_, digest = memory_mapped(made, count=3)
    train, validation, same = memory_mapped(made, count=3)
    assert CALLS == [3] and digest == same and isinstance(train.frames, np.memmap)
    frames, labels = train.batch([0, 2])
    assert (
        frames.dtype == torch.uint8 and frames[1, 0].flatten().tolist() == [8, 9, 10, 11] and labels.tolist() == [0, 2]
    )
    assert validation.batch([0])[1].shape == (1, 0)


def test_an_empty_set_is_refused():
    with pytest.raises(DataError, match="nothing in the part 'train'"):
        memory_mapped(made, count=0)


def test_maps_move_with_their_images():
    torch.manual_seed(0)
    frames = torch.rand(8, 1, 16, 16)
    everything = Augmentation(rotation=20, translation=0.2, scaling=(0.8, 1.2), shear=5, flip=True, vertical_flip=True)
    images, maps = everything(frames, frames.clone())
    assert torch.equal(images, maps) and not torch.equal(images, frames)


def test_no_augmentation_changes_nothing():
    frames, labels = torch.rand(2, 1, 4, 4), torch.tensor([0, 1])
    images, same = Augmentation()(frames, labels)
    assert images is frames and same is labels


def test_translation_is_a_share_of_the_side():
    torch.manual_seed(0)
    frames = torch.zeros(64, 1, 33, 33)
    frames[:, :, 16, 16] = 1
    moved, _ = Augmentation(translation=0.25)(frames, torch.zeros(64))
    at = moved.flatten(1).argmax(1)
    reach = torch.stack([at // 33, at % 33]).sub(16).abs().max()
    assert 5 <= int(reach) <= 9


def test_the_first_part_of_a_name_that_matches_counts():
    network = torch.nn.ModuleDict({"recurrence_feedback": torch.nn.Linear(1, 1), "conv": torch.nn.Linear(1, 1)})
    network.register_parameter("log_tau", torch.nn.Parameter(torch.zeros(())))
    groups = grouped(network, 1.0, {"recurrence": 0.2, "feedback": 0.5}, weight_decay=0.1)
    found = sorted((group["lr"], group["weight_decay"], len(group["params"])) for group in groups)
    assert found == [(0.2, 0.1, 2), (1.0, 0.0, 1), (1.0, 0.1, 2)]


def test_the_learning_rate_follows_the_batch():
    assert scaled_rate(2e-4, 128) == pytest.approx(4e-4) and scaled_rate(2e-4, 768) == pytest.approx(6.93e-4, rel=1e-3)


@pytest.mark.parametrize(
    ("name", "end"), [("constant", 1.0), ("cosine", 0.0), ("dynvision", 0.345), ("one_cycle", 0.0)]
)
def test_schedules_end_where_they_should(name, end):
    optimiser = torch.optim.SGD([torch.nn.Parameter(torch.zeros(()))], lr=1.0)
    rates = schedule(name, optimiser, 100)
    for _ in range(100):
        optimiser.step()
        rates.step()
    assert optimiser.param_groups[0]["lr"] == pytest.approx(end, abs=2e-3)


def test_mixed_images_have_the_shares_of_their_classes_as_labels() -> None:
    torch.manual_seed(0)
    frames = torch.eye(4)[:, :, None, None].expand(4, 4, 16, 16).contiguous()  # each class has a channel of its own
    kinds = set()
    for _ in range(12):
        mixed, shares = Mixed(classes=4)(frames, torch.arange(4))
        assert torch.allclose(mixed.mean((2, 3)), shares, atol=1e-5) and torch.allclose(shares.sum(1), torch.ones(4))
        inside = ((mixed > 0) & (mixed < 1)).any()
        kinds.add("MixUp" if inside else "CutMix")
    assert kinds == {"CutMix", "MixUp"}


def test_images_are_changed_before_they_are_mixed() -> None:
    frames = torch.rand(4, 1, 8, 8)
    torch.manual_seed(1)
    plain, shares = Mixed(classes=2)(frames.flip(3), torch.tensor([0, 1, 0, 1]))
    torch.manual_seed(1)
    turned, again = Mixed(classes=2, before=_Flipped())(frames, torch.tensor([0, 1, 0, 1]))
    assert torch.equal(plain, turned) and torch.equal(shares, again)


class _Flipped(Augmentation):
    """Left and right exchanged in every image."""

    def __call__(self, frames: torch.Tensor, targets: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        return frames.flip(3), targets
