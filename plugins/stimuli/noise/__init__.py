"""Images in noise, and fields of noise."""

from harness import StimuliSpec, hookimpl
from harness_plugins.models.dyrcnn import BIBTEX

SCREEN = {
    "duration": "ms; one value or several",
    "mode": "static (one draw stays), or dynamic (a new draw every frame); one or both",
    "visual_degrees": "side of the image in degrees",
    "background": "mean luminance of the screen, 0 to 1",
    "frame_rate": "frames per second of dynamic noise",
    "seed": "seed of the noise",
}


@hookimpl
def register_stimuli() -> list[StimuliSpec]:
    return [
        StimuliSpec(
            "noise",
            load="harness_plugins.stimuli.noise.images_in_noise:images_in_noise",
            summary="images in seven kinds of noise, from the clean image to noise alone, static or dynamic",
            tags=("static", "moving", "noise", "temporal"),
            parameters={
                "kind": "uniform, gaussian, correlated, salt_and_pepper, poisson, phase_scrambled, pink; one or several",
                "ssnr": "s of the signal-to-noise ratio s / (1 - s), 0 (noise alone) to 1 (clean); one value or several",
                "images": "a folder, files, arrays or a StimulusSet of still images; band-pass patterns if not given",
                "contrast": "the image's deviations from the background are multiplied by this; one value or several",
                "pure_variance": "variance of the noise where it is alone (ssnr 0), of luminance 0 to 1",
                "correlation": "SD in degrees of the Gaussian that smooths correlated noise; None is 7/6 of a pixel",
                "chromatic": "whether the channels of colour images get noise of their own",
                "exemplars": "number of patterns, where no images are given",
                "size_px": "their side in pixels; images keep theirs",
                **SCREEN,
            },
            bibtex=BIBTEX,
        ),
        StimuliSpec(
            "noise_fields",
            load="harness_plugins.stimuli.noise.fields:noise_fields",
            summary="fields of Gaussian noise: white, 1/f or band-pass, of any or one orientation, static or dynamic",
            tags=("static", "moving", "noise", "contrast"),
            parameters={
                "spectrum": "white, one_over_f or band_pass; one or several",
                "contrast": "RMS contrast, SD of luminance over background; one value or several",
                "exponent": "e of the amplitude spectrum f^-e of one_over_f; one value or several",
                "spatial_frequency": "centre of band_pass, cycles per degree; one value or several",
                "bandwidth": "bandwidth of band_pass, octaves, full width at half height; one value or several",
                "orientation": "orientation, degrees counter-clockwise from horizontal, or None; one value or several",
                "orientation_bandwidth": "degrees, full width at half height; one value or several",
                "aperture": "diameter of a circular window in degrees, or None; one value or several",
                "soft_edge": "width of the window's cosine edge in degrees",
                "exemplars": "draws of every condition",
                "size_px": "side of the image in pixels",
                **SCREEN,
            },
        ),
    ]
