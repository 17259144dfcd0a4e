"""Random-dot kinematograms."""

from harness import StimuliSpec, hookimpl

BIBTEX = """@article{newsome1988selective,
  title = {A selective impairment of motion perception following lesions of the middle temporal visual area (MT)},
  author = {Newsome, William T. and Par{\\'e}, Edmond B.},
  journal = {Journal of Neuroscience},
  volume = {8}, number = {6}, pages = {2201--2211},
  year = {1988},
  doi = {10.1523/JNEUROSCI.08-06-02201.1988}
}"""


@hookimpl
def register_stimuli() -> list[StimuliSpec]:
    return [
        StimuliSpec(
            "random_dots",
            load="harness_plugins.stimuli.random_dots.random_dots:random_dots",
            drawn=True,
            summary="random-dot kinematograms: some dots move together, the others appear anywhere",
            tags=("moving", "motion", "temporal"),
            parameters={
                "coherence": "probability, 0 to 1, that a dot moves on; one value or several",
                "direction": "direction of motion, degrees counter-clockwise from rightwards; one value or several",
                "speed": "degrees per second; one value or several",
                "density": "dots per square degree and second; one value or several",
                "lifetime": "ms until a dot appears elsewhere, or None; one value or several",
                "sequences": "interleaved sets of dots, shown in turn; one value or several",
                "aperture": "diameter of the circular window in degrees; one value or several",
                "dot_size": "diameter of a dot in degrees; one value or several",
                "polarity": "1 is light dots, -1 dark ones, 0 half of each; one value or several",
                "contrast": "Weber contrast of the dots, 0 to 1; one value or several",
                "duration": "ms; one value or several",
                "x": "position of the window's middle, degrees to the right; one value or several",
                "y": "position of the window's middle, degrees upwards; one value or several",
                "exemplars": "draws of every condition",
                "visual_degrees": "side of the image in degrees",
                "size_px": "side of the image in pixels",
                "background": "luminance around the dots, 0 to 1",
                "frame_rate": "frames per second",
                "seed": "seed of the dots",
            },
            bibtex=BIBTEX,
        )
    ]
