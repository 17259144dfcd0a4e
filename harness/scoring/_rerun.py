"""Reruns: what is computed anew and replaced, although it is stored."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Literal

from harness.store import ACTIVATIONS, renewing

Rerun = Literal["activations", "ceilings", "scores"]
"""What can be computed anew; scores are in any case, because they rest on the other two."""

SCORES = "harness.scoring._measure.measured"
_NAMES = {"activations": ACTIVATIONS, "ceilings": "harness.scoring._measure.ceiling", "scores": SCORES}


def renewed(rerun: Mapping[Rerun, float]) -> AbstractContextManager[None]:
    """While a block runs, what is stored does not count if it is older than the moment that is given for its kind."""
    since: dict[str, float] = {_NAMES[kind]: moment for kind, moment in rerun.items()}
    if rerun:
        since[SCORES] = max(rerun.values())
    return renewing(since)
