"""Images shown again and again."""

from harness import StimuliSpec, hookimpl
from harness_plugins.stimuli._pulses import PARAMETERS


@hookimpl
def register_stimuli() -> list[StimuliSpec]:
    return [
        StimuliSpec(
            "repetition",
            load="harness_plugins.stimuli.repetition.repetition:repetition",
            summary="noise patterns or images shown again and again, the same one or others in turn",
            tags=("repetition", "noise", "temporal"),
            parameters={
                "repetitions": "pulses in a row",
                "same": "whether each pulse shows the same image, or the next; one or both",
                "duration": "duration of each pulse, ms; one value or several",
                "interval": "ms between pulses; one value or several",
                "contrast": "contrast of the image, 0 to 1; Michelson for noise; one value or several",
                **PARAMETERS,
            },
        )
    ]
