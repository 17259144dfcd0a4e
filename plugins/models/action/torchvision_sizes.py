"""Sizes of torchvision's video transformers for which it has no builder: Video Swin-L and MViTv2-B, and keys of mmaction2."""

from collections.abc import Sequence

from torchvision.models.video.mvit import MSBlockConfig, MViT
from torchvision.models.video.swin_transformer import SwinTransformer3d

from harness.models import Tokens
from harness_plugins.models._published.keys import Convert, State, one_after_another, renamed
from harness_plugins.models._published.member import ClipNetwork


class VideoSwin(SwinTransformer3d, ClipNetwork):
    """A Video Swin transformer of any size; torchvision's layers, whose channels come last."""

    readout = "head"

    def __init__(
        self,
        classes: int,
        frames: int,
        size: int,
        width: int = 192,
        depths: Sequence[int] = (2, 2, 18, 2),
        heads: Sequence[int] = (6, 12, 24, 48),
        window: Sequence[int] = (8, 7, 7),
    ):
        super().__init__([2, 4, 4], width, list(depths), list(heads), list(window), num_classes=classes)
        self.frames, self.size = frames, size
        self.areas = [f"features.{2 * stage}" for stage in range(len(depths))]
        self.others = ["patch_embed", "norm"]
        named = (name for name, _ in self.named_modules())
        last = {name for name in named if name in ("patch_embed", "pos_drop", "norm") or name.startswith("features.")}
        self.layouts = dict.fromkeys(last, "THWC")


class MultiscaleTransformer(MViT, ClipNetwork):
    """MViTv2 of any size: every stage halves the map and doubles channels and heads.

    Args:
        depth: number of blocks.
        stages: numbers of the blocks with which stages begin, but the first.
        pooled: how much coarser keys and values are in the first stage.
    """

    readout = "head.1"

    def __init__(
        self,
        classes: int,
        frames: int,
        size: int,
        width: int = 96,
        depth: int = 24,
        stages: Sequence[int] = (2, 5, 21),
        pooled: int = 8,
    ):
        stage = [sum(block >= first for first in stages) for block in range(depth)]
        before = [0, *stage[:-1]]
        blocks = [
            MSBlockConfig(
                num_heads=2 ** stage[block],
                input_channels=width * 2 ** before[block],
                output_channels=width * 2 ** stage[block],
                kernel_q=[3, 3, 3],
                kernel_kv=[3, 3, 3],
                stride_q=[1, 2, 2] if block in stages else [1, 1, 1],
                stride_kv=[1, *[max(1, pooled // 2 ** stage[block])] * 2],
            )
            for block in range(depth)
        ]
        super().__init__((size, size), frames, blocks, True, False, True, True, num_classes=classes)
        self.frames, self.size = frames, size
        self.areas = [f"blocks.{block}" for block in range(1, depth, 2)]
        self.others = ["conv_proj"]
        sides = [size // 4 // 2**number for number in stage]
        self.layouts = {f"blocks.{i}": Tokens(frames // 2, side, side, 1) for i, side in enumerate(sides)}


def swin_keys() -> Convert:
    """From mmaction2's names of a Video Swin transformer to torchvision's, which numbers stages and what joins them in one list."""
    return renamed(
        (r"^data_preprocessor\..*", None),
        (r"^backbone\.layers\.(\d+)\.blocks\.", lambda match: f"features.{2 * int(match[1])}."),
        (r"^backbone\.layers\.(\d+)\.downsample\.", lambda match: f"features.{2 * int(match[1]) + 1}."),
        (r"\.mlp\.fc1\.", ".mlp.0."),
        (r"\.mlp\.fc2\.", ".mlp.3."),
        (r"^backbone\.norm\d?\.", "norm."),
        (r"^cls_head\.fc_cls\.", "head."),
        (r"^backbone\.", ""),
    )


def mvit_keys() -> Convert:
    """From mmaction2's names of a multiscale transformer to torchvision's."""
    names = renamed(
        (r"^data_preprocessor\..*", None),
        (r"^backbone\.patch_embed\.projection\.", "conv_proj."),
        (r"^backbone\.cls_token", "pos_encoding.class_token"),
        (r"\.attn\.pool_([qkv])\.weight", r".attn.pool_\1.pool.weight"),
        (r"\.attn\.norm_([qkv])\.", r".attn.pool_\1.norm_act.0."),
        (r"\.attn\.proj\.", ".attn.project.0."),
        (r"^(backbone\.blocks\.\d+)\.proj\.", r"\1.project."),
        (r"\.mlp\.fc1\.", ".mlp.0."),
        (r"\.mlp\.fc2\.", ".mlp.3."),
        (r"^backbone\.norm\d\.", "norm."),
        (r"^cls_head\.fc_cls\.", "head.1."),
        (r"^backbone\.", ""),
    )
    return one_after_another(names, _flat_token)


def _flat_token(state: State) -> State:
    key = "pos_encoding.class_token"
    return {**state, key: state[key].flatten()} if key in state else state
