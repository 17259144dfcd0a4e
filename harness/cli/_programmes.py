"""Programmes of the demo: a short one that needs no data, and the full one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Named = tuple[str, dict[str, Any]]
"""An identifier and the arguments to load it with."""


@dataclass(frozen=True)
class Part:
    """Models that are scored on the same benchmarks.

    Attributes:
        about: what it shows.
        benchmarks: those named, or all built-in ones with the tag.
        arguments: of every benchmark with the tag that takes them.
        without: those with the tag, by name or pattern, that its models have no region for, or that are shown elsewhere.
    """

    about: str
    models: tuple[Named, ...]
    benchmarks: tuple[Named, ...] = ()
    tag: str = ""
    arguments: Mapping[str, Any] = field(default_factory=dict)
    without: tuple[str, ...] = ()


STATIC: tuple[Named, ...] = (
    ("torchvision/resnet18", {"weights": "random", "seed": 0}),
    ("cornet_rt", {"weights": "random", "seed": 0, "size": 64}),  # a tenth of the time that 224 pixels take
    ("pixels", {}),
    ("cifar_resnet20", {}),
    ("cifar_resnet56", {}),
)
REFERENCES: tuple[Named, ...] = (("v1_normalization", {"dt": 4}), ("v1_energy", {}), STATIC[0])
BEYOND_V1 = ("Brands2024-VOTC", "Brands2024-LOTC", "Groen2022-contrast", "Groen2022-duration", "Groen2022-interval")
DISTRIBUTIONS = (
    "DeValois1982-pref_or",
    "DeValois1982-peak_sf",
    "Schiller1976-sf_bandwidth",
    "Cavanaugh2002-surround_suppression_index",
)
DELAYED: tuple[Named, ...] = (("dn/pixels", {"dynamics": "ecog_votc"}),)
RECURRENT: tuple[Named, ...] = (
    ("cordsnet_r2", {"weights": "random", "seed": 0, "size": 32, "dt": 4}),
    ("dyrcnn_x2", {"weights": "random", "seed": 0, "size": 32, "dt": 4}),
    ("gammanet_v2", {"weights": "random", "seed": 0, "size": 32, "dt": 40}),
    ("dyrcnn_x4_masking", {"recurrence": "self"}),
    ("dyrcnn_x4_masking", {"recurrence": "self", "weights": "random"}),
)
ZOO: tuple[Named, ...] = (
    ("dyrcnn_x4_masking", {"recurrence": "full"}),
    ("dyrcnn_x4_masking", {"recurrence": "full", "weights": "random"}),
    ("dyrcnn_x4_masking", {"recurrence": "none"}),
    ("cornet_rt_masking", {}),
    ("cornet_rt_masking", {"weights": "random"}),
    ("v1_normalization", {"dt": 8, "size": 96, "visual_degrees": 6}),
    ("ssn_v1", {"dt": 5, "size": 64, "stride": 8}),
    ("motion_energy", {}),
    ("pixels", {}),
    ("noise", {}),
)
SHORT: tuple[Part, ...] = (
    Part(
        "trained networks, untrained and feed-forward ones, models of V1, and controls",
        ZOO,
        (
            ("Simulated-betas", {}),
            ("Simulated-naming", {}),
            ("RandomDots-direction", {"coherence": [0.8]}),
            ("Groen2022-contrast", {}),
            ("Groen2022-duration", {}),
            *(
                (name, {"units": 2})
                for name in (
                    "AlbrechtHamilton1982-contrast_response",
                    "Cavanaugh2002-size_tuning",
                )
            ),
            ("Chettih2019.V1-influence", {"units": 3}),
        ),
    ),
)
FULL: tuple[Part, ...] = (
    Part(
        "recordings, choices and tasks",
        STATIC,
        (
            ("Cowley2023.V4-ridge", {}),
            ("Peterson2019-cifar10h", {"images_per_class": 100}),  # half of the images, to save a minute
            ("Digits-decoding", {}),
        ),
    ),
    Part(
        "experiments on single units and populations",
        REFERENCES,
        tag="in-silico",
        arguments={"units": 2},
        without=(*BEYOND_V1, "Marques2020.*"),
    ),
    Part(
        "distributions over populations", REFERENCES[1:], tuple((f"Marques2020.{name}", {}) for name in DISTRIBUTIONS)
    ),
    Part("delayed normalisation beyond V1", DELAYED, tuple((name, {}) for name in BEYOND_V1)),
    Part(
        "networks of many steps",
        RECURRENT,
        tuple((f"Temporal.{name}", {}) for name in ("contrast", "duration", "interval")),
    ),
    Part(
        "behaviour with brief presentations",
        (("cifar_resnet20", {}), ("dn/cifar_resnet20", {})),
        (
            ("Hellmann2023-masked_orientation", {}),
            ("Tang2018-masking", {"images_per_category": 5}),
            ("Maniquet2025-masking", {"exemplars": 2}),
        ),
    ),
)
