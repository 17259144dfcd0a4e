"""Video transformers, built small from their configuration."""

import sys

import huggingface_hub
import numpy as np
import pytest
import torch
from huggingface_hub import constants

from harness import StimulusSet, extract, list_models, load_model, score_model
from harness.errors import MissingWeights, ModelError
from harness.models import ClipModel, Tokens, Weights
from harness_plugins.models.transformers_video.model import SETTINGS

SMALL = {"hidden_size": 48, "num_hidden_layers": 4, "num_attention_heads": 2}
CONFIGURATIONS = {
    "timesformer": {**SMALL, "intermediate_size": 64, "image_size": 32, "patch_size": 8, "num_frames": 4},
    "videomae": {**SMALL, "intermediate_size": 64, "image_size": 32, "patch_size": 8, "num_frames": 4},
    "vivit": {**SMALL, "intermediate_size": 64, "image_size": 32, "tubelet_size": [2, 8, 8], "num_frames": 4},
    "vjepa2": {
        **SMALL,
        "crop_size": 32,
        "patch_size": 8,
        "pred_hidden_size": 24,
        "pred_num_attention_heads": 2,
        "pred_num_hidden_layers": 1,
    },
}


def small(name: str, **arguments) -> ClipModel:
    pytest.importorskip("transformers", reason="transformers is not installed (the extra `video`)")
    return load_model(name, **{"weights": "random", "configuration": CONFIGURATIONS[name], **arguments})


def test_all_are_registered():
    assert set(SETTINGS) == set(CONFIGURATIONS) <= set(list_models())


def test_without_the_library_one_sentence_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "transformers", None)
    with pytest.raises(
        ModelError, match=r"needs the package transformers; pip install 'vision-dynamics-harness\[video\]'"
    ):
        load_model("videomae", weights="random")


@pytest.mark.parametrize("name", SETTINGS)
def test_every_block_is_a_map_over_time_and_the_read_out_has_the_classes(name):
    model = small(name)
    assert list(model.regions) == ["V1", "V2", "V4", "IT"] and model.causal is False
    assert model.window == (16 if name == "vjepa2" else 4) and model.preprocessing.size == 32
    images = list(np.random.default_rng(0).random((2, 32, 32, 3)))
    stimuli = StimulusSet.from_images("noise", images, model.window * model.time_step)
    responses = extract(model, stimuli)
    for layer in model.regions.values():
        units = responses[layer].units
        assert units.y.max() == units.x.max() == 3 and len(units) == 48 * 4 * 4
        assert not np.allclose(*responses[layer].array())
    if name == "vjepa2":
        assert model.readout is None and not model.classes
    else:
        assert model.readout == "classifier" and len(model.classes) == 400 and model.classes[0] == "abseiling"
        assert responses["classifier"].array().shape == (2, 1, 400)


@pytest.mark.parametrize("name", SETTINGS)
def test_tokens_lie_where_and_when_they_look(name):
    """Before attention mixes them, only the tokens of what changes answer: a corner that is lit in the second half."""
    model = small(name)
    clip = torch.zeros(2, 3, model.window, 32, 32)
    clip[1, :, model.window // 2 :, 24:, :8] = 1
    seen = {}
    embeddings = next(m for n, m in model.network.named_modules() if n.endswith("embeddings") and "patch" not in n)
    embeddings.register_forward_hook(lambda module, inputs, output: seen.update(tokens=output))
    with torch.no_grad():
        model.network(clip)
    layout = model.layouts[model.regions["V1"]]
    assert isinstance(layout, Tokens)
    changed = (seen["tokens"][0] - seen["tokens"][1]).abs().sum(1)[layout.leading :] > 1e-5
    shape = (4, 4, layout.time) if layout.time_last else (layout.time, 4, 4)
    where = changed.reshape(shape).movedim(2, 0) if layout.time_last else changed.reshape(shape)
    expected = torch.zeros(layout.time, 4, 4, dtype=torch.bool)
    expected[layout.time // 2 :, 3, 0] = True
    assert torch.equal(where, expected)


@pytest.mark.parametrize("name", SETTINGS)
def test_each_is_scored(name):
    assert np.isfinite(float(score_model(small(name), "Ringach2002-orientation_tuning")))


def test_random_weights_have_a_seed_and_an_identity():
    model, same, other = small("videomae", seed=1), small("videomae", seed=1), small("videomae", seed=2)
    assert model.weights == Weights("random", seed=1)
    assert model.digest() == same.digest() != other.digest()
    deeper = {**CONFIGURATIONS["videomae"], "layer_norm_eps": 1e-3}
    assert small("videomae", seed=1, configuration=deeper).digest() != model.digest()


def test_a_file_is_loaded_strictly(tmp_path):
    theirs = small("vivit", seed=3)
    torch.save(theirs.network.state_dict(), tmp_path / "vivit.pt")
    ours = small("vivit", weights=tmp_path / "vivit.pt")
    assert ours.weights.kind == "file"
    assert all(torch.equal(v, theirs.network.state_dict()[k]) for k, v in ours.network.state_dict().items())
    with pytest.raises(ModelError, match="does not fit the network"):
        small("videomae", weights=tmp_path / "vivit.pt")


def test_a_folder_with_a_checkpoint_gives_its_weights_configuration_and_classes(tmp_path):
    transformers = pytest.importorskip("transformers", reason="transformers is not installed (the extra `video`)")
    config = transformers.TimesformerConfig(**CONFIGURATIONS["timesformer"], num_labels=7)
    config.id2label = {number: f"class {number}" for number in range(7)}
    theirs = transformers.TimesformerForVideoClassification(config)
    theirs.save_pretrained(tmp_path)
    ours = load_model("timesformer", checkpoint=str(tmp_path))
    assert ours.weights == Weights("pretrained", source=str(tmp_path))
    assert ours.window == 4 and ours.classes[3] == "class 3"
    assert all(torch.equal(v, theirs.state_dict()[k]) for k, v in ours.network.state_dict().items())


def test_a_checkpoint_without_class_scores_gives_its_encoder_with_all_its_weights(tmp_path):
    """Files of VideoMAE have the biases of its attention under other names, which the library knows of."""
    transformers = pytest.importorskip("transformers", reason="transformers is not installed (the extra `video`)")
    decoder = {"decoder_hidden_size": 24, "decoder_num_attention_heads": 2, "decoder_num_hidden_layers": 1}
    config = transformers.VideoMAEConfig(**CONFIGURATIONS["videomae"], **decoder)
    theirs = transformers.VideoMAEForPreTraining(config)
    torch.nn.init.normal_(theirs.videomae.encoder.layer[0].attention.attention.query.bias)
    theirs.save_pretrained(tmp_path)
    ours = load_model("videomae", checkpoint=str(tmp_path))
    encoder = theirs.videomae.state_dict()
    assert ours.readout is None
    assert all(torch.equal(v, encoder[k]) for k, v in ours.network.state_dict().items())


def test_weights_that_cannot_be_fetched_say_what_to_do(monkeypatch):
    def offline():
        raise OSError("no route to the hub")

    monkeypatch.setattr(huggingface_hub, "get_session", offline)
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    with pytest.raises(MissingWeights, match=r"could not be downloaded .*weights='random'"):
        small("vjepa2", weights="pretrained", configuration=None, checkpoint="nobody/nothing")
    with pytest.raises(ModelError, match="come with their configuration"):
        small("vjepa2", weights="pretrained")
