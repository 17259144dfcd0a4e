"""The names of Dynamic-Vision's 90 models, and the models that they stand for here."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from harness import load_model
from harness.errors import MissingWeights

if TYPE_CHECKING:
    from harness.models import Model

SSV2 = 174
"""Classes of Something-Something V2."""
ECOSET = 565
SCALING = "https://epfl-neuroailab-scalinglaws.s3.eu-north-1.amazonaws.com/checkpoints/{}"


@dataclass(frozen=True)
class Name:
    """The model that a name stands for.

    Attributes:
        model: identifier of the model.
        arguments: with which it is theirs.
        built: further ones where it is not loaded from its publisher's weights, which bring them along.
        source: of the weights that theirs has; empty where those that the model loads by default are the same or stand for them, as
            `remark` says.
        remark: what is not the same, or where it comes from.
    """

    model: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    built: Mapping[str, Any] = field(default_factory=dict)
    source: str = ""
    remark: str = ""


def _scaling() -> dict[str, Name]:
    """The set of their laboratory that scales networks and data."""
    same = "their training; by default the library's weights, which were trained on the same images"
    kept = {f"resnet{depth}": f"torchvision/resnet{depth}" for depth in (18, 34, 50, 101, 152)}
    found = {f"{name}_imagenet_full": Name(model, remark=same) for name, model in kept.items()}
    for name, model in kept.items():
        file = SCALING.format(f"{name}_ecoset_full/ep100.pt")
        found[f"{name}_ecoset_full"] = Name(model, {"classes": ECOSET}, source=file, remark="the classes of ecoset")
    for size in range(3):
        found[f"efficientnet_b{size}_imagenet_full"] = Name(f"torchvision/efficientnet_b{size}", remark=same)
    for name in ("small", "base"):
        found[f"deit_{name}_imagenet_full_seed-0"] = Name(f"timm/deit3_{name}_patch16_224", remark=f"DeiT III; {same}")
    for name in ("tiny", "small", "base", "large"):
        found[f"convnext_{name}_imagenet_full_seed-0"] = Name(f"torchvision/convnext_{name}", remark=same)
    few = {"resnet50": (kept["resnet50"], 100), "deit_small": ("timm/deit3_small_patch16_224", 300)}
    for name, (model, epochs) in {**few, "convnext_small": ("torchvision/convnext_small", 300)}.items():
        for images in (1, 10, 100):
            whole = f"{name}_imagenet_{images}_seed-0"
            file = SCALING.format(f"{whole}/ep{epochs}.pt")
            found[whole] = Name(model, source=file, remark=f"trained on {images} images a class")
    return found


_MMACTION = "mmaction2's model zoo"
_SSV2 = {"classes": SSV2}
_THEIRS = "theirs is not public"
_LARGE = {"hidden_size": 1024, "num_hidden_layers": 24, "num_attention_heads": 16, "intermediate_size": 4096}
_SELAVI = "https://dl.fbaipublicfiles.com/selavi/selavi_{}.pth"
_AVID = "github.com/facebookresearch/AVID-CMA, {}"
_KITTI = "OpenSTL's release kitti-weights, kitticaltech_{}_one_ep100.pth"

NAMES: dict[str, Name] = {
    "pixels": Name("pixels", {"size": 256}),
    "hmax": Name("hmax", source="universal_patch_set.mat of github.com/wmvanvliet/pytorch_hmax"),
    "motion-energy": Name("motion_energy", remark=f"from the equations; {_THEIRS}"),
    "MotionNet": Name(
        "motionnet", source="https://brainscore-vision.s3.amazonaws.com/temporal_model_motion_net/motion_net.h5"
    ),
    "voneresnet-50-non_stochastic": Name(
        "voneresnet50", source="https://vonenet-models.s3.us-east-2.amazonaws.com/voneresnet50_ns_e70.pth.tar"
    ),
    "CORnet-S": Name("cornet_s", source="https://s3.amazonaws.com/cornet-models/cornet_s-1d3f7974.pth"),
    "AlexNet_SIN": Name(
        "torchvision/alexnet",
        source="alexnet_train_60_epochs_lr0.001-b4aa5238.pth.tar of github.com/rgeirhos/texture-vs-shape",
        remark="trained on stylised images",
    ),
    "alexnet": Name("torchvision/alexnet"),
    "resnext101_32x8d_wsl": Name(
        "timm/resnext101_32x8d.fb_wsl_ig1b_ft_in1k", remark="with the fine-tuning that timm distributes"
    ),
    **_scaling(),
    **{name: Name(name) for name in ("r3d_18", "r2plus1d_18", "mc3_18", "s3d", "mvit_v1_b", "mvit_v2_s")},
    "I3D": Name("i3d", source=_MMACTION),
    "I3D-nonlocal": Name("i3d_nonlocal", source=_MMACTION),
    "SlowFast": Name("slowfast", source=_MMACTION),
    "X3D": Name("x3d_m", source=_MMACTION),
    "TimeSformer": Name("timesformer", remark="theirs comes through mmaction2"),
    "VideoSwin-B": Name("swin3d_b", {"frame_rate": 12.5}, remark="torchvision's port of the same network and weights"),
    "VideoSwin-L": Name("swin3d_l", source=_MMACTION),
    "UniFormer-V1": Name("uniformer_b", source=_MMACTION),
    "UniFormer-V2-B": Name("uniformerv2_b", source=_MMACTION),
    "MViT-V2-B-Kinetics400": Name("mvit_v2_b", source=_MMACTION, remark=_THEIRS),
    "MViT-V2-B-smthsmthv2": Name("mvit_v2_b", _SSV2, source=_MMACTION, remark=_THEIRS),
    "I3D-R50-smthsmthv2": Name("i3d", _SSV2, source="its authors", remark=_THEIRS),
    "I3D-R101-smthsmthv2": Name(
        "i3d", {**_SSV2, "configuration": {"depth": 101}}, source="its authors", remark=_THEIRS
    ),
    "ViViT": Name("vivit", remark=_THEIRS),
    "VideoMAE-V1-B": Name("videomae", {"checkpoint": "MCG-NJU/videomae-base"}),
    "VideoMAE-V1-B-smthsmthv2": Name(
        "videomae",
        {"checkpoint": "MCG-NJU/videomae-base-finetuned-ssv2"},
        {"configuration": {"num_labels": SSV2}},
        remark=_THEIRS,
    ),
    "VideoMAE-V1-L": Name("videomae", {"checkpoint": "MCG-NJU/videomae-large"}, {"configuration": _LARGE}),
    "VideoMAE-V2-B": Name("videomae_v2_b", source="VideoMAE V2's model zoo, vit_b_hybrid_pt_800e.pth"),
    "VideoMAE-V2-G": Name("videomae_v2_g", source="VideoMAE V2's model zoo, vit_g_hybrid_pt_1200e.pth"),
    "MAE-ST-L": Name("mae_st_l", source="github.com/facebookresearch/mae_st, mae_pretrain_vit_large_k400.pth"),
    "MAE-ST-G": Name(
        "mae_st_h",
        source="github.com/facebookresearch/mae_st, mae_pretrain_vit_huge_k400.pth",
        remark="theirs is a ViT-H, too",
    ),
    "VJEPA-Temporal": Name(
        "vjepa_l", source="github.com/facebookresearch/jepa, vitl16.pth.tar", remark=f"V-JEPA; {_THEIRS}"
    ),
    "SeLaVi-Kinetics400": Name("selavi", source=_SELAVI.format("kinetics")),
    "SeLaVi-Kinetics-Sound": Name("selavi", source=_SELAVI.format("kinetics_sound")),
    "SeLaVi-VGG-Sound": Name("selavi", source=_SELAVI.format("vgg_sound")),
    "SeLaVi-AVE": Name("selavi", source=_SELAVI.format("ave")),
    "AVID-CMA-Kinetics400": Name("avid", source=_AVID.format("AVID-CMA on Kinetics")),
    "AVID-CMA-Audioset": Name("avid", source=_AVID.format("AVID-CMA on Audioset")),
    "AVID-Kinetics400": Name("avid", source=_AVID.format("AVID on Kinetics")),
    "AVID-Audioset": Name("avid", source=_AVID.format("AVID on Audioset")),
    "ConvLSTM": Name("openstl_convlstm", source=_KITTI.format("convlstm")),
    "PredRNN": Name("openstl_predrnn", source=_KITTI.format("predrnn")),
    "TAU": Name("tau", source=_KITTI.format("tau")),
    "SimVP": Name("simvp", source=_KITTI.format("simvp_gsta")),
    "MIM": Name("mim", source=_KITTI.format("mim")),
    "s3d-HowTo100M": Name("s3d_howto100m", source="s3d_howto100m.pth of github.com/antoine77340/S3D_HowTo100M"),
    "VideoChat-7B": Name("videochat_g", source="eva_vit_g.pth and videochat.pth", remark=f"its visual side; {_THEIRS}"),
    "VideoChat-13B": Name(
        "videochat_g", source="eva_vit_g.pth and videochat.pth", remark=f"its visual side; {_THEIRS}"
    ),
    "VideoChat2-7B": Name("umt_l", source="umt_l16_qformer.pth", remark=f"its visual side; {_THEIRS}"),
    "VideoLlava": Name(
        "video_llava",
        source="https://huggingface.co/LanguageBind/Video-LLaVA-7B-hf",
        remark=f"its visual side; {_THEIRS}",
    ),
    "Random-VideoMAE-V1-L": Name("videomae", {"weights": "random", "configuration": _LARGE}),
    "Random-UniFormer-V1": Name("uniformer_b", {"weights": "random"}),
    "Random-s3d-HowTo100M": Name("s3d_howto100m", {"weights": "random"}),
    "Random-resnext101_32x8d_wsl": Name("timm/resnext101_32x8d", {"weights": "random"}),
    "Random-VideoSwin-B": Name("swin3d_b", {"weights": "random", "frame_rate": 12.5}),
    "Random-convnext_large_imagenet_full_seed-0": Name("torchvision/convnext_large", {"weights": "random"}),
    "Random-VideoChat2-7B": Name("umt_l", {"weights": "random"}, remark="its visual side"),
}


def names() -> dict[str, str]:
    """Each name, with what it stands for."""
    return {name: said(entry) for name, entry in NAMES.items()}


def arguments_of(entry: Name) -> str:
    """The arguments that make a model theirs, in words."""
    sizes = ["in another size"] if "configuration" in {**entry.arguments, **entry.built} else []
    return ", ".join([f"{key}={value}" for key, value in entry.arguments.items() if key != "configuration"] + sizes)


def said(entry: Name) -> str:
    """The model that a name stands for, in one line."""
    with_ = f" with {said}" if (said := arguments_of(entry)) else ""
    return f"{entry.model}{with_}" + (f"; {entry.remark}" if entry.remark else "")


def load(name: str, **arguments: Any) -> "Model":
    """The model that a name of Dynamic-Vision stands for.

    Args:
        name: a key of `NAMES`.
        arguments: of that model, over those that make it theirs.

    Raises:
        MissingWeights: if theirs has weights that nothing here can fetch, and no others are asked for.
    """
    entry = NAMES[name]
    if entry.source and "weights" not in arguments:
        raise MissingWeights(
            f"the weights of '{name}' are not fetched: get them from {entry.source} and give the file as weights=PATH, or use "
            "weights='random'"
        )
    here = str(arguments.get("weights", "pretrained")) == "pretrained"
    return load_model(entry.model, **{**entry.arguments, **({} if here else entry.built), **arguments})
