"""Three short bars in line."""

from harness import StimuliSpec, hookimpl


@hookimpl
def register_stimuli() -> list[StimuliSpec]:
    return [
        StimuliSpec(
            "kinoshita",
            load="harness_plugins.stimuli.kinoshita.kinoshita:kinoshita",
            drawn=True,
            summary="a short bar, two flanks in line or turned out of it, and all three, still or drifting",
            tags=("static", "moving", "contours", "orientation"),
            parameters={
                "configuration": "single, flanks, three; one or several",
                "separation": "degrees between the ends of neighbours; one value or several",
                "turn": "degrees by which flanks are turned off collinearity; one value or several",
                "orientation": "orientation of the middle bar, degrees counter-clockwise from horizontal; one value or several",
                "length": "degrees along a bar; one value or several",
                "width": "degrees across it; one value or several",
                "contrast": "Weber contrast; one value or several",
                "polarity": "1 is lighter than the background, -1 darker; one or both",
                "drift": "degrees over which the bars move towards orientation + 90; 0 is still; one value or several",
                "x": "position of the middle, degrees to the right; one value or several",
                "y": "position of the middle, degrees upwards; one value or several",
                "duration": "ms; one value or several",
                "visual_degrees": "side of the image in degrees",
                "size_px": "side of the image in pixels",
                "background": "luminance around the bars, 0 to 1",
                "frame_rate": "frames per second of drifting bars",
            },
        )
    ]
