"""CordsNet as a model: time, areas, weight files, and shared beginnings in the engine."""

import numpy as np
import pytest
import torch

from harness import Recording, StimulusSet, extract, load_model
from harness.errors import MissingWeights, ModelError
from harness_plugins.models.cordsnet.network import CordsNet, run

PARAMETERS = {"cordsnet_r2": 661_520, "cordsnet_r4": 1_451_152, "cordsnet_r6": 3_777_936, "cordsnet_r8": 12_475_280}
TENSORS = {"cordsnet_r2": 17, "cordsnet_r4": 29, "cordsnet_r6": 41, "cordsnet_r8": 53}
FORMS = {8: [(64, 56), (64, 56), (128, 28), (128, 28), (256, 14), (256, 14), (512, 7), (512, 7)]}
SMALL = {"size": 32, "channels": 4}
TINY = {**SMALL, "dataset": "cifar10"}


def published_shapes() -> dict[str, tuple[int, ...]]:
    """Keys and shapes of the authors' checkpoint of R8, as their code and paper state them."""
    weights = {"inp_conv": (64, 3, 7, 7), "inp_skip": (64, 64, 3, 3)}
    shapes: dict[str, tuple[int, ...]] = {}
    below = [64, *(channels for channels, _ in FORMS[8])]
    for area, (channels, side) in enumerate(FORMS[8]):
        weights[f"area_conv.{area}"] = (channels, channels, 3, 3)
        weights[f"area_area.{area}"] = (channels, below[area], 3, 3)
        shapes[f"conv_bias.{area}"] = (channels, side, side)
    for skip, channels in enumerate((128, 256, 512)):
        weights[f"skip_area.{skip}"] = (channels, channels // 2, 1, 1)
    for name, shape in weights.items():
        shapes[f"{name}.parametrizations.weight.original0"] = (shape[0], 1, 1, 1)
        shapes[f"{name}.parametrizations.weight.original1"] = shape
    shapes["out_fc.bias"] = (1000,)
    shapes["out_fc.parametrizations.weight.original0"] = (1000, 1)
    shapes["out_fc.parametrizations.weight.original1"] = (1000, 512)
    return shapes


def numbers(shapes: dict[str, tuple[int, ...]]) -> dict[str, torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    return {key: torch.rand(shape, generator=generator) - 0.3 for key, shape in shapes.items()}


def after(model, frames: torch.Tensor, steps: int):
    with torch.inference_mode():
        return list(run(model.network, frames, model.network.init(len(frames), frames.device), steps))


@pytest.mark.parametrize("identifier", PARAMETERS)
def test_published_sizes(identifier):
    network = load_model(identifier, folded=False).network
    assert sum(parameter.numel() for parameter in network.parameters()) == PARAMETERS[identifier]
    assert len(network.state_dict()) == TENSORS[identifier]


@pytest.mark.parametrize(("dataset", "count"), [("cifar10", 596_180), ("mnist", 589_908), ("fashionmnist", 589_908)])
def test_a_data_set_fixes_input_and_classes(dataset, count):
    model = load_model("cordsnet_r2", dataset=dataset, folded=False)
    assert sum(parameter.numel() for parameter in model.network.parameters()) == count
    assert model.preprocessing.channels == (3 if dataset == "cifar10" else 1) and len(model.classes) == 10


def test_a_hundred_classes():
    classes = load_model("cordsnet_r2", dataset="cifar100", **SMALL).classes
    assert len(set(classes)) == 100 and list(classes) == sorted(classes)


@pytest.mark.parametrize("folded", [False, True])
@pytest.mark.parametrize("form", ["published", "parallel", "older", "annealed", "safetensors"])
def test_the_authors_checkpoint_loads(form, folded, tmp_path):
    state = numbers(published_shapes())
    path, saved = tmp_path / "cordsnetr8.pth", dict(state)
    if form == "parallel":
        saved = {f"module.{key}": value for key, value in state.items()}
    if form == "older":
        renamed = {".parametrizations.weight.original0": ".weight_g", ".parametrizations.weight.original1": ".weight_v"}
        for ending, older in renamed.items():
            saved = {key.replace(ending, older): value for key, value in saved.items()}
    if form == "annealed":
        saved["prelu.weight"] = torch.tensor([0.05])
    if form == "safetensors":
        from safetensors.torch import save_file

        save_file(saved, path := path.with_suffix(".safetensors"))
    else:
        torch.save(saved, path)
    network = load_model("cordsnet_r8", weights=str(path), folded=folded).network
    gain, direction = (state[f"skip_area.1.parametrizations.weight.original{number}"] for number in (0, 1))
    expected = gain * direction / direction.flatten(1).norm(dim=1).view(-1, 1, 1, 1)
    assert torch.allclose(network.skip_area[1].weight, expected, atol=1e-6)
    assert torch.equal(network.conv_bias[7], state["conv_bias.7"])
    if not folded:
        assert {key: value.shape for key, value in network.state_dict().items()} == {
            key: value.shape for key, value in state.items()
        }
        assert all(torch.equal(value, state[key]) for key, value in network.state_dict().items())


@pytest.mark.parametrize("fault", ["lacks", "has unknown", "has other shapes for"])
def test_a_checkpoint_that_does_not_fit_is_refused(fault, tmp_path):
    state = load_model("cordsnet_r2", folded=False, **TINY).network.state_dict()
    changes = {
        "lacks": lambda: state.pop("conv_bias.0"),
        "has unknown": lambda: state.update(area_norm=torch.zeros(1)),
        "has other shapes for": lambda: state.update({"conv_bias.0": torch.zeros(4, 9, 9)}),
    }
    changes[fault]()
    torch.save(state, tmp_path / "net.pth")
    with pytest.raises(ModelError, match=f"{fault} (conv_bias.0|area_norm)"):
        load_model("cordsnet_r2", weights=str(tmp_path / "net.pth"), **TINY)


def test_plain_and_normalised_weights_are_one_network(tmp_path):
    frames = torch.rand(2, 3, 32, 32)
    normalised = load_model("cordsnet_r4", seed=3, folded=False, **TINY)
    plain = load_model("cordsnet_r4", seed=3, **TINY)
    assert "area_conv.0.weight" in plain.network.state_dict()
    torch.save(plain.network.state_dict(), tmp_path / "plain.pth")
    again = load_model("cordsnet_r4", weights=str(tmp_path / "plain.pth"), folded=False, **TINY)
    expected = after(normalised, frames, 5)[-1]
    for model in (plain, again):
        for ours, theirs in zip(after(model, frames, 5)[-1], expected, strict=True):
            assert (ours - theirs).abs().max() <= 1e-5 * theirs.abs().max()


def test_an_image_reaches_two_more_areas_a_step():
    model = load_model("cordsnet_r8", size=64, channels=4)
    first, second = (after(model, torch.rand(1, 3, 64, 64) + shift, 5) for shift in (0, 1))
    for area in range(8):
        differs = [not torch.equal(a[area], b[area]) for a, b in zip(first, second, strict=True)]
        assert differs == [step >= area // 2 for step in range(5)]


def test_the_step_is_dt_over_tau():
    """At half the step, rates that relax to the same target are as far after twice the steps, to first order."""
    frames = torch.rand(1, 3, 32, 32)
    coarse, fine = (after(load_model("cordsnet_r2", dt=dt, **TINY), frames, round(20 / dt))[-1] for dt in (0.1, 0.05))
    for a, b in zip(coarse, fine, strict=True):
        assert (a - b).abs().max() < 0.01 * b.abs().max()
    model = load_model("cordsnet_r2", dt=5, tau=10, **TINY)
    assert model.network.alpha == 0.5 and model.dt == 5
    model.network.tau = 5
    rates = after(model, frames, 1)[-1][0]
    with torch.inference_mode():
        begin = model.network.init(1, "cpu")
        assert torch.allclose(rates, torch.relu(model.network.totals(frames, begin)[0]))


@pytest.mark.parametrize("times", [{"dt": 20}, {"dt": 0}, {"tau": 1}])
def test_steps_longer_than_the_time_constant_are_refused(times):
    with pytest.raises(ModelError, match="0 < dt <= tau"):
        load_model("cordsnet_r2", **times, **TINY)


def test_time_areas_and_readout():
    model = load_model("cordsnet_r8", channels=4)
    assert (model.dt, model.lead_in, model.network.alpha) == (2, 200, 0.2)
    assert model.regions == {"V1": "areas.1", "V2": "areas.3", "V4": "areas.5", "IT": "areas.7"}
    assert load_model("cordsnet_r6", **SMALL).regions["V4"] == "areas.4"
    assert set(load_model("cordsnet_r2", **SMALL).regions.values()) == {"areas.0", "areas.1"}
    assert model.readout == "out_fc" and len(model.classes) == 1000
    assert model.digest() != load_model("cordsnet_r8", channels=4, tau=20).digest()


def test_unknown_data_sets_and_weights_out_of_reach_are_refused():
    with pytest.raises(ModelError, match="no CordsNet for the data set 'svhn'"):
        load_model("cordsnet_r2", dataset="svhn")
    with pytest.raises(MissingWeights, match="give a weight file"):
        load_model("cordsnet_r2", weights="pretrained", **TINY)
    with pytest.raises(ModelError, match="2, 4, 6 or 8 areas"):
        CordsNet(3)


def images(count: int, **options) -> StimulusSet:
    noise = np.random.default_rng(0).integers(0, 256, (count, 32, 32, 3), dtype=np.uint8)
    return StimulusSet.from_images("noise", list(noise), 200.0, **options)


def naive(model, stimuli, blank: torch.Tensor) -> torch.Tensor:
    """Class scores after each of 100 steps of an image that follow 100 of a blank, every stimulus from its beginning."""
    frames = torch.stack([model.preprocessing.place(t.at(1.0), 1.0, (0, 0, 0)) for t in stimuli.timelines])
    scores = []
    handle = model.network.out_fc.register_forward_hook(lambda module, inputs, output: scores.append(output))
    with torch.inference_mode():
        begin = model.network.init(len(frames), frames.device)
        *_, rest = run(model.network, blank.expand_as(frames), begin, 100)
        *_, _ = run(model.network, frames, rest, 100)
    handle.remove()
    return torch.stack(scores[100:], 1)


def test_the_blank_runs_once_for_all_images():
    """100 steps of a blank and 100 of each of 64 images."""
    model = load_model("cordsnet_r2", **TINY)
    torch.nn.init.normal_(model.network.conv_bias[0], std=0.3)  # so that it is active without an image
    stimuli = images(64, background=model.preprocessing.mean)
    expected = naive(model, stimuli, torch.zeros(1, 3, 32, 32))
    steps = [0]
    model.network.inp_conv.register_forward_pre_hook(lambda module, inputs: steps.append(len(inputs[0])))
    bins = [(0, 2), (50, 60), (198, 200)]
    ours = extract(model, stimuli, Recording(["out_fc"], bins)).array()
    learnt = (
        3 + 2 * 2
    )  # shapes, and whether a step remembers; because of the counter, also whether 200 steps do, three times
    assert 1 + 100 + 64 * 100 <= sum(steps) <= 100 + 64 * 100 + learnt + 3 * 200
    assert sum(steps) <= 0.56 * 64 * 200
    kept = torch.stack([expected[:, 0], expected[:, 25:30].mean(1), expected[:, 99]], 1).numpy()
    assert np.abs(ours - kept).max() <= 1e-5 * np.abs(kept).max()


def test_rows_at_different_times_step_together():
    model = load_model("cordsnet_r4", **TINY)
    frames = torch.rand(2, 3, 32, 32)
    ahead, fresh = after(model, frames[:1], 3)[-1], model.network.init(1, frames.device)
    with torch.inference_mode():
        together = model.network.step(frames, tuple(map(torch.cat, zip(ahead, fresh, strict=True))))
        alone = [model.network.step(frames[:1], ahead), model.network.step(frames[1:], fresh)]
    for area, rates in enumerate(together):
        expected = torch.cat([state[area] for state in alone])
        assert (rates - expected).abs().max() <= 1e-5 * expected.abs().max()
