"""GammaNet as a temporal model: weights, layers, and what the engine records."""

import numpy as np
import pytest
import torch
from torchvision import models

from harness import AllUnits, Recording, StimulusSet, Timeline, extract, load_model
from harness.errors import MissingWeights, ModelError
from harness.models import load_state
from harness_plugins.models.gammanet.model import current_keys

VERSIONS = ["gammanet_v1", "gammanet_v2"]


@pytest.fixture(scope="module", params=VERSIONS)
def model(request):
    return load_model(request.param, size=32)


@pytest.fixture(scope="module")
def second():
    return load_model("gammanet_v2", size=32)


def test_time_step_layers_and_regions(model):
    names = model.network.names
    assert model.dt == 25 and model.deterministic and model.lead_in == 0
    assert model.regions == {
        region: f"fgru_{name}.excitatory" for region, name in zip(("V1", "V2", "V4", "IT"), names[1:], strict=True)
    }
    populations = {"gammanet_v1": 1, "gammanet_v2": 2}[model.identifier]
    assert len(model.layers) == 5 * populations + 1 and model.layers[-1] == "output_projection"
    assert str(model.weights) == "random (seed 0)"


def test_the_engine_records_both_states_feedback_and_contours(second):
    """The mean over each step is the state of that step; an image that is not yet there has no share in it."""
    rng = np.random.default_rng(0)
    grey, image = np.full((32, 32), 0.5), rng.random((32, 32))
    timelines = {"late": Timeline.of([(grey, 25), (image, 50)]), "still": Timeline.still(image, 75)}
    table = StimulusSet.from_images("shown", [image, image], 75, visual_degrees=8).table
    stimuli = StimulusSet("shown", table, list(timelines.values()), 8, 0.5)
    layers = ["fgru_1.excitatory", "fgru_1.inhibitory", "level_1", "td_fgru_1.excitatory", "output_projection"]
    responses = extract(second, stimuli, Recording(layers, [(0, 25), (25, 50), (50, 75)], AllUnits()))
    recorded = {layer: responses[layer].array() for layer in layers}
    assert np.allclose(recorded["level_1"], recorded["fgru_1.excitatory"] + recorded["td_fgru_1.excitatory"], atol=1e-5)
    contours = recorded["output_projection"]
    assert contours.shape == (2, 3, 32 * 32)
    frame = second.preprocessing.place(image, 1.0, (0.5, 0.5, 0.5))[None]
    with torch.no_grad():
        expected = second.network(frame, steps=3).flatten().numpy()
    # In 32 pixels the top level has four places, whose normalisation enlarges what float32 rounds off.
    assert np.abs(contours[1, 2] - expected).max() <= 1e-4 * np.abs(expected).max()
    assert not np.allclose(contours[0], contours[1], rtol=1e-2)


@pytest.mark.slow
def test_an_untrained_network_stays_finite_for_a_second(model):
    bars = torch.sign(torch.sin(torch.arange(32.0) / 2)).expand(1, 3, 32, 32) * 2.2
    state = model.network.init(1, torch.device("cpu"))
    with torch.no_grad():
        for _ in range(40):
            state = model.network.advance(bars, state)
    assert all(maps.isfinite().all() for population in state.values() for maps in population)


def checkpoint(network, path, **more):
    """A file as the authors' training leaves it: states stand beside the weights."""
    left = {"h0_exc": torch.zeros(1, 64, 320, 320), "td_h3_inh": torch.zeros(1), "h_block1": torch.zeros(1)}
    state = network.state_dict() | left | {"h3_e": torch.zeros(1), "td_h_block1": torch.zeros(1)} | more
    torch.save({"epoch": 3, "model_state_dict": state, "config": {"model": {}}}, path)


def test_a_checkpoint_of_the_authors_loads(second, tmp_path):
    """Until October 2025, alignment had a scale and an offset after its map; they become part of it."""
    scale, shift = torch.full((1, 64, 1, 1), 2.0), torch.full((1, 64, 1, 1), 0.5)
    checkpoint(second.network, tmp_path / "best.pt", **{"align_0.scale": scale, "align_0.shift": shift})
    loaded = load_model("gammanet_v2", weights=str(tmp_path / "best.pt"), size=32)
    assert loaded.weights.kind == "file"
    ours, theirs = loaded.network.state_dict(), second.network.state_dict()
    assert torch.equal(ours["fgru_2.W_exc"], theirs["fgru_2.W_exc"])
    assert torch.equal(ours["align_0.projection.weight"], 2 * theirs["align_0.projection.weight"])
    assert torch.equal(ours["align_0.projection.bias"], 2 * theirs["align_0.projection.bias"] + 0.5)
    assert current_keys(theirs).keys() == theirs.keys()


def test_a_file_of_another_configuration_is_refused(second, tmp_path):
    checkpoint(second.network, tmp_path / "best.pt")
    with pytest.raises(ModelError, match="does not fit the network"):
        load_model("gammanet_v2", weights=str(tmp_path / "best.pt"), size=32, dynamic="none")
    with pytest.raises(ModelError, match="only with random weights"):
        load_model("gammanet_v2", weights=str(tmp_path / "best.pt"), size=32, encoder="imagenet")


def test_the_encoder_can_be_a_vgg16(tmp_path):
    vgg = {f"features.{key}": value for key, value in models.vgg16(weights=None).features.state_dict().items()}
    torch.save(vgg, tmp_path / "vgg16.pth")
    loaded = load_model("gammanet_v1", encoder=str(tmp_path / "vgg16.pth"), size=32, seed=4)
    assert torch.equal(loaded.network.state_dict()["block4_conv.layers.19.bias"], vgg["features.19.bias"])
    assert torch.equal(loaded.network.state_dict()["block1_conv.layers.0.weight"], vgg["features.0.weight"])
    assert loaded.weights.kind == "random" and "vgg16.pth" in str(loaded.weights)
    torch.save({"other": torch.zeros(1)}, tmp_path / "other.pth")
    with pytest.raises(ModelError, match="not torchvision's VGG16"):
        load_model("gammanet_v1", encoder=str(tmp_path / "other.pth"), size=32)


def test_the_blocks_are_torchvisions_vgg16():
    vgg, network = models.vgg16(weights=None).eval(), load_model("gammanet_v1", size=32).network
    blocks = {f"block{b}_conv.layers." for b in range(1, 6)}
    keys = [key for key in network.state_dict() if key.startswith(tuple(blocks))]
    load_state(
        network, network.state_dict() | {k: vgg.state_dict()[f"features.{k.split('.', 2)[2]}"] for k in keys}, "vgg"
    )
    values = frames = torch.randn(1, 3, 32, 32, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        for number in range(1, 6):
            values = network.get_submodule(f"block{number}_conv")(network.pool(values) if number > 1 else values)
        assert torch.equal(values, vgg.features[:30](frames))


def test_pretrained_weights_are_not_to_be_had():
    with pytest.raises(MissingWeights, match="no published weights"):
        load_model("gammanet_v2", weights="pretrained")


def test_seed_and_options_make_another_model(second):
    others = [load_model("gammanet_v2", size=32, **options) for options in ({"seed": 1}, {"inhibition": "divisive"})]
    assert len({second.digest(), *(other.digest() for other in others)}) == 3
