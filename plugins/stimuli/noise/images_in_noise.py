"""Images in noise, at given ratios of signal to noise."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from harness import Canvas, Frame, StimulusSet, Timeline
from harness.errors import StimulusError
from harness.stimuli import (
    Images,
    Values,
    build_stimulus_set,
    choices,
    cross,
    generator,
    numbers,
    refreshes,
    source_images,
)
from harness_plugins.stimuli.noise.kinds import KINDS

MODES = ("static", "dynamic")


def images_in_noise(
    kind: str | Iterable[str] = "gaussian",
    ssnr: Values = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0),
    images: Images | None = None,
    contrast: Values = 1.0,
    duration: Values = 200.0,
    mode: str | Iterable[str] = "static",
    pure_variance: float = 0.05,
    correlation: float | None = None,
    chromatic: bool = False,
    exemplars: int = 1,
    visual_degrees: float = 8.0,
    size_px: int = 224,
    background: float = 0.5,
    frame_rate: float = 60.0,
    seed: int = 0,
) -> StimulusSet:
    """Every image in noise of every kind and strength; the table has a column for every parameter.

    The noise is added to an image that keeps its contrast. With P the variance of the image's luminance over its pixels (and
    channels), the noise has the variance P (1 - s) / s, that is a signal-to-noise ratio of s / (1 - s). At s = 1 the image is
    clean; at s = 0 there is no image, only noise of the variance `pure_variance` about the background. Luminance is clipped to
    what can be displayed. The table says what came out: `clipped`, the fraction of values that were clipped, `signal_variance` and
    `noise_variance` (mean squares of luminance) as shown, and `shown_ssnr`, S / (S + N) of these two. Lower the contrast where
    clipping matters: the ratio of signal to noise does not depend on it. (Salt and pepper cannot do more than replace every
    value, which sets a lower limit to its ratio.)

    Args:
        kind: of noise, see `kinds`.
        ssnr: s, between 0 and 1: signal over signal plus noise, in power.
        images: a folder, files, arrays or a stimulus set of still images; band-pass patterns if not given.
        contrast: factor on the images' deviations from the background, before noise is added.
        duration: ms.
        mode: "static", one draw for the whole duration, or "dynamic", a new draw every frame.
        pure_variance: of the noise at s = 0, in units of squared luminance; 0.05 is near one in units of the variance by
            which ImageNet's images are usually normalised.
        correlation: standard deviation, in degrees, of the Gaussian that smooths `correlated` noise; None for 7/6 of a pixel, as
            in DynVision.
        chromatic: whether the channels of a colour image get noise of their own; otherwise the same is added to all.
        exemplars: how many patterns, where no images are given.
        visual_degrees: visual angle of the larger side of an image.
        size_px: side of the patterns, in pixels; images keep theirs.
        background: luminance of the screen.
        frame_rate: frames per second of dynamic noise.
        seed: the same noise on every machine; each stimulus has its own.

    Raises:
        StimulusError: for stimuli that cannot be shown, and for an image without any contrast.
    """
    canvas = Canvas(visual_degrees, size_px, background)
    if not pure_variance > 0 or (correlation is not None and not correlation > 0):
        raise StimulusError(f"pure_variance and correlation are positive, not {pure_variance} and {correlation}")
    shown = source_images(images, canvas, exemplars)
    conditions = cross(
        {
            "image": list(shown),
            "kind": choices("kind", kind, tuple(KINDS)),
            "ssnr": numbers("ssnr", ssnr),
            "contrast": numbers("contrast", contrast),
            "duration": numbers("duration", duration),
            "mode": choices("mode", mode, MODES),
        }
    )
    maker = _Maker(shown, canvas, float(pure_variance), correlation, chromatic, frame_rate, seed)
    constants = {"visual_degrees": canvas.visual_degrees, "background": canvas.background, "seed": int(seed)}
    stimuli = build_stimulus_set("noise", conditions, maker.timeline, visual_degrees, background, constants)
    for column in ("signal_variance", "noise_variance", "clipped"):
        stimuli.table[column] = [getattr(measured, column) for measured in maker.measured]
    total = stimuli.table["signal_variance"] + stimuli.table["noise_variance"]
    stimuli.table["shown_ssnr"] = stimuli.table["signal_variance"] / total
    return stimuli


@dataclass
class _Measured:
    """Measured contents of a stimulus: mean squares of signal and noise, and the fraction of values that were clipped."""

    signal_variance: float
    noise_variance: float
    clipped: float


class _Maker:
    """Draws one stimulus after the other, and measures each."""

    def __init__(
        self,
        shown: dict[str, np.ndarray],
        canvas: Canvas,
        pure_variance: float,
        correlation: float | None,
        chromatic: bool,
        frame_rate: float,
        seed: int,
    ):
        self.shown, self.canvas, self.pure_variance = shown, canvas, pure_variance
        self.correlation, self.chromatic, self.frame_rate, self.seed = correlation, chromatic, frame_rate, seed
        self.measured: list[_Measured] = []

    def timeline(self, image: str, kind: str, ssnr: float, contrast: float, duration: float, mode: str) -> Timeline:
        """One draw, or one per frame."""
        if not (0 <= ssnr <= 1 and 0 < contrast <= 1):
            raise StimulusError(f"ssnr is between 0 and 1, and contrast above 0 up to 1, not {ssnr:g} and {contrast:g}")
        signal = self.canvas.background * (1 + contrast * self.shown[image])
        signal = signal if signal.ndim == 3 else signal[..., None]
        if not signal.var() > 0:
            raise StimulusError(f"image '{image}' has no contrast, so no ratio of signal to noise; leave it out")
        rng = generator(self.seed, "noise", image, kind, ssnr, contrast, mode)
        alone = np.full_like(signal, self.canvas.background) if ssnr == 0 else signal
        spans = refreshes(duration, self.frame_rate) if mode == "dynamic" and ssnr < 1 else [(0.0, duration)]
        drawn = [alone + self._noise(rng, kind, ssnr, signal) for _ in spans]
        frames = [np.clip(one, 0, 1) for one in drawn]
        self.measured.append(
            _Measured(
                0.0 if ssnr == 0 else float(signal.var()),
                float(np.mean([((frame - alone) ** 2).mean() for frame in frames])),
                float(np.mean([((one < 0) | (one > 1)).mean() for one in drawn])),
            )
        )
        return Timeline.of([(_frame(frame), length) for frame, (_, length) in zip(frames, spans, strict=True)])

    def _noise(self, rng: np.random.Generator, kind: str, ssnr: float, signal: np.ndarray) -> np.ndarray:
        """Noise to be added: for the image, or, where it is alone, for a blank screen (scrambled phases keep its spectrum)."""
        if ssnr == 1:
            return np.zeros_like(signal)
        basis = signal if self.chromatic else signal.mean(2, keepdims=True)
        variance = self.pure_variance if ssnr == 0 else signal.var() * (1 - ssnr) / ssnr
        if ssnr == 0 and kind == "poisson":
            basis = np.full_like(basis, self.canvas.background)
        if ssnr == 0 and kind == "salt_and_pepper":
            return np.where(rng.random(basis.shape) < 0.5, 1.0, -1.0) * np.sqrt(variance)
        pixel = self.canvas.visual_degrees / max(signal.shape[:2])
        smoothing = 7 / 6 if self.correlation is None else self.correlation / pixel
        return KINDS[kind](rng, basis, variance, smoothing)


def _frame(luminance: np.ndarray) -> Frame:
    return Frame(luminance[..., 0] if luminance.shape[2] == 1 else luminance)
