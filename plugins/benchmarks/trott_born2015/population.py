"""The response of a population by preferred orientation, and the effect of a surround on it.

Stimuli turn around each unit, so that every unit stands for all preferences: what it answers to a centre at -p is what a unit with
the preference p answers to a centre at 0. `P` is the number of preferences, evenly spaced over 180 degrees.
"""

from collections.abc import Mapping

import numpy as np

from harness_plugins.benchmarks.trott_born2015.published import CENTRE, PREFERENCES

MIDDLE = int(np.flatnonzero(PREFERENCES == 0)[0])
GRID = np.linspace(0, 1, 201)
"""Candidates for the share of a site's activity that comes from units of all preferences."""
SILENT = 1e-3
"""Response, as a share of that to the preferred centre, below which a ratio means nothing."""


def effects(populations: Mapping[str, np.ndarray], pooling: float | None = None) -> dict[str, np.ndarray]:
    """Ratios of responses with and without a surround.

    Args:
        populations: `centre` (P,), `centre_surround` (P, P), `plaid` (P, P) and `plaid_surround` (P, P), laid out as in
            `published`.
        pooling: see `pooled`; fitted to the curve of `centre` if not given. Published data are of pooled activity already: 0.

    Returns:
        matrix (P, P): with surround by centre alone.
        matched (P,): its diagonal.
        tuning (3,): at the preferred centre, the ratio of a surround that is 30, 60, 90 degrees off the centre's orientation less
            that of a matched one.
        plaid_ratio (P, P): plaid with surround by plaid alone.
        plaid_shift (2,): degrees by which a surround moves the vector average of the population, away from the component that it
            matches, for components 30 and 60 degrees apart.
    """
    share = pooling_share(populations["centre"]) if pooling is None else pooling
    many = pooled(populations, share)
    matrix = _ratio(many["centre_surround"], many["centre"][:, None])
    peaks = plaid_peaks(many)
    tuning = [_mean_of(matrix[MIDDLE], offset) - matrix[MIDDLE, MIDDLE] for offset in (30, 60, 90)]
    return {
        "matrix": matrix,
        "matched": np.diagonal(matrix).copy(),
        "tuning": np.array(tuning),
        "plaid_ratio": _ratio(many["plaid_surround"], many["plaid"]),
        "plaid_shift": peaks["plaid"] - peaks["plaid_surround"],
    }


def pooled(populations: Mapping[str, np.ndarray], share: float) -> dict[str, np.ndarray]:
    """The activity at recording sites that hear units of all preferences: (1 - share) R + share times the mean over preferences.

    The mean is that of responses to one display: over the wrapped diagonals of `centre_surround`, where centre and surround keep
    their angle to each other, and over the columns of plaids.
    """
    positions = np.arange(len(PREFERENCES))
    matrix = populations["centre_surround"]
    relative = (positions[None] - positions[:, None]) % len(positions)
    means = np.array([matrix[relative == offset].mean() for offset in positions])
    mix = lambda own, mean: (1 - share) * own + share * mean
    return {
        "centre": mix(populations["centre"], populations["centre"].mean()),
        "centre_surround": mix(matrix, means[relative]),
        **{name: mix(populations[name], populations[name].mean(1)[:, None]) for name in ("plaid", "plaid_surround")},
    }


def pooling_share(curve: np.ndarray, left_out: int | None = None) -> float:
    """The share of `pooled` with which a population's answers to the centre alone (P,) come nearest to the published curve.

    Least squares over shares of the peak, without the preference at position `left_out`.
    """
    used = np.arange(len(curve)) != left_out
    return float(GRID[np.square((_shares(curve) - CENTRE / CENTRE[MIDDLE])[:, used]).sum(1).argmin()])


def held_out_curve(curve: np.ndarray) -> np.ndarray:
    """(P,), the curve of the centre alone, each preference other than 0 as predicted by a share fitted to the others."""
    fitted = [
        _shares(curve)[np.flatnonzero(pooling_share(curve, place) == GRID)[0], place] for place in range(len(curve))
    ]
    return np.array(fitted)


def plaid_peaks(populations: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """`plaid` and `plaid_surround`: (2,), the population's vector average in degrees, positive towards the second component.

    For components 30 and 60 degrees apart; each the mean over both directions.
    """
    return {
        name: np.array([_towards_second(populations[name], apart) for apart in (30, 60)])
        for name in ("plaid", "plaid_surround")
    }


def _towards_second(plaids: np.ndarray, apart: int) -> float:
    rows = {int(angle): row for angle, row in zip(PREFERENCES, plaids, strict=True)}
    return (_vector_average(rows[apart]) - _vector_average(rows[-apart])) / 2


def _shares(curve: np.ndarray) -> np.ndarray:
    """(candidates, P), the pooled curve as shares of its value at the preference."""
    mixed = (1 - GRID[:, None]) * curve + GRID[:, None] * curve.mean()
    return mixed / mixed[:, [MIDDLE]]


def _vector_average(responses: np.ndarray) -> float:
    """Degrees, in (-90, 90]."""
    return float(np.rad2deg(np.angle(responses @ np.exp(2j * np.deg2rad(PREFERENCES)))) / 2)


def _mean_of(row: np.ndarray, offset: float) -> float:
    return float(row[np.isin(PREFERENCES, (-offset, offset))].mean())


def _ratio(with_surround: np.ndarray, without: np.ndarray) -> np.ndarray:
    """1, no effect, where there is no response to change."""
    without = np.broadcast_to(without, with_surround.shape)
    return np.where(without > SILENT, with_surround / np.maximum(without, SILENT), 1.0)
