"""A bar, its flankers, and bars all around it."""

from harness import StimuliSpec, hookimpl


@hookimpl
def register_stimuli() -> list[StimuliSpec]:
    return [
        StimuliSpec(
            "kapadia",
            load="harness_plugins.stimuli.kapadia.kapadia:kapadia",
            drawn=True,
            summary="a bar with collinear or orthogonal flankers, a bar that blocks them, and bars at random around it",
            tags=("static", "contours", "orientation", "contrast"),
            parameters={
                "configuration": "target, flanker, collinear, orthogonal_flanker, orthogonal, blocked, background, random, "
                "random_collinear, blank; one or several",
                "distance": "degrees between the centres of target and flanker; one value or several",
                "orientation": "orientation of the target, degrees counter-clockwise from horizontal; one value or several",
                "length": "degrees along a bar; one value or several",
                "width": "degrees across it; one value or several",
                "contrast": "Weber contrast of the target; one value or several",
                "flanker_contrast": "Weber contrast of all other bars; one value or several",
                "polarity": "polarity of the target, 1 light, -1 dark; one or both",
                "flanker_polarity": "polarity of all other bars, 1 light, -1 dark; one or both",
                "sides": "1 or 2 flankers; one or both",
                "spacing": "degrees between neighbours at random; one value or several",
                "made_collinear": "number of bars of random_collinear in line with the target; one value or several",
                "pattern": "number of the random pattern; one or several",
                "x": "position of the target, degrees to the right; one value or several",
                "y": "position of the target, degrees upwards; one value or several",
                "duration": "ms; one value or several",
                "extent": "side of the field of bars at random, in degrees",
                "visual_degrees": "side of the image in degrees",
                "size_px": "side of the image in pixels",
                "background": "luminance around the bars, 0 to 1",
            },
        )
    ]
