"""A target, then a mask: every combination of target, stimulus onset asynchrony (SOA) and kind of mask.

Time runs in whole frames of a display. The target is shown for `exposure`, the background follows until the SOA, then
the mask, for `mask_duration`. Without a mask the background is shown for as long, so that all stimuli of an SOA last
equally long.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from harness import Frame, StimulusSet, Timeline
from harness.errors import StimulusError
from harness.stimuli import Canvas, FrameLike, Values, cross, names, numbers
from harness_plugins.stimuli.masking.display import whole_frames
from harness_plugins.stimuli.masking.masks import checkerboard, mean_amplitude, one_over_f, scrambled

Images = str | Path | Sequence[FrameLike] | Mapping[str, FrameLike]
DRAWN = ("checkerboard", "noise", "phase-scrambled")
_KINDS = ", ".join((*DRAWN, "none"))
SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".webp")


def masking(
    target: Images = "grating",
    labels: Sequence[str] | None = None,
    orientation: Values = (0.0, 90.0),
    spatial_frequency: Values = 2.5 / 3,
    phase: Values = 90.0,
    contrast: Values = 0.5,
    target_size: float = 3.0,
    soa: Values = (8.3, 16.7, 33.3, 66.7, 133.3),
    exposure: float | None = None,
    mask: str | Sequence[str] | Sequence[FrameLike] | Mapping[str, FrameLike] = "checkerboard",
    mask_size: float | None = 4.0,
    mask_contrast: float | None = None,
    mask_count: int = 1,
    checks: int = 5,
    mask_duration: float = 500.0,
    frame_rate: float = 120.0,
    rounding: str = "refuse",
    visual_degrees: float = 8.0,
    size_px: int = 224,
    background: float = 0.5,
    seed: int = 0,
) -> StimulusSet:
    """Masked targets; by default the stimuli of Hellmann, Zehetleitner & Rausch 2023, experiment 1.

    The table has the columns target, soa, exposure, gap and mask_duration (ms, as shown), soa_asked (ms), soa_frames,
    mask (the kind), mask_number (-1 without one), masked, and of a grating its parameters, of images with labels
    image_label.

    Args:
        target: "grating"; or images: a folder, or files or arrays in a list or by name. They span `visual_degrees`.
        labels: the category of each image, in the order of the images (of a folder: of its sorted names).
        orientation, spatial_frequency, phase, contrast: of a grating, in a square with hard edges; degrees, cycles per
            degree, degrees at the middle, Michelson. Every combination is a target.
        target_size: side of that square, degrees.
        soa: ms from the target's onset to the mask's.
        exposure: ms for which the target is shown, no more than the SOA; None for until the mask.
        mask: "checkerboard", "noise" (amplitude 1/f), "phase-scrambled" (the mean amplitude spectrum of the targets
            with random phases), "none", several of these names, or images.
        mask_size: side of the square that a drawn mask fills, degrees; None for the whole image.
        mask_contrast: Michelson contrast of the checkerboard (1 if None), RMS contrast of noise (0.3 if None).
        mask_count: how many different masks of noise there are. Each target has one of them (or of the images), dealt
            at random.
        checks: of the checkerboard, along a side.
        frame_rate: frames per second of the display.
        rounding: "refuse" times that are not whole frames, or take the "nearest"; what is shown stands in the table.

    Raises:
        StimulusError: for stimuli that this display cannot show.
    """
    canvas = Canvas(visual_degrees, size_px, background)
    targets = (
        _gratings(canvas, target_size, orientation, spatial_frequency, phase, contrast)
        if isinstance(target, str) and target == "grating"
        else _images(target, labels)
    )
    if labels is not None and "image_label" not in next(iter(targets.values())).conditions:
        raise StimulusError("labels are for images; a grating is described by its orientation")
    screen = _Screen(frame_rate, rounding, Frame(np.full((2, 2), background, dtype=np.float32)), mask_duration)
    times = screen.all_times(numbers("soa", soa), exposure)
    masks = _masks(canvas, mask, mask_size or canvas.visual_degrees, mask_contrast, mask_count, checks, targets, seed)
    order = np.random.default_rng((seed, 1)).permutation(len(targets))
    number = dict(zip(targets, order.tolist(), strict=True))
    conditions = [
        _condition(name, targets[name].conditions, kind, masks[kind], number[name], time)
        for name, kind, time in (
            c.values() for c in cross({"target": list(targets), "mask": list(masks), "time": times})
        )
    ]

    timelines = [
        screen.timeline(
            targets[c["target"]].frame,
            c["exposure"],
            c["soa"],
            masks[c["mask"]][c["mask_number"]] if c["masked"] else None,
        )
        for c in conditions
    ]
    table = pd.DataFrame(conditions).assign(mask_duration=screen.mask_duration, frame_rate=float(frame_rate))
    table.insert(0, "stimulus_id", [f"{c['target']}_{c['mask']}_soa={c['soa']:.4g}" for c in conditions])
    return StimulusSet("masking", table, timelines, visual_degrees, background)


@dataclass(frozen=True)
class _Target:
    frame: Frame
    conditions: dict[str, Any]


@dataclass(frozen=True)
class _Screen:
    """A display that shows whole frames."""

    frame_rate: float
    rounding: str
    blank: Frame
    asked_mask_duration: float

    def frames(self, name: str, milliseconds: float) -> int:
        return whole_frames(name, milliseconds, self.frame_rate, self.rounding)

    def last(self, frames: int) -> float:
        """ms that so many frames last."""
        return frames * 1000 / self.frame_rate

    @property
    def mask_duration(self) -> float:
        return self.last(self.frames("mask_duration", self.asked_mask_duration))

    def all_times(self, soas: Sequence[float], exposure: float | None) -> list[dict[str, float]]:
        """`times` of every SOA, which must differ."""
        times = [self.times(soa, exposure) for soa in soas]
        if len({time["soa_frames"] for time in times}) < len(times):
            raise StimulusError(
                f"two SOAs are shown as equally many frames at {self.frame_rate:g} Hz; leave one out or raise frame_rate"
            )
        return times

    def times(self, soa: float, exposure: float | None) -> dict[str, float]:
        """An SOA and an exposure as they are shown."""
        onset = self.frames("soa", soa)
        shown = onset if exposure is None else self.frames("exposure", exposure)
        if shown > onset:
            raise StimulusError(
                f"the target is shown for {exposure:g} ms and its mask after {soa:g} ms; shorten the exposure"
            )
        return {
            "soa": self.last(onset),
            "soa_asked": soa,
            "soa_frames": onset,
            "exposure": self.last(shown),
            "gap": self.last(onset - shown),
        }

    def timeline(self, target: Frame, exposure: float, soa: float, mask: Frame | None) -> Timeline:
        """Target, gap, and the mask or the background."""
        gap = [(self.blank, soa - exposure)] if soa > exposure else []
        return Timeline.of([(target, exposure), *gap, (mask or self.blank, self.mask_duration)])


def _condition(
    name: str, described: dict[str, Any], kind: str, masks: list[Frame], number: int, time: dict[str, float]
) -> dict[str, Any]:
    which = number % len(masks) if masks else -1
    return {"target": name, **described, "mask": kind, "mask_number": which, "masked": bool(masks), **time}


def _gratings(canvas: Canvas, side: float, *parameters: Values) -> dict[str, _Target]:
    """Named targets, of every combination of orientation, spatial frequency, phase and contrast."""
    keys = ("orientation", "spatial_frequency", "phase", "contrast")
    square = canvas.bar(side, side, 0)
    targets = {}
    conditions = cross({key: numbers(key, values) for key, values in zip(keys, parameters, strict=True)})
    for name, condition in zip(names(conditions, "grating"), conditions, strict=True):
        angle, frequency, phase, contrast = condition.values()
        canvas.check_contrast(contrast)
        image = canvas.image(square * contrast * canvas.grating(angle, frequency, phase))
        targets[name] = _Target(Frame(image), condition)
    return targets


def _images(images: Images, labels: Sequence[str] | None) -> dict[str, _Target]:
    named = _named(images)
    if labels is not None and len(labels) != len(named):
        raise StimulusError(f"there are {len(named)} images and {len(labels)} labels; give one per image")
    conditions = [{"image_label": label} for label in labels] if labels is not None else [{}] * len(named)
    return {name: _Target(frame, each) for (name, frame), each in zip(named.items(), conditions, strict=True)}


def _named(images: Any) -> dict[str, Frame]:
    """Frames by name, of a folder, a list or a mapping."""
    if isinstance(images, (str, Path)):
        folder = Path(images)
        if not folder.is_dir():
            raise StimulusError(
                f"there is no folder of images '{images}'; targets are 'grating' or images, masks {_KINDS} or images"
            )
        images = [path for path in sorted(folder.iterdir()) if path.suffix.lower() in SUFFIXES]
    if not isinstance(images, Mapping):
        names = [
            Path(image).stem if isinstance(image, (str, Path)) else f"image{position:03d}"
            for position, image in enumerate(images)
        ]
        if len(set(names)) < len(names):
            raise StimulusError("two images have the same file name; give them as a mapping from name to image")
        images = dict(zip(names, images, strict=True))
    if not images:
        raise StimulusError("there is no image to show; give at least one")
    return {str(name): image if isinstance(image, Frame) else Frame(image) for name, image in images.items()}


def _masks(
    canvas: Canvas,
    mask: Any,
    side: float,
    contrast: float | None,
    count: int,
    checks: int,
    targets: dict[str, _Target],
    seed: int,
) -> dict[str, list[Frame]]:
    """Frames by kind of mask; none for "none"."""
    kinds = mask if isinstance(mask, (list, tuple)) else [mask]
    if not all(isinstance(kind, str) and kind in (*DRAWN, "none") for kind in kinds):
        return {"image": list(_named(mask).values())}
    if not kinds or count < 1 or len(set(kinds)) < len(kinds):
        raise StimulusError(f"a mask is one or several different of {_KINDS}, or images, and mask_count at least 1")
    return {kind: _drawn(canvas, kind, side, contrast, count, checks, targets, seed) for kind in kinds}


def _drawn(
    canvas: Canvas,
    kind: str,
    side: float,
    contrast: float | None,
    count: int,
    checks: int,
    targets: dict[str, _Target],
    seed: int,
) -> list[Frame]:
    if kind == "none":
        return []
    if kind == "checkerboard":
        board = checkerboard(canvas, side, checks, 1.0 if contrast is None else contrast)
        return [Frame(canvas.image(board))]
    frames = [target.frame for target in targets.values()]
    amplitude = one_over_f(canvas.size_px) if kind == "noise" else mean_amplitude(frames, canvas.size_px)
    random, rms = np.random.default_rng((seed, 0)), 0.3 if contrast is None else contrast
    return [Frame(canvas.image(scrambled(canvas, amplitude, side, rms, random))) for _ in range(count)]
