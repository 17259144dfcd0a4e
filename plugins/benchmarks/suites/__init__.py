"""The suites over which leaderboards take means. A suite is closed: a different list of benchmarks gets another
version. Why each benchmark is a member, and others are not, stands in `docs/trust.md`.
"""

from harness import SuiteSpec, hookimpl

CORE = SuiteSpec(
    "core-v1",
    summary="recordings, behaviour, single units and time courses; every benchmark separates models from noise",
    benchmarks=(
        "Cowley2023.V4-ridge",
        "Peterson2019-cifar10h",
        "Tang2018-masking",
        "Maniquet2025-masking",
        "Cavanaugh2002-size_tuning",
        "TrottBorn2015",
        "Kapadia1999-length_tuning",
        "Busse2009",
        "Albrecht2002-latency",
        "Groen2022-contrast",
        "Groen2022-duration",
        "Groen2022-interval",
    ),
)
TEMPORAL = SuiteSpec(
    "temporal-v1",
    summary="how responses unfold: latency, summation, recovery, late effects of context, and masking",
    benchmarks=(
        "Albrecht2002-latency",
        "Groen2022-contrast",
        "Groen2022-duration",
        "Groen2022-interval",
        "Brands2024-V1",
        "Brands2024-VOTC",
        "Brands2024-LOTC",
        "KnierimVanEssen1992",
        "Zipser1996-figure_enhancement",
        "Tang2018-masking",
        "Maniquet2025-masking",
    ),
)
V1_PHYSIOLOGY = SuiteSpec(
    "v1-physiology-v1",
    summary="single units of V1: contrast, frequency, size, contours, and the surround",
    benchmarks=(
        "AlbrechtHamilton1982-contrast_response",
        "Albrecht2002-latency",
        "Marques2020.DeValois1982-peak_sf",
        "Marques2020.Cavanaugh2002-grating_summation_field",
        "Cavanaugh2002-size_tuning",
        "Kapadia1999-length_tuning",
        "Kapadia1995",
        "Kinoshita2009",
        "Busse2009",
        "TrottBorn2015",
        "KnierimVanEssen1992",
        "Nothdurft2000-texture_border",
        "Zipser1996-figure_enhancement",
    ),
)
PARTICIPANTS = SuiteSpec(
    "participants-v1",
    summary="what participants see, name and confuse, also behind occluders and before masks",
    benchmarks=(
        "Peterson2019-cifar10h",
        "Mur2013.judgements-rdm",
        "Geirhos2019-shape_bias",
        "Geirhos2019-error_consistency",
        "Tang2018-masking",
        "Maniquet2025-masking",
        "OTooleWenderoth1977",
    ),
)


@hookimpl
def register_suites() -> list[SuiteSpec]:
    return [CORE, TEMPORAL, V1_PHYSIOLOGY, PARTICIPANTS]
