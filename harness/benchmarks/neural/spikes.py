"""Spike counts, and the link function between a linear prediction and the expected count."""

import re
from collections.abc import Sequence
from typing import Literal, TypeAlias

from harness.checks import checked
from harness.data import Measurement
from harness.errors import ArgumentError, BenchmarkError

Link: TypeAlias = Literal["identity", "sqrt", "poisson"]
_COUNT = re.compile(r"(?:spikes?|counts?)(?:/(bin|frame|s|(?P<ms>[\d.]*) ?ms))?")


@checked(BenchmarkError)
def checked_link(link: str, known: Sequence[str] = ("identity", "sqrt")) -> str:
    """The link, if there is such a one here."""
    if link not in known:
        raise ArgumentError(f"a link is {' or '.join(known)} here, not '{link}'")
    return link


def spikes_per_response(name: str, measurement: Measurement | None, recorded: float, window: float) -> float:
    """The factor from responses to spike counts in a window.

    Args:
        name: of the recording.
        measurement: what the responses are, in recorded bins or averaged over several of them.
        recorded: ms, of a recorded bin.
        window: ms, of the window.

    Raises:
        BenchmarkError: if they are not spikes, or something was done to them since.
    """
    if measurement is None:
        raise BenchmarkError(f"'{name}' does not say that its responses are spikes; leave link out")
    unit = _COUNT.fullmatch({"Hz": "spikes/s", "sp/s": "spikes/s"}.get(measurement.unit, measurement.unit))
    if measurement.modality != "spikes" or unit is None or measurement.normalisation != "none":
        raise BenchmarkError(
            f"a link to spike counts is for spikes as they were recorded, and '{name}' holds {measurement.modality} in "
            f"'{measurement.unit}' (normalisation: {measurement.normalisation}); leave link out"
        )
    if unit[1] == "s":
        return window / 1000
    return window / (float(unit["ms"] or 1) if unit["ms"] is not None else recorded)
