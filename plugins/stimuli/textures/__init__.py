"""Textures of bars."""

from harness import StimuliSpec, hookimpl

BARS = {
    "orientation": "orientation of the bar in the centre, degrees counter-clockwise from horizontal; one value or several",
    "length": "length of all bars, degrees along the contour; one value or several",
    "width": "width of all bars, degrees across it; one value or several",
    "pitch": "degrees between neighbours; one value or several",
    "jitter": "each bar is moved by up to this many degrees, but for that in the centre; one value or several",
    "x": "position of the centre, degrees to the right; one value or several",
    "y": "position of the centre, degrees upwards; one value or several",
    "contrast": "Weber contrast, negative for dark bars; one value or several",
    "seed": "seed of jitter and random orientations; one value or several",
    "duration": "ms; one value or several",
    "visual_degrees": "side of the image in degrees",
    "size_px": "side of the image in pixels",
    "background": "luminance between the bars, 0 to 1",
}
KNIERIM = """@article{knierim1992neuronal,
  title = {Neuronal responses to static texture patterns in area V1 of the alert macaque monkey},
  author = {Knierim, James J. and Van Essen, David C.},
  journal = {Journal of Neurophysiology},
  volume = {67}, number = {4}, pages = {961--980},
  year = {1992},
  doi = {10.1152/jn.1992.67.4.961}
}"""
ZIPSER = """@article{zipser1996contextual,
  title = {Contextual modulation in primary visual cortex},
  author = {Zipser, Karl and Lamme, Victor A. F. and Schiller, Peter H.},
  journal = {Journal of Neuroscience},
  volume = {16}, number = {22}, pages = {7376--7389},
  year = {1996},
  doi = {10.1523/JNEUROSCI.16-22-07376.1996}
}"""


@hookimpl
def register_stimuli() -> list[StimuliSpec]:
    return [
        StimuliSpec(
            "textures",
            load="harness_plugins.stimuli.textures.textures:textures",
            summary="a bar alone and in textures of parallel, orthogonal or randomly oriented bars, and the textures alone",
            tags=("static", "orientation", "context"),
            parameters={
                "surround": "none, parallel, orthogonal or random; one or several",
                "centre": "1 with a bar in the centre, 0 without; one or both",
                **BARS,
            },
            bibtex=KNIERIM,
        ),
        StimuliSpec(
            "texture_borders",
            load="harness_plugins.stimuli.textures.textures:texture_borders",
            summary="square figures of oriented texture, of any size and place, on a ground of another orientation",
            tags=("static", "orientation", "context", "figure-ground"),
            parameters={
                "figure": "side in degrees, None for a uniform texture; one value or several",
                "offset_x": "offset of the figure's middle from (x, y), degrees to the right; one value or several",
                "offset_y": "offset of the figure's middle from (x, y), degrees upwards; one value or several",
                "difference": "degrees by which the bars of the ground are turned; one value or several",
                **BARS,
            },
            bibtex=ZIPSER,
        ),
    ]
