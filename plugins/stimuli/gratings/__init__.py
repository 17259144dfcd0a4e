"""Sinusoidal gratings, static and drifting."""

from harness import StimuliSpec, hookimpl

PATCH = {
    "duration": "ms; one value or several",
    "temporal_frequency": "Hz; 0 is static; one value or several",
    "motion": "drift, or counterphase (contrast reversing in place); one or both",
    "aperture": "diameter of a circular window in degrees, or None; one value or several",
    "x": "position of the window's middle, degrees to the right; one value or several",
    "y": "position of the window's middle, degrees upwards; one value or several",
    "surround_orientation": "contours of a grating around the aperture, or None; one value or several",
    "surround_contrast": "Michelson contrast of the surround; None is that of the centre; one value or several",
    "surround_phase": "degrees relative to the centre's phase; one value or several",
    "surround_aperture": "diameter where the surround ends; None is the image's border; one value or several",
    "gap": "degrees between aperture and surround; one value or several",
    "soft_edge": "width of the windows' cosine edges in degrees",
    "visual_degrees": "side of the image in degrees",
    "size_px": "side of the image in pixels",
    "background": "mean luminance, 0 to 1",
    "frame_rate": "frames per second of what moves",
}


@hookimpl
def register_stimuli() -> list[StimuliSpec]:
    return [
        StimuliSpec(
            "gratings",
            load="harness_plugins.stimuli.gratings.gratings:gratings",
            drawn=True,
            summary="sinusoidal gratings: static, drifting or counterphase; apertures, annuli, surrounds with a gap",
            tags=("static", "moving", "orientation", "contrast", "context"),
            parameters={
                "orientation": "orientation of the contours, degrees counter-clockwise from horizontal; one value or several",
                "spatial_frequency": "cycles per degree; one value or several",
                "phase": "degrees, at the middle of the window; one value or several",
                "contrast": "Michelson contrast, 0 to 1; one value or several",
                "hole": "diameter of a hole in the window (annulus) in degrees, or None; one value or several",
                **PATCH,
            },
        ),
        StimuliSpec(
            "plaids",
            load="harness_plugins.stimuli.gratings.plaids:plaids",
            drawn=True,
            summary="sums of two gratings in a window, static or moving, with or without a surround",
            tags=("static", "moving", "orientation", "contrast", "context"),
            parameters={
                "orientation": "contours of the first component, degrees counter-clockwise; one value or several",
                "second_orientation": "contours of the second; one value or several",
                "contrast": "Michelson contrast of the first component; one value or several",
                "second_contrast": "contrast of the second; None is that of the first; one value or several",
                "spatial_frequency": "cycles per degree; one value or several",
                "phase": "degrees at the middle of the window, of the first component; one value or several",
                "second_phase": "phase of the second; one value or several",
                **PATCH,
            },
        ),
    ]
