"""The images of temporal experiments: band-pass noise, or your own images, at any contrast around the background."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from harness.checks import Count, Seed, checked, is_number, shown
from harness.errors import StimulusError
from harness.stimuli.canvas import Canvas
from harness.stimuli.stimulus_set import StimulusSet
from harness.stimuli.timeline import Frame, FrameLike, as_frame

Images = StimulusSet | Mapping[str, FrameLike] | Sequence[FrameLike] | str | Path
SUFFIXES = (".bmp", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp")
CLIPPED_AT = 3.0
CONTOUR_SCALE = 0.5
WIDEST_BAND = 20
"""Octaves."""


def band_pass_noise(
    canvas: Canvas, spatial_frequency: float = 3.0, bandwidth: float = 1.0, seed: Seed = 0
) -> np.ndarray:
    """A pattern of contours of all orientations: modulation in [-1, 1] about the background, mean near 0.

    Like the textures of Zhou et al. (2019) and Groen et al. (2022): white noise is low-passed and cut into black and white, and
    the edges between are band-passed. It is clipped at three standard deviations (less where it does not reach so far), which
    become 1, so that its Michelson contrast is 1 and its RMS contrast near a third, as measured by Groen et al. (0.166 of the range
    of luminance). The size and the band of theirs in degrees are not established.

    Args:
        spatial_frequency: centre of the band, in cycles per degree.
        bandwidth: full width of the band at half its height, in octaves.
        seed: of the noise; the same pattern on every machine.

    Returns:
        (size_px, size_px)

    Raises:
        StimulusError: if the pixels do not resolve the band.
    """
    if not (is_number(bandwidth) and 0 < bandwidth <= WIDEST_BAND):
        raise StimulusError(f"a band has a positive width of {WIDEST_BAND} octaves at most, not {shown(bandwidth)}")
    canvas.check_frequency(spatial_frequency * 2 ** (bandwidth / 2))
    cycles = np.fft.fftfreq(canvas.size_px, canvas.pixel)
    radius = np.hypot(*np.meshgrid(cycles, cycles))
    noise = np.random.default_rng(seed).standard_normal((canvas.size_px, canvas.size_px))
    smooth = _filtered(noise, np.exp(-((radius / (CONTOUR_SCALE * spatial_frequency)) ** 2)) * (radius > 0))
    edges = np.hypot(*np.gradient(np.sign(smooth)))
    with np.errstate(divide="ignore"):
        octaves = np.log2(radius / spatial_frequency)
    band = np.exp(-np.log(2) * (2 * octaves / bandwidth) ** 2)
    pattern = _filtered(edges, band)
    end = min(CLIPPED_AT * pattern.std(), pattern.max(), -pattern.min())
    return np.clip(pattern / end, -1, 1)


@checked(StimulusError)
def source_images(
    images: Images | None,
    canvas: Canvas,
    exemplars: Count = 3,
    spatial_frequency: float = 3.0,
    bandwidth: float = 1.0,
    seed: Seed = 0,
) -> dict[str, np.ndarray]:
    """Modulations about the background, by name: (size, size) or (height, width, 3).

    Args:
        images: a folder, files, arrays (alone or by name), or a stimulus set of still images; band-pass noise if None.
        exemplars: how many patterns of noise; spatial_frequency, bandwidth and seed are theirs.

    Raises:
        StimulusError: if there are no images, or a stimulus of the set is not still.
    """
    if images is None:
        if exemplars < 1:
            raise StimulusError(f"an experiment needs at least one exemplar, not {exemplars}")
        return {
            f"noise{number}": band_pass_noise(canvas, spatial_frequency, bandwidth, seed * 1000 + number)
            for number in range(exemplars)
        }
    return {
        name: _luminance(frame, canvas.background) / canvas.background - 1 for name, frame in _frames(images).items()
    }


def at_contrast(modulation: np.ndarray, contrast: float, background: float) -> np.ndarray:
    """Luminance, float32 in [0, 1], of an image scaled about the background: contrast 1 is the image itself, 0 the background.

    Raises:
        StimulusError: for a contrast outside [0, 1], or if the image cannot be displayed.
    """
    if not 0 <= contrast <= 1:
        raise StimulusError(f"an image is scaled to a contrast between 0 and 1, not {contrast:g}")
    luminance = background * (1 + contrast * np.asarray(modulation, dtype=float))
    if luminance.min() < -1e-6 or luminance.max() > 1 + 1e-6:
        raise StimulusError(
            f"luminance from {luminance.min():.3g} to {luminance.max():.3g} cannot be displayed; lower the contrast or use a "
            "background of 0.5"
        )
    return np.clip(luminance, 0, 1).astype(np.float32)


def michelson_contrast(luminance: np.ndarray) -> float:
    """(Lmax - Lmin) / (Lmax + Lmin); 0 for a black image."""
    total = float(luminance.max()) + float(luminance.min())
    return (float(luminance.max()) - float(luminance.min())) / total if total else 0.0


def rms_contrast(luminance: np.ndarray, background: float) -> float:
    """Standard deviation about the background, over the background."""
    return float(np.sqrt(((luminance / background - 1) ** 2).mean()))


def _filtered(image: np.ndarray, transfer: np.ndarray) -> np.ndarray:
    return np.fft.ifft2(np.fft.fft2(image) * transfer).real


def _luminance(frame: Frame, background: float) -> np.ndarray:
    pixels = frame.load(background)
    return pixels / 255.0 if pixels.dtype == np.uint8 else pixels.astype(float)


def _frames(images: Images) -> dict[str, Frame]:
    if isinstance(images, StimulusSet):
        if moving := [name for name, timeline in images if len(timeline.frames) > 1]:
            raise StimulusError(f"'{moving[0]}' of '{images.identifier}' is not one still image; give still images")
        return {name: timeline.frames[0] for name, timeline in images}
    if isinstance(images, Mapping):
        named = {str(name): as_frame(image) for name, image in images.items()}
    elif isinstance(images, (str, Path)):
        named = {path.stem: Frame(path) for path in _files(Path(images))}
    else:
        frames = [as_frame(image) for image in images]
        named = {frame.path.stem if frame.path else f"image{number}": frame for number, frame in enumerate(frames)}
        if len(named) < len(frames):
            raise StimulusError("two image files have one name; give them by name instead: {name: file}")
    if not named:
        raise StimulusError("there are no images to show; give at least one")
    return named


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    files = sorted(file for file in path.glob("*") if file.suffix.lower() in SUFFIXES)
    if not files:
        raise StimulusError(f"there is no image in '{path}'; give a folder with files {', '.join(SUFFIXES)}")
    return files
