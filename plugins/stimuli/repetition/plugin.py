"""Registers pictures: noise patterns or images shown again and again, the same one or others in turn."""

from harness import StimuliSpec, hookimpl


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
                "same": "whether each pulse shows the same picture, or the next; one or both",
                "duration": "of each pulse, ms; one value or several",
                "interval": "ms between pulses; one value or several",
                "contrast": "of the picture, 0 to 1; Michelson for noise; one value or several",
                "images": "a folder, files, arrays or a StimulusSet of still images; band-pass noise if not given",
                "exemplars": "patterns of noise, in each condition",
                "spatial_frequency": "centre of the noise's band, cycles per degree",
                "bandwidth": "of the noise, octaves",
                "seed": "of the noise",
                "visual_degrees": "side of the pictures in degrees",
                "size_px": "side of the noise in pixels; images keep theirs",
                "background": "luminance of the blank screen, 0 to 1",
                "lead_in": "ms of blank screen before the first onset",
            },
        )
    ]
