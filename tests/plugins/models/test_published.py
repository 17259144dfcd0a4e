"""Networks of published checkpoints: their sizes, and files that have the keys of their authors."""

import re

import numpy as np
import pytest
import scipy.io
import torch

from harness import load_model
from harness.errors import ModelError
from harness_plugins.models.action.members import MEMBERS as ACTION
from harness_plugins.models.audio_video.members import MEMBERS as AUDIO_VIDEO
from harness_plugins.models.masked.members import MEMBERS as MASKED
from harness_plugins.models.motionnet.model import MEMBERS as MOTIONNET
from harness_plugins.models.openstl.clips import MEMBERS as CLIPS
from harness_plugins.models.openstl.stepping import NETWORKS
from harness_plugins.models.text_video.members import MEMBERS as TEXT_VIDEO

State = dict[str, torch.Tensor]
MEMBERS = {**ACTION, **AUDIO_VIDEO, **MASKED, **MOTIONNET, **CLIPS, **TEXT_VIDEO}
SLOW = {"selavi", "s3d_howto100m"}
EACH = pytest.mark.parametrize(
    "name", [pytest.param(n, marks=pytest.mark.slow if n in SLOW else ()) for n in sorted({*MEMBERS, *NETWORKS})]
)
# million parameters, as the authors or mmaction2's model zoo count them
PUBLISHED = {
    "i3d": 28.0,
    "i3d_nonlocal": 35.4,
    "c2d": 24.3,
    "csn": 13.13,
    "slowfast": 34.6,
    "x3d_m": 3.79,
    "uniformer_b": 49.8,
    "uniformerv2_b": 114.6,
    "swin3d_l": 197.0,
    "mvit_v2_b": 51.2,
    "videomae_v2_b": 86.2,
    "videomae_v2_g": 1012.0,
    "mae_st_l": 304.0,
    "mae_st_h": 632.0,
    "vjepa_l": 305.0,
}


def made(name: str, small_sizes, **arguments):
    if name in ("xclip_b", "video_llava"):
        pytest.importorskip("transformers", reason="transformers is not installed (the extra `video`)")
    return load_model(name, configuration=small_sizes[name], **arguments)


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_network_has_as_many_parameters_as_the_published_one(name):
    member = MEMBERS[name]
    count = {} if member.classes is None else {"classes": member.classes}
    with torch.device("meta"):
        network = member.network(**member.sizes, **count)
    parameters = sum(parameter.numel() for parameter in network.parameters())
    assert parameters / 1e6 == pytest.approx(PUBLISHED[name], rel=0.005)


def with_old_biases(state: State) -> State:
    """Biases of queries, keys and values as those of queries and of values."""
    found = {}
    for key, value in state.items():
        if key.endswith("qkv.bias"):
            query, _, values = value.chunk(3)
            found |= {key.replace("qkv.bias", "q_bias"): query, key.replace("qkv.bias", "v_bias"): values}
        else:
            found[key] = value
    return found


def before(prefix: str, state: State) -> State:
    return {prefix + key: value for key, value in state.items()}


def replaced(state: State, *pairs: tuple[str, str]) -> State:
    found = {}
    for key, value in state.items():
        for pattern, replacement in pairs:
            key = re.sub(pattern, replacement, key)
        found[key] = value
    return found


def swin(state: State) -> State:
    return replaced(
        state,
        (r"^features\.([0246])\.", lambda match: f"backbone.layers.{int(match[1]) // 2}.blocks."),
        (r"^features\.([135])\.", lambda match: f"backbone.layers.{int(match[1]) // 2}.downsample."),
        (r"\.mlp\.0\.", ".mlp.fc1."),
        (r"\.mlp\.3\.", ".mlp.fc2."),
        (r"^norm\.", "backbone.norm3."),
        (r"^head\.", "cls_head.fc_cls."),
        (r"^patch_embed", "backbone.patch_embed"),
    )


def mvit(state: State) -> State:
    token = state.pop("pos_encoding.class_token")
    state = replaced(
        state,
        (r"^conv_proj\.", "backbone.patch_embed.projection."),
        (r"\.attn\.pool_([qkv])\.pool\.weight", r".attn.pool_\1.weight"),
        (r"\.attn\.pool_([qkv])\.norm_act\.0\.", r".attn.norm_\1."),
        (r"\.attn\.project\.0\.", ".attn.proj."),
        (r"^(blocks\.\d+)\.project\.", r"\1.proj."),
        (r"\.mlp\.0\.", ".mlp.fc1."),
        (r"\.mlp\.3\.", ".mlp.fc2."),
        (r"^norm\.", "backbone.norm3."),
        (r"^head\.1\.", "cls_head.fc_cls."),
        (r"^blocks", "backbone.blocks"),
    )
    return {**state, "backbone.cls_token": token[None, None]}


def apart(state: State) -> State:
    """Queries, keys and values in linear maps of their own."""
    found = {}
    for key, value in state.items():
        if ".qkv." in key:
            found |= {key.replace(".qkv.", f".{n}."): part for n, part in zip("qkv", value.chunk(3), strict=True)}
        else:
            found[key] = value
    return found


EXTRA = {"mean": torch.zeros(3)}
THEIRS = {
    **dict.fromkeys(ACTION, lambda state: {"state_dict": state | before("data_preprocessor.", EXTRA)}),
    "c2d": lambda state: {"state_dict": {k: v[:, :, 0] if v.ndim == 5 else v for k, v in state.items()}},
    "swin3d_l": lambda state: {"state_dict": swin(state)},
    "mvit_v2_b": lambda state: {"state_dict": mvit(state)},
    **dict.fromkeys(
        ("videomae_v2_b", "videomae_v2_g"),
        lambda state: {
            "model": before("encoder.", with_old_biases(state))
            | before("decoder.", EXTRA)
            | {"mask_token": EXTRA["mean"]}
        },
    ),
    **dict.fromkeys(
        ("mae_st_l", "mae_st_h"), lambda state: {"model_state": apart(state) | {"decoder_embed.weight": EXTRA["mean"]}}
    ),
    "vjepa_l": lambda state: {
        "encoder": before("module.backbone.", EXTRA),
        "target_encoder": before("module.backbone.", state),
        "predictor": EXTRA,
    },
    "s3d_howto100m": lambda state: state | before("text_module.", EXTRA),
    "videochat_g": lambda state: (
        {k: v[:, :, 0] if k == "patch_embed.proj.weight" else v for k, v in with_old_biases(state).items()}
        | before("blocks.39.", EXTRA)
        | before("llama_model.", EXTRA)
    ),
    "umt_l": lambda state: {
        "model": before("vision_encoder.encoder.", {k: v for k, v in with_old_biases(state).items() if k[:4] != "norm"})
        | {k.replace("norm.", "vision_layernorm."): v for k, v in state.items() if k[:4] == "norm"}
        | before("vision_encoder.encoder.blocks.23.", EXTRA)
        | before("qformer.", EXTRA)
    },
    "xclip_b": lambda state: replaced(state, ("^encoder.", "vision_model.")) | before("text_model.", EXTRA),
    "video_llava": lambda state: (
        replaced(state, ("^encoder.", "model.video_tower.vision_model.")) | before("model.language_model.", EXTRA)
    ),
    "selavi": lambda state: {"model": before("module.", state | before("mlp_v0.block_forward.2.", EXTRA))},
    "avid": lambda state: {"model": before("module.", state | before("video_proj.projection.0.", EXTRA))},
    "openstl_convlstm": lambda state: state | before("cell_list.0.conv_o.0.", EXTRA),
    "mim": lambda state: state | before("stlstm_layer_diff.0.conv_last.", EXTRA),
}


@EACH
def test_a_file_with_the_authors_keys_and_one_of_the_network_give_the_same(name, small_sizes, tmp_path):
    theirs = made(name, small_sizes, seed=3)
    state = {key: value.clone() for key, value in theirs.network.state_dict().items()}
    for key in [key for key in state if key.endswith("qkv.bias")]:
        state[key] = torch.arange(len(state[key]), dtype=torch.float32)
        state[key][len(state[key]) // 3 : 2 * len(state[key]) // 3] = 0  # keys need none, and files have none
    for number, file in enumerate((THEIRS.get(name, dict)(dict(state)), dict(state))):
        path = tmp_path / f"{number}.pth"
        torch.save(file, path)
        ours = made(name, small_sizes, weights=path)
        assert ours.weights.kind == "file"
        loaded = ours.network.state_dict()
        assert loaded.keys() == state.keys()
        assert all(torch.equal(loaded[key], value) for key, value in state.items())


@EACH
def test_a_file_of_another_network_and_a_size_that_there_is_not_are_refused(name, small_sizes, tmp_path):
    torch.save({"weight": torch.zeros(3)}, tmp_path / "other.pth")
    with pytest.raises(ModelError, match="does not fit the network"):
        made(name, small_sizes, weights=tmp_path / "other.pth")
    if name not in NETWORKS:
        with pytest.raises(ModelError, match="has no size 'colour'; its configuration takes"):
            load_model(name, configuration={**small_sizes[name], "colour": 1})


@pytest.mark.slow
def test_voneresnet_takes_the_authors_file_and_its_front_alone(tmp_path):
    small = {"size": 64, "simple": 4, "complex_": 4}
    theirs = load_model("voneresnet50", seed=2, **small)
    state = theirs.network.state_dict()
    torch.save({"flags": {"arch": "resnet50"}, "state_dict": before("module.", dict(state))}, tmp_path / "vone.pth.tar")
    ours = load_model("voneresnet50", weights=tmp_path / "vone.pth.tar", **small)
    assert all(torch.equal(value, state[key]) for key, value in ours.network.state_dict().items())
    front = load_model("vone_block", weights=tmp_path / "vone.pth.tar", **small)
    filters = front.network.state_dict()["simple_conv_q1.weight"]
    assert torch.equal(filters, state["vone_block.simple_conv_q1.weight"])


def test_vone_filters_follow_the_recordings():
    from harness_plugins.models.vonenet.gabors import drawn, kernels

    gabors = drawn(2000, 0)
    assert gabors.frequency.min() >= 0.5 and gabors.frequency.max() <= 8
    middle = ((gabors.frequency > 1.4) & (gabors.frequency < 5.6)).mean()
    assert middle == pytest.approx((25 + 32 + 26 + 28) / 139, abs=0.04)
    even, odd = (kernels(drawn(8, 0), 16, 25, shift) for shift in (0, torch.pi / 2))
    assert even.shape == (8, 3, 25, 25) and (even.abs().sum((2, 3)) > 0).sum(1).tolist() == [1] * 8
    assert (even * odd).sum((1, 2, 3)).abs().max() < 0.2 * (even**2).sum((1, 2, 3)).max()


def test_hmax_takes_patches_as_matlab_keeps_them_and_finds_what_it_was_made_of(tmp_path):
    sizes = range(2, 17, 2)
    shapes = torch.tensor([[size, size, 4, 3] for size in sizes]).T.numpy()
    cells = [torch.rand(4 * size**2, 3).numpy() for size in sizes]
    held = np.empty((1, 8), dtype=object)
    held[0, :] = cells
    scipy.io.savemat(tmp_path / "patches.mat", {"patches": held, "patchSizes": shapes})
    model = load_model("hmax", weights=tmp_path / "patches.mat", size=64)
    patches = model.network.c2[0].patches
    assert patches.shape == (3, 4, 2, 2)
    column = torch.from_numpy(cells[0][:, 1])  # rows run fastest, then columns, then orientations
    assert torch.equal(patches[1, 2, 1, 0], column[1 + 2 * 0 + 4 * 2])
    image = torch.rand(1, 1, 64, 64)
    bands = [band(*[s(image) for s in model.network.s1[2 * i : 2 * i + 2]]) for i, band in enumerate(model.network.c1)]
    model.network.c2[1].patches.data[0] = bands[0][0, :, 3:7, 4:8]
    assert model.network.c2[1](bands)[0, 0] == pytest.approx(0, abs=1e-3)
    (tmp_path / "broken.mat").write_bytes(b"no")
    with pytest.raises(ModelError, match="holds no patches"):
        load_model("hmax", weights=tmp_path / "broken.mat", size=64)
