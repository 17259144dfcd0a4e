"""Units are found and characterised as they are, wherever they lie."""

import numpy as np
import pytest

from harness import load_model
from harness.benchmarks.physiology.characterisation import diameters, patch
from harness.benchmarks.physiology.laboratory import Laboratory
from harness.errors import NotMeasurable, StimulusError

BINS = [(0, 100), (100, 200)]


@pytest.fixture(scope="module")
def laboratory(cells, candidate, displaced):
    return Laboratory(candidate(cells(displaced)), count=6)


@pytest.fixture(scope="module")
def energy(candidate):
    model = load_model("v1_energy", spatial_frequencies=(2.0, 4.0), size=64, visual_degrees=4)
    return Laboratory(candidate(model), count=24)


def test_displaced_receptive_fields_are_mapped(laboratory, displaced):
    assert [unit.channel for unit in laboratory.units] == list(range(6))
    for unit, cell in zip(laboratory.units, displaced, strict=True):
        assert unit.centre == pytest.approx(cell["centre"], abs=0.1)
        assert unit.orientation == cell["orientation"] and unit.spatial_frequency == cell["frequency"]
        assert unit.simple == cell["simple"]
        assert 0.3 < unit.diameter < 1.5


def test_phases_are_those_at_the_receptive_field(laboratory, displaced):
    for unit, cell in zip(laboratory.units, displaced, strict=True):
        error = (unit.phase - cell["phase"] + 180) % 360 - 180
        assert abs(error) < 45 if cell["simple"] else unit.phase == 90


def test_the_preferred_patch_drives_a_unit_best(laboratory):
    def make(unit):
        turned = laboratory.canvas.grating(unit.orientation + 90, unit.spatial_frequency, unit.phase, unit.centre)
        window = laboratory.canvas.disc(unit.summation, unit.centre)
        return {
            "preferred": laboratory.still(patch(laboratory, unit, unit.summation)),
            "orthogonal": laboratory.still(turned * window),
            "low": laboratory.still(patch(laboratory, unit, unit.summation, 0.25)),
        }

    rates = laboratory.each(make, BINS).rates()
    assert (rates["orthogonal"] < 0.25 * rates["preferred"]).all()
    assert rates["low"] == pytest.approx(0.25 * rates["preferred"], rel=0.01)
    assert (rates["preferred"] > 0.6).all()  # of 1, the response to a grating of contrast 1


def test_a_unit_far_from_the_others_is_found_too(cells, candidate):
    places = [(0.6, 0.0), (0.6, 0.05), (0.65, 0.0), (-0.5, -0.45)]
    described = [{"centre": place, "orientation": 30.0, "frequency": 2.0, "sd": 0.15} for place in places]
    units = Laboratory(candidate(cells(described))).units
    assert [unit.centre for unit in units] == [pytest.approx(place, abs=0.1) for place in places]


def test_summation_grows_with_the_filter(cells, candidate):
    sizes = [0.15, 0.3, 0.45]
    described = [{"centre": (0.1, 0.0), "orientation": 0.0, "frequency": 2.0, "sd": sd} for sd in sizes]
    laboratory = Laboratory(candidate(cells(described)))
    summation = [unit.summation for unit in laboratory.units]
    assert summation == pytest.approx([2 * sd * np.sqrt(-2 * np.log(0.05)) for sd in sizes], rel=0.25)


def test_units_of_the_energy_model(energy):
    assert len(energy.units) == 24
    for unit in energy.units:
        assert unit.orientation == 15 * (unit.channel % 12)
        assert unit.spatial_frequency == [2.0, 4.0][unit.channel // 12]
        assert not unit.simple and unit.phase == 90
        # the map's centre unit lies half a pixel to the right of and below the middle
        assert unit.centre == pytest.approx((4 / 64 / 2, -4 / 64 / 2), abs=0.1)
    assert np.mean([u.diameter for u in energy.units[12:]]) < np.mean([u.diameter for u in energy.units[:12]])


def test_the_choice_of_units_is_the_seeds(energy):
    chosen = lambda seed: [unit.channel for unit in Laboratory(energy.candidate, count=5, seed=seed).units]
    assert chosen(1) == chosen(1) != chosen(2)
    assert len(set(chosen(1))) == 5


def test_a_stimulus_that_does_not_fit_is_a_failure_of_its_unit_alone(laboratory):
    def make(unit):
        if unit.channel == 2:
            raise StimulusError("a bar does not fit")
        return {"patch": laboratory.still(patch(laboratory, unit, unit.summation))}

    responses = laboratory.each(make, BINS)
    assert responses.values.shape == (6, 1, 2)
    assert np.isnan(responses.values[2]).all() and np.isfinite(np.delete(responses.values, 2, 0)).all()
    assert np.isnan(responses.rates()["patch"][2])
    assert "does not fit" in laboratory.failures.pop("unit 2")


def test_some_units_may_be_shown_something(laboratory):
    seen = laboratory.each_of([4, 1], lambda row: {"patch": laboratory.still(_patch(laboratory, row))}, BINS)
    every = laboratory.each(lambda unit: {"patch": laboratory.still(_patch(laboratory, unit.channel))}, BINS)
    assert np.isnan(seen.values[[0, 2, 3, 5]]).all() and np.isnan(seen.blank[0]).all()
    assert seen.values[[1, 4]] == pytest.approx(every.values[[1, 4]]) and seen.conditions == ("patch",)


def _patch(laboratory, row):
    unit = laboratory.units[row]
    return patch(laboratory, unit, unit.summation)


def test_responses_are_means_of_bins_above_the_blank(laboratory):
    def make(unit):
        return {"patch": laboratory.still(patch(laboratory, unit, unit.summation), 100)}

    responses = laboratory.each(make, [(0, 50), (50, 100), (100, 200)])
    assert responses.times == pytest.approx([25, 75, 150])
    assert responses.trace("patch")[:, 2] == pytest.approx(0, abs=1e-6)  # a frame model ends with its stimulus
    assert responses.mean(0, 100)[:, 0] == pytest.approx(2 * responses.mean()[:, 0])
    assert responses.blank == pytest.approx(0, abs=1e-6)


def test_a_model_without_tuned_units_or_the_region_says_so(candidate, cells, displaced):
    with pytest.raises(NotMeasurable, match="0 of 100 units of V1 respond more to a grating than to a blank screen"):
        _ = Laboratory(candidate(load_model("constant"))).units
    with pytest.raises(NotMeasurable, match="maps no layer to region MT"):
        _ = Laboratory(candidate(cells(displaced)), "MT").units


def test_description_is_plain(laboratory):
    described = laboratory.describe()
    assert len(described["units"]) == 6 and described["region"] == "V1"
    assert {type(value) for unit in described["units"] for value in unit.values()} <= {int, float, bool}


def test_diameters_reach_the_field_of_view(laboratory):
    sizes = diameters(laboratory)
    assert sizes[-1] == pytest.approx(4) and (np.diff(sizes) > 0).all()
