"""The form of recorded data: what it refuses, what it computes, and that Brain-Score's assemblies convert both ways."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from harness.assemblies import BehavioralAssembly, NeuroidAssembly, write_netcdf
from harness.data import Choices, Measurement, RecordedData, SubjectResponses
from harness.data.brainio import choices_from_assembly, choices_to_assembly, from_assembly, to_assembly
from harness.data.remarks import in_seconds, remarks
from harness.errors import DataError

SPIKES = Measurement("spikes", "spikes/s", "none", sampling_hz=30000.0)


def one(name="m1", stimuli=("a", "b", "a", "b"), repetition=(0, 0, 1, 1), neuroids=3, bins=2, seed=0, **columns):
    values = np.random.default_rng(seed).random((len(stimuli), neuroids, bins)).astype(np.float32)
    shown = pd.DataFrame({"stimulus_id": stimuli, "repetition": repetition, **columns})
    units = pd.DataFrame({"neuroid_id": range(neuroids), "region": ["V4", "IT", "V4"][:neuroids]})
    return SubjectResponses(name, values, shown, units)


@pytest.fixture
def data():
    subjects = one(session=[1, 1, 2, 2]), one("m2", ("b", "a", "c"), (0, 0, 0), neuroids=2, seed=1, run=["x", "y", "z"])
    subjects[0].responses[1, 2] = np.nan
    return RecordedData("lab", subjects, ((0, 50), (50, 100)), SPIKES, licence="CC0", citation="@misc{a}")


def test_responses_are_ordered_by_stimulus_and_repeat(data):
    repeats = data.repeats()
    assert data.stimulus_ids == ("a", "b", "c") and repeats.shape == (2, 3, 5, 2)
    first, second = data.subjects
    np.testing.assert_array_equal(repeats[1, 1, :3], first.responses[3])
    np.testing.assert_array_equal(repeats[0, 0, 3:], second.responses[1])
    assert np.isnan(repeats[1, :, 3:]).all() and np.isnan(repeats[:, 2, :3]).all()
    assert not first.valid[1, 2].any() and first.valid.sum() == first.responses.size - 2
    assert data.repeats("m2").shape == (1, 3, 2, 2)


def test_a_region_and_a_subject_and_stimuli_are_selected(data):
    v4 = data.select("V4")
    assert v4.regions == ("V4",) and [len(one.neuroids) for one in v4.subjects] == [2, 1]
    assert data.select(subjects=["m2"]).names == ("m2",)
    assert data.select(stimuli=["c"]).names == ("m2",)
    with pytest.raises(DataError, match="no region 'V1'; it has IT, V4"):
        data.select("V1")
    with pytest.raises(DataError, match="no subject 'm3'; it has m1, m2"):
        data["m3"]


def test_time_bins_are_averaged_by_overlap(data):
    mean = data.within(25, 100)
    expected = data.subjects[0].responses @ [1 / 3, 2 / 3]
    np.testing.assert_allclose(mean.subjects[0].responses[..., 0], expected, rtol=1e-6)
    assert mean.time_bins == ((25.0, 100.0),)
    with pytest.raises(DataError, match="from 0 to 100 ms, which does not cover 50 to 150 ms"):
        data.within(50, 150)


def test_of_overlapping_bins_the_one_that_is_asked_for_is_taken():
    data = RecordedData("lab", [one(bins=3)], ((50, 100), (70, 170), (70, 270)), SPIKES)
    np.testing.assert_array_equal(
        data.within(70, 170).subjects[0].responses[..., 0], data.subjects[0].responses[..., 1]
    )


def test_it_becomes_an_assembly_and_back(data, tmp_path):
    assembly = to_assembly(data)
    assert assembly.sizes == {"presentation": 7, "neuroid": 5, "time_bin": 2}
    assert isinstance(assembly, NeuroidAssembly)
    write_netcdf(assembly, tmp_path / "a.nc")
    for back in (from_assembly(assembly), from_assembly(NeuroidAssembly.from_files(tmp_path / "a.nc"))):
        assert back.measurement == data.measurement
        assert (back.identifier, back.time_bins, back.licence, back.citation) == (
            "lab",
            data.time_bins,
            "CC0",
            "@misc{a}",
        )
        for ours, theirs in zip(data.subjects, back.subjects, strict=True):
            assert ours.subject == theirs.subject
            np.testing.assert_array_equal(ours.responses, theirs.responses)
            for table in ("presentations", "neuroids"):
                pd.testing.assert_frame_equal(
                    getattr(ours, table), getattr(theirs, table)[list(getattr(ours, table))], check_dtype=False
                )


def test_an_assembly_with_other_names_is_read():
    coords = {
        "image_id": ("presentation", ["x", "x", "y", "y"]),
        "repetition": ("presentation", [0, 0, 0, 0]),  # not unique: a count within session, say
        "neuroid_id": ("neuroid", [1, 2]),
        "animal": ("neuroid", ["Tito", "Chabo"]),
        "region": ("neuroid", ["IT", "IT"]),
        "time_bin_start": ("time_bin", [0.1, 0.0]),
        "time_bin_stop": ("time_bin", [0.2, 0.1]),
    }
    values = np.arange(16.0).reshape(4, 2, 2)
    data = from_assembly(
        NeuroidAssembly(values, coords=coords, dims=["presentation", "neuroid", "time_bin"]), SPIKES, seconds=True
    )
    assert data.time_bins == ((0, 100), (100, 200)) and data.names == ("Tito", "Chabo")
    assert data["Tito"].presentations["repetition"].tolist() == [0, 1, 0, 1]
    assert data["Chabo"].responses[0, 0].tolist() == [3, 2]


def test_an_assembly_without_time_needs_to_be_told():
    coords = {
        "stimulus_id": ("presentation", ["x", "y"]),
        "repetition": ("presentation", [0, 0]),
        "neuroid_id": ("neuroid", [1, 2]),
        "layer": ("neuroid", ["a", "a"]),
    }
    assembly = NeuroidAssembly(np.ones((2, 2)), coords=coords, dims=["presentation", "neuroid"])
    with pytest.raises(DataError, match="does not say what was measured"):
        from_assembly(assembly)
    with pytest.raises(DataError, match="has no time bins"):
        from_assembly(assembly, SPIKES, region="IT")
    with pytest.raises(DataError, match="name no region"):
        from_assembly(assembly, SPIKES, time_bins=[(70, 170)])
    data = from_assembly(assembly, SPIKES, region="IT", time_bins=[(70, 170)], identifier="x")
    assert data.subjects[0].responses.shape == (2, 2, 1) and data.regions == ("IT",) and data.names == ("unknown",)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"repetition": (0, 0, 0, 1)},
            "two presentations of stimulus_id a, repetition 0; number the repetitions from 0",
        ),
        ({"repetition": (0.5, 0, 1, 1)}, "must hold whole numbers from 0"),
        ({"stimuli": ("a", None, "a", "b")}, "lack a 'stimulus_id' in row 1"),
    ],
)
def test_presentations_that_cannot_be_are_refused(change, message):
    with pytest.raises(DataError, match=message):
        one(**change)


def test_responses_that_cannot_be_are_refused(data):
    good = data.subjects[0]
    with pytest.raises(DataError, match="are 3 x 3 x 2, and its tables describe 4 presentations of 3 neuroids"):
        replace(good, responses=good.responses[:3])
    with pytest.raises(DataError, match="infinite values; write NaN"):
        replace(good, responses=np.where(good.responses > 0.5, np.inf, good.responses))
    with pytest.raises(DataError, match="neuroid_id '0' more than once"):
        replace(good, neuroids=good.neuroids.assign(neuroid_id=0))
    with pytest.raises(DataError, match="need a column 'region'"):
        replace(good, neuroids=good.neuroids.drop(columns="region"))
    with pytest.raises(DataError, match="goes up to 43; give fractions of 1, not percent"):
        replace(good, neuroids=good.neuroids.assign(noise_ceiling=[43, 20, 10]))
    with pytest.raises(DataError, match=r"2 time bins and 1 are described"):
        replace(data, time_bins=((0, 50),))
    with pytest.raises(DataError, match="ends at 0 ms and begins at 50 ms"):
        replace(data, time_bins=((50, 0), (60, 70)))
    with pytest.raises(DataError, match="order of their beginnings"):
        replace(data, time_bins=((50, 100), (0, 50)))
    with pytest.raises(DataError, match="subject 'm1' more than once"):
        replace(data, subjects=(good, good))
    with pytest.raises(DataError, match=r"modality is one of spikes, .* not 'magic'"):
        Measurement("magic", "spikes", "none")
    with pytest.raises(DataError, match="say the unit"):
        Measurement("spikes", "", "none")


def test_what_looks_like_a_mistake_is_remarked_on(data):
    strange = one(repetition=(0, 0, 1, 1))
    strange.responses[0] = 0
    strange.responses[1:, 1] = np.nan
    strange.responses[:, 2] = 0
    recording = RecordedData("lab", [strange], ((0, 0.1), (0.1, 0.2)), SPIKES)
    assert in_seconds(recording) == ["the last time bin ends at 0.2 ms"] and in_seconds(data) == []
    said = " ".join(remarks(recording))
    for part in (
        "1 presentations have no response but zeros",
        "are missing",
        "2 neuroids never vary",
    ):
        assert part in said
    assert "no stimulus was repeated" in " ".join(remarks(data.select(subjects=["m2"])))


def test_choices_become_an_assembly_and_back():
    trials = pd.DataFrame(
        {
            "stimulus_id": [1, 2, 1],
            "subject": ["s", "s", "t"],
            "choice": ["cat", None, "dog"],
            "truth": ["cat", "dog", "cat"],
        }
    )
    choices = Choices("lab", trials, ("cat", "dog", "bear"))
    assert choices.correct.tolist() == [True, False, False] and choices.subjects == ("s", "t")
    assert choices.of(subject="t").trials["choice"].tolist() == ["dog"]
    with pytest.raises(DataError, match="no trials with subject 'u'; there are s, t"):
        choices.of(subject="u")
    assembly = choices_to_assembly(Choices("lab", trials.dropna()))
    assert isinstance(assembly, BehavioralAssembly)
    back = choices_from_assembly(assembly)
    pd.testing.assert_frame_equal(back.trials[list(trials)], Choices("lab", trials.dropna()).trials[list(trials)])
    with pytest.raises(DataError, match="the choice 'dog', which is none of cat, bear"):
        Choices("lab", trials, ("cat", "bear"))
