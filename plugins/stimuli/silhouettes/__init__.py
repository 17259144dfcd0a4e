"""Drawings of seven objects."""

from harness import StimuliSpec, hookimpl


@hookimpl
def register_stimuli() -> list[StimuliSpec]:
    return [
        StimuliSpec(
            "silhouettes",
            load="harness_plugins.stimuli.silhouettes.silhouettes:silhouettes",
            summary="drawings of a car, a couch, a face, a flower, a guitar, a hand and a kiwi, at any place",
            tags=("static", "objects", "position"),
            parameters={
                "object": "car, couch, face, flower, guitar, hand, kiwi; one or several",
                "x": "position of the middle, degrees to the right; one value or several",
                "y": "position of the middle, degrees upwards; one value or several",
                "size": "degrees of the square that a drawing fills; one value or several",
                "contrast": "Weber contrast of the dark and the light tone; one value or several",
                "onset": "ms of background before the object; one value or several",
                "duration": "ms for which the object is shown; one value or several",
                "visual_degrees": "side of the image in degrees",
                "size_px": "side of the image in pixels",
                "background": "luminance around the object, 0 to 1",
            },
        )
    ]
