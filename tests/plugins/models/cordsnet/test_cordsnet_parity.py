"""CordsNet against the authors' implementation, step by step."""

import numpy as np
import pytest
import torch

from harness import load_model
from harness_plugins.models.cordsnet.network import run

TOLERANCE = 1e-5  # of the largest number of an array
CASES = {
    "r2_mnist": ("cordsnet_r2", "mnist"),
    "r4_cifar100": ("cordsnet_r4", "cifar100"),
    "r2_cifar10": ("cordsnet_r2", "cifar10"),
    "r8_imagenet": ("cordsnet_r8", "imagenet"),
}


def close(ours, theirs) -> bool:
    return np.abs(np.asarray(ours) - theirs).max() <= TOLERANCE * np.abs(theirs).max()


def network_of(reference, case: str, folded: bool = True):
    """The network with the reference's weights, and the frames of the case."""
    identifier, dataset = CASES[case]
    facts = reference.recipe[case]
    network = load_model(identifier, dataset=dataset, folded=False).network
    state = reference.state_like(network)
    assert list(state) and set(state) == set(facts["weights"])
    assert all(reference.digest(value) == facts["weights"][key]["sha256"] for key, value in state.items())
    network.load_state_dict(state)
    frames = reference.image(case, facts["batch"], network.inp_conv.in_channels)
    assert reference.digest(frames) == facts["input"]["sha256"]
    return (network.fold() if folded else network), frames


def compare(reference, case: str, blank: int | None = None, shown: int | None = None, folded: bool = True) -> None:
    """Every recorded number of a case, or of its first steps."""
    facts, vectors = reference.recipe[case], reference.vectors(case)
    network, frames = network_of(reference, case, folded)
    blank = facts["blank"] if blank is None else blank
    shown = facts["steps"] if shown is None else shown
    with torch.inference_mode():
        for step, state in enumerate(time_course(network, frames, blank, shown)):
            same_numbers(reference, network, vectors, state, step)
    if step + 1 == len(vectors["logits"]):
        for area, rates in enumerate(state):
            assert f"final_{area}" not in vectors or close(rates, vectors[f"final_{area}"])


def time_course(network, frames: torch.Tensor, blank: int, shown: int):
    """States after each step of a blank, which is the same for all rows and runs once, and then of the frames."""
    rest = network.init(1, torch.device("cpu"))
    for state in run(network, torch.zeros_like(frames[:1]), rest, blank):
        yield state
        rest = state
    yield from run(network, frames, tuple(rates.expand(len(frames), -1, -1, -1) for rates in rest), shown)


def same_numbers(reference, network, vectors, state, step: int) -> None:
    assert close(network.read_out(state).expand(len(vectors["logits"][step]), -1), vectors["logits"][step])
    for area, rates in enumerate(state):
        kept = rates.flatten(1)[:, reference.probes(area, rates[0].numel())]
        assert close(kept, vectors[f"probe_{area}"][step]), (step, area)
        assert close(torch.linalg.vector_norm(rates.double(), dim=(1, 2, 3)), vectors["norms"][step][:, area])
        if step % 10 == 9:
            assert close(rates.mean((2, 3)), vectors[f"chanmean_{area}"][step // 10]), (step, area)


@pytest.mark.parametrize("case", ["r2_mnist", "r4_cifar100"])
def test_a_small_case_in_full(reference, case):
    compare(reference, case)


def test_gains_and_directions_compute_the_same(reference):
    compare(reference, "r4_cifar100", blank=4, shown=0, folded=False)


def test_the_beginning_of_the_full_network(reference):
    compare(reference, "r8_imagenet", blank=6, shown=0)


@pytest.mark.slow
@pytest.mark.parametrize("case", ["r2_cifar10", "r8_imagenet"])
def test_a_large_case_in_full(reference, case):
    compare(reference, case)
