"""The module that the entry point names: light descriptions only. Nothing here imports torch, numpy or the code beside it."""

from harness import BenchmarkSpec, ModelSpec, StimuliSpec, hookimpl


@hookimpl
def register_models() -> list[ModelSpec]:
    return [
        ModelSpec(
            "my_lab_leaky",
            load="my_lab.net:load",
            summary="leaky integrators with lateral connections, one layer",
            tags=("recurrent", "x-my_lab"),
            parameters={
                "tau": "time constant of the membrane in ms",
                "weights": "random, or the path of a weight file",
                "seed": "of random weights",
            },
        )
    ]


@hookimpl
def register_stimuli() -> list[StimuliSpec]:
    return [
        StimuliSpec(
            "my_lab_flashes",
            load="my_lab.flashes:flashes",
            summary="a bright field that is shown for different durations",
            tags=("duration", "x-my_lab"),
            parameters={
                "durations": "of the flash in ms",
                "contrast": "of the flash against the grey background, 0 to 1",
                "total": "length of every stimulus in ms",
                "visual_degrees": "side of the field in degrees",
            },
        )
    ]


@hookimpl
def register_benchmarks() -> list[BenchmarkSpec]:
    return [
        BenchmarkSpec(
            "MyLab2026-summation",
            load="my_lab.summation:TemporalSummation",
            summary="do V1 responses grow with the duration of a flash as a leaky integrator's do?",
            tags=("in-silico", "V1", "duration", "x-my_lab"),
            parameters={"time_constant": "of the curve to compare with, in ms"},
            chance=0.0,
            bibtex="@misc{my_lab_summation, title = {Temporal summation of flashes}, author = {My Lab}, year = {2026}}",
            controls={"published": "my_lab.summation:leaky_integrator"},
            expects={
                "published": "> 0.9",
                "noise": "(-0.5, 0.5)",
                "hash": "0 +- 0.05",
                "constant": "not measurable",
                "scaled": "invariant",
                "permuted": "invariant",
            },
        )
    ]
