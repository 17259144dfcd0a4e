"""The library transformers' image encoders of networks of videos and text, shown clips: X-CLIP and Video-LLaVA."""

from functools import partial
from typing import Any

import torch
from torch import nn

from harness.errors import ModelError
from harness_plugins.models._published.keys import Convert, renamed
from harness_plugins.models._published.member import ClipNetwork


class Tower(ClipNetwork):
    """An encoder of frames; `blocks.N` are the maps after each of its layers."""

    def __init__(self, encoder: nn.Module, frames: int, size: int, depth: int):
        super().__init__()
        self.frames, self.size, self.encoder = frames, size, encoder
        self.blocks = nn.ModuleList(nn.Identity() for _ in range(depth))
        self.areas = [f"blocks.{number}" for number in range(depth)]
        layers: Any = encoder.get_submodule("encoder.layers")
        for layer, block in zip(layers, self.blocks, strict=True):
            layer.register_forward_hook(partial(_show, block, frames))

    def forward(self, clip: torch.Tensor) -> torch.Tensor:
        """(batch, 3, frames, size, size) -> (batch, frames, width), what the encoder gives of every frame."""
        images = clip.transpose(1, 2).flatten(0, 1)
        return self.encoder(pixel_values=images).pooler_output.unflatten(0, (len(clip), -1))


def _show(block: nn.Module, frames: int, layer: nn.Module, inputs: Any, output: Any) -> None:
    """Hand what a layer gives of all frames, (batch x frames, 1 + places, width), on to a block as maps."""
    tokens = output if isinstance(output, torch.Tensor) else output[0]
    side = round((tokens.shape[1] - 1) ** 0.5)
    block(tokens[:, 1:].unflatten(1, (side, side)).unflatten(0, (-1, frames)).movedim(-1, 1))


def xclip(frames: int, size: int, patch: int = 32, width: int = 768, depth: int = 12, heads: int = 12) -> Tower:
    """X-CLIP: CLIP on frames that send each other messages in every layer."""
    sizes = {**_sizes(size, patch, width, depth, heads), "num_frames": frames}
    return Tower(_made("XCLIPVision", sizes), frames, size, depth)


def video_llava(frames: int, size: int, patch: int = 14, width: int = 1024, depth: int = 24, heads: int = 16) -> Tower:
    """The video tower of Video-LLaVA as the library has it: CLIP's ViT-L/14 on every frame by itself."""
    return Tower(_made("CLIPVision", _sizes(size, patch, width, depth, heads)), frames, size, depth)


def tower_keys(before: str) -> Convert:
    """From the names of a whole checkpoint of the library to those of its tower.

    Args:
        before: regular expression of what stands before them.
    """
    return renamed(
        (rf"^(?!encoder\.|{before})", None),
        (r"position_ids$", None),
        (rf"^{before}", "encoder."),
        (r"^encoder\.vision_model\.", "encoder."),
    )


def _sizes(size: int, patch: int, width: int, depth: int, heads: int) -> dict[str, int]:
    return {
        "image_size": size,
        "patch_size": patch,
        "hidden_size": width,
        "intermediate_size": 4 * width,
        "num_hidden_layers": depth,
        "num_attention_heads": heads,
    }


def _made(name: str, sizes: dict[str, int]) -> nn.Module:
    try:
        import transformers
    except ImportError as error:
        raise ModelError(
            "X-CLIP and Video-LLaVA need the package transformers; pip install 'vision-dynamics-harness[video]'"
        ) from error
    library: Any = transformers
    return getattr(library, f"{name}Model")(getattr(library, f"{name}Config")(**sizes))
