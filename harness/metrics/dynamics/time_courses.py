"""Measures of time courses, as physiologists and Groen et al. (2022, J Neurosci 42:7562) define them.

Everywhere `traces` is (..., time) and `times` (time,) the centres, in ms and evenly spaced, of the bins over which responses were
averaged. A measure wants traces that `aligned` has put on stimulus onset (time 0) and from which it has subtracted the baseline; it
interpolates linearly between bins and gives (...,). What is undefined is NaN: a response whose peak does not exceed `floor` (two
standard deviations of the baseline, or what a benchmark states), a rise or fall outside the recording.
"""

import numpy as np

from harness.checks import Count, NotNegative, checked
from harness.errors import BenchmarkError

PLATEAU = 1e-5
"""Differences of less than this share of the largest response are rounding."""
Floor = float | np.ndarray


MOST_SHIFTS = 100_000
"""Quarters of a step that a time course is shifted by."""


@checked(BenchmarkError, pure=True)
def aligned(
    traces: np.ndarray, times: np.ndarray, onset: float = 0.0, baseline: tuple[float, float] | None = None
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Traces on stimulus onset, above their baseline.

    Args:
        onset: of the stimulus, in ms on the axis of `times`.
        baseline: [start, end) relative to the onset; all of the recording before the onset if not given.

    Returns:
        traces less the mean of each over its baseline; times less the onset; and (...,) the standard deviation over the baseline.

    Raises:
        BenchmarkError: if nothing was recorded in the baseline.
    """
    traces, times = _checked(traces, times)
    times = times - onset
    start, end = baseline or (-np.inf, 0.0)
    before = (times >= start) & (times < end)
    if not before.any():
        raise BenchmarkError(
            "no bin lies before the onset; show a blank first, so that there is a baseline to subtract"
        )
    resting = traces[..., before]
    return traces - resting.mean(-1, keepdims=True), times, resting.std(-1)


@checked(BenchmarkError, pure=True)
def peak(traces: np.ndarray, times: np.ndarray, floor: Floor = 0.0) -> np.ndarray:
    """The largest response from the onset on."""
    traces, times = _checked(traces, times)
    largest = traces[..., times >= 0].max(-1)
    return np.where(largest > floor, largest, np.nan)


@checked(BenchmarkError, pure=True)
def time_to_peak(traces: np.ndarray, times: np.ndarray, floor: Floor = 0.0) -> np.ndarray:
    """When the largest response is reached: the vertex of the parabola through the largest bin and its neighbours, or, on a
    plateau, its beginning. NaN for a response that still rises in the last bin."""
    traces, times = _checked(traces, times)
    traces, times = traces[..., times >= 0], times[times >= 0]
    largest = traces.argmax(-1)
    height = traces.max(-1)
    left2, left, right, right2 = (_take(traces, np.clip(largest + step, 0, len(times) - 1)) for step in (-2, -1, 1, 2))
    falls = [beside < height * (1 - PLATEAU) for beside in (left2, left, right, right2)]
    summit = (falls[1] & falls[3]) | (falls[0] & falls[2])  # two equal bins are a summit, more a plateau
    with np.errstate(invalid="ignore", divide="ignore"):
        vertex = np.where(summit & (largest > 0), (left - right) / (2 * (left - 2 * height + right)), 0.0)
    first = np.where(summit, largest, _at_plateau(traces))
    reached = (height > floor) & (first < len(times) - 1)
    return np.where(reached, times[first] + vertex * _step(times), np.nan)


@checked(BenchmarkError, pure=True)
def latency(traces: np.ndarray, times: np.ndarray, level: float = 0.5, floor: Floor = 0.0) -> np.ndarray:
    """When the response first reaches `level` of its own peak: t50, the latency to half maximum; t10 with 0.1. NaN if it is
    above that from the first bin on, which means that no baseline was recorded."""
    traces, times = _checked(traces, times)
    criterion = level * peak(traces, times, floor)
    return _crossing(traces, times, criterion, np.zeros(criterion.shape, dtype=int), rising=True)


@checked(BenchmarkError, pure=True)
def rise_time(
    traces: np.ndarray, times: np.ndarray, low: float = 0.1, high: float = 0.9, floor: Floor = 0.0
) -> np.ndarray:
    """From `low` to `high` of the peak, in ms."""
    return latency(traces, times, high, floor) - latency(traces, times, low, floor)


@checked(BenchmarkError, pure=True)
def full_width_at_half_maximum(traces: np.ndarray, times: np.ndarray, floor: Floor = 0.0) -> np.ndarray:
    """From t50 to where the response first falls to half after its peak; NaN if it does not within the recording."""
    traces, times = _checked(traces, times)
    height = peak(traces, times, floor)
    at = np.flatnonzero(times >= 0)[0] + _at_plateau(traces[..., times >= 0])
    return _crossing(traces, times, height / 2, at, rising=False) - latency(traces, times, 0.5, floor)


def value_at(traces: np.ndarray, times: np.ndarray, time: float) -> np.ndarray:
    """The response at one time."""
    traces, times = _checked(traces, times)
    _check_within(times, time, time)
    after = min(int(np.searchsorted(times, time)), len(times) - 1)
    before = max(after - 1, 0)
    share = 0.0 if after == before else np.clip((time - times[before]) / (times[after] - times[before]), 0, 1)
    return (1 - share) * traces[..., before] + share * traces[..., after]


@checked(BenchmarkError, pure=True)
def window_integral(traces: np.ndarray, times: np.ndarray, start: float, end: float) -> np.ndarray:
    """Integral over [start, end) in response times ms: every bin counts as far as it lies within.

    Raises:
        BenchmarkError: for a window that was not recorded in full.
    """
    traces, times = _checked(traces, times)
    _check_within(times, start, end)
    half = _step(times) / 2
    return traces @ np.clip(np.minimum(times + half, end) - np.maximum(times - half, start), 0, None)


def sustained_to_peak(
    traces: np.ndarray, times: np.ndarray, window: tuple[float, float], floor: Floor = 0.0
) -> np.ndarray:
    """Mean response in a late window, while the stimulus is still on, over the largest response until the window ends; 1 for a
    constant response."""
    traces, times = _checked(traces, times)
    late = window_integral(traces, times, *window) / (window[1] - window[0])
    until = times < window[1]
    return late / peak(traces[..., until], times[until], floor)


@checked(BenchmarkError, pure=True)
def late_to_peak(traces: np.ndarray, times: np.ndarray, at: float, floor: Floor = 0.0) -> np.ndarray:
    """Response at a time, such as the offset, over the largest until then: 1 for one that has not begun to fall, however slowly it
    rises."""
    traces, times = _checked(traces, times)
    late = value_at(traces, times, at)
    until = times <= at
    height = np.maximum(peak(traces[..., until], times[until]), late)
    return np.where(height > floor, late / height, np.nan)


def transient_to_sustained(
    traces: np.ndarray, times: np.ndarray, window: tuple[float, float], floor: Floor = 0.0
) -> np.ndarray:
    """Peak over the mean response in a late window; infinite for a response that is gone by then."""
    with np.errstate(divide="ignore"):
        return 1 / np.maximum(sustained_to_peak(traces, times, window, floor), 0)


def adaptation_index(
    traces: np.ndarray, times: np.ndarray, window: tuple[float, float], floor: Floor = 0.0
) -> np.ndarray:
    """(peak - late) / peak, late the mean in the window: 0 for none, 1 for a response that is gone by then."""
    return 1 - sustained_to_peak(traces, times, window, floor)


@checked(BenchmarkError, pure=True)
def offset_response(
    traces: np.ndarray, times: np.ndarray, offset: float, window: float = 200.0, floor: Floor = 0.0
) -> np.ndarray:
    """How far the response rises again within `window` ms after the offset, above its level at the offset, over the peak before it:
    0 for none. NaN for a response that still rises when the stimulus ends."""
    traces, times = _checked(traces, times)
    before = (times >= 0) & (times <= offset)
    if before.sum() < 2:
        raise BenchmarkError(
            f"an offset response needs bins between onset and offset; {offset:g} ms has {before.sum()}"
        )
    first = _at_plateau(traces[..., before])
    height = traces[..., before].max(-1)
    level = value_at(traces, times, offset)
    rebound = np.maximum(traces[..., (times > offset) & (times <= offset + window)].max(-1), level) - level
    defined = (height > floor) & (first < before.sum() - 1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(defined, rebound / height, np.nan)


@checked(BenchmarkError, pure=True)
def summation_exponent(summed: np.ndarray, durations: np.ndarray) -> np.ndarray:
    """Slope of log summed response against log duration: 1 for linear summation, below 1 for subadditive.

    Args:
        summed: (..., durations), integrals over time; NaN results where one is not positive.
    """
    logs, x = _logarithms(summed, durations)
    centred = x - x.mean()
    return (logs * centred).sum(-1) / (centred**2).sum()


def doubling_ratios(summed: np.ndarray, durations: np.ndarray) -> np.ndarray:
    """(..., durations - 1), R(2d) / (2 R(d)) of durations that each are about twice the one before: 1 for linear summation."""
    logs, x = _logarithms(summed, durations)
    if not (np.abs(np.diff(x) / np.log(2) - 1) < 0.05).all():
        raise BenchmarkError("doubling ratios need durations of which each is twice the one before")
    return np.exp(np.diff(logs, axis=-1)) / 2


def doubling_ratio(summed: np.ndarray, durations: np.ndarray, duration: float = 100.0) -> np.ndarray:
    """Rdouble = R(2d) / (2 R(d)) at one duration d in ms, interpolated between logarithms (Zhou et al. 2018, J Neurosci 38:691)."""
    logs, x = _logarithms(summed, durations)
    at = np.log([duration, 2 * duration])
    if not x[0] - 1e-9 <= at[0] < at[1] <= x[-1] + 1e-9:
        raise BenchmarkError(
            f"{duration:g} and {2 * duration:g} ms do not lie between the durations that were measured"
        )
    once, twice = (_interpolated(logs, x, time) for time in at)
    return np.exp(twice - once) / 2


@checked(BenchmarkError, pure=True)
def recovery(traces: np.ndarray, times: np.ndarray, second_onsets: np.ndarray, window: float = 300.0) -> np.ndarray:
    """Response to the second of two pulses over that to the first, for every interval (Groen et al. 2022).

    P1(t), the response to one pulse, is at each time the mean over the conditions whose second pulse has not begun. The second
    response is what a condition has above P1; both are summed over `window` ms from their onsets. The rule is one for models
    and data.

    Args:
        traces: (..., conditions, time).
        second_onsets: (conditions,), ms from the first onset; infinite where there is one pulse only.

    Returns:
        (..., conditions with a second pulse): 1 for full recovery, 0 for no second response; NaN if P1 sums to nothing.

    Raises:
        BenchmarkError: if P1 is unknown within a window; add a condition with one pulse.
    """
    traces, times = _checked(traces, times)
    second_onsets = np.asarray(second_onsets, dtype=float)
    if traces.ndim < 2 or second_onsets.shape != traces.shape[-2:-1]:
        raise BenchmarkError(f"recovery needs traces (..., {len(second_onsets)} conditions, time), not {traces.shape}")
    alone = times[None] + _step(times) / 2 <= second_onsets[:, None]
    known = alone.any(0)
    needed = times < second_onsets[np.isfinite(second_onsets)].max() + window
    if not known[needed].all():
        raise BenchmarkError("the response to one pulse is unknown in a window; add a condition with a single pulse")
    first = np.where(alone, traces, 0).sum(-2) / np.maximum(alone.sum(0), 1)
    whole = window_integral(first, times, 0, window)
    seconds = [
        window_integral(traces[..., row, :] - first, times, onset, onset + window)
        for row, onset in enumerate(second_onsets)
        if np.isfinite(onset)
    ]
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(whole[..., None] > 0, np.stack(seconds, -1) / whole[..., None], np.nan)


@checked(BenchmarkError, pure=True)
def first_difference(
    traces: np.ndarray, others: np.ndarray, times: np.ndarray, criterion: float = 0.05, floor: Floor = 0.0
) -> np.ndarray:
    """When two traces first differ by more than `criterion` of the peak of the first; NaN if they never do."""
    traces, times = _checked(traces, times)
    apart = np.abs(traces - np.asarray(others, dtype=float))
    least = criterion * peak(traces, times, floor)
    since = times >= 0
    return _crossing(apart[..., since], times[since], least, np.zeros(least.shape, dtype=int), rising=True)


@checked(BenchmarkError, pure=True)
def scale_and_shift(
    traces: np.ndarray, times: np.ndarray, largest_shift: NotNegative = 100.0, rounds: Count = 10
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """How far the traces of one unit are one trace, scaled and shifted (Albrecht et al. 2002, J Neurophysiol 88:888).

    Template, scales and shifts are found in turn by least squares, beginning with the largest trace as template; shifts on a
    grid of a quarter of a bin.

    Args:
        traces: (conditions, time), of one unit; above their baseline.

    Returns:
        share of the variance over all conditions and times that is explained; (conditions,) scales relative to the largest;
        (conditions,) shifts in ms relative to the condition of the largest scale, positive for later. All NaN for a silent unit.
    """
    traces, times = _checked(traces, times)
    total = ((traces - traces.mean()) ** 2).sum()
    if not total > 0:
        return np.array(np.nan), np.full(len(traces), np.nan), np.full(len(traces), np.nan)
    reach = round(4 * largest_shift / _step(times))
    if reach > MOST_SHIFTS:
        raise BenchmarkError(
            f"largest_shift of scale_and_shift is {MOST_SHIFTS // 4} steps of the time course at most, not {largest_shift:g} ms"
        )
    shifts = np.arange(-reach, reach + 1) / 4 * _step(times)
    template = traces[traces.max(-1).argmax()]
    for _ in range(rounds):
        moved = np.stack([np.interp(times - shift, times, template) for shift in shifts])
        scales = traces @ moved.T / np.maximum((moved**2).sum(-1), 1e-30)
        best = (traces @ moved.T * scales).argmax(-1)  # what is explained, which least squares maximises
        scale, shift = scales[np.arange(len(traces)), best], shifts[best]
        left = ((traces - scale[:, None] * moved[best]) ** 2).sum()
        back = np.stack([np.interp(times + by, times, trace) for by, trace in zip(shift, traces, strict=True)])
        template = scale @ back / (scale**2).sum()
    strongest = scale.argmax()
    return np.array(1 - left / total), scale / scale[strongest], shift - shift[strongest]


def _checked(traces: np.ndarray, times: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    traces, times = np.asarray(traces, dtype=float), np.asarray(times, dtype=float)
    if times.ndim != 1 or traces.shape[-1:] != times.shape or len(times) < 2:
        raise BenchmarkError(
            f"traces are (..., time) with a time for each bin, not {traces.shape} at {times.shape} times"
        )
    steps = np.diff(times)
    if not (steps[0] > 0 and np.allclose(steps, steps[0], rtol=1e-6)):
        raise BenchmarkError("measures of time courses need bins of one width, in their order")
    return traces, times


def _step(times: np.ndarray) -> float:
    return float(times[1] - times[0])


def _check_within(times: np.ndarray, start: float, end: float) -> None:
    half = _step(times) / 2 + 1e-6
    if start < times[0] - half or end > times[-1] + half:
        recorded = f"{times[0] - half:.6g} to {times[-1] + half:.6g}"
        raise BenchmarkError(f"{start:g} to {end:g} ms were not recorded, only {recorded} ms; record longer")


def _at_plateau(traces: np.ndarray) -> np.ndarray:
    """(...,), the first bin within rounding of the largest."""
    largest = traces.max(-1, keepdims=True)
    return (traces >= largest - PLATEAU * np.abs(largest)).argmax(-1)


def _take(traces: np.ndarray, index: np.ndarray) -> np.ndarray:
    return np.take_along_axis(traces, index[..., None], -1)[..., 0]


def _crossing(
    traces: np.ndarray, times: np.ndarray, criterion: np.ndarray, since: np.ndarray, rising: bool
) -> np.ndarray:
    """When each trace first reaches its criterion (or falls to it) in a bin after `since`, interpolated; NaN if it does not."""
    beyond = traces >= criterion[..., None] if rising else traces <= criterion[..., None]
    beyond &= np.arange(len(times)) >= since[..., None]
    after = beyond.argmax(-1)
    before = np.maximum(after - 1, 0)
    low, high = _take(traces, before), _take(traces, after)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = (criterion - low) / (high - low)
        crossing = times[before] + share * (times[after] - times[before])
    return np.where(beyond.any(-1) & (after > since), crossing, np.nan)


def _logarithms(summed: np.ndarray, durations: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    summed, durations = np.asarray(summed, dtype=float), np.asarray(durations, dtype=float)
    if durations.ndim != 1 or summed.shape[-1:] != durations.shape or len(durations) < 2 or not (durations > 0).all():
        raise BenchmarkError(
            f"summation needs (..., durations), not {summed.shape} at {durations.shape} positive durations"
        )
    order = durations.argsort()
    usable = (summed > 0).all(-1, keepdims=True)
    return np.log(np.where(usable, summed, np.nan))[..., order], np.log(durations[order])


def _interpolated(values: np.ndarray, x: np.ndarray, at: float) -> np.ndarray:
    after = int(np.clip(np.searchsorted(x, at), 1, len(x) - 1))
    share = (at - x[after - 1]) / (x[after] - x[after - 1])
    return (1 - share) * values[..., after - 1] + share * values[..., after]
