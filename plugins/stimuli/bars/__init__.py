"""Bars, flashed and moving."""

from harness import StimuliSpec, hookimpl


@hookimpl
def register_stimuli() -> list[StimuliSpec]:
    return [
        StimuliSpec(
            "bars",
            load="harness_plugins.stimuli.bars.bars:bars",
            drawn=True,
            summary="light and dark bars, flashed or sweeping over the image at a speed in degrees per second",
            tags=("static", "moving", "orientation", "contrast", "position"),
            parameters={
                "length": "degrees along the contour; one value or several",
                "width": "degrees across it; one value or several",
                "orientation": "orientation of the contour, degrees counter-clockwise from horizontal; one value or several",
                "x": "position of the middle, degrees to the right; one value or several",
                "y": "position of the middle, degrees upwards; one value or several",
                "contrast": "Weber contrast, 0 to 1; one value or several",
                "polarity": "1 is lighter than the background, -1 darker; one or both",
                "speed": "degrees per second; 0 is static; one value or several",
                "direction": "direction of motion, degrees (0 right, 90 up); None is orientation + 90; one value or several",
                "duration": "ms; one value or several",
                "visual_degrees": "side of the image in degrees",
                "size_px": "side of the image in pixels",
                "background": "luminance around the bar, 0 to 1",
                "frame_rate": "frames per second of a moving bar",
            },
        )
    ]
