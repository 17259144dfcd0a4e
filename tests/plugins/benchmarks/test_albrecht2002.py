"""Albrecht 2002 on models of V1 with and without dynamics."""

import numpy as np
import pytest

from harness import as_brain_model, load_benchmark, load_model
from harness.models.dynamics import DelayedNormalization

SMALL = {"spatial_frequencies": (2.0,), "size": 64, "visual_degrees": 4, "stride": 8}


def score_of(dynamics=None, **arguments):
    model = (
        load_model("v1_energy", **SMALL)
        if dynamics is None
        else load_model("dn/v1_energy", dynamics=dynamics, dt=4, **SMALL)
    )
    return load_benchmark("Albrecht2002-latency", units=4, **arguments)(as_brain_model(model))


def test_a_cell_fitted_to_the_data_is_the_positive_control(tmp_path):
    score = score_of("zhou2019_cell1")
    details = score.attrs["details"]
    assert float(score) > 0.9
    assert details["measured"]["peak_shift"] == pytest.approx(46, abs=6)  # 73 to 27 ms, from the published parameters
    assert details["measured"]["shape_invariance"] > 0.95
    assert details["orders"]["latency_falls"]["held"] > 0.9
    halves = np.array(details["half_maximum"])
    assert (np.diff(halves, axis=1) < 0).all()
    load_benchmark("Albrecht2002-latency").figure(details).savefig(tmp_path / "figure.png")
    assert (tmp_path / "figure.png").stat().st_size > 20_000


def test_without_dynamics_or_with_weak_normalisation_it_is_at_chance():
    assert float(score_of()) == pytest.approx(0, abs=1e-3)
    weak = score_of(DelayedNormalization(70, 0, 100, 2, 5.0))
    assert float(weak) == pytest.approx(0, abs=0.03)
    assert weak.attrs["details"]["undefined"]["shape_invariance"] == 4  # a shape that nothing shifts is not invariant


@pytest.mark.slow
def test_v1_normalization_keeps_the_shape_and_shifts_too_far():
    model = load_model("v1_normalization", dt=2, size=64, visual_degrees=4)
    score = load_benchmark("Albrecht2002-latency", units=4)(as_brain_model(model))
    measured = score.attrs["details"]["measured"]
    assert 55 < measured["peak_shift"] < 95 and measured["shape_invariance"] > 0.9
    assert 0.6 < float(score) < 0.9


def test_targets_state_source_and_confidence():
    benchmark = load_benchmark("Albrecht2002-latency")
    assert {target.confidence for target in benchmark.targets.values()} == {"quoted", "read from a figure"}
    assert all(benchmark.disabled.values())
    assert float(benchmark.ceiling) == 1 and benchmark.ceiling.attrs["error"] is None  # an error is not known
