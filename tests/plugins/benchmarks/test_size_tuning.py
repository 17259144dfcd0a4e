"""Size and length tuning: found where they are built in, and nowhere else."""

import json

import numpy as np
import pytest
import torch
from torch import nn

from harness import FrameModel, Preprocessing, load_model
from harness.errors import NotMeasurable
from harness_plugins.benchmarks.size_tuning.cavanaugh2002 import SizeTuning
from harness_plugins.benchmarks.size_tuning.kapadia1999 import LengthTuning
from harness_plugins.models.v1.filters import ORIENTATIONS, GaborBank

SIZE, DEGREES, STRIDE = 128, 8.0, 4
BENCHMARKS = [SizeTuning(), LengthTuning()]


class Collator(nn.Module):
    """Complex cells that sum along their contour, A, and are divided by that and by what lies beside, S: A / (sigma + A + S).

    Where contrast is high a short bar saturates the ratio, where it is low or divided by a texture the response grows with A.
    """

    def __init__(self, reach=0.6, sigma=0.01, beside=1.0):
        super().__init__()
        self.bank = GaborBank((2.0,), ORIENTATIONS, SIZE, DEGREES, STRIDE)
        self.reach, self.sigma, self.beside = reach, sigma, beside
        self.responses = nn.Identity()

    def forward(self, signal):
        energy = self.bank(signal).abs()
        every = energy.amax(1)
        along = np.arange(-3 * self.reach, 3.01 * self.reach, self.bank.spacing)
        bell = np.exp(-0.5 * (along / self.reach) ** 2)
        own = [self._summed(energy[:, n], angle, along, bell) for n, angle in enumerate(ORIENTATIONS)]
        beside = [self._summed(every, angle + 90, np.array([-1.25, 1.25]), np.ones(2)) for angle in ORIENTATIONS]
        own, beside = torch.stack(own, 1), torch.stack(beside, 1)
        return self.responses(own / (self.sigma + own + self.beside * beside))

    def _summed(self, maps, orientation, places, weights):
        """(batch, y, x), the weighted mean over places in degrees along an orientation."""
        angle = np.deg2rad(orientation)
        down, right = (
            np.round(part * places / self.bank.spacing).astype(int) for part in (np.sin(angle), -np.cos(angle))
        )
        shifted = [torch.roll(maps, shift, (1, 2)) for shift in zip(down.tolist(), right.tolist(), strict=True)]
        return sum(w * m for w, m in zip((weights / weights.sum()).tolist(), shifted, strict=True))


@pytest.fixture(scope="module")
def collator():
    preprocessing = Preprocessing(SIZE, mean=(0.5,), std=(0.5,), channels=1)
    options = {"regions": {"V1": "responses"}, "layers": ("responses",), "visual_degrees": DEGREES}
    return FrameModel("collator", Collator(), preprocessing=preprocessing, **options)


@pytest.fixture(scope="module")
def energy():
    return load_model("v1_energy", spatial_frequencies=(2.0,), size=SIZE)


def test_normalisation_with_a_surround_has_the_published_size_tuning(bench, known_units):
    known_units(0, 5)
    model = load_model("v1_normalization", size=96, visual_degrees=6, dt=4)
    score = SizeTuning()(bench(model))
    details = score.attrs["details"]
    assert float(score) > 0.9 and all(order["held"] > 0.5 for order in details["orders"].values())
    assert details["measured"]["suppression"] == pytest.approx(0.41, abs=0.05)
    assert details["measured"]["summation_ratio"] == pytest.approx(2.2, abs=0.2)
    fits = details["ratio_of_gaussians"]
    assert fits["high"]["explained"] > 0.9 and fits["high"]["surround_gain"] > fits["low"]["surround_gain"]


def test_without_a_surround_nothing_is_suppressed(bench, known_units):
    known_units(0, 5)
    model = load_model("v1_normalization", size=96, visual_degrees=6, dt=5, k_tuned=0.0, k_untuned=0.0)
    details = SizeTuning()(bench(model)).attrs["details"]
    assert (
        details["measured"]["suppression"] == pytest.approx(0, abs=0.02)
        and abs(details["orders"]["suppressed"]["held"]) < 0.2
    )


def test_cells_that_sum_along_their_contour_and_normalise_have_the_published_length_tuning(
    bench, known_units, collator
):
    known_units(0, 6)
    score = LengthTuning()(bench(collator))
    details = score.attrs["details"]
    assert float(score) > 0.9 and all(order["held"] > 0.5 for order in details["orders"].values())
    assert details["measured"]["length_ratio"] == pytest.approx(4, abs=0.5)


@pytest.mark.parametrize("benchmark", BENCHMARKS, ids=lambda each: each.identifier)
def test_filters_that_only_sum_are_at_chance(benchmark, bench, known_units, energy):
    known_units(0, 5, 8, summation=1.87)
    score = benchmark(bench(energy))
    assert float(score) == pytest.approx(benchmark.chance, abs=1e-3)
    assert all(abs(order["held"]) < 0.05 for order in score.attrs["details"]["orders"].values())
    lowest = score.attrs["details"]["lowest_contrast"]
    assert lowest == pytest.approx([0.5**4] * 3)  # the last of the series above a twentieth


@pytest.mark.parametrize("benchmark", BENCHMARKS, ids=lambda each: each.identifier)
def test_a_constant_model_is_not_measurable(benchmark, bench):
    with pytest.raises(NotMeasurable, match="respond more to a grating"):
        benchmark(bench(load_model("constant")))


@pytest.mark.parametrize("benchmark", BENCHMARKS, ids=lambda each: each.identifier)
def test_figures(benchmark, bench, known_units, collator, tmp_path):
    known_units(0, 6)
    details = benchmark(bench(collator)).attrs["details"]
    assert len(json.dumps(details)) < 200_000
    benchmark.figure(json.loads(json.dumps(details))).savefig(tmp_path / "figure.png")
    assert (tmp_path / "figure.png").stat().st_size > 10_000
