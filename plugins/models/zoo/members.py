"""How each network of the zoo was trained: everything that `harness train` needs to make its file again."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "weights"
FRAME = 1000 / 120  # ms, of a display with 120 Hz
OBJECTS = ("car", "couch", "face", "flower", "guitar", "hand", "kiwi")


@dataclass(frozen=True)
class Member:
    """A network of the zoo.

    Attributes:
        name: under which it is loaded.
        variant: of the values of `recurrence` or the like; "" where there is one.
        model, recipe, data: identifiers.
        model_args, recipe_args, data_args: their arguments.
        seeds: of which there is a file.
    """

    name: str
    variant: str
    model: str
    recipe: str
    data: str
    model_args: dict[str, Any] = field(default_factory=dict)
    recipe_args: dict[str, Any] = field(default_factory=dict)
    data_args: dict[str, Any] = field(default_factory=dict)
    seeds: tuple[int, ...] = (0,)

    def path(self, seed: int = 0) -> Path:
        """Of the weight file of a seed."""
        return FOLDER / f"{'-'.join(filter(None, [self.name, self.variant]))}-{seed}.safetensors"


_MASKING: dict[str, Any] = {
    "epochs": 8,
    "batch_size": 32,
    "accumulate": 1,
    "steps": 12,
    "judged": 4,
    "reaction": 0.0,
    "residual": 0,
    "rate": 0.01,
    "schedule": "one_cycle",
    "factors": {"recurrence": 1.0},
    "weight_decay": 0.0,
    "clip": 1.0,
    "rotation": 0.0,
    "translation": 0.0,
    "flip": False,
    "jitter": 0.0,
}
_SHORTLY: dict[str, Any] = {"shown": "masked", "samples": 1600, "onset": 8}
_DYRCNN: dict[str, Any] = {
    "widths": [16, 16, 36, 64],
    "size": 24,
    "channels": 1,
    "mean": [0.5],
    "std": [0.25],
    "dt": FRAME,
    "tau": 2.5 * FRAME,
    "t_ff": FRAME,
    "t_rc": 2 * FRAME,
    "recurrent_scale": 0.02,
}
_LIMITS = {"none": 0.8, "self": 0.5, "depthpointwise": 0.8, "full": 0.8}

MEMBERS = [
    Member(
        "dyrcnn_x4_masking",
        kind,
        "dyrcnn_x4",
        "dynvision",
        "silhouettes",
        {**_DYRCNN, "recurrence": kind},
        {**_MASKING, "limit": limit},
        _SHORTLY,
        seeds=(0, 1, 2),
    )
    for kind, limit in _LIMITS.items()
]


def member(name: str, variant: str = "") -> Member:
    """The member of a name and variant."""
    [found] = [one for one in MEMBERS if (one.name, one.variant) == (name, variant)]
    return found
