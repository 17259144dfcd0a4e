"""Gabor energy: what single units of the bank give, in degrees and on the scale of contrast."""

import numpy as np
import pytest
import torch

from harness import CentreUnits, Recording, as_brain_model, extract, load_benchmark, load_model, load_stimuli
from harness.errors import ModelError
from harness.models import Weights

ORIENTATIONS = np.arange(0, 180, 15)


def centre(model, layer="complex", **gratings):
    """(gratings, channels) at the centre of the map."""
    stimuli = load_stimuli("gratings", **{"size_px": 128, **gratings})
    return extract(model, stimuli, Recording(layer, [(0, 10)], CentreUnits())).array()[:, 0]


@pytest.fixture(scope="module")
def model():
    return load_model("v1_energy")


def test_a_matched_grating_gives_its_contrast_whatever_its_phase(model):
    for number, frequency in enumerate((1.0, 2.0, 4.0)):
        got = centre(model, orientation=30, spatial_frequency=frequency, contrast=[0.1, 1.0], phase=[0, 60, 90])
        matched = got[:, number * 12 + 2]
        assert matched == pytest.approx([0.1, 1.0] * 3, rel=1e-3)


def test_channels_prefer_their_contour_and_their_frequency(model):
    got = centre(model, orientation=ORIENTATIONS, spatial_frequency=[1, 2, 4]).reshape(12, 3, 3, 12)
    for orientation in range(12):
        for frequency in range(3):
            best = np.unravel_index(got[orientation, frequency].argmax(), (3, 12))
            assert best == (frequency, orientation)


def test_simple_units_are_half_rectified_phases_of_the_complex_one(model):
    got, energy = (centre(model, layer, orientation=45, phase=[0, 90, 180, 270]) for layer in ("simple", "complex"))
    phases = got.reshape(4, 4, 36)
    assert (phases >= 0).all() and np.sqrt((phases**2).sum(1)) == pytest.approx(energy, rel=1e-4, abs=1e-6)
    best = phases[:, :, 3].argmax(1)
    assert sorted(best) == [0, 1, 2, 3]


def test_a_blank_gives_nothing_and_a_small_stimulus_stands_on_grey(model):
    assert np.abs(centre(model, contrast=0.0)).max() < 1e-5
    edge = load_stimuli("gratings", spatial_frequency=2, visual_degrees=2, size_px=32)
    responses = extract(model, edge, Recording("complex")).array().reshape(3, 12, 32, 32)
    assert responses[1, 0, 16, 16] > 0.8 and responses[..., 0, 0].max() < 1e-5


def test_responses_are_those_of_filters_laid_out_in_space():
    """Against direct sums over the filter, near an edge of the frame, with more pixels between units and without."""
    random = torch.Generator().manual_seed(0)
    signal = torch.rand((1, 1, 32, 32), generator=random) - 0.5
    bank = load_model("v1_energy", spatial_frequencies=[2], size=32, visual_degrees=4, stride=2).network.bank
    kernel = bank._kernel(2.0, 30)
    reach = len(kernel) // 2
    padded = np.pad(signal[0, 0].numpy(), reach)
    for row, column in ((0, 0), (8, 8), (3, 15)):
        y, x = 2 * row, 2 * column
        expected = (padded[y : y + 2 * reach + 1, x : x + 2 * reach + 1] * kernel).sum()
        assert complex(bank(signal)[0, 2, row, column]) == pytest.approx(expected, abs=1e-5)


def test_the_field_and_the_frequencies_are_identity(model):
    assert model.regions == {"V1": "complex"} and model.weights == Weights("none") and model.visual_degrees == 8
    assert (
        model.digest() == load_model("v1_energy").digest() != load_model("v1_energy", spatial_frequencies=[2]).digest()
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"spatial_frequencies": [9]}, "raise size"),
        ({"stride": 5}, "must divide"),
        ({"spatial_frequencies": []}, "between 0 and 8"),
    ],
)
def test_what_cannot_be_built_is_refused(arguments, message):
    with pytest.raises(ModelError, match=message):
        load_model("v1_energy", **arguments)


@pytest.mark.slow
def test_orientation_tuning_of_the_bank_is_sharp_and_all_units_are_complex(model):
    """All filters of one kind are alike, so the distributions of macaque V1 are not matched; the measures are right."""
    score = load_benchmark("Ringach2002-orientation_tuning")(
        as_brain_model(load_model("v1_energy", spatial_frequencies=[1, 2]))
    )
    details = score.attrs["details"]
    assert details["units"] == {"recorded": 24, "kept": 24, "tuned": 24, "simple": 0}
    away = np.array(details["preferred_orientation"]) - np.tile(ORIENTATIONS, 2)
    assert np.abs((away + 90) % 180 - 90).max() < 1
    assert details["spatial_frequency"] == [1.0] * 12 + [2.0] * 12
    assert 0 < float(score) < 0.7
