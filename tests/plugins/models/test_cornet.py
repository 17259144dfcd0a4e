"""CORnet-Z, RT and S: parity with the authors' implementation, and how they stand in time."""

from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from torch.nn.functional import cross_entropy

from harness import Recording, SpatialMean, StimulusSet, as_brain_model, extract, load_model
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
            values = (1.0 if name.endswith(("weight", "running_var")) else 0.1) + 0.5 * values
        counter = name.endswith("num_batches_tracked")
        made[name] = torch.from_numpy(np.zeros((), np.int64) if counter else values.astype(np.float32))
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
    """See cornet_reference.md."""
    model = load_model("cornet_rt")
    model.network.load_state_dict(recipe(model))
    scores, states = steps(model, images(), 5)
    ours = torch.stack(scores)[:, :, ::4].numpy()
    assert np.abs(ours - reference["logits"]).max() <= 1e-5 * np.abs(reference["logits"]).max()
    for area in AREAS:
        means = torch.stack([state[area].mean((2, 3)) for state in states])[:, :, ::4].numpy()
        assert np.abs(means - reference[area]).max() <= 1e-5 * np.abs(reference[area]).max()


def fired(model, frames: torch.Tensor) -> dict[str, list[torch.Tensor]]:
    """What each area and the read-out hand over, once for each run."""
    found: dict[str, list[torch.Tensor]] = {}
    for area in (*AREAS, "decoder"):
        module = model.network.get_submodule(f"{area}.output" if area in AREAS else "decoder.linear")
        module.register_forward_hook(lambda m, i, o, area=area: found.setdefault(area, []).append(o))
    with torch.no_grad():
        model.network(frames)
    return found


@pytest.mark.parametrize(("identifier", "runs"), [("cornet_z", (1, 1, 1, 1)), ("cornet_s", (1, 2, 4, 2))])
def test_parity_of_the_static_networks(identifier, runs):
    """See cornet_reference.md."""
    reference = np.load(Path(__file__).with_name(f"{identifier}_reference.npz"))
    model = load_model(identifier, size=96)
    model.network.load_state_dict(recipe(model))
    found = fired(model, images(size=96))
    ours = found["decoder"][0][:, ::4].numpy()
    assert np.abs(ours - reference["logits"]).max() <= 1e-5 * np.abs(reference["logits"]).max()
    for area, count in zip(AREAS, runs, strict=True):
        means = torch.stack([output.mean((2, 3)) for output in found[area]])[:, :, ::4].numpy()
        assert means.shape == reference[area].shape and len(means) == count
        assert np.abs(means - reference[area]).max() <= 1e-5 * np.abs(reference[area]).max()


@pytest.mark.parametrize("identifier", ["cornet_z", "cornet_s"])
def test_the_static_networks_are_recorded_by_the_engine(identifier):
    model = load_model(identifier, size=40)
    rng = np.random.default_rng(0)
    stimuli = StimulusSet.from_images("noise", list(rng.random((2, 40, 40))), 100.0)
    responses = extract(model, stimuli, Recording(reduction=SpatialMean()))
    assert [responses[layer].array().shape[-1] for layer in model.regions.values()] == [64, 128, 256, 512]
    assert model.kind == "frame" and model.readout == "decoder.linear" and list(model.regions) == list(AREAS)


def test_random_weights_follow_the_seed():
    first, again, other = (load_model("cornet_s", seed=seed).network.state_dict() for seed in (0, 0, 1))
    assert all(torch.equal(first[key], again[key]) for key in first)
    assert not torch.equal(first["IT.conv3.weight"], other["IT.conv3.weight"])


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


PUBLISHED = {
    "cornet_z": ({"V1.conv.weight", "IT.conv.bias", "decoder.linear.weight"}, 10),
    "cornet_rt": ({"V1.conv_input.weight", "IT.norm1.bias", "decoder.linear.weight"}, 30),
    "cornet_s": ({"V1.norm2.bias", "V2.norm_skip.weight", "V4.norm3_3.running_var", "IT.conv_input.weight"}, 164),
}


@pytest.mark.parametrize(
    ("identifier", "prefix"), [*((name, "") for name in PUBLISHED), ("cornet_z", "module."), ("cornet_rt", "module.")]
)
def test_a_file_with_the_published_keys_loads(identifier, prefix, tmp_path):
    """The keys of the authors' checkpoints, whose networks were wrapped for data-parallel training."""
    model = load_model(identifier, size=32)
    state = recipe(model)
    keys, count = PUBLISHED[identifier]
    assert keys <= state.keys() and len(state) == count
    torch.save({"state_dict": {f"{prefix}{k}": v for k, v in state.items()}}, tmp_path / "cornet.pth")
    loaded = load_model(identifier, weights=str(tmp_path / "cornet.pth"), size=32)
    assert torch.equal(loaded.network.decoder.linear.weight, state["decoder.linear.weight"])


@pytest.mark.parametrize("identifier", PUBLISHED)
def test_pretrained_weights_are_not_to_be_had(identifier):
    with pytest.raises(MissingWeights, match="give a weight file"):
        load_model(identifier, weights="pretrained")


def test_time_step_areas_and_readout():
    model = load_model("cornet_rt", dt=20)
    assert model.dt == 20 and load_model("cornet_rt").dt == 10
    assert model.regions == {area: f"{area}.output" for area in AREAS}
    assert model.readout == "decoder.linear" and len(model.classes) == 1000
    assert model.digest() != load_model("cornet_rt").digest()


@pytest.mark.slow
def test_it_learns_eight_images_and_still_knows_them_after_loading(tmp_path):
    """Trained through time in an ordinary loop, saved, loaded by its file, and asked through the engine and as a subject."""
    model = load_model("cornet_rt", size=32)
    images = list(np.random.default_rng(0).random((8, 32, 32, 3)))
    frames = torch.stack([model.preprocessing.place(image, 1.0, (0.5, 0.5, 0.5)) for image in images])
    network, labels = model.network.train(), torch.arange(8)
    optimiser, loss = torch.optim.Adam(network.parameters(), 1e-3), torch.tensor(torch.inf)
    for _ in range(60):
        if loss.item() < 0.05:
            break
        state = network.init(8, frames.device)
        for _ in range(5):
            state = network.step(frames, state)
        loss = cross_entropy(network.decoder(state["IT"]), labels)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    assert loss.item() < 0.05
    save_file(network.state_dict(), tmp_path / "trained.safetensors")
    trained = load_model("cornet_rt", weights=tmp_path / "trained.safetensors", size=32)
    assert trained.digest() == model.digest() != load_model("cornet_rt", size=32).digest()
    stimuli = StimulusSet.from_images("learnt", images, 50.0, visual_degrees=trained.visual_degrees)
    scores = extract(trained, stimuli, Recording(trained.readout, [(0, 10), (40, 50)])).array()
    assert (scores[:, 1].argmax(1) == labels.numpy()).all()
    assert len(np.unique(scores[:, 0].argmax(1))) == 1, "the images have not reached IT yet"
    candidate = as_brain_model(trained)
    candidate.start_recording("IT", time_bins=[(0, 10), (40, 50)])
    early, late = np.array(candidate.look_at(stimuli).transpose("time_bin", "presentation", "neuroid"))
    assert np.ptp(early, axis=0).max() < 1e-5 < np.ptp(late, axis=0).max()
    assert torch.equal(trained.network.decoder.linear(torch.from_numpy(late)).argmax(1), labels)
