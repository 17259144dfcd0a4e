"""Size tuning against known functions."""

import numpy as np
import pytest
from scipy.integrate import quad

from harness.errors import BenchmarkError
from harness.metrics.tuning.size import (
    fit_ratio_of_gaussians,
    ratio_of_gaussians,
    size_suppression_index,
    summation_diameter,
    surround_diameter,
)

DIAMETERS = np.geomspace(0.1, 10, 12)


def test_ratio_of_gaussians_is_the_published_integral():
    def lobe(x, width):
        return (2 / np.sqrt(np.pi) * quad(lambda y: np.exp(-(y**2)), 0, x / width)[0]) ** 2

    expected = [10 * lobe(x, 0.8) / (1 + 0.7 * lobe(x, 2.5)) for x in DIAMETERS]
    assert ratio_of_gaussians(DIAMETERS, 10, 0.8, 0.7, 2.5) == pytest.approx(expected)


@pytest.mark.parametrize("parameters", [(10, 0.8, 0.7, 2.5), (1e-3, 0.3, 4, 1.5), (50, 1.5, 0.2, 6)])
def test_recovers_what_was_drawn(parameters):
    fit = fit_ratio_of_gaussians(DIAMETERS, ratio_of_gaussians(DIAMETERS, *parameters)[None])
    names = ("centre_gain", "centre_width", "surround_gain", "surround_width")
    for name, value in zip(names, parameters, strict=True):
        assert fit[name][0] == pytest.approx(value, rel=0.01), name
    assert fit.explained[0] == pytest.approx(1)


def test_errors_cover_the_truth():
    random = np.random.default_rng(1)
    clean = ratio_of_gaussians(DIAMETERS, 10, 0.8, 1.0, 3.0)
    fit = fit_ratio_of_gaussians(DIAMETERS, clean + random.normal(0, 0.05, (40, len(clean))))
    for name, value in [("centre_width", 0.8), ("surround_width", 3.0)]:
        z = (fit[name] - value) / fit.errors[name]
        assert 0.6 < np.nanstd(z) < 1.7, name


def test_a_unit_without_surround_has_no_surround_width():
    fit = fit_ratio_of_gaussians(DIAMETERS, ratio_of_gaussians(DIAMETERS, 3, 1, 0, 2)[None])
    assert fit["surround_gain"][0] < 1e-3 and np.isnan(fit["surround_width"][0])
    assert fit["centre_width"][0] == pytest.approx(1, rel=1e-2)


def test_summation_and_suppression():
    diameters = np.array([1, 2, 3, 4.0])
    curves = np.array([[0.5, 0.9, 1.0, 0.6], [0.25, 0.5, 0.75, 1.0], [1.0, 0.5, 0.5, 0.5], [0, 0, 0, 0]])
    assert summation_diameter(diameters, curves)[:3] == pytest.approx([2.5, 3.8, 0.95])
    assert size_suppression_index(diameters, curves)[:3] == pytest.approx([0.4, 0, 0.5])
    assert np.isnan(summation_diameter(diameters, curves)[3]) and np.isnan(size_suppression_index(diameters, curves)[3])
    order = [2, 0, 3, 1]
    assert summation_diameter(diameters[order], curves[:, order])[:3] == pytest.approx([2.5, 3.8, 0.95])


def test_bad_input_is_refused():
    with pytest.raises(BenchmarkError, match="positive"):
        fit_ratio_of_gaussians(np.r_[0, DIAMETERS], np.ones((1, 13)))
    with pytest.raises(BenchmarkError):
        summation_diameter(DIAMETERS, np.ones((2, 3)))


def test_the_surround_ends_where_the_response_falls_no_further():
    diameters = np.array([0.5, 1, 2, 4, 8])
    falling = [0.5, 1.0, 0.6, 0.2, 0.2]
    found = surround_diameter(diameters, np.array([falling, [0.2, 0.5, 0.8, 1, 1], [0.0] * 5]))
    assert found[0] == pytest.approx(2 + 2 * (0.6 - 0.21) / (0.6 - 0.2))
    assert found[1] == 4  # it never falls
    assert np.isnan(found[2])
