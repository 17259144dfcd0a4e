"""The tilt illusion: a grating whose surround is tilted."""

from harness import StimuliSpec, hookimpl
from harness_plugins.stimuli.centre_surround import RING

BIBTEX = """@article{otoole1977tilt,
  title = {The tilt illusion: repulsion and attraction effects in the oblique meridian},
  author = {O'Toole, Brian and Wenderoth, Peter},
  journal = {Vision Research},
  volume = {17}, number = {3}, pages = {367--374},
  year = {1977},
  doi = {10.1016/0042-6989(77)90025-6}
}"""


@hookimpl
def register_stimuli() -> list[StimuliSpec]:
    return [
        StimuliSpec(
            "tilt_illusion",
            load="harness_plugins.stimuli.tilt_illusion.tilt_illusion:tilt_illusion",
            drawn=True,
            summary="a test grating in a disc within a grating that is tilted against it",
            tags=("static", "orientation", "context", "illusion"),
            parameters={
                "orientation": "orientation of the test's contours, degrees counter-clockwise; one value or several",
                "tilt": "tilt of the surround relative to the test, degrees, or None; one value or several",
                "contrast": "Michelson contrast of the test; one value or several",
                **RING,
            },
            bibtex=BIBTEX,
        )
    ]
