"""The effects that the normalisation model is known for, with their sign and size, and its known failures.

Expected numbers are those of an independent simulation of the same equations (16 pixels/degree, 1 ms), whose clock runs one step
ahead of ours; sums are over 300 ms.
"""

import numpy as np
import pytest
import torch

from harness import CentreUnits, Recording, extract, load_model, load_stimuli
from harness.errors import ModelError
from harness.models.dynamics import DelayedNormalization

CONTRASTS = np.array([0.0625, 0.125, 0.25, 0.5, 1.0])
DURATIONS = np.array([17, 33, 67, 133, 267, 533])


@pytest.fixture(scope="module")
def small():
    """4 degrees, without a far surround."""
    return load_model("v1_normalization", size=64, visual_degrees=4)


@pytest.fixture(scope="module")
def large():
    return load_model("v1_normalization", size=160, visual_degrees=10)


def summed(recorder, signals, shown=200):
    """(signals, channels): responses to still displays, summed over 300 ms."""
    return recorder([[(signal, shown)] for signal in signals], 300).sum(1)


def latency(trace, share):
    """When a trace first reaches a share of its peak, by linear interpolation."""
    level = share * trace.max()
    after = int(np.argmax(trace >= level))
    return after - (trace[after] - level) / (trace[after] - trace[after - 1])


def c50_and_exponent(contrasts, responses):
    from scipy.optimize import curve_fit

    ratio = lambda c, top, half, n: top * c**n / (c**n + half**n)
    return curve_fit(ratio, contrasts, responses, p0=(responses.max(), 0.2, 2))[0][1:]


def test_responses_saturate_with_contrast_and_latency_falls(small, recorder):
    record = recorder(small)
    traces = record([[(record.field.grating(contrast=c), 200)] for c in CONTRASTS], 300)[..., 0]
    c50, n = c50_and_exponent(CONTRASTS, traces.sum(1))
    assert c50 == pytest.approx(0.165, abs=0.015) and n == pytest.approx(2.5, abs=0.2)
    assert [latency(t, 0.5) - 1 for t in traces] == pytest.approx([69, 64, 56, 47, 41], abs=0.6)
    assert [latency(t, 0.1) - 1 for t in traces] == pytest.approx([48, 47, 43, 39, 36], abs=0.6)
    assert [t.argmax() - 1 for t in traces] == pytest.approx([147, 118, 91, 67, 52], abs=1)


def test_failure_c50_drifts_through_the_response(small, recorder):
    """In neurons it does not (Albrecht et al. 2002)."""
    record = recorder(small)
    contrasts = np.geomspace(0.04, 1, 10)
    traces = record([[(record.field.grating(contrast=c), 200)] for c in contrasts], 220)[..., 0]
    epochs = [(45, 75), (75, 105), (105, 135), (150, 220)]
    c50 = [c50_and_exponent(contrasts, traces[:, start:end].sum(1))[0] for start, end in epochs]
    assert (np.diff(c50) < 0).all() and c50[0] > 2 * c50[-1]


def test_orientation_tuning_does_not_depend_on_contrast(small, recorder):
    record = recorder(small)
    for contrast in (1.0, 0.1):
        got = summed(record, [record.field.grating(a, contrast) for a in range(0, 91, 15)])[:, 0]
        assert got / got[0] == pytest.approx([1, 0.86, 0.55, 0.26, 0.09, 0.02, 0.01], abs=0.015)


def test_cross_orientation_suppression(small, recorder):
    record = recorder(small)
    grating = record.field.grating
    signals = [part for c in (0.25, 0.5) for part in (grating(0, c), grating(0, c) + grating(90, c))]
    got = summed(record, signals)[:, 0]
    assert got[1::2] / got[::2] == pytest.approx([0.59, 0.53], abs=0.02)
    strong = grating(90, 0.5)
    plaid, alone = summed(record, [grating(0, 0.12) + strong, strong])
    assert plaid[0] / alone[6] < 0.08 and plaid[6] / alone[6] == pytest.approx(0.95, abs=0.03)


def test_summation_over_time_is_less_than_linear_at_full_contrast(small, recorder):
    record = recorder(small)
    sums = record([[(record.field.grating(), int(d))] for d in DURATIONS], 900)[..., 0].sum(1)
    assert sums / sums[-1] == pytest.approx([0.19, 0.27, 0.37, 0.50, 0.69, 1], abs=0.012)
    slope = np.polyfit(np.log(DURATIONS), np.log(sums), 1)[0]
    assert slope == pytest.approx(0.47, abs=0.015)
    once, twice = record([[(record.field.grating(), d)] for d in (100, 200)], 700)[..., 0].sum(1)
    assert twice / once / 2 == pytest.approx(0.685, abs=0.01)


def test_prediction_summation_is_more_than_linear_at_low_contrast(small, recorder):
    record = recorder(small)
    sums = record([[(record.field.grating(contrast=0.125), int(d))] for d in DURATIONS], 900)[..., 0].sum(1)
    assert np.polyfit(np.log(DURATIONS), np.log(sums), 1)[0] == pytest.approx(1.3, abs=0.05)


def test_a_second_pulse_recovers_and_failure_faster_than_in_cortex(small, recorder):
    record = recorder(small)
    grating, blank = record.field.grating(), np.zeros((64, 64))
    time_courses = [[(grating, 133)]] + [[(grating, 133), (blank, int(gap)), (grating, 133)] for gap in DURATIONS]
    once, *twice = record(time_courses, 1150)[..., 0]
    ratios = [(t - once)[133 + gap :][:300].sum() / once[:300].sum() for t, gap in zip(twice, DURATIONS, strict=True)]
    assert ratios == pytest.approx([0.41, 0.45, 0.55, 0.75, 0.96, 1.0], abs=0.05)
    assert (np.diff(ratios) > 0).all()
    assert ratios[-1] > 0.88 + 0.05  # human V1-V3 at 533 ms (Brands et al. 2024)


def test_transience_grows_with_contrast(small, recorder):
    record = recorder(small)
    high, low = record([[(record.field.grating(contrast=c), 550)] for c in (1, 0.125)], 550)[..., 0]
    assert [high[500] / high.max(), low[500] / low.max()] == pytest.approx([0.17, 0.75], abs=0.03)


def test_a_surround_suppresses_most_at_the_orientation_of_the_centre(large, recorder):
    record = recorder(large)
    centre = record.field.grating(diameter=1.0)
    rings = [record.field.grating(a, diameter=10, inner=1.1) for a in (0, 30, 60, 90)]
    alone, *surrounded, ring = summed(record, [centre, *[centre + r for r in rings], rings[0]])[:, 0]
    assert np.array(surrounded) / alone == pytest.approx([0.56, 0.67, 0.82, 0.76], abs=0.03)
    assert ring / alone == pytest.approx(0.26, abs=0.03)  # the ring reaches into the field of the cell


@pytest.mark.slow
def test_size_tuning_and_its_dependence_on_contrast(large, recorder):
    record = recorder(large)
    diameters = np.array([0.5, 0.7, 0.8, 1.0, 1.2, 1.4, 1.6, 2, 10])
    best, index = [], []
    for contrast in (1.0, 0.12):
        got = summed(record, [record.field.grating(contrast=contrast, diameter=d) for d in diameters])[:, 0]
        best.append(np.interp(0.95 * got.max(), got[: got.argmax() + 1], diameters[: got.argmax() + 1]))
        index.append(1 - got[-1] / got.max())
    assert index == pytest.approx([0.44, 0.34], abs=0.03)
    assert best[0] == pytest.approx(0.72, abs=0.05) and 1.7 < best[1] / best[0] < 2.5


def test_suppression_comes_first_and_its_orientation_later(large, recorder):
    record = recorder(large)
    centre = record.field.grating(diameter=1.0)
    rings = [record.field.grating(a, diameter=8, inner=1.5) for a in (0, 90)]
    alone, matched, orthogonal = record([[(s, 150)] for s in (centre, centre + rings[0], centre + rings[1])], 120)[
        ..., 0
    ]
    level, onset = 0.05 * alone.max(), latency(alone, 0.1)
    general = np.argmax(alone - (matched + orthogonal) / 2 > level) - onset
    oriented = np.argmax(orthogonal - matched > level) - onset
    assert 0 < general < oriented


def test_failure_a_surround_moves_the_peak_of_a_plaid_too_little(large, recorder):
    """The sign is right; in macaque V1 it moves from 18 to 2 degrees (Trott & Born 2015)."""
    record = recorder(load_model("v1_normalization", size=160, visual_degrees=10, beta=0.44))
    grating = record.field.grating
    plaid = grating(0, 0.5, 1.0) + grating(30, 0.5, 1.0)
    got = summed(record, [plaid, plaid + grating(30, 1.0, 10, 1.5)])
    doubled = np.exp(2j * np.deg2rad(np.arange(0, 180, 15)))
    without, matched = np.rad2deg(np.angle(got @ doubled)) / 2
    assert without == pytest.approx(15, abs=0.5) and 8 < matched < without - 1


@pytest.mark.parametrize(
    ("ablation", "effect"),
    [
        ({"alpha": 1.0}, "more transient"),
        ({"alpha": 0.0}, "no adaptation"),
        ({"sigma": 5.0}, "no sublinear summation"),
        ({"n": 1.0}, "less cross-orientation suppression"),
    ],
)
def test_ablations(ablation, effect, recorder):
    record = recorder(load_model("v1_normalization", size=64, visual_degrees=4, **ablation))
    grating = record.field.grating
    time_courses = [[(grating(), 550)], [(grating(), 100)], [(grating(), 200)], [(grating(0, 0.5), 200)]]
    time_courses.append([(grating(0, 0.5) + grating(90, 0.5), 200)])
    held, once, twice, single, plaid = record(time_courses, 550)[..., 0]
    late, doubling, cross = held[500] / held.max(), twice.sum() / once.sum() / 2, plaid[:300].sum() / single[:300].sum()
    assert {
        "more transient": abs(late - 0.03) < 0.02,
        "no adaptation": abs(late - 0.51) < 0.03 and abs(doubling - 0.78) < 0.02,
        "no sublinear summation": doubling > 0.95,
        "less cross-orientation suppression": abs(cross - 0.81) < 0.03,
    }[effect]


def test_with_a_slow_pool_and_no_surround_it_is_delayed_normalisation(recorder):
    record = recorder(load_model("v1_normalization", size=64, visual_degrees=4, alpha=1.0, k_tuned=0.0, k_untuned=0.0))
    got = record([[(record.field.grating(contrast=0.5, diameter=10), 150)]], 250)[0, :, 0]
    dynamics = DelayedNormalization(16, 0, 90, 2.3, 0.135)
    state, expected = dynamics.init(torch.zeros(1)), []
    for t in range(250):
        response, state = dynamics.step(torch.tensor([0.5 if 30 <= t < 180 else 0.0]), state, 1.0)
        expected.append(float(response))
    assert got == pytest.approx(np.array(expected), abs=1e-3 * max(expected))


def test_failure_contrast_does_not_only_scale_and_shift_the_response(small, recorder):
    """In neurons that explains 95 % of the variance (Albrecht et al. 2002), here somewhat less."""
    record = recorder(small)
    contrasts = np.geomspace(0.1, 1, 8)
    traces = record([[(record.field.grating(contrast=c), 200)] for c in contrasts], 300)[..., 0]
    explained = scale_and_shift(traces)
    assert explained == pytest.approx(0.91, abs=0.03) and explained < 0.95


def scale_and_shift(traces):
    """Share of the variance that the mean trace explains once it is shifted and scaled for each contrast."""
    times = np.arange(traces.shape[1], dtype=float)
    halves = np.array([latency(trace, 0.5) for trace in traces])
    aligned = np.array(
        [np.interp(times + h, times, trace) for trace, h in zip(traces, halves - halves.mean(), strict=True)]
    )
    mean, left = (aligned / aligned.max(1, keepdims=True)).mean(0), 0.0
    for trace in traces:
        fits = []
        for shift in np.arange(-60, 61):
            template = np.interp(times - shift, times, mean)
            fits.append(((trace - template * (template @ trace) / (template @ template)) ** 2).sum())
        left += min(fits)
    return 1 - left / ((traces - traces.mean()) ** 2).sum()


def test_without_tuned_or_any_surround(recorder):
    for ablation, expected in (
        ({"k_tuned": 0.0, "k_untuned": 0.46}, (0.54, 0.45)),
        ({"k_tuned": 0.0, "k_untuned": 0.0}, (1.01, 0.84)),
    ):
        record = recorder(load_model("v1_normalization", size=128, visual_degrees=8, **ablation))
        centre = record.field.grating(diameter=1.0)
        rings = [record.field.grating(a, diameter=8, inner=1.1) for a in (0, 90)]
        alone, *surrounded = summed(record, [centre, *[centre + ring for ring in rings]])[:, 0]
        assert np.array(surrounded) / alone == pytest.approx(expected, abs=0.05)


def test_bands_are_copies_that_scale_with_the_wavelength(recorder):
    two = recorder(load_model("v1_normalization", size=64, visual_degrees=4))
    one = recorder(load_model("v1_normalization", spatial_frequencies=[1], size=64, visual_degrees=8))
    both = load_model("v1_normalization", spatial_frequencies=[1, 2], size=128, visual_degrees=8)
    fine = two([[(two.field.grating(), 100)]], 120)
    coarse = one([[(one.field.grating(diameter=4, frequency=1), 100)]], 120)
    assert coarse == pytest.approx(fine, abs=1e-4)
    assert both.network.channels == 24 and recorder(both)([[(np.zeros((128, 128)), 1)]], 1).shape == (1, 1, 24)


def test_through_the_engine_in_physical_time(small):
    gratings = load_stimuli(
        "gratings", spatial_frequency=2, contrast=[0.1, 1.0], duration=100, visual_degrees=4, size_px=64
    )
    bins = [(0, 30), (30, 60), (60, 100), (100, 200)]
    responses = extract(small, gratings, Recording("response", bins, CentreUnits())).array()[:, :, 0]
    assert np.abs(responses[:, 0]).max() == 0  # the delay is 30 ms
    assert (responses[1] >= responses[0]).all() and responses[1, 1] > 5 * responses[0, 1]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"tau": 3.0}, "no parameter 'tau'"),
        ({"spatial_frequencies": [4]}, "lower the stride"),
        ({"stride": 7}, "must divide"),
    ],
)
def test_what_cannot_be_built_is_refused(arguments, message):
    with pytest.raises(ModelError, match=message):
        load_model("v1_normalization", **arguments)
