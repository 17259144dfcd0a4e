"""CORnet-RT: parity with the authors' implementation, and its behaviour as a temporal model."""

from pathlib import Path

import numpy as np
import pytest
import torch

from harness import load_model
from harness.errors import MissingWeights, ModelError

AREAS = ("V1", "V2", "V4", "IT")


def numbers(count: int, salt: int) -> np.ndarray:
    """Reproducible numbers in [-0.5, 0.5) from whole-number arithmetic."""
    i = np.arange(count, dtype=np.int64)
    return ((i * i * 31 + i * 7919 + salt * 104729) % 10007) / 10007 - 0.5


def weights(shapes: dict[str, tuple[int, ...]]) -> dict[str, torch.Tensor]:
    """Weights of about the size of trained ones; biases of the norms are mostly positive, so that areas are active at rest."""
    made = {}
    for salt, name in enumerate(sorted(shapes)):
        values = numbers(int(np.prod(shapes[name])), salt).reshape(shapes[name])
        if values.ndim > 1:
            values = values * (24 / np.prod(values.shape[1:])) ** 0.5
        elif "norm" in name:
            values = (1.0 if name.endswith("weight") else 0.1) + 0.5 * values
        made[name] = torch.from_numpy(values.astype(np.float32))
    return made


def images(count: int = 2, size: int = 224) -> torch.Tensor:
    k, c, y, x = np.ogrid[:count, :3, :size, :size]
    return torch.from_numpy(
        (((y * 13 + x * 7 + c * 50 + k * 101 + x * y * (k + 1)) % 256) / 127.5 - 1).astype(np.float32)
    )


def recipe(model) -> dict[str, torch.Tensor]:
    return weights({name: tuple(value.shape) for name, value in model.network.state_dict().items()})


def steps(model, frames: torch.Tensor, count: int) -> tuple[list[torch.Tensor], list[dict[str, torch.Tensor]]]:
    """Class scores and states after each step."""
    scores, states = [], []
    handle = model.module("decoder.linear")[0].register_forward_hook(lambda m, i, o: scores.append(o))
    state = model.network.init(len(frames), frames.device)
    with torch.no_grad():
        for _ in range(count):
            state = model.network.step(frames, state)
            states.append(state)
    handle.remove()
    return scores, states


@pytest.fixture(scope="module")
def reference():
    return np.load(Path(__file__).with_name("cornet_rt_reference.npz"))


def test_parity_with_the_authors_implementation(reference):
    """See cornet_rt_reference.md."""
    model = load_model("cornet_rt")
    model.network.load_state_dict(recipe(model))
    scores, states = steps(model, images(), 5)
    ours = torch.stack(scores)[:, :, ::4].numpy()
    assert np.abs(ours - reference["logits"]).max() <= 1e-5 * np.abs(reference["logits"]).max()
    for area in AREAS:
        means = torch.stack([state[area].mean((2, 3)) for state in states])[:, :, ::4].numpy()
        assert np.abs(means - reference[area]).max() <= 1e-5 * np.abs(reference[area]).max()


def test_an_image_reaches_one_more_area_a_step():
    model = load_model("cornet_rt", size=64)
    first, second = (steps(model, images(2, 64)[k : k + 1], 5)[1] for k in range(2))
    for position, area in enumerate(AREAS):
        differs = [not torch.equal(a[area], b[area]) for a, b in zip(first, second, strict=True)]
        assert differs == [step >= position for step in range(5)]


def test_rows_at_different_times_step_together():
    model = load_model("cornet_rt", size=64)
    frames = images(2, 64)
    _, ahead = steps(model, frames[:1], 2)
    fresh = model.network.init(1, frames.device)
    mixed = {name: torch.cat([ahead[-1][name], fresh[name]]) for name in fresh}
    with torch.no_grad():
        together = model.network.step(frames, mixed)
        alone = model.network.step(frames[:1], ahead[-1]), model.network.step(frames[1:], fresh)
    for name, value in together.items():
        expected = torch.cat([state[name] for state in alone])
        assert (value - expected).abs().max() <= 1e-5 * expected.abs().max()


@pytest.mark.parametrize("size", [32, 33, 97, 100])
def test_any_size_of_input_runs_and_keeps_the_form_of_its_state(size):
    model = load_model("cornet_rt", size=size)
    _, states = steps(model, images(1, size), 2)
    begin = model.network.init(1, torch.device("cpu"))
    assert {k: v.shape for k, v in begin.items()} == {k: v.shape for k, v in states[-1].items()}


def test_too_small_a_frame_is_refused():
    with pytest.raises(ModelError, match="at least 32 pixels"):
        load_model("cornet_rt", size=20)


@pytest.mark.parametrize("prefix", ["", "module."])
def test_a_file_with_the_published_keys_loads(prefix, tmp_path):
    """The keys of the authors' checkpoint, whose network was wrapped for data-parallel training."""
    model = load_model("cornet_rt", size=32)
    state = recipe(model)
    assert {"V1.conv_input.weight", "IT.norm1.bias", "decoder.linear.weight"} <= state.keys() and len(state) == 30
    torch.save({"state_dict": {f"{prefix}{k}": v for k, v in state.items()}}, tmp_path / "cornet_rt.pth")
    loaded = load_model("cornet_rt", weights=str(tmp_path / "cornet_rt.pth"), size=32)
    assert torch.equal(loaded.network.decoder.linear.weight, state["decoder.linear.weight"])


def test_pretrained_weights_are_not_to_be_had():
    with pytest.raises(MissingWeights, match="give a weight file"):
        load_model("cornet_rt", weights="pretrained")


def test_time_step_areas_and_readout():
    model = load_model("cornet_rt", dt=20)
    assert model.dt == 20 and load_model("cornet_rt").dt == 10
    assert model.regions == {area: f"{area}.output" for area in AREAS}
    assert model.readout == "decoder.linear" and len(model.classes) == 1000
    assert model.digest() != load_model("cornet_rt").digest()
