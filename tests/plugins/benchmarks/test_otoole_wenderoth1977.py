"""The tilt illusion: a population that has it, and such as have not."""

import numpy as np
import pytest
import torch
from torch import nn

from harness import Canvas, FrameModel, Preprocessing, as_brain_model, load_model
from harness.errors import BenchmarkError, NotMeasurable
from harness_plugins.benchmarks.otoole_wenderoth1977 import published
from harness_plugins.benchmarks.otoole_wenderoth1977.benchmark import TESTED, TRAINED, OTooleWenderoth1977
from harness_plugins.benchmarks.otoole_wenderoth1977.decoder import decode, difference

DEGREES, SIZE = 8.0, 224
PREFERRED = torch.arange(0, 180, 15.0)


class Illusion(nn.Module):
    """Units tuned to the orientation in a small window, turned by the published illusion for what surrounds it.

    Orientations are those of the structure tensor: arg sum w (gx + i gy)^2, plus 180, halved.
    """

    def __init__(self, strength):
        super().__init__()
        canvas = Canvas(DEGREES, SIZE)
        radius = np.hypot(canvas.x, canvas.y)
        self.register_buffer("centre", torch.from_numpy(np.exp(-0.5 * (radius / 0.3) ** 2)).float())
        self.register_buffer("around", torch.from_numpy((radius > 2.2).astype(float)).float())
        effect = published.EFFECT.copy()
        effect[[0, -1]] = 0  # by symmetry
        self.register_buffer("effect", strength * torch.from_numpy(effect).float())
        self.response = nn.Identity()

    def forward(self, signal):
        right = signal[:, 0, 1:-1, 2:] - signal[:, 0, 1:-1, :-2]
        up = signal[:, 0, :-2, 1:-1] - signal[:, 0, 2:, 1:-1]
        tensor = torch.complex(right, up) ** 2
        inside, outside = ((tensor * mask[1:-1, 1:-1]).sum((1, 2)) for mask in (self.centre, self.around))
        angle, other = (torch.rad2deg(value.angle() + torch.pi) / 2 for value in (inside, outside))
        tilt = (other - angle + 90) % 180 - 90
        place = tilt.abs() / 10
        lower = place.floor().long().clamp(max=8)
        size = self.effect[lower] + (place - lower) * (self.effect[lower + 1] - self.effect[lower])
        seen = angle - torch.where(outside.abs() > 1, tilt.sign() * size, torch.zeros_like(size))
        tuning = torch.exp(2 * (torch.cos(torch.deg2rad(2 * (seen[:, None] - PREFERRED))) - 1))
        return self.response(inside.abs().sqrt()[:, None] * tuning)


def population(strength):
    options = {"regions": {"V1": "response"}, "visual_degrees": DEGREES, "arguments": {"strength": strength}}
    preprocessing = Preprocessing(SIZE, mean=(0.5,), std=(0.5,), channels=1)
    return as_brain_model(
        FrameModel(f"illusion{strength:g}", Illusion(strength), preprocessing=preprocessing, **options)
    )


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
    score = benchmark(population(strength))
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
