"""Faces among other objects under noise, and sites of IT by the face selectivity of their units."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from PIL import Image

from harness.errors import NotMeasurable
from harness.stimuli import Frame, StimulusSet, Timeline
from harness_plugins.benchmarks.kriegeskorte2008.matrices import stimuli

DEGREES, PIXELS = 7.0, 64
SHARE = 0.05
"""Of IT's units that a site holds."""


@dataclass(frozen=True)
class Photographs:
    """The 92 objects of Kriegeskorte et al. 2008 in grey.

    Attributes:
        images: (92, PIXELS, PIXELS), luminance from 0 to 1.
        face, human: (92,), whether each shows a face, and something of a human.
    """

    images: np.ndarray
    face: np.ndarray
    human: np.ndarray


def photographs() -> Photographs:
    """Read them.

    Raises:
        MissingData: if they are not here.
    """
    published = stimuli(DEGREES)
    grey = [_grey(timeline.frames[0]) for timeline in published.timelines]
    tags = (published.table[name].to_numpy().astype(bool) for name in ("face", "human"))
    return Photographs(np.stack(grey), *tags)


def _grey(frame: Frame) -> np.ndarray:
    loaded = frame.load()
    luminance = loaded / np.float32(255 if loaded.dtype == np.uint8 else 1)
    flat = luminance.mean(2) if luminance.ndim == 3 else luminance
    resized = Image.fromarray(flat.astype(np.float32)).resize((PIXELS, PIXELS), Image.Resampling.BOX)
    return np.asarray(resized, dtype=float)


def under_noise(
    images: np.ndarray,
    rows: Sequence[int] | np.ndarray,
    signals: Sequence[float],
    draws: int,
    duration: float,
    seed: int,
) -> StimulusSet:
    """Images of which a share of the pixels is kept and the rest is uniform noise, in all draws of all signals.

    Args:
        images: (images, pixels, pixels).
        rows: which of them; the table has it as `image`, beside `signal` and `draw`.
        signals: shares of pixels that are kept.
        duration: ms.
    """
    random = np.random.default_rng(seed)
    conditions = [(int(row), float(signal), draw) for row in rows for signal in signals for draw in range(draws)]
    shown = []
    for row, signal, _ in conditions:
        kept = random.random((PIXELS, PIXELS)) < signal
        noise = random.random((PIXELS, PIXELS))
        shown.append(Timeline.still(np.where(kept, images[row], noise).astype(np.float32), duration))
    table = pd.DataFrame(conditions, columns=["image", "signal", "draw"])
    table.insert(0, "stimulus_id", [f"{row}/{signal:g}/{draw}" for row, signal, draw in conditions])
    return StimulusSet("objects under noise", table, shown, DEGREES)


def selectivity(responses: np.ndarray, face: np.ndarray) -> np.ndarray:
    """(units,), d' of faces against others in (images, units); NaN for a unit that does not vary."""
    of, other = responses[face], responses[~face]
    spread = np.sqrt((of.var(0, ddof=1) + other.var(0, ddof=1)) / 2)
    return np.asarray((of.mean(0) - other.mean(0)) / np.where(spread > 0, spread, np.nan))


@dataclass(frozen=True)
class Site:
    """Units that are alike in their face selectivity: a place of cortex, in which neighbours are alike.

    Attributes:
        units: positions in the layer.
        selectivity: mean d' of faces against other objects.
    """

    units: np.ndarray
    selectivity: float

    def mask(self, count: int) -> np.ndarray:
        """(count,), which units of a layer."""
        chosen = np.zeros(count, bool)
        chosen[self.units] = True
        return chosen


def sites(selective: np.ndarray, count: int) -> list[Site]:
    """Sites at equal distances over the range of selectivity of IT's units, but for the outermost hundredth on either side.

    Raises:
        NotMeasurable: if units do not differ in selectivity.
    """
    known = np.flatnonzero(np.isfinite(selective))
    size = max(1, round(SHARE * len(known)))
    if len(known) < 2 * size or not np.ptp(selective[known]) > 1e-6:
        raise NotMeasurable(f"{len(known)} units of IT vary over objects, and do not differ in their face selectivity")
    low, high = np.quantile(selective[known], [0.01, 0.99])
    nearest = [
        known[np.argsort(np.abs(selective[known] - at), kind="stable")[:size]] for at in np.linspace(low, high, count)
    ]
    return [Site(np.sort(units), float(selective[units].mean())) for units in nearest]
