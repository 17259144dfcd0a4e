"""Gabor patches, alone and in arrays."""

from harness import StimuliSpec, hookimpl


@hookimpl
def register_stimuli() -> list[StimuliSpec]:
    return [
        StimuliSpec(
            "gabors",
            load="harness_plugins.stimuli.gabors.gabors:gabors",
            drawn=True,
            summary="Gabor patches, alone or in arrays, static or with a carrier that drifts or reverses",
            tags=("static", "moving", "orientation", "contrast", "position"),
            parameters={
                "orientation": "orientation of the contours, degrees counter-clockwise from horizontal; one value or several",
                "spatial_frequency": "cycles per degree; one value or several",
                "phase": "degrees, at the middle of the patch; one value or several",
                "contrast": "Michelson contrast of the carrier, 0 to 1; one value or several",
                "sigma": "standard deviation of the envelope in degrees; one value or several",
                "x": "position of the patch or array, degrees to the right; one value or several",
                "y": "position of the patch or array, degrees upwards; one value or several",
                "temporal_frequency": "Hz; 0 is static; one value or several",
                "motion": "motion of the carrier: drift or counterphase; one or both",
                "duration": "ms; one value or several",
                "array": "patches about (x, y): [[dx, dy], ...] or [[dx, dy, turn], ...], the turn added to orientation",
                "visual_degrees": "side of the image in degrees",
                "size_px": "side of the image in pixels",
                "background": "mean luminance, 0 to 1",
                "frame_rate": "frames per second of a moving carrier",
            },
        )
    ]
