"""Images at several contrasts."""

from harness import StimuliSpec, hookimpl
from harness_plugins.stimuli._pulses import BIBTEX, PARAMETERS


@hookimpl
def register_stimuli() -> list[StimuliSpec]:
    return [
        StimuliSpec(
            "contrast",
            load="harness_plugins.stimuli.contrast.contrast:contrast",
            summary="noise patterns or images at several contrasts, shown once",
            tags=("contrast", "noise", "temporal"),
            parameters={
                "contrast": "contrast of the image, 0 to 1; Michelson for noise; one value or several",
                "duration": "ms; one value or several",
                **PARAMETERS,
            },
            bibtex=BIBTEX,
        )
    ]
