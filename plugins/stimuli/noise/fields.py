"""Fields of Gaussian noise with a given spectrum."""

from collections.abc import Iterable

import numpy as np

from harness import Canvas, StimulusSet, Timeline
from harness.errors import StimulusError
from harness.stimuli import (
    OptionalValues,
    Values,
    build_stimulus_set,
    choices,
    cross,
    distinct,
    generator,
    numbers,
    optional_numbers,
    refreshes,
)
from harness_plugins.stimuli.gratings.patches import Screen
from harness_plugins.stimuli.noise.images_in_noise import MODES

SPECTRA = ("white", "one_over_f", "band_pass")
_MEANINGLESS: dict[str, dict[str, float | None]] = {
    "white": {"exponent": None, "spatial_frequency": None, "bandwidth": None},
    "one_over_f": {"spatial_frequency": None, "bandwidth": None},
    "band_pass": {"exponent": None},
}


def noise_fields(
    spectrum: str | Iterable[str] = "white",
    contrast: Values = 0.2,
    exponent: Values = 1.0,
    spatial_frequency: Values = 2.0,
    bandwidth: Values = 1.0,
    orientation: OptionalValues = None,
    orientation_bandwidth: Values = 20.0,
    aperture: OptionalValues = None,
    duration: Values = 200.0,
    mode: str | Iterable[str] = "static",
    exemplars: int = 1,
    soft_edge: float = 0.0,
    visual_degrees: float = 8.0,
    size_px: int = 224,
    background: float = 0.5,
    frame_rate: float = 60.0,
    seed: int = 0,
) -> StimulusSet:
    """Fields of noise, one for every combination of the values given; the table has a column for every parameter.

    Gaussian white noise is multiplied by an amplitude spectrum and scaled to the RMS contrast that was asked for. Luminance is
    clipped to what can be displayed; the table says which fraction of values was, as `clipped`.

    Args:
        spectrum: of the amplitude: "white"; "one_over_f", f^-exponent; "band_pass", a Gaussian of log2 f about
            `spatial_frequency` whose full width at half height is `bandwidth`.
        contrast: RMS contrast, the standard deviation of luminance over its mean, before a window is laid over it.
        exponent: 1 is near that of natural images.
        spatial_frequency: cycles per degree.
        bandwidth: octaves.
        orientation: of the contours, in degrees, counter-clockwise from horizontal; None for all.
        orientation_bandwidth: degrees, full width at half height of a Gaussian in the amplitude.
        aperture: diameter of a circular window, in degrees; None for the whole image.
        duration: ms.
        mode: "static", one draw for the whole duration, or "dynamic", a new draw every frame.
        exemplars: draws of every condition.
        soft_edge: width of the raised-cosine edge of the window, in degrees, inside its diameter.
        visual_degrees: side of the image, in degrees.
        size_px: side of the image, in pixels.
        background: mean luminance.
        frame_rate: frames per second of dynamic noise.
        seed: the same noise on every machine; each stimulus has its own.

    Raises:
        StimulusError: for stimuli that cannot be shown.
    """
    if exemplars < 1:
        raise StimulusError(f"there is at least one exemplar of a field of noise, not {exemplars}")
    canvas = Canvas(visual_degrees, size_px, background)
    crossed = cross(
        {
            "spectrum": choices("spectrum", spectrum, SPECTRA),
            "contrast": numbers("contrast", contrast),
            "exponent": numbers("exponent", exponent),
            "spatial_frequency": numbers("spatial_frequency", spatial_frequency),
            "bandwidth": numbers("bandwidth", bandwidth),
            "orientation": optional_numbers("orientation", orientation),
            "orientation_bandwidth": numbers("orientation_bandwidth", orientation_bandwidth),
            "aperture": optional_numbers("aperture", aperture),
            "duration": numbers("duration", duration),
            "mode": choices("mode", mode, MODES),
            "exemplar": range(exemplars),
        }
    )
    untuned = {None: {"orientation_bandwidth": None}}
    conditions = distinct(c | _MEANINGLESS[c["spectrum"]] | untuned.get(c["orientation"], {}) for c in crossed)
    maker = _Maker(Screen(canvas, frame_rate, soft_edge), seed)
    constants = maker.screen.constants() | {"seed": int(seed)}
    stimuli = build_stimulus_set("noise_fields", conditions, maker.timeline, visual_degrees, background, constants)
    stimuli.table["clipped"] = maker.clipped
    return stimuli


def transfer(
    canvas: Canvas,
    spectrum: str,
    exponent: float | None,
    spatial_frequency: float | None,
    bandwidth: float | None,
    orientation: float | None,
    orientation_bandwidth: float | None,
) -> np.ndarray:
    """Amplitude by frequency, (size_px, size_px) in the order of `numpy.fft.fft2`; 0 at frequency 0."""
    along = np.fft.fftfreq(canvas.size_px, canvas.pixel)
    right, up = np.meshgrid(along, -along)
    frequency = np.hypot(right, up)
    frequency[0, 0] = np.nan
    amplitude = np.ones_like(frequency)
    if spectrum == "one_over_f":
        assert exponent is not None
        amplitude = frequency**-exponent
    elif spectrum == "band_pass":
        assert spatial_frequency is not None and bandwidth is not None
        _check_width("bandwidth", bandwidth)
        canvas.check_frequency(spatial_frequency)
        amplitude = _bell(np.log2(frequency / spatial_frequency), bandwidth)
    if orientation is not None:
        assert orientation_bandwidth is not None
        _check_width("orientation_bandwidth", orientation_bandwidth)
        contour = np.rad2deg(np.arctan2(up, right)) - 90
        amplitude = amplitude * _bell((contour - orientation + 90) % 180 - 90, orientation_bandwidth)
    return np.nan_to_num(amplitude)


class _Maker:
    """Draws one stimulus after the other, and notes how much of each was clipped."""

    def __init__(self, screen: Screen, seed: int):
        self.screen, self.seed, self.clipped = screen, seed, list[float]()

    def timeline(
        self,
        aperture: float | None,
        contrast: float,
        duration: float,
        mode: str,
        exemplar: int,
        **filtered: float | None,
    ) -> Timeline:
        """One draw, or one per frame."""
        if not contrast >= 0:
            raise StimulusError(f"an RMS contrast is 0 or more, not {contrast:g}")
        rng = generator(self.seed, "noise_fields", filtered, mode, exemplar)
        gain, window = transfer(self.screen.canvas, **filtered), self.screen.window(aperture)  # type: ignore[arg-type]
        spans = refreshes(duration, self.screen.frame_rate) if mode == "dynamic" else [(0.0, duration)]
        fields = [contrast * window * _draw(rng, gain) for _ in spans]
        limits = -1.0, 1 / self.screen.canvas.background - 1
        self.clipped.append(float(np.mean([(field < limits[0]) | (field > limits[1]) for field in fields])))
        images = [self.screen.canvas.image(np.clip(field, *limits)) for field in fields]
        return Timeline.of([(image, length) for image, (_, length) in zip(images, spans, strict=True)])


def _draw(rng: np.random.Generator, gain: np.ndarray) -> np.ndarray:
    """Noise of mean 0 and variance 1."""
    noise = np.fft.ifft2(np.fft.fft2(rng.standard_normal(gain.shape)) * gain).real
    return noise / noise.std()


def _bell(distance: np.ndarray, width: float) -> np.ndarray:
    """A Gaussian of height 1 and the given full width at half height."""
    return np.exp(-4 * np.log(2) * (distance / width) ** 2)


def _check_width(name: str, width: float) -> None:
    if not width > 0:
        raise StimulusError(f"{name} is positive, not {width:g}")
