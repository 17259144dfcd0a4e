"""Every registered model, made small, passes the checks of the testing kit and goes through a benchmark to its score."""

import math
from typing import Any

import numpy as np
import pytest

from harness import Recording, StimulusSet, extract, load_model, score_model
from harness.errors import NotMeasurable
from harness.host.plugin_host import host
from harness.testing import check_model
from harness_plugins.models.action import MEMBERS as ACTION
from harness_plugins.models.audio_video import MEMBERS as AUDIO_VIDEO
from harness_plugins.models.masked import MEMBERS as MASKED
from harness_plugins.models.motionnet import MEMBERS as MOTIONNET
from harness_plugins.models.openstl import CLIPS, STEPS
from harness_plugins.models.text_video import MEMBERS as TEXT_VIDEO

RANDOM = {"weights": "random"}
CORDSNET = {"size": 32, "channels": 8, "dt": 25, "tau": 50, "lead_in": 50}
DYRCNN = {"size": 32, "dt": 25, "tau": 50, "t_rc": 25}
GAMMANET = {"size": 32, "dt": 100}
PREDICTOR = {"size": 32, "channels": [8, 8], "kernel": 3, "dt": 50}
CLIP = {**RANDOM, "frame_rate": 20, "window": 4, "size": 32}
# Networks that take no clip smaller than 224 pixels stand for V1 with their first layer, after which a pass ends.
MVIT = {**RANDOM, "frame_rate": 80, "regions": {"V1": "conv_proj"}}
S3D = {**RANDOM, "frame_rate": 70, "window": 14, "regions": {"V1": "features.0"}}
WIDTHS = {"hidden_size": 48, "num_hidden_layers": 4, "num_attention_heads": 2}
TUBES = {**WIDTHS, "intermediate_size": 64, "image_size": 32, "patch_size": 8, "num_frames": 4}
VJEPA2 = {
    **WIDTHS,
    "crop_size": 32,
    "patch_size": 8,
    "pred_hidden_size": 24,
    "pred_num_attention_heads": 2,
    "pred_num_hidden_layers": 1,
}

PUBLISHED = sorted({*ACTION, *AUDIO_VIDEO, *MASKED, *MOTIONNET, *CLIPS, *STEPS, *TEXT_VIDEO})
"""Networks whose small sizes the fixture `small_sizes` knows."""

MODELS: dict[str, dict[str, Any]] = {
    **{name: {} for name in PUBLISHED},
    "cifar_resnet20": RANDOM,
    "cifar_resnet56": RANDOM,
    "constant": {"units": 10},
    "convlstm": PREDICTOR,
    "convlstm_motion": {},
    "cordsnet_r2": CORDSNET,
    "cordsnet_r2_digits": {},
    "cordsnet_r4": CORDSNET,
    "cordsnet_r6": CORDSNET,
    "cordsnet_r8": CORDSNET,
    "cornet_rt": {"size": 32, "dt": 50},
    "cornet_rt_masking": {},
    "cornet_s": {"size": 32},
    "cornet_z": {"size": 32},
    "dyrcnn_x2": {**DYRCNN, "widths": [8, 8]},
    "dyrcnn_x4": {**DYRCNN, "widths": [8, 9, 16, 16]},
    "dyrcnn_x4_masking": {},
    "dyrcnn_x8": {**DYRCNN, "widths": [8, 9, 16, 16]},
    "ei_network": {},
    "efficientnet_lite0": RANDOM,
    "efficientnet_lite1": RANDOM,
    "efficientnet_lite2": RANDOM,
    "feedback_masking": {},
    "feedforward_masking": {},
    "gammanet_v1": GAMMANET,
    "gammanet_v2": GAMMANET,
    "gammanet_v2_contours": {},
    "hed": {**RANDOM, "size": 32},
    "hmax": {"size": 64, "patches": 4},
    "linear_network": {},
    "mc3_18": CLIP,
    "motion_energy": {"size": 32, "visual_degrees": 4, "dt": 25},
    "noise": {},
    "mvit_v1_b": MVIT,
    "mvit_v2_s": MVIT,
    "pidinet_tiny": {**RANDOM, "size": 32},
    "pixels": {"size": 32},
    "predrnn": PREDICTOR,
    "predrnn_motion": {},
    "r2plus1d_18": CLIP,
    "r3d_18": CLIP,
    "random": {"units": 50},
    "recurrent_normalizer": {"units": 4},
    "s3d": S3D,
    "ssn_ring": {"units": 12},
    "ssn_two_units": {},
    "ssn_v1": {"size": 48, "visual_degrees": 4, "dt": 5},
    "swin3d_b": CLIP,
    "swin3d_s": CLIP,
    "swin3d_t": CLIP,
    "timesformer": {**RANDOM, "configuration": TUBES, "frame_rate": 20},
    "v1_energy": {"size": 64, "visual_degrees": 4},
    "v1_normalization": {"size": 64, "visual_degrees": 4, "dt": 10},
    "videomae": {**RANDOM, "configuration": TUBES, "frame_rate": 20},
    "vone_block": {"size": 48, "simple": 32, "complex_": 32, "visual_degrees": 4},
    "voneresnet50": {"size": 64, "simple": 16, "complex_": 16, "visual_degrees": 4},
    "vivit": {**RANDOM, "configuration": {**TUBES, "tubelet_size": [2, 8, 8]}, "frame_rate": 20},
    "vjepa2": {**RANDOM, "configuration": VJEPA2, "frame_rate": 80},
}
FAMILIES: dict[str, dict[str, Any]] = {
    "dn/pixels": {"size": 32, "dt": 50},
    "dynamic_vision/pixels": {},
    "first_frame/pixels": {"size": 32},
    "shuffled_frames/motion_energy": {"size": 32, "visual_degrees": 4, "dt": 25},
    "timm/test_resnet": RANDOM,
    "torchvision/squeezenet1_1": RANDOM,
}
FAST = {
    *("cifar_resnet20", "constant", "convlstm", "cordsnet_r2", "cordsnet_r8", "cornet_rt", "cornet_z", "dyrcnn_x2"),
    *("motion_energy", "pixels", "predrnn", "random", "dn/pixels"),
    *("first_frame/pixels", "videomae_v2_b", "mim"),
}
CIRCUITS = {"ei_network", "ssn_two_units"}
"""Circuits of two units whose input is two columns of grey, not an image."""
SENSITIVE = {"recurrent_normalizer"}
"""Noise has drives of both signs, so that the pool by which it divides comes near 0."""
OPTIONAL = {"timesformer", "video_llava", "videomae", "vivit", "vjepa2", "xclip_b"}


def test_every_registered_model_has_small_arguments():
    """A new model needs a line here, and a new family a member."""
    assert {spec.identifier for spec in host().models if not spec.prefix} == set(MODELS)
    families = {spec.identifier for spec in host().models if spec.prefix} - {
        "brainscore/*"
    }  # see tests/harness/brain_score
    assert families == {f"{n.partition('/')[0]}/*" for n in FAMILIES}
    assert {*MODELS, *FAMILIES} >= FAST


EACH = pytest.mark.parametrize(
    "name", [pytest.param(n, marks=[] if n in FAST else pytest.mark.slow) for n in (*MODELS, *FAMILIES)]
)


@pytest.fixture
def arguments(name: str, small_sizes: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Of a model whose library is installed."""
    if name in OPTIONAL:
        pytest.importorskip("transformers", reason="transformers is not installed (the extra `video`)")
    if name in PUBLISHED:
        rate = {} if name in STEPS else {"frame_rate": 20}
        return {"configuration": small_sizes[name], **rate}
    return {**MODELS, **FAMILIES}[name]


@EACH
def test_it_passes_its_checks(name, arguments):
    check_model(load_model(name, **arguments)).assert_passed()


@EACH
def test_it_is_scored(name, arguments):
    if name == "constant":
        with pytest.raises(
            NotMeasurable, match=r"0 of .* units of V1 respond more to any grating than to a blank screen"
        ):
            score_model(name, "Ringach2002-orientation_tuning", model_args=arguments)
        return
    if name in CIRCUITS:
        with pytest.raises(NotMeasurable, match="units of V1"):
            score_model(name, "Ringach2002-orientation_tuning", model_args=arguments)
        return
    score = score_model(name, "Ringach2002-orientation_tuning", model_args=arguments)
    assert math.isfinite(float(score)) and score.attrs["details"]["units"]["kept"] > 0
    assert score.attrs["error"] is None or score.attrs["error"] > 0  # unknown where all units are alike


@EACH
def test_it_computes_in_mixed_precision(name, arguments):
    model = load_model(name, **arguments)
    images = list(np.random.default_rng(0).integers(0, 256, (2, 32, 32, 3), dtype=np.uint8))
    stimuli = StimulusSet.from_images("noise", images, 100.0, visual_degrees=model.visual_degrees or 8.0)
    layer = next(iter(model.layers))
    full, mixed = (
        extract(model, stimuli, Recording([layer], precision=precision))[layer].array()
        for precision in ("float32", "bfloat16")
    )
    assert np.isfinite(mixed).all()
    assert name in SENSITIVE or np.abs(mixed - full).max() <= 0.1 * np.abs(full).max()
