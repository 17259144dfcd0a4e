"""docs/models.md: every model of Dynamic-Vision has its row."""

import re
import runpy
from pathlib import Path

from harness_plugins.models.dynamic_vision.names import NAMES

DOCS = Path(__file__).parents[3] / "docs"
PAGE = (DOCS / "models.md").read_text()
RESNETS = [f"resnet{depth}" for depth in (18, 34, 50, 101, 152)]
THEIRS = [
    *("pixels", "hmax", "motion-energy", "MotionNet"),
    *("voneresnet-50-non_stochastic", "CORnet-S", "AlexNet_SIN", "alexnet", "resnext101_32x8d_wsl"),
    *(f"{name}_{images}_full" for name in RESNETS for images in ("imagenet", "ecoset")),
    *(f"efficientnet_b{size}_imagenet_full" for size in range(3)),
    *(f"deit_{size}_imagenet_full_seed-0" for size in ("small", "base")),
    *(f"convnext_{size}_imagenet_full_seed-0" for size in ("tiny", "small", "base", "large")),
    *(f"{name}_imagenet_{n}_seed-0" for name in ("resnet50", "deit_small", "convnext_small") for n in (1, 10, 100)),
    *("r3d_18", "r2plus1d_18", "mc3_18", "s3d", "mvit_v1_b", "mvit_v2_s", "I3D", "I3D-nonlocal", "SlowFast", "X3D"),
    *("TimeSformer", "VideoSwin-B", "VideoSwin-L", "UniFormer-V1", "UniFormer-V2-B", "MViT-V2-B-Kinetics400"),
    *("MViT-V2-B-smthsmthv2", "I3D-R50-smthsmthv2", "I3D-R101-smthsmthv2", "ViViT"),
    *("VideoMAE-V1-B", "VideoMAE-V1-B-smthsmthv2", "VideoMAE-V1-L", "VideoMAE-V2-B", "VideoMAE-V2-G"),
    *("MAE-ST-L", "MAE-ST-G", "VJEPA-Temporal"),
    *(f"SeLaVi-{data}" for data in ("Kinetics400", "Kinetics-Sound", "VGG-Sound", "AVE")),
    *(f"AVID{cma}-{data}" for cma in ("", "-CMA") for data in ("Kinetics400", "Audioset")),
    *("ConvLSTM", "PredRNN", "TAU", "SimVP", "MIM"),
    *("s3d-HowTo100M", "VideoChat-7B", "VideoChat2-7B", "VideoChat-13B", "VideoLlava"),
    *(f"Random-{name}" for name in ("VideoMAE-V1-L", "UniFormer-V1", "s3d-HowTo100M", "resnext101_32x8d_wsl")),
    *("Random-VideoSwin-B", "Random-convnext_large_imagenet_full_seed-0", "Random-VideoChat2-7B"),
]


def test_the_table_is_what_its_script_writes():
    script = runpy.run_path(str(DOCS / "make_names.py"))
    assert script["write"](PAGE) == PAGE, "run python docs/make_names.py"


def test_every_model_of_dynamic_vision_has_one_place():
    assert len(set(THEIRS)) == len(THEIRS) == 90
    assert sorted(NAMES) == sorted(THEIRS)
    table = PAGE.partition("## The models of Dynamic-Vision")[2].partition("## Size, speed")[0]
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    assert sorted(name for row in rows for name in re.findall(r"`([^`]+)`", row)) == sorted(THEIRS)
