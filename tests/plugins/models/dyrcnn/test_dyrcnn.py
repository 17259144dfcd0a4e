"""DyRCNN as a temporal model: delays, solvers, lateral connections, links and optional stages."""

import itertools
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch
from safetensors.torch import save_file

from harness import Recording, StimulusSet, Timeline, extract, load_model
from harness.engine.reductions import SpatialMean
from harness.errors import MissingWeights, ModelError
from harness.models import RecurrentModel
from harness_plugins.models.dyrcnn.area import Link, Signal
from harness_plugins.models.dyrcnn.recurrence import resized

NARROW = {"x2": [4, 9], "x4": [4, 9, 16, 25], "x8": [4, 9, 16, 25]}
AREAS = ("V1", "V2", "V4", "IT")


def small(name: str = "x4", **arguments: Any) -> RecurrentModel:
    """A narrow network whose lateral and linking weights are as strong as those of trained ones."""
    arguments = {"size": 16, "widths": NARROW[name], "classes": 5, "recurrent_scale": 0.2} | arguments
    model = load_model(f"dyrcnn_{name}", **arguments)
    generator = torch.Generator().manual_seed(1)
    with torch.no_grad():
        for key, parameter in model.network.named_parameters():
            if key.startswith("add"):
                parameter.copy_(0.3 * torch.randn(parameter.shape, generator=generator))
            elif key.endswith("bias"):
                parameter.copy_(0.1 * torch.randn(parameter.shape, generator=generator))
    return model


def movie(steps: int = 8, batch: int = 2, size: int = 16, seed: int = 0, channels: int = 3) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(batch, steps, channels, size, size, generator=generator)


def rates(model: RecurrentModel, frames: torch.Tensor) -> dict[str, torch.Tensor]:
    """Recorded rate of every area, and the class scores, in each step: (batch, steps, ...)."""
    seen: dict[str, list[torch.Tensor]] = {}
    handles = [
        model.module(layer)[0].register_forward_hook(lambda m, i, o, name=layer: seen.setdefault(name, []).append(o))
        for layer in model.layers
    ]
    with torch.no_grad():
        model.network(frames)
    for handle in handles:
        handle.remove()
    return {layer.removesuffix(".output"): torch.stack(values, 1) for layer, values in seen.items()}


def changed_from(model: RecurrentModel, steps: int = 24) -> dict[str, int]:
    """For each area the first step in which it tells two movies apart whose frames differ from step 5 on."""
    one = movie(1).expand(-1, steps, -1, -1, -1)
    other = torch.cat([one[:, :5], movie(1, seed=1).expand(-1, steps - 5, -1, -1, -1)], 1)
    first, second = rates(model, one), rates(model, other)
    differs = {area: (first[area] != second[area]).flatten(2).any(2).any(0) for area in first}
    return {area: int(where.int().argmax()) if where.any() else -1 for area, where in differs.items()}


# Delays


def test_without_a_feedforward_delay_an_image_crosses_all_areas_in_one_step() -> None:
    assert changed_from(small()) == dict.fromkeys((*AREAS, "scores"), 5)


@pytest.mark.parametrize(("t_ff", "k"), [(2, 1), (4, 2), (5, 3), (4.9, 2)])
def test_each_area_answers_t_ff_after_the_one_below(t_ff: float, k: int) -> None:
    """Rounded to the nearest step of 2 ms, halves up."""
    assert changed_from(small(t_ff=t_ff, skip=False)) == {
        "V1": 5,
        "V2": 5 + k,
        "V4": 5 + 2 * k,
        "IT": 5 + 3 * k,
        "scores": 5 + 4 * k,
    }


def test_a_skip_can_be_faster_than_the_way_through_the_areas() -> None:
    fast, slow = changed_from(small(t_ff=8)), changed_from(small(t_ff=8, t_sk=6))
    assert (fast["V2"], fast["V4"], fast["IT"]) == (9, 5, 9)
    assert (slow["V2"], slow["V4"], slow["IT"]) == (9, 8, 12)


def first_difference(one: RecurrentModel, other: RecurrentModel, area: str = "V1") -> int:
    frames = movie(12)
    differs = (rates(one, frames)[area] != rates(other, frames)[area]).flatten(2).any(2).any(0)
    return int(differs.int().argmax()) if differs.any() else -1


@pytest.mark.parametrize(("dt", "t_fb", "steps"), [(2, 6, 3), (2, 7, 4), (2, 0, 1), (2, 1, 1), (0.1, 0.3, 3)])
def test_feedback_arrives_after_its_delay(dt: float, t_fb: float, steps: int) -> None:
    models = [small(dt=dt, feedback=mode, t_fb=t_fb) for mode in ("none", "additive")]
    assert first_difference(*models) == steps


@pytest.mark.parametrize(("dt", "t_rc", "steps"), [(2, 6, 3), (2, 5, 3), (2, 2, 1), (2, 0, 1), (0.1, 0.3, 3)])
def test_an_area_hears_itself_after_its_delay(dt: float, t_rc: float, steps: int) -> None:
    models = [small(dt=dt, t_rc=t_rc, recurrence=kind) for kind in ("none", "full")]
    for model in models:
        model.network.V1.load_state_dict(models[0].network.V1.state_dict(), strict=False)
    assert first_difference(*models) == steps


def test_an_area_is_silent_until_its_first_input_arrives() -> None:
    """Its biases do not act before; class scores are 0, not those of the biases."""
    seen = rates(small(t_ff=4, skip=False), movie(10))
    for position, area in enumerate((*AREAS, "scores")):
        active = seen[area].flatten(2).abs().amax((0, 2)) > 0
        assert active.tolist() == [step >= 2 * position for step in range(10)]


def test_a_skip_wakes_an_area_that_feedforward_input_has_not_reached() -> None:
    seen = rates(small(t_ff=10), movie(6))
    assert [bool(seen[area][:, 0].any()) for area in AREAS] == [True, False, True, False]


# The loop


@pytest.mark.parametrize(
    "arguments",
    [
        {},
        {"t_ff": 4, "feedback": "multiplicative", "t_fb": 6},
        {"adaptation": 0.5},
        {"adaptation": 0.5, "reference": True},
        {"t_rc": 0, "skip": False, "reference": True},
    ],
    ids=str,
)
def test_rows_at_different_times_step_together(arguments: dict[str, Any]) -> None:
    from torch.utils import _pytree as pytree

    network, frames = small(**arguments).network, movie(6)
    with torch.no_grad():
        ahead, fresh = network.init(1, frames.device), network.init(1, frames.device)
        for step in range(3):
            ahead = network.step(frames[:1, step], ahead)
        mixed = pytree.tree_map(lambda a, b: torch.cat([a, b]), ahead, fresh)
        assert pytree.tree_structure(network.step(frames[:, 3], mixed)) == pytree.tree_structure(fresh)
        for step in range(3, 6):
            mixed = network.step(frames[:, step], mixed)
            ahead, fresh = network.step(frames[:1, step], ahead), network.step(frames[1:, step], fresh)
    together, alone, late = (pytree.tree_leaves(state) for state in (mixed, ahead, fresh))
    for both, one, other in zip(together, alone, late, strict=True):
        torch.testing.assert_close(both, torch.cat([one, other]), rtol=1e-5, atol=1e-6)


def test_the_engine_records_what_the_network_computes() -> None:
    model = small(t_ff=4, size=16)
    rng = np.random.default_rng(0)
    image, grey = rng.random((16, 16)).astype(np.float32), np.full((16, 16), 0.5, dtype=np.float32)
    timelines = [Timeline.of([(image, shown), (grey, 40 - shown)]) for shown in (10, 20)]
    stimuli = StimulusSet("durations", pd.DataFrame({"stimulus_id": ["short", "long"]}), timelines, visual_degrees=8)
    recording = Recording(time_bins=[(start, start + 2) for start in range(0, 40, 2)], reduction=SpatialMean())
    responses = extract(model, stimuli, recording)
    placed = [model.preprocessing.place(frame, 1.0, (0.5, 0.5, 0.5)) for frame in (image, grey)]
    frames = torch.stack([torch.stack([placed[step >= shown // 2] for step in range(20)]) for shown in (10, 20)])
    seen = rates(model, frames)
    for area in AREAS:
        expected = seen[area].mean((3, 4)).numpy()
        assert np.abs(responses[f"{area}.output"].array() - expected).max() <= 1e-5 * np.abs(expected).max()


def test_the_example_of_the_originals_readme_runs() -> None:
    """There it fails, because a skip is faster than the way through the areas."""
    model = load_model("dyrcnn_x4", dt=2, tau=5, t_ff=8, t_rc=4, recurrence="full")
    with torch.no_grad():
        scores = model.network(movie(20, batch=1, size=224))
    assert scores.shape == (1, 20, 10) and scores.isfinite().all() and scores[:, -1].any()


@pytest.mark.parametrize(("name", "size"), list(itertools.product(["x2", "x4", "x8"], [15, 27, 33])))
def test_any_size_of_input_runs_and_keeps_the_form_of_its_state(name: str, size: int) -> None:
    from torch.utils import _pytree as pytree

    network = small(name, size=size, recurrence="local", feedback="additive").network
    begin = network.init(1, torch.device("cpu"))
    with torch.no_grad():
        after = network.step(movie(1, 1, size)[:, 0], begin)
    assert pytree.tree_map(lambda leaf: leaf.shape, begin) == pytree.tree_map(lambda leaf: leaf.shape, after)


def test_a_movie_of_another_size_is_refused() -> None:
    with pytest.raises(ModelError, match=r"\(batch, steps, 3, 16, 16\)"):
        small().network(movie(2, size=20))


# Dynamics


def test_with_zero_biases_the_network_is_positively_homogeneous() -> None:
    """So contrast changes no timing: an exact null control."""
    for name, feedback, t_ff in (("x2", "additive", 0), ("x4", "additive", 4), ("x8", "none", 0)):
        model = small(name, feedback=feedback, t_fb=4, t_ff=t_ff, bias=False, size=32)
        with torch.no_grad():
            for key, parameter in model.network.named_parameters():
                if key.endswith("bias"):
                    parameter.zero_()
        frames = movie(16, size=32)
        full, weak = rates(model, frames), rates(model, 0.1 * frames)
        for area, values in full.items():
            assert values.any()
            assert (weak[area] - 0.1 * values).abs().max() <= 1e-6 * values.abs().max()


@pytest.mark.parametrize(
    "arguments",
    [{}, {"bias": False, "supralinearity": 1.5}, {"bias": False, "feedback": "multiplicative", "t_fb": 4}],
    ids=str,
)
def test_biases_power_law_and_multiplicative_feedback_are_not_homogeneous(arguments: dict[str, Any]) -> None:
    model, frames = small(**arguments), movie(8)
    full, weak = rates(model, frames), rates(model, 0.1 * frames)
    assert (weak["V1"] - 0.1 * full["V1"]).abs().max() > 1e-3 * full["V1"].abs().max()


def relaxation(solver: str, dt: float, duration: float = 20.0, tau: float = 5.0) -> tuple[float, float]:
    """A unit's rate after `duration` under a constant drive of 1, and what the equation says."""
    model = load_model("dyrcnn_x2", size=4, channels=1, widths=[1, 1], dt=dt, tau=tau, recurrence="none", solver=solver)
    network = model.network
    with torch.no_grad():
        network.layer1.conv.weight.zero_()
        network.layer1.conv.bias.fill_(1.0)
    seen = rates(model, torch.zeros(1, round(duration / dt), 1, 4, 4))["layer1"]
    return float(seen[0, -1, 0, 0, 0]), 1 - np.exp(-duration / tau)


@pytest.mark.parametrize(("solver", "tolerance"), [("exponential", 1e-6), ("rk4", 1e-4), ("euler", 2e-2)])
def test_solvers_are_honoured(solver: str, tolerance: float) -> None:
    value, exact = relaxation(solver, dt=2)
    assert abs(value - exact) <= tolerance
    assert solver == "exponential" or abs(value - exact) > tolerance / 100


def test_the_exponential_solver_takes_any_step_and_euler_refuses_too_large_ones() -> None:
    value, exact = relaxation("exponential", dt=20)
    assert value == pytest.approx(exact)
    for solver, dt in (("euler", 10), ("rk4", 14)):
        with pytest.raises(ModelError, match="take smaller steps"):
            small(solver=solver, dt=dt)


def test_euler_converges_to_the_equation() -> None:
    errors = [abs(np.subtract(*relaxation("euler", dt))) for dt in (1, 0.5, 0.25)]
    assert errors[0] / errors[1] == pytest.approx(2, rel=0.2) and errors[1] / errors[2] == pytest.approx(2, rel=0.2)


def test_each_area_has_its_own_time_constant() -> None:
    tau = {"V1": 4.0, "V2": 8.0, "V4": 16.0, "IT": 32.0}
    network = small(tau=tau, bias=False, recurrence="none", skip=False).network
    assert {area: float(network.get_submodule(area).log_tau.exp()) for area in AREAS} == pytest.approx(tau)
    assert not network.V1.log_tau.requires_grad
    with pytest.raises(ModelError, match="one value for each of V1, V2, V4, IT"):
        small(tau={"V1": 5.0})


def test_trained_time_constants_stay_positive() -> None:
    network = small(train_tau=True, solver="exponential").network
    optimiser = torch.optim.SGD([area.log_tau for area in (network.V1, network.IT)], lr=100)
    for _ in range(3):
        optimiser.zero_grad()
        network(movie(4)).square().sum().backward()
        assert network.V1.log_tau.grad.abs() > 0
        optimiser.step()
    assert all(area.log_tau.detach().exp() > 0 for area in (network.V1, network.IT))


# Lateral connections


@pytest.mark.parametrize("kind", ["self", "full", "depthwise", "pointwise", "depthpointwise", "pointdepthwise"])
def test_every_lateral_connection_acts(kind: str) -> None:
    base, lateral = small(recurrence="none"), small(recurrence=kind)
    lateral.network.load_state_dict(base.network.state_dict(), strict=False)
    frames = movie(6)
    assert not torch.equal(rates(base, frames)["V1"], rates(lateral, frames)["V1"])


@pytest.mark.parametrize("kind", ["local", "localdepthwise"])
def test_local_connections_need_a_square_number_of_channels(kind: str) -> None:
    assert rates(small(recurrence=kind), movie(4))["IT"].any()
    with pytest.raises(ModelError, match="a square number of channels, not 5"):
        small(recurrence=kind, widths=[5, 9, 16, 25])


@pytest.mark.parametrize(("name", "target"), [("x4", "input"), ("x8", "input"), ("x8", "middle")])
def test_the_lateral_signal_enters_at_its_target(name: str, target: str) -> None:
    """Its convolution has as many outputs as the target has channels."""
    model = small(name, size=32, target=target)
    conv = model.network.V2.recurrence.conv
    assert conv.out_channels == (NARROW[name][0] if target == "input" else NARROW[name][1])
    seen = [rates(small(name, size=32, target=where), movie(8, size=32))["IT"] for where in (target, "output")]
    assert not torch.equal(*seen)


def test_targets_that_an_area_does_not_have_are_refused() -> None:
    with pytest.raises(ModelError, match="no middle"):
        small("x4", target="middle")
    for kind in ("self", "depthwise", "local", "localdepthwise"):
        with pytest.raises(ModelError, match="keeps the number of channels"):
            small("x4", target="input", recurrence=kind)


def test_feedforward_only_cuts_lateral_skip_and_feedback_connections() -> None:
    """The ablated network keeps all its weights, so that one file fits both."""
    whole = small(feedback="additive", t_fb=4)
    cut, bare = small(feedback="additive", t_fb=4, feedforward_only=True), small(recurrence="none", skip=False)
    cut.network.load_state_dict(whole.network.state_dict())
    bare.network.load_state_dict(
        {k: v for k, v in whole.network.state_dict().items() if k in bare.network.state_dict()}
    )
    frames = movie(8)
    assert torch.equal(rates(cut, frames)["scores"], rates(bare, frames)["scores"])
    assert not torch.equal(rates(cut, frames)["scores"], rates(whole, frames)["scores"])


# Optional stages


def test_a_constant_frame_fades_and_a_new_one_is_seen_in_full() -> None:
    adaptation = small(adaptation=0.5, tau_adaptation=20).network.adaptation
    old, new = movie(1, 1)[:, 0], movie(1, 1, seed=1)[:, 0]
    state = adaptation.init(torch.zeros_like(old))
    seen = []
    for frame in [old] * 200 + [new] * 200:
        adapted, state = adaptation(frame, state)
        seen.append(adapted)
    assert torch.equal(seen[0], old)
    torch.testing.assert_close(seen[10], old * (1 - 0.5 * (1 - np.exp(-1))), rtol=1e-4, atol=1e-5)  # after 20 ms
    torch.testing.assert_close(seen[199], 0.5 * old, rtol=1e-3, atol=1e-4)
    torch.testing.assert_close(seen[200], new - 0.5 * old, rtol=1e-3, atol=1e-4)
    torch.testing.assert_close(seen[-1], 0.5 * new, rtol=1e-3, atol=1e-4)


def test_the_retina_stands_before_v1() -> None:
    model = small(retina=True)
    assert model.network.V1.conv.in_channels == 18
    assert rates(model, movie(3))["V1"].any()
    fired = []
    model.network.retina.register_forward_hook(lambda *_: fired.append(1))
    model.network(movie(3))
    assert len(fired) == 3


def test_the_power_law_follows_the_rectification() -> None:
    plain, power = small(recurrence="none"), small(recurrence="none", supralinearity=1.5)
    first, second = (rates(model, movie(1))["V1"] for model in (plain, power))
    torch.testing.assert_close(second, 0.8 * first**1.5, rtol=1e-4, atol=1e-6)


def test_the_operations_of_a_step_can_be_reordered() -> None:
    order = ["layer", "addskip", "nonlin", "tstep", "record", "delay", "pool"]
    default, other = small(), small(operations=order)
    assert not torch.equal(rates(default, movie(4))["IT"], rates(other, movie(4))["IT"])
    linear = small(operations=["layer", "addskip", "tstep", "record", "delay", "pool"])
    assert rates(linear, movie(4))["V1"].min() < 0 <= rates(default, movie(4))["V1"].min()


@pytest.mark.parametrize(
    ("operations", "says"),
    [
        (["layer", "adskip", "record", "delay"], "no operation 'adskip'"),
        (["layer", "addskip", "tstep", "nonlin", "delay", "pool"], "lack 'record'"),
        (["layer", "tstep", "nonlin", "record", "delay", "pool"], "lack 'addskip'"),
        (["layer", "addskip", "addskip", "record", "delay"], "stands once"),
        (["addskip", "layer", "record", "delay", "pool"], "begins with 'layer'"),
        (["layer", "addskip", "record", "pool", "delay"], "before 'delay'"),
        (["layer", "addskip", "record", "delay", "tstep"], "before 'delay'"),
    ],
)
def test_senseless_operations_are_refused(operations: list[str], says: str) -> None:
    with pytest.raises(ModelError, match=says):
        small(operations=operations)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"recurrence": "lateral"}, "recurrence is one of none, self, full"),
        ({"feedback": "add"}, "feedback is one of none, additive, multiplicative"),
        ({"solver": "heun"}, "solver is one of euler, rk4, exponential"),
        ({"t_rc": -1}, "t_rc must be at least 0"),
        ({"tau": 0}, "tau must be positive"),
        ({"dt": "two"}, "dt must be positive, not two"),
        ({"widths": [4, 9]}, "widths are 4 positive numbers"),
        ({"channels": 2}, "1 or 3 channels"),
    ],
)
def test_senseless_settings_are_refused(arguments: dict[str, Any], says: str) -> None:
    with pytest.raises(ModelError, match=says):
        small(**arguments)


# Weights


@pytest.mark.parametrize(
    ("name", "recurrence", "parameters"),
    [
        ("x4", "self", 394_364),
        ("x4", "local", 394_412),
        ("x4", "localdepthwise", 399_182),
        ("x4", "depthpointwise", 485_172),
        ("x4", "pointdepthwise", 485_172),
        ("x4", "full", 1_164_954),
        ("x8", "full", 8_534_798),
        ("x2", "full", 73_456),
    ],
)
def test_the_published_networks_have_the_published_size(name: str, recurrence: str, parameters: int) -> None:
    model = load_model(f"dyrcnn_{name}", recurrence=recurrence, size=32)
    assert sum(parameter.numel() for parameter in model.network.parameters()) == parameters


def test_random_weights_follow_the_seed_and_start_nearly_feedforward() -> None:
    one, again, other = (load_model("dyrcnn_x4", size=32, seed=seed) for seed in (0, 0, 1))
    assert one.digest() == again.digest() != other.digest()
    network = one.network
    assert network.V1.conv.weight.std().item() == pytest.approx((2 / 27) ** 0.5, rel=0.1)
    assert network.V2.recurrence.conv.weight.abs().max().item() == pytest.approx(0.001, rel=0.01)
    assert network.addskip_IT.conv.weight.std().item() == pytest.approx(0.001, rel=0.2)
    assert not any(value.any() for key, value in network.named_parameters() if key.endswith("bias"))


def test_weights_are_loaded_strictly(tmp_path: Any) -> None:
    path = tmp_path / "weights.safetensors"
    state = {key: value.contiguous() for key, value in small().network.state_dict().items()}
    assert "addskip_V4.conv.weight" in state  # links exist before anything has run
    save_file(state, path)
    arguments = {"size": 16, "widths": NARROW["x4"], "classes": 5}
    assert torch.equal(
        load_model("dyrcnn_x4", weights=str(path), **arguments).network.IT.conv.weight, state["IT.conv.weight"]
    )
    for broken, says in (
        ({key: value for key, value in state.items() if key != "addskip_V4.conv.bias"}, "lacks addskip_V4.conv.bias"),
        (state | {"V1.norm.weight": torch.ones(4)}, "has unknown V1.norm.weight"),
    ):
        save_file(broken, path)
        with pytest.raises(ModelError, match=says):
            load_model("dyrcnn_x4", weights=str(path), **arguments)
    save_file(state | {"tau_V1": torch.tensor(-1.0)}, path)
    with pytest.raises(ModelError, match="'tau_V1' must be positive"):
        load_model("dyrcnn_x4", weights=str(path), **arguments)
    with pytest.raises(MissingWeights, match="give a weight file"):
        load_model("dyrcnn_x4", weights="pretrained")


def test_a_network_learns_eight_images_and_keeps_them_in_a_file(tmp_path: Any) -> None:
    torch.manual_seed(0)
    arguments = {"widths": [4, 9, 16, 16], "size": 16, "classes": 4, "feedback": "additive", "t_fb": 4, "t_ff": 2}
    network = load_model("dyrcnn_x4", **arguments, train_tau=True, recurrent_scale=0.05).network.train()
    frames, labels = movie(1, 8).expand(-1, 10, -1, -1, -1), torch.arange(8) % 4
    optimiser = torch.optim.Adam(network.parameters(), lr=0.01)
    for _ in range(60):
        optimiser.zero_grad()
        loss = torch.nn.functional.cross_entropy(network(frames)[:, -1], labels)
        loss.backward()
        optimiser.step()
        if loss < 0.02:
            break
    assert (network(frames)[:, -1].argmax(1) == labels).all()
    save_file(network.state_dict(), tmp_path / "trained.safetensors")
    loaded = load_model("dyrcnn_x4", **arguments, weights=str(tmp_path / "trained.safetensors"))
    with torch.no_grad():
        torch.testing.assert_close(loaded.network(frames), network(frames))


# The description


def test_regions_layers_and_readout() -> None:
    assert small().regions == {area: f"{area}.output" for area in AREAS}
    assert small("x2").regions == {"V1": "layer1.output", "V2": "layer2.output"}
    model = small(classes=["cat", "dog"], lead_in=40, dt=1, channels=1)
    assert (model.dt, model.lead_in, model.preprocessing.channels) == (1, 40, 1)
    assert model.readout == "scores" and model.classes == ("cat", "dog") and small().readout is None
    digests = {small(**arguments).digest() for arguments in ({}, {"t_rc": 4}, {"solver": "rk4"}, {"target": "input"})}
    assert len(digests) == 4


@pytest.mark.parametrize("feedback", ["additive", "multiplicative"])
def test_gradients_are_those_of_finite_differences(feedback: str) -> None:
    """Through steps in which areas are silent, and those in which all are active; in double precision."""
    network = small(feedback=feedback, t_ff=2, t_rc=4, t_fb=6, dt=2, train_tau=True).network.double()
    frames = movie(9, batch=1).double()

    def loss() -> torch.Tensor:
        return network(frames).square().sum()

    named = dict(network.named_parameters())
    for name in (
        "V1.conv.weight",
        "V1.log_tau",
        "V2.recurrence.conv.weight",
        "addskip_V4.conv.weight",
        "addfeedback_V1.conv.weight",
    ):
        parameter = named[name]
        network.zero_grad()
        loss().backward()
        at, step = (0,) * parameter.ndim, 1e-5
        given = float(parameter.grad[at])
        with torch.no_grad():
            parameter[at] += step
            above = float(loss())
            parameter[at] -= 2 * step
            below = float(loss())
            parameter[at] += step
        assert given == pytest.approx((above - below) / (2 * step), rel=1e-4, abs=1e-7), name


def test_a_link_cuts_a_larger_map_before_its_convolution_to_the_same_bits() -> None:
    link, conv = Link(5, 7), torch.nn.functional.conv2d
    source, drive = torch.randn(2, 5, 16, 16), torch.zeros(2, 7, 8, 8)
    uncut = resized(conv(source, link.conv.weight, link.conv.bias), drive)
    assert torch.equal(link(Signal(drive, None), Signal(source, None)).value, uncut)
