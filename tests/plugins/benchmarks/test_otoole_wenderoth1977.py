"""The tilt illusion: a population that has it, and such as have not."""

import numpy as np
import pytest

from harness import as_brain_model, load_model
from harness.errors import BenchmarkError, NotMeasurable
from harness_plugins.benchmarks.otoole_wenderoth1977 import published
from harness_plugins.benchmarks.otoole_wenderoth1977.benchmark import TESTED, TRAINED, OTooleWenderoth1977
from harness_plugins.benchmarks.otoole_wenderoth1977.controls import population
from harness_plugins.benchmarks.otoole_wenderoth1977.decoder import decode, difference


@pytest.fixture(scope="module")
def benchmark():
    return OTooleWenderoth1977(units=3)


@pytest.mark.parametrize(
    ("strength", "low", "high"),
    [
        (1.0, 0.9, 1.2),
        pytest.param(0.0, -0.05, 0.05, marks=pytest.mark.slow),
        pytest.param(-1.0, -1.5, -0.7, marks=pytest.mark.slow),
    ],
)
def test_controls(benchmark, strength, low, high, tmp_path):
    score = benchmark(as_brain_model(population(strength)))
    details = score.attrs["details"]
    assert low < float(score) < high
    assert all(strength * order["held"] > 0.5 or strength == 0 for order in details["orders"].values())
    expected = strength * np.r_[0, published.EFFECT[1:-1], 0]
    assert (
        np.abs(np.array(details["illusion"]) - expected).max() < 0.7
    )  # edges of the windows turn the estimates a little
    assert details["decoder"]["misread_without_surround"] < 0.5
    benchmark.figure(details).savefig(tmp_path / "figure.png")
    assert (tmp_path / "figure.png").stat().st_size > 10_000


def test_models_without_a_surround_have_no_illusion(benchmark):
    energy = load_model("v1_energy", size=64, visual_degrees=4, spatial_frequencies=(2.0,))
    assert abs(float(benchmark(as_brain_model(energy)))) < 0.02
    with pytest.raises(NotMeasurable, match="respond more to a grating"):
        benchmark(as_brain_model(load_model("constant")))


def test_the_decoder_never_saw_what_it_reads():
    assert not {angle for angle, _ in TRAINED} & {angle for angle, _ in TESTED}
    assert not {phase for _, phase in TRAINED} & {phase for _, phase in TESTED}
    angles = np.arange(0, 180, 5.0)
    tuned = lambda at: np.exp(np.cos(2 * np.deg2rad(np.asarray(at)[:, None] - np.arange(0, 180, 30))))
    read = decode(tuned(angles), angles, 3 * tuned([12.5, 91.0]))
    assert difference(read, np.array([12.5, 91.0])) == pytest.approx([0, 0], abs=1)
    with pytest.raises(BenchmarkError, match="tells"):
        decode(np.ones((36, 4)), angles, np.ones((2, 4)))


def test_units_that_tell_nothing_show_no_illusion(benchmark):
    noise = np.random.default_rng(0).normal(size=(36, 5))
    read = decode(noise, np.arange(0, 180, 5.0), noise[:4] + 1)
    assert np.isfinite(read).all()
    with pytest.raises(BenchmarkError, match="centre"):
        OTooleWenderoth1977(centre=0)


@pytest.mark.slow
def test_the_normalisation_model_repels_and_hardly_attracts():
    model = load_model("v1_normalization", dt=4, size=160, visual_degrees=10)
    details = OTooleWenderoth1977(units=2)(as_brain_model(model)).attrs["details"]
    illusion = np.array(details["illusion"])
    assert 1 < illusion[2] < 2 and illusion.argmax() == 2
    assert np.abs(illusion[6:9]).max() < 0.3  # participants: -0.4, -0.7, -0.3
    assert details["orders"]["repelled"]["held"] > 0.9 > 0.7 > details["orders"]["attracted"]["held"]
