"""Every check of a model finds the one fault that it is there for, and a sound model has none."""

from dataclasses import replace

import pytest
import torch
from torch import nn

from harness import ClipModel, FrameModel, Preprocessing, RecurrentModel
from harness.testing import adversary, check_model, reference_model


class Leaky(nn.Module):
    """A sound recurrent network; each fault changes one thing."""

    def __init__(self):
        super().__init__()
        self.drive, self.rate = nn.Linear(192, 5, bias=False), nn.Identity()

    def init(self, batch_size, device):
        return torch.zeros(batch_size, 5, device=device)

    def step(self, frame, state):
        return self.rate(state + 0.5 * (self.drive(frame.flatten(1)) - state))


class CannotBeDescribed(Leaky):
    def __init__(self):
        super().__init__()
        self.numbers = (number for number in (1, 2))


class EditsTheFrame(Leaky):
    def step(self, frame, state):
        frame -= 0.25
        return super().step(frame, state)


class EditsTheState(Leaky):
    def step(self, frame, state):
        state += 0.1
        return super().step(frame, state)


class KeepsItsState(Leaky):
    def step(self, frame, state):
        self.kept = super().step(frame, getattr(self, "kept", state)[: len(frame)].expand(len(frame), -1))
        return self.kept


class LosesTheBatch(Leaky):
    def step(self, frame, state):
        return super().step(frame, state).sum(0, keepdim=True)


class LooksAcrossTheBatch(Leaky):
    def step(self, frame, state):
        return self.rate(state + frame.mean())


class Random(Leaky):
    def step(self, frame, state):
        return self.rate(state + torch.rand_like(state))


class TokensFirst(Leaky):
    def __init__(self):
        super().__init__()
        self.tokens = nn.Identity()

    def step(self, frame, state):
        self.tokens(frame.flatten(2).transpose(0, 1).clone())
        return super().step(frame, state)


def recurrent(network, **more):
    torch.manual_seed(0)
    described = {"regions": {"V1": "rate"}, "preprocessing": Preprocessing(8)} | more
    return RecurrentModel("leaky", network(), dt=10, **described)


def failed(report):
    return {finding.name for finding in report.failures}


@pytest.mark.parametrize("name", ["noise", "clock", "hash", "constant", "scaled", "permuted", "frozen"])
def test_sound_models_pass(name):
    check_model(adversary(name)).assert_passed()


def test_a_sound_recurrent_and_a_clip_model_pass():
    check_model(recurrent(Leaky)).assert_passed()
    video = nn.Sequential(nn.Conv3d(3, 4, 3, padding=1), nn.ReLU())
    clips = ClipModel(
        "video", video, frame_rate=50, window=4, regions={"V1": "0", "IT": "1"}, preprocessing=Preprocessing(8)
    )
    check_model(clips).assert_passed()


@pytest.mark.parametrize(
    ("network", "check", "sentence"),
    [
        (EditsTheFrame, "edits", "frames"),
        (EditsTheState, "edits", "state"),
        (KeepsItsState, "memory", "the state that `step` returns"),
        (LosesTheBatch, "state", "the batch as its first axis"),
        (LooksAcrossTheBatch, "batches", "the others in its batch"),
        (CannotBeDescribed, "digest", "nothing of it is stored"),
        (Random, "determinism", "draws random numbers"),
    ],
)
def test_each_fault_is_found(network, check, sentence):
    regions = {"regions": {"V1": "drive"}} if network is LosesTheBatch else {}
    report = check_model(recurrent(network, **regions))
    assert check in failed(report) and sentence in report[check].sentence


def test_a_layer_that_mixes_axes_is_found():
    report = check_model(recurrent(TokensFirst, regions={"V1": "tokens"}))
    assert "layers" in failed(report) and "first axis must be the batch" in report["layers"].sentence


def test_what_is_not_a_number_is_found_and_named():
    report = check_model(adversary("nan"))
    assert "finite" in failed(report) and "responses" in report["finite"].sentence


def test_a_model_without_regions_and_one_with_an_unused_layer():
    network = nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU())
    assert failed(check_model(FrameModel("f", network, layers=["0"], preprocessing=Preprocessing(8)))) == {"regions"}
    network.add_module("unused", nn.ModuleList([nn.ReLU()]))
    network.forward = lambda frames: network[1](network[0](frames))
    unused = FrameModel("f", network, regions={"V1": "unused.0"}, preprocessing=Preprocessing(8))
    assert "does not fire" in check_model(unused)["layers"].sentence


def test_a_model_that_says_it_is_random_is_not_judged_for_it():
    assert check_model(replace(recurrent(Random), deterministic=False))["determinism"].passed is None


def test_cost_is_told():
    report = check_model(reference_model())
    assert report["cost"].passed is None and "ms per step" in report["cost"].sentence
    assert "of activations" in report["cost"].sentence and report.passed and "ok" in str(report)
