"""Images shown for several durations."""

from harness import StimuliSpec, hookimpl
from harness_plugins.stimuli._pulses import BIBTEX, PARAMETERS


@hookimpl
def register_stimuli() -> list[StimuliSpec]:
    return [
        StimuliSpec(
            "duration",
            load="harness_plugins.stimuli.duration.duration:duration",
            summary="noise patterns or images shown once, for several durations",
            tags=("duration", "noise", "temporal"),
            parameters={
                "duration": "ms; one value or several",
                "contrast": "contrast of the image, 0 to 1; Michelson for noise; one value or several",
                **PARAMETERS,
            },
            bibtex=BIBTEX,
        )
    ]
