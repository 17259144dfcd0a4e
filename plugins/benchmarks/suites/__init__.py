"""The suites over which leaderboards take means. A suite is closed: a different list of benchmarks gets another
version.
"""

from harness import SuiteSpec, hookimpl


@hookimpl
def register_suites() -> list[SuiteSpec]:
    return [
        SuiteSpec(
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
    ]
