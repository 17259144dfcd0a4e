"""Length tuning at high and low contrast and on a texture (Kapadia, Westheimer & Gilbert 1999)."""

from typing import TYPE_CHECKING, Any

import numpy as np

from harness.benchmarks import plain
from harness.benchmarks.physiology import InSilicoBenchmark, Laboratory, Measured, Unit, bar_place
from harness.metrics.statistics import Target
from harness.metrics.tuning import SUMMATION_CRITERION, suppression_index
from harness_plugins.benchmarks.size_tuning import KAPADIA
from harness_plugins.benchmarks.size_tuning.drive import CONTRASTS, EXPOSURE, PROBE, growth, lowest_contrasts, rates
from harness_plugins.stimuli.textures.elements import Lattice, coverage
from harness_plugins.stimuli.textures.textures import orientations

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from harness.stimuli import Timeline

LENGTHS = 10
SHORTEST, LONGEST = 0.3, 8.0
"""In summation diameters, and not longer than fits on the image."""
WIDTH = 0.4
"""Of a bar, in cycles of the preferred spatial frequency."""
ELEMENT, PITCH = 0.7, 1.12
"""Length of a bar of the texture, and distance between them, in summation diameters."""
CONDITIONS = ("high", "low", "texture")
SOURCE = "Kapadia, Westheimer & Gilbert 1999, PNAS 96:12073-12078, abstract, in which n is not stated"


class LengthTuning(InSilicoBenchmark):
    """Increase of the excitatory length of a bar at low contrast, and on a texture.

    Each unit sees a light bar of its preferred orientation on its receptive field for 200 ms, in ten lengths: at the
    highest contrast; at the lowest that still drives it (see `Cavanaugh2002-size_tuning`, here with a bar of twice the
    summation diameter); and at the highest contrast on a texture of randomly oriented bars, which keeps clear of the
    longest bar and is the same for all lengths. The excitatory length is that at which 95 % of the largest response are
    reached. The response to the texture without a bar is subtracted for the length and not for the suppression.
    """

    identifier = "Kapadia1999-length_tuning"
    version = 2
    bibtex = KAPADIA
    targets = {  # noqa: RUF012
        "length_ratio": Target(
            4.0,
            1.0,
            None,
            SOURCE,
            "quoted",
            "On average, the length of the excitatory RF was 4-fold greater for a low-contrast stimulus than for a stimulus at "
            "high contrast.",
        )
    }
    orders = {  # noqa: RUF012
        "longer_at_low_contrast": "the excitatory length is larger at the lowest contrast",
        "suppressed_by_texture": "a bar of the summation diameter gives less on a texture than alone",
        "longer_on_texture": "the excitatory length is larger on a texture",
    }
    disabled = {  # noqa: RUF012
        "facilitation along the axis, inhibition at the flanks": "Kapadia et al. 2000: from memory, unverified",
        "size of the texture's effects": "not established; their signs are scored",
    }

    def measure(self, laboratory: Laboratory) -> Measured:
        lowest, by_contrast = lowest_contrasts(
            laboratory,
            lambda unit: _bar(laboratory, unit, min(PROBE * unit.summation, float(_lengths(laboratory, unit)[-1]))),
        )
        lengths = np.stack([_lengths(laboratory, unit) for unit in laboratory.units])
        seen = rates(laboratory, lambda unit: _bars(laboratory, unit, lowest[unit.channel]))
        curves = {name: np.stack([seen[f"{name}/{n}"] for n in range(LENGTHS)], 1) for name in CONDITIONS}
        above = curves | {"texture": np.maximum(curves["texture"] - seen["texture alone"][:, None], 0)}
        reached = {name: growth(lengths, curve, SUMMATION_CRITERION) for name, curve in above.items()}
        return Measured(
            {"length_ratio": reached["low"] / reached["high"]},
            {
                "longer_at_low_contrast": reached["low"] / reached["high"] - 1,
                "suppressed_by_texture": suppression_index(
                    *(_at_summation(laboratory, lengths, curves[n]) for n in ("high", "texture"))
                ),
                "longer_on_texture": reached["texture"] / reached["high"] - 1,
            },
            {
                "lowest_contrast": plain(list(lowest.values())),
                "contrasts": plain(CONTRASTS),
                "by_contrast": plain(by_contrast),
                "sizes": plain(lengths),
                "curves": {name: plain(curve) for name, curve in curves.items()},
                "texture_alone": plain(seen["texture alone"]),
                "fields": {name: plain(length) for name, length in reached.items()},
            },
        )

    def figure(self, details: dict[str, Any]) -> "Figure":
        """Length tuning in the three conditions, excitatory lengths of the units, and the score's parts."""
        from harness_plugins.benchmarks.size_tuning.figure import lengths

        return lengths(details)


def _lengths(laboratory: Laboratory, unit: Unit) -> np.ndarray:
    """(LENGTHS,) degrees, evenly spaced on a logarithmic scale; the longest bar fits on the image."""
    x, y = bar_place(unit)
    room = 2 * (laboratory.canvas.visual_degrees / 2 - max(abs(x), abs(y))) - WIDTH / unit.spatial_frequency
    return np.geomspace(SHORTEST * unit.summation, min(LONGEST * unit.summation, room), LENGTHS)


def _bars(laboratory: Laboratory, unit: Unit, lowest: float) -> "dict[str, Timeline]":
    """Bars of all lengths at full contrast, at the unit's lowest (a share of it) and on the texture, and the texture alone."""
    alone = [_bar(laboratory, unit, length) for length in _lengths(laboratory, unit).tolist()]
    texture = _texture(laboratory, unit)
    images = {"high": alone, "low": [lowest * bar for bar in alone], "texture": [texture + bar for bar in alone]}
    shown = {f"{name}/{place}": bar for name, bars in images.items() for place, bar in enumerate(bars)}
    return {name: laboratory.still(bar, EXPOSURE) for name, bar in {**shown, "texture alone": texture}.items()}


def _bar(laboratory: Laboratory, unit: Unit, length: float) -> np.ndarray:
    canvas = laboratory.canvas
    width = WIDTH / unit.spatial_frequency
    return canvas.highest_contrast * canvas.bar(length, width, unit.orientation, bar_place(unit))


def _texture(laboratory: Laboratory, unit: Unit) -> np.ndarray:
    """Randomly oriented bars that keep clear of the longest bar."""
    canvas, width = laboratory.canvas, WIDTH / unit.spatial_frequency
    length = max(ELEMENT * unit.summation, width)
    lattice = Lattice(
        length, width, PITCH * length / ELEMENT, centre=bar_place(unit), seed=unit.channel, turn=unit.orientation
    )
    places = lattice.clear_of(lattice.around(canvas), float(_lengths(laboratory, unit)[-1]), width, unit.orientation)
    turned = orientations("random", unit.orientation, len(places), lattice.seed)
    return canvas.highest_contrast * coverage(canvas, places, turned, length, width)


def _at_summation(laboratory: Laboratory, lengths: np.ndarray, curves: np.ndarray) -> np.ndarray:
    """(units,), the response to the length nearest to the summation diameter."""
    wanted = np.array([unit.summation for unit in laboratory.units])
    nearest = np.abs(np.log(lengths / wanted[:, None])).argmin(1)
    return curves[np.arange(len(curves)), nearest]
