"""How far stated errors are from true ones, and how often equal models are said to differ, for every family of benchmarks.

    python performance/calibration.py [--quick] [--worlds 200] [--models 16] [--only encoding]

Worlds with a known truth are simulated (`_families_of_*`); what the benchmarks state of them is compared with the spread over
worlds. Wanted: stated / true spread within .8 to 1.25; scores beyond the interval that holds 95.45 % (two standard errors, with the
degrees of freedom of the error) at most 7 %; any false difference among models of pure noise, after Holm's correction, in at most
5 % of worlds.
"""

import argparse
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import repeat

import _families_of_participants
import _families_of_properties
import _families_of_recordings
import numpy as np
from scipy.special import stdtr

from harness.assemblies import Score
from harness.results import Result, plain
from harness.results.leaderboard.differences import compare

FAMILIES = {
    **_families_of_recordings.FAMILIES,
    **_families_of_properties.FAMILIES,
    **_families_of_participants.FAMILIES,
}
OUTSIDE = 0.0455
"""Of a normal distribution beyond two standard errors."""


@dataclass(frozen=True)
class Calibration:
    """Of one family at one strength of what its models have in common with what is recorded.

    Attributes:
        mean, spread: of the scores over worlds.
        stated: root mean square of the stated errors.
        beyond: share of scores further from the mean than two standard errors.
        different: share of worlds in which any two models were said to differ.
        unknown: share of scores whose error is unknown.
        worlds, models: how many.
    """

    mean: float
    spread: float
    stated: float
    beyond: float
    different: float
    unknown: float
    worlds: int
    models: int

    @property
    def ratio(self) -> float:
        """Stated / true."""
        return self.stated / self.spread

    @property
    def row(self) -> list[str]:
        """For the table."""
        return [
            f"{self.mean:.2f}",
            f"{self.spread:.4f}",
            f"{self.ratio:.2f}",
            f"{100 * self.beyond:.0f} %",
            f"{100 * self.different:.0f} %",
            f"{self.worlds} x {self.models}",
        ]


@dataclass(frozen=True)
class World:
    """Scores of the models of one world, their errors (NaN if unknown) and degrees of freedom, and whether any two differ."""

    scores: np.ndarray
    errors: np.ndarray
    degrees: np.ndarray
    different: bool


def result(score: Score, name: str) -> Result:
    """As the leaderboard has it."""
    return Result(
        model=name,
        benchmark="simulated",
        status="scored",
        score=float(score),
        error=score.attrs["error"],
        details=plain({k: v for k, v in score.attrs["details"].items() if k in ("per_sample", "degrees_of_freedom")}),
    )


def one_world(family: str, strength: float, models: int, seed: int) -> World:
    """The world of a seed."""
    scores = FAMILIES[family](np.random.default_rng([seed, models]), models, strength)
    results = {str(i): result(score, str(i)) for i, score in enumerate(scores)}
    errors = [np.nan if one.error is None else one.error for one in results.values()]
    degrees = [one.degrees for one in results.values()]
    return World(
        np.array([float(score) for score in scores]),
        np.array(errors),
        np.array(degrees),
        models > 1 and bool(compare(results).different),
    )


def calibrate(worlds: Sequence[World]) -> Calibration:
    """The figures of a family's worlds."""
    scores, errors, degrees = (
        np.array([getattr(world, name) for world in worlds]) for name in ("scores", "errors", "degrees")
    )
    mean = float(scores.mean())
    known = np.isfinite(errors)
    z = (scores[known] - mean) / errors[known]
    return Calibration(
        mean,
        float(scores.std(ddof=1)),
        float(np.sqrt(np.mean(errors[known] ** 2))) if known.any() else float("nan"),
        float((2 * stdtr(degrees[known], -np.abs(z)) < OUTSIDE).mean()),
        float(np.mean([world.different for world in worlds])),
        float(1 - known.mean()),
        len(worlds),
        scores.shape[1],
    )


def measure(family: str, strength: float, worlds: int, models: int, jobs: int = 1) -> Calibration:
    """Simulate so many worlds of so many models."""
    given = (repeat(family, worlds), repeat(strength), repeat(models), range(worlds))
    if jobs == 1:
        return calibrate(list(map(one_world, *given)))
    with ProcessPoolExecutor(jobs) as pool:
        return calibrate(list(pool.map(one_world, *given)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="20 worlds of 4 models")
    parser.add_argument("--worlds", type=int, default=200)
    parser.add_argument("--models", type=int, default=8)
    parser.add_argument("--only", default="", help="families whose names have this in them")
    parser.add_argument("--jobs", type=int, default=1)
    given = parser.parse_args()
    worlds, models = (20, 4) if given.quick else (given.worlds, given.models)
    print(
        "| family | models | mean score | true SD | stated / true | beyond 2 SE | any false difference | worlds x models |"
    )
    print("|---|---|--:|--:|--:|--:|--:|--:|")
    for family in FAMILIES:
        if given.only in family:
            for strength, name in ((0.0, "noise"), (0.5, "good")):
                row = measure(family, strength, worlds, models, given.jobs).row
                print(f"| {family} | {name} | {' | '.join(row)} |", flush=True)


if __name__ == "__main__":
    main()
