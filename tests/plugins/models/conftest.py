"""Networks of published checkpoints in sizes that run in a moment."""

from typing import Any

import pytest

TRANSFORMER = {"frames": 4, "size": 32, "patch": 8, "width": 16, "depth": 4, "heads": 2}
STACK = {"height": 8, "width": 16, "channels": [8, 8, 8, 8], "kernel": 3}
SIMVP = {"frames": 4, "size": 32, "height": 16, "space": 8, "time": 16, "depth": 4}
I3D = {"frames": 8, "size": 64, "base": 8}
SMALL: dict[str, dict[str, Any]] = {
    "avid": {"frames": 4, "size": 32, "width": 8, "rate": 8000},
    "c2d": {"frames": 4, "size": 48, "base": 8},
    "csn": {"frames": 8, "size": 32, "base": 8},
    "i3d": I3D,
    "i3d_nonlocal": I3D,
    "mae_st_h": TRANSFORMER,
    "mae_st_l": TRANSFORMER,
    "mim": STACK,
    "motionnet": {"filters": 8, "frames": 6, "size": 16, "patch": 16},
    "mvit_v2_b": {"frames": 4, "size": 64, "width": 8, "depth": 8, "stages": [2, 4, 6]},
    "openstl_convlstm": STACK,
    "openstl_predrnn": STACK,
    "s3d_howto100m": {"frames": 8, "size": 64, "thinner": 8},
    "selavi": {"frames": 4, "size": 32, "rate": 8000},
    "simvp": SIMVP,
    "slowfast": {"frames": 8, "size": 32, "base": 16, "thinner": 4, "blocks": [1, 1, 1, 1]},
    "swin3d_l": {
        "frames": 4,
        "size": 64,
        "width": 8,
        "depths": [1, 1, 1, 1],
        "heads": [1, 1, 1, 1],
        "window": [2, 2, 2],
    },
    "tau": SIMVP,
    "umt_l": {**TRANSFORMER, "sampled": 2},
    "uniformer_b": {"frames": 4, "size": 64, "widths": [8, 16, 16, 16], "depths": [2, 1, 1, 1], "head": 8},
    "uniformerv2_b": {**TRANSFORMER, "asked": 2},
    "video_llava": TRANSFORMER,
    "videochat_g": {**TRANSFORMER, "asked": 2},
    "videomae_v2_b": TRANSFORMER,
    "videomae_v2_g": TRANSFORMER,
    "vjepa_l": TRANSFORMER,
    "x3d_m": {"frames": 4, "size": 32, "base": 8, "deeper": 1, "hidden": 16},
    "xclip_b": TRANSFORMER,
}


@pytest.fixture(scope="session")
def small_sizes() -> dict[str, dict[str, Any]]:
    """Name of a network -> the sizes that its `configuration` takes."""
    return SMALL
