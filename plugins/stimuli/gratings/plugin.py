"""Registers the gratings."""

from harness import StimuliSpec, hookimpl


@hookimpl
def register_stimuli() -> list[StimuliSpec]:
    return [
        StimuliSpec(
            "gratings",
            load="harness_plugins.stimuli.gratings.gratings:gratings",
            summary="sinusoidal gratings, static or drifting, in the full crossing of the values given",
            tags=("static", "moving", "orientation", "contrast"),
            parameters={
                "orientation": "of the contours, degrees counter-clockwise from horizontal; one value or several",
                "spatial_frequency": "cycles per degree; one value or several",
                "phase": "degrees, at the centre of the picture; one value or several",
                "contrast": "Michelson contrast, 0 to 1; one value or several",
                "duration": "ms; one value or several",
                "temporal_frequency": "Hz; 0 is static; one value or several",
                "aperture": "diameter of a circular window in degrees, or None; one value or several",
                "soft_edge": "width of the window's cosine edge in degrees",
                "visual_degrees": "side of the picture in degrees",
                "size_px": "side of the picture in pixels",
                "background": "mean luminance, 0 to 1",
                "frame_rate": "frames a second of a drifting grating",
            },
        )
    ]
