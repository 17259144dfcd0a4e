"""The harness's own layer, which stands in where Brain-Score's core is not installed."""

from importlib.util import find_spec

import numpy as np
import pytest
import xarray as xr

if find_spec("brainscore_core") is not None:
    pytest.skip("Brain-Score's core is installed and gives the layer", allow_module_level=True)

from harness.assemblies import NeuroidAssembly, brainio_module, merge_data_arrays
from harness.errors import MissingData

DIMS = ["presentation", "neuroid"]


def test_an_only_coordinate_keeps_its_name_and_selects() -> None:
    coords = {"stimulus_id": ("presentation", ["a", "b"])}
    assembly = NeuroidAssembly([[1.0], [2.0]], coords=coords, dims=DIMS)
    assert assembly.sel(stimulus_id="b").values.tolist() == [2.0]
    assert NeuroidAssembly(assembly)["stimulus_id"].values.tolist() == ["a", "b"]


def test_numbers_with_a_point_can_be_selected() -> None:
    coords = {"contrast": ("presentation", [0.1, 0.5]), "stimulus_id": ("presentation", ["a", "b"])}
    assert NeuroidAssembly([[1.0], [2.0]], coords=coords, dims=DIMS).sel(contrast=0.5).values.tolist() == [[2.0]]


def test_arrays_that_contradict_one_another_are_not_merged() -> None:
    def one(value: float) -> NeuroidAssembly:
        coords = {"stimulus_id": ("presentation", ["a", "b"]), "trial": ("presentation", [0, 1])}
        return NeuroidAssembly(np.full((2, 1), value), coords=coords, dims=DIMS)

    assert merge_data_arrays([one(1), one(1)]).identical(one(1))
    with pytest.raises(xr.MergeError):
        merge_data_arrays([one(1), one(2)])


def test_groups_lie_along_one_dimension() -> None:
    coords = {"stimulus_id": ("presentation", ["a"]), "layer": ("neuroid", ["V1"])}
    with pytest.raises(ValueError, match="stimulus_id, layer must lie along one dimension"):
        NeuroidAssembly([[1.0]], coords=coords, dims=DIMS).multi_groupby(["stimulus_id", "layer"])


def test_what_needs_brain_score_says_so() -> None:
    with pytest.raises(
        MissingData, match=r"brainscore_core, which is not installed; install the harness with Python 3\.11"
    ):
        brainio_module("s3")
