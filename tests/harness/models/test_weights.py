"""Weights from a seed, from files and from a publisher; nothing is unpickled."""

import pickle
import random
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from harness.errors import MissingData, MissingWeights, ModelError
from harness.models import Weights, initialise, load_state, read_state, seeded


def build() -> nn.Module:
    return nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.Linear(4, 2))


def same(a: nn.Module, b: nn.Module) -> bool:
    return all(torch.equal(x, y) for x, y in zip(a.state_dict().values(), b.state_dict().values(), strict=True))


class Malicious:
    """Writes a file when it is unpickled."""

    def __init__(self, path: Path):
        self.path = path

    def __reduce__(self):
        return Path.touch, (self.path,)


def test_a_seed_gives_the_same_weights_and_another_seed_others():
    (first, origin), (again, _), (other, _) = (
        initialise(build, seed=3),
        initialise(build, seed=3),
        initialise(build, seed=4),
    )
    assert same(first, again) and not same(first, other)
    assert origin == Weights("random", seed=3) and str(origin) == "random (seed 3)"
    assert not first.training


def test_no_random_state_of_the_caller_is_touched():
    before = random.getstate(), np.random.get_state()[1].copy(), torch.get_rng_state()
    for weights in ("random", "pretrained"):
        initialise(build, weights, seed=3, pretrained=lambda: (build(), "here"))
    with pytest.raises(ZeroDivisionError), seeded(1):
        torch.rand(1), np.random.rand(), random.random(), 1 / 0
    assert random.getstate() == before[0]
    assert np.array_equal(np.random.get_state()[1], before[1])
    assert torch.equal(torch.get_rng_state(), before[2])


def test_initialisation_with_numpy_or_python_numbers_is_seeded_too():
    def draw() -> nn.Module:
        return nn.ParameterList([torch.tensor([np.random.rand(), random.random()])])

    assert same(initialise(draw, seed=1)[0], initialise(draw, seed=1)[0])


@pytest.mark.parametrize("form", ["safetensors", "plain", "wrapped", "parallel", "legacy"])
def test_files_of_every_form_load(form, tmp_path):
    trained = initialise(build, seed=9)[0]
    state, path = trained.state_dict(), tmp_path / "weights.pth"
    if form == "safetensors":
        path = tmp_path / "weights.safetensors"
        save_file(state, path)
    elif form == "wrapped":
        torch.save({"state_dict": state, "epoch": 3, "best": 91.78}, path)
    elif form == "parallel":
        torch.save({"model": {f"module.{key}": value for key, value in state.items()}}, path)
    else:
        torch.save(state, path, _use_new_zipfile_serialization=form != "legacy")
    network, origin = initialise(build, path)
    assert same(network, trained)
    assert origin == Weights("file", source=str(path))


def test_a_submodule_called_module_keeps_its_name(tmp_path):
    network = nn.ModuleDict({"module": nn.Linear(2, 2), "head": nn.Linear(2, 1)})
    torch.save(network.state_dict(), tmp_path / "w.pth")
    assert read_state(tmp_path / "w.pth").keys() == network.state_dict().keys()


@pytest.mark.parametrize("how", ["torch", "pickle"])
def test_a_malicious_file_is_refused_in_one_sentence_and_runs_nothing(how, tmp_path):
    trace, path = tmp_path / "trace", tmp_path / "weights.pth"
    if how == "torch":
        torch.save({"state_dict": Malicious(trace)}, path)
    else:
        path.write_bytes(pickle.dumps(Malicious(trace)))
    with pytest.raises(ModelError) as caught:
        read_state(path)
    assert not trace.exists()
    message = str(caught.value)
    assert "not unpickled" in message and "safetensors" in message
    assert "\n" not in message and "weights_only" not in message


@pytest.mark.parametrize("name", ["w.pth", "w.safetensors"])
def test_a_damaged_file_is_named(name, tmp_path):
    (tmp_path / name).write_bytes(b"PK\x03\x04 no such thing")
    with pytest.raises(ModelError, match=name):
        read_state(tmp_path / name)


def test_a_file_without_tensors_is_refused(tmp_path):
    torch.save([1, 2], tmp_path / "w.pth")
    with pytest.raises(ModelError, match="not hold a state dictionary"):
        read_state(tmp_path / "w.pth")


def test_a_file_that_is_not_there_says_so():
    with pytest.raises(MissingWeights, match=r"no weight file .*nowhere\.pth"):
        initialise(build, "nowhere.pth")


def test_differing_keys_and_shapes_are_named():
    state = build().state_dict()
    with pytest.raises(ModelError, match=r"'f' .*lacks 2\.bias"):
        load_state(build(), {k: v for k, v in state.items() if k != "2.bias"}, "f")
    with pytest.raises(ModelError, match=r"unknown a, b, c and 1 more"):
        load_state(build(), {**state, **dict.fromkeys("abcd", torch.zeros(1))}, "f")
    with pytest.raises(ModelError, match=r"other shapes for 0\.weight"):
        load_state(build(), {**state, "0.weight": torch.zeros(4, 3, 5, 5)}, "f")


def test_files_from_before_batch_counters_load():
    state = {k: v for k, v in build().state_dict().items() if "num_batches" not in k}
    load_state(build(), state, "old")


def test_pretrained_weights_out_of_reach_say_what_to_do():
    def offline() -> tuple[nn.Module, str]:
        raise OSError("<urlopen error>\nand a long story")

    with pytest.raises(MissingWeights) as caught:
        initialise(build, "pretrained", pretrained=offline)
    assert "weights='random'" in str(caught.value) and "\n" not in str(caught.value)
    with pytest.raises(MissingWeights, match="no published weights"):
        initialise(build, "pretrained")


def test_a_clear_error_of_the_publisher_is_passed_on():
    def lacking() -> tuple[nn.Module, str]:
        raise MissingData("get it there")

    with pytest.raises(MissingData, match="get it there"):
        initialise(build, "pretrained", pretrained=lacking)
