"""Measures of time courses on curves whose answers are known."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import peak_widths

from harness.errors import BenchmarkError
from harness.metrics.dynamics import time_courses as dynamics

TIMES = np.arange(-99.5, 1000)  # bins of 1 ms from -100 to 1000


def gaussian(peak_time=150.0, sd=20.0, times=TIMES):
    return np.exp(-((times - peak_time) ** 2) / (2 * sd**2))


def exponential_rise(tau=40.0, times=TIMES):
    return np.where(times > 0, 1 - np.exp(-times / tau), 0.0)


def adapting(tau=20.0, slow=100.0, late=0.3, off=500.0):
    rising = np.where(TIMES > 0, 1 - np.exp(-TIMES / tau), 0) * (
        late + (1 - late) * np.exp(-np.maximum(TIMES, 0) / slow)
    )
    return np.where(off > TIMES, rising, 0)


def test_aligned_subtracts_the_baseline_and_moves_the_origin():
    random = np.random.default_rng(0)
    noise = random.normal(3, 0.5, (4, len(TIMES)))
    traces, times, deviation = dynamics.aligned(noise + gaussian(), TIMES, onset=20)
    assert times[0] == pytest.approx(TIMES[0] - 20) and traces[:, times < 0].mean(1) == pytest.approx(
        np.zeros(4), abs=1e-9
    )
    assert deviation == pytest.approx(np.full(4, 0.5), rel=0.2)
    one = dynamics.aligned(noise, TIMES, baseline=(-50, 0))[0]
    assert one[0, (TIMES > -50) & (TIMES < 0)].mean() == pytest.approx(0, abs=1e-9)
    with pytest.raises(BenchmarkError, match="blank"):
        dynamics.aligned(noise, TIMES - TIMES[0])


@settings(max_examples=25, deadline=None)
@given(at=st.floats(100, 400), sd=st.floats(10, 30), scale=st.floats(1e-6, 1e6), step=st.sampled_from([1.0, 2.0, 5.0]))
def test_gaussian(at, sd, scale, step):
    times = np.arange(-100 + step / 2, 1000, step)
    trace = scale * gaussian(at, sd, times)
    near = 0.02 * step + 0.02 * step**2 / sd
    assert dynamics.time_to_peak(trace, times) == pytest.approx(at, abs=0.05 * step)
    half = sd * np.sqrt(2 * np.log(2))
    assert dynamics.latency(trace, times) == pytest.approx(at - half, abs=max(near, 0.15 * step))
    assert dynamics.full_width_at_half_maximum(trace, times) == pytest.approx(2 * half, abs=max(near, 0.3 * step))
    low, high = (sd * np.sqrt(-2 * np.log(level)) for level in (0.1, 0.9))
    assert dynamics.rise_time(trace, times) == pytest.approx(low - high, abs=max(near, 0.4 * step))


def test_width_is_that_of_scipy():
    trace = gaussian(200, 30) + 0.5 * gaussian(260, 50)
    peak = int(trace.argmax())
    base = np.array([trace[peak]]), np.array([0]), np.array([len(trace) - 1])
    width, _, left, _ = peak_widths(trace, [peak], rel_height=0.5, prominence_data=base)
    assert dynamics.full_width_at_half_maximum(trace, TIMES) == pytest.approx(width[0], abs=1e-6)
    assert dynamics.latency(trace, TIMES) == pytest.approx(TIMES[0] + left[0], abs=1e-6)


def test_exponential_rise():
    trace = exponential_rise(40)
    assert dynamics.latency(trace, TIMES) == pytest.approx(40 * np.log(2), abs=0.1)
    assert dynamics.latency(trace, TIMES, 0.1) == pytest.approx(-40 * np.log(0.9), abs=0.1)
    assert dynamics.rise_time(trace, TIMES) == pytest.approx(40 * np.log(9), abs=0.2)
    assert np.isnan(dynamics.full_width_at_half_maximum(trace, TIMES))
    assert 400 < dynamics.time_to_peak(trace, TIMES) < 700  # a plateau begins, whatever rounding does after


def test_a_static_response_peaks_where_it_begins_and_a_ramp_never():
    step = np.where((TIMES > 0) & (TIMES < 200), 1.0, 0)
    assert dynamics.time_to_peak(step, TIMES) == 0.5 and dynamics.latency(step, TIMES) == pytest.approx(0)
    assert dynamics.full_width_at_half_maximum(step, TIMES) == pytest.approx(200)
    assert dynamics.rise_time(step, TIMES) == pytest.approx(0.8)
    assert np.isnan(dynamics.time_to_peak(np.maximum(TIMES, 0), TIMES))


def test_undefined_is_nan_and_the_others_keep_their_place():
    traces = np.stack([[gaussian(), 0 * gaussian()], [-gaussian(), 0.01 * gaussian()]])
    floor = np.array([[0.0, 0.0], [0.0, 0.05]])
    for measure in (dynamics.latency, dynamics.time_to_peak, dynamics.full_width_at_half_maximum, dynamics.peak):
        values = measure(traces, TIMES, floor=floor)
        assert values.shape == (2, 2) and np.isfinite(values).tolist() == [[True, False], [False, False]]
    assert np.isnan(dynamics.latency(np.ones(len(TIMES)), TIMES))


def test_adaptation_and_offset():
    trace = adapting(late=0.3)
    window = (400.0, 500.0)
    late = trace[(TIMES > 400) & (TIMES < 500)].mean()
    assert dynamics.sustained_to_peak(trace, TIMES, window) == pytest.approx(late / trace.max())
    assert dynamics.adaptation_index(trace, TIMES, window) == pytest.approx(1 - late / trace.max())
    assert dynamics.transient_to_sustained(trace, TIMES, window) == pytest.approx(trace.max() / late)
    assert dynamics.adaptation_index(exponential_rise(), TIMES, (600, 700)) == pytest.approx(0, abs=1e-6)
    assert dynamics.late_to_peak(trace, TIMES, 499.5) == pytest.approx(trace[TIMES == 499.5][0] / trace.max())
    assert dynamics.late_to_peak(np.maximum(TIMES, 0), TIMES, 300) == pytest.approx(
        1
    )  # still rising: it has not adapted
    assert np.isnan(dynamics.late_to_peak(trace, TIMES, 499.5, floor=2.0))
    assert dynamics.offset_response(trace, TIMES, 500) == 0
    rebound = trace + 0.4 * gaussian(560, 15)
    at_offset = dynamics.value_at(rebound, TIMES, 500.0)
    assert dynamics.offset_response(rebound, TIMES, 500) == pytest.approx((0.4 - at_offset) / trace.max(), abs=0.001)
    assert np.isnan(dynamics.offset_response(gaussian(560), TIMES, 500))  # it has not begun to fall by then


def test_integrals_count_bins_in_part():
    ramp = np.maximum(TIMES, 0)
    assert dynamics.window_integral(ramp, TIMES, 0, 100) == pytest.approx(5000)
    assert dynamics.window_integral(np.ones_like(TIMES), TIMES, 10.25, 20.75) == pytest.approx(10.5)
    assert dynamics.value_at(ramp, TIMES, 100.0) == pytest.approx(100)
    with pytest.raises(BenchmarkError, match="record longer"):
        dynamics.window_integral(ramp, TIMES, 900, 1100)


def test_summation():
    durations = np.array([17, 33, 67, 133, 267, 533.0])
    summed = np.stack([durations**0.4, durations, 3 * durations**1.5, np.zeros(6)])
    assert dynamics.summation_exponent(summed, durations)[:3] == pytest.approx([0.4, 1, 1.5])
    assert np.isnan(dynamics.summation_exponent(summed, durations)[3])
    assert dynamics.doubling_ratio(summed, durations)[:3] == pytest.approx(2 ** np.array([-0.6, 0, 0.5]))
    assert dynamics.doubling_ratios(summed[1], durations) == pytest.approx(
        np.diff(durations) / durations[:-1] / 2 + 0.5
    )
    shuffled = [3, 0, 5, 1, 4, 2]
    assert dynamics.summation_exponent(summed[:, shuffled], durations[shuffled])[0] == pytest.approx(0.4)
    with pytest.raises(BenchmarkError, match="between"):
        dynamics.doubling_ratio(summed, durations, 400)


def pulses(onsets, gains):
    """One response of 133 ms scaled and moved to every onset, conditions in rows."""
    return np.stack(
        [exponential_pulse(0) + gain * exponential_pulse(onset) for onset, gain in zip(onsets, gains, strict=True)]
    )


def exponential_pulse(onset):
    since = TIMES - onset
    return np.where(since > 0, np.maximum(since, 0) / 50 * np.exp(-np.maximum(since, 0) / 50), 0)


def test_recovery_finds_the_gain_of_the_second_response():
    onsets = np.array([150, 166, 200, 266, 400, 666.0, np.inf])
    gains = np.array([0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0])
    traces = pulses(np.where(np.isfinite(onsets), onsets, 0), gains)
    found = dynamics.recovery(traces, TIMES, onsets)
    assert found == pytest.approx(gains[:-1], abs=1e-6)
    stacked = dynamics.recovery(np.stack([traces, 5 * traces, 0 * traces]), TIMES, onsets)
    assert stacked[1] == pytest.approx(found) and np.isnan(stacked[2]).all() and stacked.shape == (3, 6)
    with pytest.raises(BenchmarkError, match="single pulse"):
        dynamics.recovery(traces[:-1], TIMES, onsets[:-1])


def test_first_difference():
    common = exponential_rise(20)
    later = common - np.where(TIMES > 100, np.minimum((TIMES - 100) / 100, 1) * 0.5, 0)
    assert dynamics.first_difference(common, later, TIMES) == pytest.approx(110, abs=0.1)
    assert np.isnan(dynamics.first_difference(common, common, TIMES))


def test_scale_and_shift():
    scales, shifts = np.array([0.2, 0.5, 0.8, 1.0]), np.array([30.0, 20, 8, 0])
    traces = np.stack([scale * gaussian(150 + shift, 25) for scale, shift in zip(scales, shifts, strict=True)])
    explained, scale, shift = dynamics.scale_and_shift(traces, TIMES)
    assert explained > 0.999 and scale == pytest.approx(scales, rel=0.02) and shift == pytest.approx(shifts, abs=0.5)
    other = np.stack([gaussian(150, 15), exponential_rise(100), gaussian(400, 100)])
    assert dynamics.scale_and_shift(other, TIMES)[0] < 0.85
    assert np.isnan(dynamics.scale_and_shift(0 * traces, TIMES)[0])


@pytest.mark.parametrize(
    "times", [TIMES[:-1], TIMES[::-1], np.r_[TIMES[:-1], TIMES[-1] + 1]], ids=["short", "backwards", "uneven"]
)
def test_bad_input_is_refused(times):
    with pytest.raises(BenchmarkError):
        dynamics.latency(gaussian(), times)


def delayed_normalisation(contrast, tau1, tau2, n, sigma):
    """Zhou et al. 2019 without a second lobe, in steps of 1 ms."""
    time = np.arange(3000.0)
    first, pool = time * np.exp(-time / tau1), np.exp(-time / tau2)
    linear = np.convolve(contrast, first / first.sum())[: len(contrast)]
    low = np.convolve(linear, pool / pool.sum())[: len(contrast)]
    return linear**n / (sigma**n + low**n)


PUBLISHED_MODEL = [  # tau1, tau2, n, sigma: time to peak, asymptote / peak, width, Rdouble, recovery
    ((100, 100, 2, 0.1), (120, 0.22, 161, 0.73), (0.33, 0.33, 0.33, 0.37, 0.52, 0.87)),
    ((70, 100, 2, 0.1), (92, 0.16, 109, 0.69), (0.29, 0.29, 0.31, 0.36, 0.56, 0.93)),
    ((50, 100, 2, 0.1), (72, 0.12, 75, 0.66), (0.26, 0.26, 0.28, 0.36, 0.62, 0.96)),
    ((39.5, 39.7, 2.28, 0.0266), (27, 0.05, 22, 0.57), (0.17, 0.18, 0.23, 0.34, 0.75, 1.00)),
    ((33.7, 137.3, 3.51, 0.016), (29, 0.00, 16, 0.51), (0.01, 0.00, 0.01, 0.01, 0.03, 0.28)),
]


@pytest.mark.parametrize(("parameters", "expected", "recovered"), PUBLISHED_MODEL)
def test_measures_of_delayed_normalisation_are_those_computed_independently(parameters, expected, recovered):
    times = np.arange(-99.5, 2500)

    def response(*pulses):
        contrast = sum(((times >= start) & (times < end)).astype(float) for start, end in pulses)
        return delayed_normalisation(contrast, *parameters)

    step = response((0, 2000))
    assert dynamics.time_to_peak(step, times) == pytest.approx(expected[0], abs=1)
    assert dynamics.late_to_peak(step, times, 1999.5) == pytest.approx(expected[1], abs=0.006)
    assert dynamics.full_width_at_half_maximum(response((0, 17)), times) == pytest.approx(expected[2], abs=1.5)
    summed = [dynamics.window_integral(response((0, d)), times, 0, 2000) for d in (100, 200)]
    assert dynamics.doubling_ratio(np.array(summed), np.array([100, 200])) == pytest.approx(expected[3], abs=0.01)
    onsets = [133 + gap for gap in (17, 33, 67, 133, 267, 533)]
    traces = [response((0, 133), (onset, onset + 133)) for onset in onsets] + [response((0, 133))]
    found = dynamics.recovery(np.array(traces), times, np.array([*onsets, np.inf]))
    assert found == pytest.approx(recovered, abs=0.011)
