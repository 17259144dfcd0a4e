"""What assemblies, scores and stimulus sets do, whether they are Brain-Score's or the harness's own."""

from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from harness.assemblies import (
    BehavioralAssembly,
    Benchmark,
    BrainIOStimulusSet,
    DataAssembly,
    NeuroidAssembly,
    PropertyAssembly,
    Score,
    merge_data_arrays,
    score_benchmark,
    walk_coords,
    write_netcdf,
)


def assembly() -> NeuroidAssembly:
    """Four presentations (two stimuli, twice) of six neuroids in two layers and three time bins."""
    values = np.arange(4 * 6 * 3, dtype=float).reshape(4, 6, 3)
    coords = {
        "stimulus_id": ("presentation", ["a", "b", "a", "b"]),
        "repetition": ("presentation", [0, 0, 1, 1]),
        "object_name": ("presentation", ["cat", "dog", "cat", "dog"]),
        "neuroid_id": ("neuroid", np.arange(6)),
        "layer": ("neuroid", ["V1", "V1", "V1", "IT", "IT", "IT"]),
        "channel": ("neuroid", [0, 1, 2, 0, 1, 2]),
        "time_bin_start": ("time_bin", [0, 50, 100]),
        "time_bin_end": ("time_bin", [50, 100, 150]),
    }
    return NeuroidAssembly(values, coords=coords, dims=["presentation", "neuroid", "time_bin"])


def test_selection_by_any_coordinate() -> None:
    whole = assembly()
    assert whole.sel(layer="IT").sizes == {"presentation": 4, "neuroid": 3, "time_bin": 3}
    assert whole.sel(stimulus_id="b", repetition=1).values.tolist() == whole.values[3:4].tolist()
    assert whole.sel(time_bin_start=50, time_bin_end=100).shape == (4, 6)
    assert whole[{"neuroid": whole["layer"].values == "V1"}]["neuroid_id"].values.tolist() == [0, 1, 2]
    assert whole.isel(presentation=slice(0, 2))["stimulus_id"].values.tolist() == ["a", "b"]
    assert isinstance(whole.sel(layer="IT"), NeuroidAssembly)


def test_the_kinds_are_arrays_and_the_dimensions_of_responses_are_checked() -> None:
    assert all(
        issubclass(kind, DataAssembly) for kind in (NeuroidAssembly, BehavioralAssembly, PropertyAssembly, Score)
    )
    assembly().validate()
    with pytest.raises(AssertionError):
        NeuroidAssembly([[1.0]], dims=["presentation", "choice"]).validate()


def test_an_assembly_of_an_assembly_is_the_same_and_keeps_its_attributes() -> None:
    first = assembly()
    first.attrs["identifier"] = "first"
    again = NeuroidAssembly(first)
    assert again.identical(first) and again.attrs == {"identifier": "first"}
    again.attrs["identifier"] = "second"
    assert first.attrs["identifier"] == "first"


def test_grouping() -> None:
    mean = assembly().groupby("stimulus_id").mean("presentation")
    assert mean["stimulus_id"].values.tolist() == ["a", "b"]
    assert np.allclose(mean.values, [assembly().values[0::2].mean(0), assembly().values[1::2].mean(0)])


def test_grouping_by_several_coordinates_keeps_them() -> None:
    mean = assembly().multi_groupby(["stimulus_id", "object_name"]).mean(dim="presentation")
    mean = mean.transpose("presentation", "neuroid", "time_bin")
    assert isinstance(mean, NeuroidAssembly)
    assert mean["object_name"].values.tolist() == ["cat", "dog"]
    assert np.allclose(mean.sel(stimulus_id="a").values.squeeze(), assembly().values[0::2].mean(0))
    assert mean.sel(layer="IT").sizes["neuroid"] == 3


def test_concatenation_and_merging() -> None:
    parts = [assembly().isel(presentation=[row]) for row in range(4)]
    joined = xr.concat(parts, dim="presentation")
    assert joined["repetition"].values.tolist() == [0, 0, 1, 1]
    assert np.array_equal(joined.values, assembly().values)
    merged = merge_data_arrays([assembly().sel(layer="V1"), assembly().sel(layer="IT")])
    assert isinstance(merged, NeuroidAssembly) and merged.sizes["neuroid"] == 6
    assert sorted(merged.values.ravel()) == sorted(assembly().values.ravel())


def test_coordinates_can_be_walked() -> None:
    walked = {name: (dims, list(values)) for name, dims, values in walk_coords(assembly())}
    assert set(walked) == {
        *(
            "stimulus_id",
            "repetition",
            "object_name",
            "neuroid_id",
            "layer",
            "channel",
            "time_bin_start",
            "time_bin_end",
        )
    }
    assert walked["layer"] == (("neuroid",), ["V1"] * 3 + ["IT"] * 3)
    assert walked["time_bin_end"] == (("time_bin",), [50, 100, 150])


def test_netcdf_both_ways(tmp_path: Path) -> None:
    path = tmp_path / "a folder" / "assembly.nc"
    whole = assembly()
    whole.attrs.update(identifier="two", stimulus_set=BrainIOStimulusSet({"stimulus_id": ["a"]}), nothing=None)
    write_netcdf(whole, path)
    read = NeuroidAssembly.from_files(path, stimulus_set_identifier="two")
    assert np.array_equal(read.values, assembly().values) and read.dims == assembly().dims
    for name, dims, values in walk_coords(assembly()):
        assert read[name].dims == dims and list(read[name].values) == list(values)
    assert read.sel(layer="IT").sizes["neuroid"] == 3
    assert (read.attrs["identifier"], read.attrs["stimulus_set_identifier"]) == ("two", "two")
    assert "nothing" not in read.attrs and len(whole.attrs["stimulus_set"]) == 1


def test_old_files_name_stimuli_otherwise(tmp_path: Path) -> None:
    coords = {"image_id": ("presentation", ["a", "b"]), "trial": ("presentation", [0, 1])}
    write_netcdf(NeuroidAssembly([[1.0], [2.0]], coords=coords, dims=["presentation", "neuroid"]), tmp_path / "a.nc")
    assert NeuroidAssembly.from_files(tmp_path / "a.nc").sel(stimulus_id="b").values.tolist() == [[2.0]]


def test_behavioural_assemblies_hold_text(tmp_path: Path) -> None:
    coords = {"stimulus_id": ("presentation", ["a", "b"]), "truth": ("presentation", ["cat", "dog"])}
    labels = BehavioralAssembly([["cat", "cat"]], coords=coords, dims=["choice", "presentation"])
    assert (labels.values == labels["truth"].values).tolist() == [[True, False]]


def test_stimulus_sets_keep_their_files_through_selection(tmp_path: Path) -> None:
    stimuli = BrainIOStimulusSet({"stimulus_id": ["a", "b"], "contrast": [0.1, 0.2]})
    stimuli.identifier, stimuli.stimulus_paths = "two", {"a": tmp_path / "a.png", "b": tmp_path / "b.png"}
    chosen = stimuli[stimuli["contrast"] > 0.15]
    assert isinstance(chosen, BrainIOStimulusSet) and chosen["stimulus_id"].tolist() == ["b"]
    assert chosen.get_stimulus("b") == tmp_path / "b.png" and chosen.identifier == "two"


def test_a_score_carries_attributes_through_copies_but_not_arithmetic() -> None:
    score = Score(0.5)
    score.attrs.update(error=0.1, raw=Score([0.4, 0.6], dims=["split"]), ceiling=Score(0.9))
    for other in (score.copy(), score.copy(deep=True), score.expand_dims("benchmark")):
        assert other.attrs["error"] == 0.1 and float(other.attrs["ceiling"]) == 0.9
    for other in (score / 0.9, 1 - score, score * score):
        assert isinstance(other, Score) and other.attrs == {}, "so attributes are set last"
    assert float(score / 0.5) == 1.0


def test_a_benchmark_is_asked_whether_the_memory_suffices() -> None:
    class Large(Benchmark):
        def __call__(self, candidate: object) -> Score:
            return Score(1.0)

        def preallocate_memory(self, candidate: object) -> None:
            if candidate == "large":
                raise MemoryError("too large")

    assert float(score_benchmark(Large(), "small")) == 1.0
    with pytest.raises(MemoryError, match="too large"):
        score_benchmark(Large(), "large")
