"""Every recipe runs in seconds with `fast`, and refuses what it is not for."""

import numpy as np
import pytest
import torch

from harness import load_model, train_model
from harness.errors import ArgumentError, ModelError
from harness.host import host, load_training_set
from harness.training import Mixed
from harness_plugins.models.dyrcnn.bounds import Bounded, power_step
from harness_plugins.models.gammanet.network import vgg16_blocks

pytest.importorskip("lightning.pytorch", reason="training needs Lightning (the extra [train])")

CORDSNET = {"dataset": "mnist", "size": 16, "channels": 4}
RUNS = {
    "dynvision": ("dyrcnn_x2", "moving_dots", {"size": 16, "channels": 1, "widths": [4, 4]}),
    "cordsnet": ("cordsnet_r2", "digits", CORDSNET),
    "gammanet": ("gammanet_v2", "contours", {"size": 48, "widths": [4] * 5}),
    "next_frame": ("convlstm", "moving_digits", {"size": 32, "channels": [4], "kernel": 3}),
}


def test_every_recipe_is_run():
    assert set(RUNS) == {recipe.identifier for recipe in host().recipes}


@pytest.mark.parametrize("recipe", RUNS)
def test_fast(recipe, tmp_path):
    model, data, arguments = RUNS[recipe]
    trained = train_model(
        model, recipe, data, model_args=arguments, out=tmp_path / "a.safetensors", fast=True, told=False
    )
    loaded = load_model(model, weights=str(trained.path))
    untrained = load_model(model, **arguments, **({"classes": 4} if model == "dyrcnn_x2" else {}))
    before, after = untrained.network.state_dict(), loaded.network.state_dict()
    assert any(not torch.equal(before[name], after[name]) for name in before)
    assert all(path.is_file() for path in trained.curves.values()) and np.isfinite(trained.metric[1])


def test_cordsnets_steps_one_at_a_time_are_those_of_one_run(tmp_path):
    options = {"model_args": CORDSNET, "fast": True, "told": False}
    whole = train_model("cordsnet_r2", "cordsnet", "digits", out=tmp_path / "whole.safetensors", **options)
    assert list(whole.curves) == ["twin", "imitation", "linear", "annealed", "final"]
    for phases in (1, 3, None):
        part = train_model(
            "cordsnet_r2", "cordsnet", "digits", out=tmp_path / "part.safetensors", only=phases, **options
        )
    assert part.path.read_bytes() == whole.path.read_bytes()


def test_cordsnet_mixes_images_where_it_was_published_and_where_it_is_told_to(tmp_path):
    from dataclasses import replace

    from harness.host import load_recipe

    digits = load_training_set("digits", size=16, channels=1)
    model = load_model("cordsnet_r2", **CORDSNET)

    def mixed(data, **options):
        phases = load_recipe("cordsnet", **options).phases(model, data)
        return [phase.name for phase in phases if isinstance(phase.augment, Mixed)]

    assert not mixed(digits) and not mixed(replace(digits, identifier="cifar10"), mix=False)
    assert mixed(replace(digits, identifier="cifar10")) == ["twin", "linear", "annealed", "final"]
    trained = train_model(
        "cordsnet_r2", "cordsnet", "digits", model_args=CORDSNET, recipe_args={"mix": True}, fast=True, told=False,
        out=tmp_path / "a.safetensors",
    )  # fmt: skip
    assert np.isfinite(trained.metric[1])


def test_direct_training_is_the_last_step_alone(tmp_path):
    from harness.host import load_recipe

    data = load_training_set("digits", size=16, channels=1)
    model = load_model("cordsnet_r2", **CORDSNET)
    assert [phase.name for phase in load_recipe("cordsnet", direct=True).phases(model, data)] == ["final"]


def test_cordsnets_weights_can_follow_the_slope_to_its_end():
    from harness.host import load_recipe

    data = load_training_set("digits", size=16, channels=1)
    model = load_model("cordsnet_r2", **CORDSNET)
    for phase in load_recipe("cordsnet", schedule="cosine").phases(model, data)[2:]:
        optimiser = torch.optim.SGD(model.network.parameters(), lr=1.0)
        rates = phase.schedule(optimiser, 10)
        for _ in range(10):
            optimiser.step()
            rates.step()
        assert optimiser.param_groups[0]["lr"] == pytest.approx(1.0 if phase.name == "annealed" else 0.0)


@pytest.mark.parametrize(
    ("recipe", "model", "data", "message"),
    [
        ("dynvision", "convlstm", "moving_digits", "no classes to be told apart"),
        ("cordsnet", "dyrcnn_x2", "digits", "for a CordsNet with the 10 classes"),
        ("gammanet", "gammanet_v2", "digits", "contours need a model with a map"),
        ("next_frame", "dyrcnn_x2", "digits", "takes a model that predicts frames"),
    ],
)
def test_what_a_recipe_is_not_for_is_refused(recipe, model, data, message):
    from harness.host import load_recipe

    with pytest.raises(ModelError, match=message):
        load_recipe(recipe).phases(load_model(model, size=32), load_training_set(data, size=32, samples=4))


def test_a_gammanet_of_three_levels_keeps_its_encoder_and_loads_without_asking_for_it(tmp_path):
    blocks = {f"features.{key}": value for each in vgg16_blocks([4] * 3) for key, value in each.state_dict().items()}
    torch.save(blocks, tmp_path / "vgg16.pth")
    model_args = {"encoder": str(tmp_path / "vgg16.pth"), "size": 48, "widths": [4] * 3}
    trained = train_model(
        "gammanet_v2", "gammanet", "contours", model_args=model_args, recipe_args={"encoder_rate": 0.0, "epochs": 1},
        data_args={"samples": 5}, out=tmp_path / "a.safetensors", fast=True, told=False,
    )  # fmt: skip
    assert trained.header["begun_with"] == model_args["encoder"] and "encoder" not in trained.header["arguments"]
    model = load_model("gammanet_v2", weights=str(trained.path), size=64)
    assert list(model.regions) == ["V1", "V2"] and model.network(torch.rand(1, 3, 64, 64)).shape == (1, 1, 64, 64)
    assert torch.equal(model.network.state_dict()["block3_conv.layers.10.weight"], blocks["features.10.weight"])
    with pytest.raises(ModelError, match="two to five levels, not 1"):
        load_model("gammanet_v2", widths=[4], size=48)


def test_an_unknown_loss_is_refused():
    from harness.host import load_recipe

    with pytest.raises(ArgumentError, match="a loss of contours is balanced"):
        load_recipe("gammanet", loss="hinge").phases(
            load_model("gammanet_v2", size=48, widths=[4] * 5), load_training_set("contours", size=48, samples=5)
        )


@pytest.mark.parametrize("recurrence", ["self", "full", "depthpointwise", "local"])
def test_lateral_connections_are_kept_below_the_limit(recurrence):
    model = load_model("dyrcnn_x2", recurrence=recurrence, widths=[4, 9], size=12, channels=1, recurrent_scale=20.0)
    bounded = Bounded(model.network, 0.5, model)
    for _ in range(30):
        bounded()
    for name in model.network.areas:
        area = model.network.get_submodule(name)
        side = {"layer1": 12, "layer2": 6}[name]
        units = area.form.channels * side**2
        offset = area.recurrence(torch.zeros(1, area.form.channels, side, side))
        basis = torch.eye(units).view(units, area.form.channels, side, side)
        matrix = (area.recurrence(basis) - offset).detach().flatten(1)
        assert float(torch.linalg.matrix_norm(matrix, 2)) == pytest.approx(0.5, rel=0.03)


def test_a_power_step_tells_the_singular_value():
    vector, _ = power_step(lambda x: 3 * x + 1, torch.ones(1, 1, 2, 2))
    assert power_step(lambda x: 3 * x + 1, vector)[1] == pytest.approx(3)
