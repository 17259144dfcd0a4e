"""A grating or a plaid in a disc, a blank gap, and a grating around it."""

from harness import StimuliSpec, hookimpl

BIBTEX = """@article{trott2015input,
  title = {Input-gain control produces feature-specific surround suppression},
  author = {Trott, Alexander R. and Born, Richard T.},
  journal = {Journal of Neuroscience},
  volume = {35}, number = {12}, pages = {4973--4982},
  year = {2015},
  doi = {10.1523/JNEUROSCI.4000-14.2015}
}"""

RING = {
    "surround_contrast": "Michelson contrast of the surround; one value or several",
    "spatial_frequency": "spatial frequency of all gratings, cycles per degree; one value or several",
    "phase": "phase of the centre, degrees in the middle of the disc; one value or several",
    "surround_phase": "phase of the surround relative to the centre's, degrees; one value or several",
    "diameter": "diameter of the centre, degrees; one value or several",
    "gap": "inner diameter of the surround as a multiple of the centre's; one value or several",
    "surround_diameter": "where the surround ends, degrees; None is the image's border; one value or several",
    "x": "position of the middle, degrees to the right; one value or several",
    "y": "position of the middle, degrees upwards; one value or several",
    "duration": "ms; one value or several",
    "visual_degrees": "side of the image in degrees",
    "size_px": "side of the image in pixels",
    "background": "mean luminance, 0 to 1",
}


@hookimpl
def register_stimuli() -> list[StimuliSpec]:
    return [
        StimuliSpec(
            "centre_surround",
            load="harness_plugins.stimuli.centre_surround.centre_surround:centre_surround",
            drawn=True,
            summary="a grating or plaid in a disc, a blank gap, and a grating around it",
            tags=("static", "orientation", "contrast", "context"),
            parameters={
                "orientation": "orientation of the centre's contours, degrees counter-clockwise; one value or several",
                "second_orientation": "orientation of a second grating in the centre (plaid), or None; one value or several",
                "surround_orientation": "orientation of the surround, or None; one value or several",
                "contrast": "Michelson contrast of each grating of the centre; one value or several",
                **RING,
            },
            bibtex=BIBTEX,
        )
    ]
