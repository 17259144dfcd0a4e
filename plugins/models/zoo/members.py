"""The training of each network of the zoo: everything that `harness train` needs to make its file again."""

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

_CORDSNET: dict[str, Any] = {
    "twin_epochs": 60,
    "imitation_epochs": 20,
    "linear_epochs": 3,
    "annealed_epochs": 8,
    "final_epochs": 4,
    "twin_batch": 64,
    "imitation_batch": 64,
    "linear_batch": 64,
    "batch_size": 64,
    "imitation_rate": 1e-3,
    "rate": 1e-3,
    "imitation_clip": 1.0,
    "clip": 1.0,
    "schedule": "cosine",
    "smooth": True,
    "return_weight": 0.1,
    "steps": 60,
    "blank": 60,
    "rotation": 0.0,
    "translation": 0.0,
    "scaling": [1.0, 1.0],
    "shear": 0.0,
}

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

MEMBERS += [
    Member(
        "feedforward_masking",
        "",
        "dyrcnn_x4",
        "dynvision",
        "silhouettes",
        {**_DYRCNN, "recurrence": "none", "convolutions": 2},
        {**_MASKING, "limit": _LIMITS["none"]},
        _SHORTLY,
    )
]

MEMBERS += [
    Member(
        "feedback_masking",
        "",
        "dyrcnn_x4",
        "dynvision",
        "silhouettes",
        {**_DYRCNN, "recurrence": "self", "feedback": "additive", "t_fb": 2 * FRAME},
        {**_MASKING, "epochs": 4, "limit": _LIMITS["self"], "factors": {"recurrence": 1.0, "feedback": 1.0}},
        _SHORTLY,
    )
]

MEMBERS += [
    Member(
        "cornet_rt_masking",
        "",
        "cornet_rt",
        "dynvision",
        "silhouettes",
        {"widths": [32, 32, 64, 128], "size": 48, "dt": FRAME},
        {**_MASKING, "rate": 0.003},
        _SHORTLY,
    )
]

MEMBERS += [
    *(
        Member(
            "cordsnet_r2_digits",
            variant,
            "cordsnet_r2",
            "cordsnet",
            "digits",
            {"dataset": "mnist", "size": 16, "channels": 16},
            {**_CORDSNET, **options},
        )
        for variant, options in (("steps", {}), ("direct", {"direct": True, "final_epochs": 15}))
    ),
    *(
        Member(
            "gammanet_v2_contours",
            variant,
            "gammanet_v2",
            "gammanet",
            "contours",
            {"widths": [8, 8, 12, 16, 16], "size": 48, "circuits": variant == "circuits"},
            {
                "epochs": 4,
                "batch_size": 4,
                "steps": 3,
                "rate": 2e-3,
                "encoder_rate": 2e-3,
                "schedule": "one_cycle",
                "jitter": 0.0,
                "patience": None,
            },
            {"samples": 400},
        )
        for variant in ("circuits", "no_circuits")
    ),
    *(
        Member(
            f"{model}_motion",
            "",
            model,
            "next_frame",
            "moving_digits",
            {"size": 32, "channels": [16, 16], "patch": 4, "kernel": 3},
            {"epochs": 4, **options},
        )
        for model, options in (("convlstm", {"loss": "entropy", "rate": 0.02}), ("predrnn", {"rate": 3e-3}))
    ),
]


def member(name: str, variant: str = "") -> Member:
    """The member of a name and variant."""
    [found] = [one for one in MEMBERS if (one.name, one.variant) == (name, variant)]
    return found
