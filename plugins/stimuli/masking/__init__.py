"""A target, and a mask that follows it."""

from harness import StimuliSpec, hookimpl


@hookimpl
def register_stimuli() -> list[StimuliSpec]:
    return [
        StimuliSpec(
            "masking",
            load="harness_plugins.stimuli.masking.masking:masking",
            summary="a target (grating or images), a stimulus onset asynchrony, and a mask, accurate to the display's frame",
            tags=("masking", "psychophysics", "orientation", "images"),
            parameters={
                "target": "'grating', a folder of images, or images (files or arrays) in a list or by name",
                "labels": "label of each image; the column image_label",
                "orientation": "orientation of a grating, degrees counter-clockwise from horizontal; one value or several",
                "spatial_frequency": "spatial frequency of a grating, cycles per degree; one value or several",
                "phase": "phase of a grating, degrees at the middle; one value or several",
                "contrast": "contrast of a grating, Michelson; one value or several",
                "target_size": "side of a grating's square, degrees",
                "soa": "ms from the target's onset to the mask's; one value or several",
                "exposure": "ms for which the target is shown, then blank until the mask; None for until the mask",
                "mask": "'checkerboard', 'noise' (1/f), 'phase-scrambled', 'none', or images; one name or several",
                "mask_size": "side of the mask's square, degrees; None for the whole image",
                "mask_contrast": "Michelson of a checkerboard, RMS of noise; None for 1 and 0.3",
                "mask_count": "number of different noise masks; each target has one of them",
                "checks": "number of checks of a checkerboard, along a side",
                "mask_duration": "ms",
                "frame_rate": "frames per second of the display",
                "rounding": "'refuse' times that are not whole frames, or show them as the 'nearest'",
                "visual_degrees": "side of the image, degrees",
                "size_px": "side of what is drawn, pixels",
                "background": "luminance, 0 to 1",
                "seed": "seed of noise, and of which mask follows which target",
            },
        )
    ]
