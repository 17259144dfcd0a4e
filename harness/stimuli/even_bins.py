"""Time bins of one length, one after the other."""

from harness.checks import checked
from harness.errors import StimulusError
from harness.stimuli.time_bins import TimeBin

MOST = 1_000_000
"""Bins that a caller can have meant."""


@checked(StimulusError)
def successive_bins(start: float, end: float, step: float) -> list[TimeBin]:
    """Bins of `step` ms one after the other from `start`, as many as end by `end`.

    Raises:
        StimulusError: if there is room for none, or for more than `MOST`.
    """
    if not 0 < step <= end - start:
        raise StimulusError(f"bins of {step:g} ms do not fit between {start:g} and {end:g} ms")
    count = (end - start) / step + 1e-9
    if count > MOST:
        raise StimulusError(f"{count:.0e} bins of {step:g} ms are more than {MOST:,}; take longer ones")
    return [(float(start + i * step), float(start + (i + 1) * step)) for i in range(int(count))]
