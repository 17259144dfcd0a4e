"""Characterisation of a unit: preferred grating, receptive field, and summation diameter.

The order is that of a recording session. Full-field gratings tell orientation, spatial frequency and phase; bright and dark spots,
coarse and then finer, tell the place; patches of the preferred grating at that place tell the summation diameter. Orientation,
frequency and diameter are kept as measured, on the grid of what was shown.
"""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from harness.benchmarks.physiology.unit import Unit
from harness.checks import checked, positions
from harness.errors import BenchmarkError, NotMeasurable
from harness.metrics.tuning import (
    GratingTuning,
    beyond_chance,
    circular_variance,
    driven,
    grating_tuning,
    repeats,
    summation_diameter,
)

if TYPE_CHECKING:
    from harness.benchmarks.physiology.laboratory import Laboratory

ORIENTATIONS = np.arange(0, 180, 15.0)
SPATIAL_FREQUENCIES = np.array([0.5, 1, 2, 4, 8])
PHASES = np.array([0, 90, 180, 270.0])
EXPOSURE = 200.0
LEAST_DRIVE = 0.01
"""Of the typical driven unit's response to its best grating; a unit with less is silent."""
LEAST_SELECTIVITY = 0.1
"""1 - circular variance of a unit that counts as tuned; its tuning must repeat besides (`harness.metrics.tuning.repeats`)."""
SPOTS = 7
"""Spots along the side of a map."""
FLASH = 100.0
AFTERGLOW = 50.0
ZOOMS = 3
DIAMETERS = 9


class _Map(NamedTuple):
    """Responses to spots: (units, places), at (places, 2) positions that lie `step` apart."""

    responses: np.ndarray
    places: np.ndarray
    step: float


def characterise(laboratory: "Laboratory") -> list[Unit]:
    """The units to study: driven by gratings, tuned to orientation and with a receptive field, drawn at random from these.

    Raises:
        NotMeasurable: if fewer than two units are, or no more are tuned than of units that respond at random.
    """
    tuning, kept = _tuning(laboratory)
    centres, diameters = receptive_fields(laboratory, kept)
    mapped = np.flatnonzero(np.isfinite(diameters))
    if len(mapped) < len(kept):
        laboratory.failures["spots"] = f"{len(kept) - len(mapped)} of {len(kept)} tuned units do not respond to spots"
    _require(len(mapped), "respond to spots, so that they have a receptive field", len(kept), "tuned units")
    chosen = np.sort(np.random.default_rng(laboratory.seed).permutation(mapped)[: laboratory.count])
    selectivity = 1 - circular_variance(tuning.curves, ORIENTATIONS)
    units = [_unit(int(kept[row]), centres[row], diameters[row], tuning, selectivity) for row in chosen.tolist()]
    summed = _with_summation(laboratory, units)
    _require(len(summed), "respond to patches of their preferred grating", len(units), "units with a receptive field")
    return summed


def _require(found: int, what: str, of: int, units: str) -> None:
    if found < 2:
        raise NotMeasurable(f"{found} of {of} {units} {what}; an experiment needs two")


def _tuning(laboratory: "Laboratory") -> tuple[GratingTuning, np.ndarray]:
    """Tuning of all units, and the positions of those that are driven and tuned.

    Raises:
        NotMeasurable: if fewer than two units are driven or tuned, or no more are tuned than by chance.
    """
    canvas = laboratory.canvas
    frequencies = SPATIAL_FREQUENCIES[SPATIAL_FREQUENCIES * canvas.pixel < 0.5]
    shown = {
        f"{orientation:g}/{frequency:g}/{phase:g}": laboratory.still(
            canvas.grating(orientation, frequency, phase) * canvas.highest_contrast, EXPOSURE
        )
        for orientation in ORIENTATIONS
        for frequency in frequencies
        for phase in PHASES
    }
    responses = laboratory.show({"blank": laboratory.blank(EXPOSURE), **shown}, [(0, EXPOSURE)])[:, 0]
    drive = driven(responses[1:].T, responses[0])
    tuning = grating_tuning(drive.reshape(len(drive), len(ORIENTATIONS), len(frequencies), len(PHASES)), PHASES)
    largest = drive.max(1)
    responding = (largest > 0) & (np.ptp(responses, axis=0) > 1e-6 * np.abs(responses).max(initial=0))
    if responding.any():
        responding &= largest >= LEAST_DRIVE * np.median(largest[responding])
    region = f"units of {laboratory.region}"
    _require(int(responding.sum()), "respond more to a grating than to a blank screen", len(responding), region)
    variance = circular_variance(tuning.curves, ORIENTATIONS)
    with np.errstate(invalid="ignore"):
        tuned = responding & repeats(tuning.curves) & (1 - variance >= LEAST_SELECTIVITY)
    _require(int(tuned.sum()), "are tuned to orientation", int(responding.sum()), f"driven {region}")
    if not beyond_chance(tuned[responding]):
        raise NotMeasurable(
            f"{tuned.sum()} of {responding.sum()} driven {region} are tuned to orientation, no more than of units that respond "
            "at random"
        )
    return tuning, np.flatnonzero(tuned)


@checked(BenchmarkError)
def receptive_fields(laboratory: "Laboratory", channels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where the receptive fields of some recorded units lie, as spots map them.

    The first map covers the middle half of the image. While the receptive fields of the typical unit cover fewer than nine of its
    places, a map of a third of the spacing follows around their middle. A unit whose receptive field reaches the border of a finer
    map keeps what the coarser one told.

    Returns:
        (units, 2) centres and (units,) diameters in degrees; NaN for a unit that no spot drives.
    """
    if np.ndim(channels) != 1:
        raise BenchmarkError(
            f"units to map the receptive fields of are several positions, not an array {np.shape(channels)}"
        )
    step = laboratory.canvas.visual_degrees / 2 / SPOTS
    middle = np.zeros(2)
    centres, diameters = np.full((len(channels), 2), np.nan), np.full(len(channels), np.nan)
    for zoom in range(ZOOMS):
        spots = _map(laboratory, channels, middle, step)
        found, covered, within = _centres(spots)
        known = within | np.isnan(diameters)
        centres[known], diameters[known] = found[known], 2 * np.sqrt(covered[known] * spots.step**2 / np.pi)
        typical = np.nanmedian(covered) if np.isfinite(covered).any() else np.inf
        if typical >= 9 or zoom == ZOOMS - 1 or step / 3 < 2 * laboratory.canvas.pixel:
            break
        middle, step = np.nanmedian(centres, axis=0), step / 3
    return centres, diameters


def _map(laboratory: "Laboratory", channels: np.ndarray, middle: np.ndarray, step: float) -> _Map:
    canvas = laboratory.canvas
    offsets = (np.arange(SPOTS) - (SPOTS - 1) / 2) * step
    edge = canvas.visual_degrees / 2 - step / 2
    middle = np.clip(middle, -edge - offsets[0], edge + offsets[0])
    places = np.array([(x, y) for y in middle[1] + offsets for x in middle[0] + offsets])
    shown = {}
    for polarity in (canvas.highest_contrast, -canvas.highest_contrast):
        for place, (x, y) in enumerate(places.tolist()):
            shown[f"{polarity:g}/{place}"] = laboratory.still(polarity * canvas.bar(step, step, 0.0, (x, y)), FLASH)
    responses = laboratory.above_blank(shown, [(0, FLASH + AFTERGLOW)])[:, 0]
    responses = responses[:, positions(channels, responses.shape[1], "the units", BenchmarkError)]
    return _Map(np.abs(responses).reshape(2, len(places), -1).max(0).T, places, step)


def _centres(spots: _Map) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(units, 2) centroid of what exceeds a quarter of the largest response, (units,) how many places exceed half of it, and
    whether none of these lies on the border of the map."""
    largest = spots.responses.max(1, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(largest > 0, spots.responses / largest, np.nan)
        weights = np.maximum(share - 0.25, 0)
        centres = weights @ spots.places / weights.sum(1, keepdims=True)
    covered = share >= 0.5
    on_border = (spots.places == spots.places.min(0)) | (spots.places == spots.places.max(0))
    within = ~covered[:, on_border.any(1)].any(1)
    return centres, np.where(np.isfinite(largest[:, 0]) & (largest[:, 0] > 0), covered.sum(1), np.nan), within


def _unit(channel: int, centre: np.ndarray, diameter: float, tuning: GratingTuning, selectivity: np.ndarray) -> Unit:
    orientation = float(ORIENTATIONS[tuning.orientation[channel]])
    frequency = float(SPATIAL_FREQUENCIES[tuning.frequency[channel]])
    x, y = float(centre[0]), float(centre[1])
    across = np.deg2rad(orientation + 90)
    shift = 360 * frequency * (x * np.cos(across) + y * np.sin(across))
    simple = bool(tuning.simple[channel])
    phase = float((tuning.phase[channel] + shift) % 360) if simple else 90.0
    return Unit(
        channel, x, y, float(diameter), orientation, frequency, phase, simple, np.nan, float(selectivity[channel])
    )


@checked(BenchmarkError)
def patch(laboratory: "Laboratory", unit: Unit, diameter: float, contrast: float = 1.0) -> np.ndarray:
    """The modulation of a unit's preferred grating in a disc on its receptive field."""
    canvas = laboratory.canvas
    grating = canvas.grating(unit.orientation, unit.spatial_frequency, unit.phase, unit.centre)
    return contrast * grating * canvas.disc(diameter, unit.centre)


@checked(BenchmarkError)
def bar_place(unit: Unit) -> tuple[float, float]:
    """(x, y) where a light bar of the preferred orientation drives a unit best: on the bright stripe of its preferred grating that
    is nearest to the middle of the receptive field; the middle itself for a complex cell."""
    across = ((90 - unit.phase + 180) % 360 - 180) / 360 / unit.spatial_frequency
    towards = np.deg2rad(unit.orientation + 90)
    return unit.x + across * float(np.cos(towards)), unit.y + across * float(np.sin(towards))


def diameters(laboratory: "Laboratory") -> np.ndarray:
    """(DIAMETERS,) degrees, evenly spaced on a logarithmic scale up to the field of view."""
    degrees = laboratory.canvas.visual_degrees
    return np.geomspace(max(degrees / 40, 4 * laboratory.canvas.pixel), degrees, DIAMETERS)


def _with_summation(laboratory: "Laboratory", units: list[Unit]) -> list[Unit]:
    """The units with their summation diameters; those that patches do not drive are left out."""
    from dataclasses import replace

    sizes = diameters(laboratory)
    contrast = laboratory.canvas.highest_contrast
    seen = laboratory.each(
        lambda unit: {
            f"{size:g}": laboratory.still(patch(laboratory, unit, size, contrast), EXPOSURE) for size in sizes
        },
        [(0, EXPOSURE)],
        units,
    )
    summation = summation_diameter(sizes, np.maximum(seen.mean(), 0)) if units else np.array([])
    silent = [unit.channel for unit, size in zip(units, summation, strict=True) if not np.isfinite(size)]
    if silent:
        laboratory.failures["patches"] = f"{len(silent)} units do not respond to patches of their preferred grating"
    pairs = zip(units, summation.tolist(), strict=True)
    return [replace(unit, summation=size) for unit, size in pairs if np.isfinite(size)]
