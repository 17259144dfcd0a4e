"""Whole frames of a display."""

from harness.errors import StimulusError

TOLERANCE = 0.01
"""Of a frame: 8.3 ms at 120 Hz is one frame that was printed with one decimal."""


def whole_frames(name: str, milliseconds: float, frame_rate: float, rounding: str = "refuse", least: int = 1) -> int:
    """How many frames of the display a time lasts.

    Args:
        rounding: "refuse" a time that is not whole frames, or take the "nearest".
        least: the fewest frames allowed.

    Raises:
        StimulusError: naming the nearest times that can be shown.
    """
    if rounding not in ("refuse", "nearest"):
        raise StimulusError(f"rounding is 'refuse' or 'nearest', not {rounding!r}")
    if not frame_rate > 0:
        raise StimulusError(f"a display's frame_rate must be positive, not {frame_rate}")
    exact = milliseconds * frame_rate / 1000
    frames = round(exact)
    if frames < least:
        raise StimulusError(
            f"{name} of {milliseconds:g} ms is less than {least} frame of {1000 / frame_rate:.4g} ms; make it longer"
        )
    if rounding == "refuse" and abs(exact - frames) > TOLERANCE:
        below, above = (int(exact) + step for step in (0, 1))
        raise StimulusError(
            f"{name} of {milliseconds:g} ms is {exact:.3g} frames at {frame_rate:g} Hz; use {below * 1000 / frame_rate:.5g} or "
            f"{above * 1000 / frame_rate:.5g} ms, another frame_rate, or rounding='nearest'"
        )
    return frames
