"""Images shown twice, with several intervals between."""

from harness import StimuliSpec, hookimpl
from harness_plugins.stimuli._pulses import BIBTEX, PARAMETERS


@hookimpl
def register_stimuli() -> list[StimuliSpec]:
    return [
        StimuliSpec(
            "interval",
            load="harness_plugins.stimuli.interval.interval:interval",
            summary="noise patterns or images shown twice with several intervals between, and once",
            tags=("interval", "noise", "temporal"),
            parameters={
                "interval": "ms between two pulses; None for one pulse; one value or several",
                "duration": "duration of each pulse, ms; one value or several",
                "contrast": "contrast of the image, 0 to 1; Michelson for noise; one value or several",
                **PARAMETERS,
            },
            bibtex=BIBTEX,
        )
    ]
