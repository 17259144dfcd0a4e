"""Causal experiments on V1: on circuits with the mechanism, with the opposite one, and without any."""

import numpy as np
import pytest

from harness import load_benchmark, load_model
from harness.errors import NotMeasurable
from harness_plugins.benchmarks.causal_v1.controls import feedback_circuit, not_stabilised, stabilised, with_feedback
from harness_plugins.benchmarks.causal_v1.feedback import _field, _nassi, _nurminen


def ratio_of_gaussians(sizes, centre=100.0, width=0.8, surround=2.0, reach=2.5):
    from scipy.special import erf

    return centre * erf(sizes / width) ** 2 / (1 + surround * erf(sizes / reach) ** 2)


SIZES = np.geomspace(0.25, 8, 25)
INTACT = ratio_of_gaussians(SIZES)[None]


@pytest.mark.parametrize(
    ("changed", "signs"),
    [
        ({"width": 0.96, "centre": 90, "surround": 1.6}, (1, 1, -1, 1)),
        ({"centre": 80}, (0, 1, -1, 0)),
        ({"surround": 1.4}, (1, -1, 1, 1)),
    ],
)
def test_signs_of_known_changes_of_a_ratio_of_gaussians(changed, signs):
    """A change of gain leaves field and suppression; less surround alone raises the response in the field."""
    perturbed = ratio_of_gaussians(SIZES, **changed)[None]
    orders = _nurminen(SIZES, INTACT, [perturbed] * 4)
    found = [
        float(orders[name][0])
        for name in ("field_grows", "centre_falls", "near_surround_released", "suppression_falls")
    ]
    assert [int(np.sign(round(value, 6))) for value in found] == list(signs)
    assert _field(SIZES, INTACT)[0] == pytest.approx(1.10, abs=0.05)
    silenced = _nassi(INTACT, ratio_of_gaussians(SIZES, surround=1.4)[None])
    assert silenced["suppression_falls"][0] > 0 and silenced["large_released"][0] > 0


def test_inhibition_falls_only_where_it_stabilises():
    benchmark = load_benchmark("Sanzeni2020.V1-paradoxical", units=6)
    score, opposite = benchmark(stabilised(benchmark)), benchmark(not_stabilised(benchmark))
    assert float(score) > 0.9 and float(opposite) < -0.9
    details = score.attrs["details"]
    assert details["controls"]["no current"] == 0 and details["controls"]["into excitatory cells"] > 0
    assert benchmark.figure(details) is not None


def test_without_feedback_or_inhibition_nothing_is_measurable():
    for name in ("Sanzeni2020.V1-paradoxical", "Nurminen2018.V1-feedback"):
        with pytest.raises(NotMeasurable):
            load_benchmark(name, units=4)(load_model("v1_energy"))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["Nurminen2018.V1-feedback", "Nassi2013.V1-cooling"])
def test_feedback_that_reaches_nothing_is_not_measurable(name):
    benchmark = load_benchmark(name, units=4)
    with pytest.raises(NotMeasurable, match="nothing reads it"):
        benchmark(feedback_circuit(0.0, 0.0))
    assert float(benchmark(with_feedback(benchmark))) > 0.5
