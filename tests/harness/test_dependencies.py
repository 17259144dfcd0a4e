"""The part of each dependency that is used here, under the versions that are pinned."""

import importlib.metadata as metadata
import importlib.util
import re
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from packaging.requirements import Requirement
from packaging.version import Version

from harness.assemblies import BehavioralAssembly, NeuroidAssembly, walk_coords

ROOT = Path(__file__).resolve().parents[2]
BRAIN_SCORE = importlib.util.find_spec("brainscore_core") is not None
of_brain_score = pytest.mark.skipif(not BRAIN_SCORE, reason="Brain-Score's core is made for Python 3.11")


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


# versions


def requirements() -> list[Requirement]:
    """The dependencies that setup.cfg states for this Python."""
    text = (ROOT / "setup.cfg").read_text()
    block = re.search(r"^install_requires =\n((?:    .*\n)+)", text, re.MULTILINE)
    assert block is not None
    stated = [Requirement(line.strip()) for line in block[1].splitlines() if not line.strip().startswith("#")]
    return [requirement for requirement in stated if requirement.marker is None or requirement.marker.evaluate()]


@pytest.mark.parametrize("requirement", requirements(), ids=lambda requirement: requirement.name)
def test_installed_versions_are_within_the_stated_bounds(requirement):
    assert requirement.specifier.contains(metadata.version(requirement.name), prereleases=True)


def test_brain_scores_stack_belongs_to_its_own_python():
    names = {requirement.name for requirement in requirements()}
    assert ("brainscore-core" in names) == (sys.version_info < (3, 12))


@of_brain_score
def test_what_brainscore_core_cannot_work_with_is_excluded():
    pins = {requirement.name: requirement.specifier for requirement in requirements()}
    assert not pins["pandas"].contains("3.0.0"), "pandas 3 breaks netCDF writing"
    assert not pins["numpy"].contains("2.0.0") and not pins["xarray"].contains("2022.6.0")
    assert Version(pd.__version__) < Version("3")


def test_torch_and_torchvision_are_a_pair():
    """torchvision states the torch that it was built for, and its compiled operators work only with that."""
    import torch
    import torchvision

    stated = [Requirement(text) for text in metadata.requires("torchvision") or ()]
    (wanted,) = [requirement.specifier for requirement in stated if requirement.name == "torch"]
    assert wanted.contains(Version(torch.__version__).base_version)
    boxes = torch.tensor([[0.0, 0.0, 2.0, 2.0], [0.0, 0.0, 2.0, 2.0]])
    assert torchvision.ops.nms(boxes, torch.tensor([0.5, 0.9]), 0.5).tolist() == [1]


def test_the_unrelated_brainio_of_pypi_is_not_installed():
    assert importlib.util.find_spec("brainio") is None
    assert "brainio" not in {requirement.name.lower() for requirement in requirements()}


# BrainIO assemblies


@of_brain_score
def test_numbers_with_a_point_are_selected_by_a_mask():
    """This xarray cannot find a float among several coordinates of a dimension, so whole milliseconds are integers."""
    coords = {"contrast": ("presentation", [0.1, 0.5]), "stimulus_id": ("presentation", ["a", "b"])}
    whole = NeuroidAssembly([[1.0], [2.0]], coords=coords, dims=["presentation", "neuroid"])
    with pytest.raises(pd.errors.InvalidIndexError):
        whole.sel(contrast=0.5)
    assert whole[{"presentation": whole["contrast"].values == 0.5}].values.tolist() == [[2.0]]


@of_brain_score
def test_a_dimension_needs_two_coordinates_to_keep_their_names():
    """What is left of a MultiIndex of one is renamed; so our assemblies have two or more on every dimension."""
    alone = NeuroidAssembly([[1.0]], coords={"stimulus_id": ("presentation", ["a"])}, dims=["presentation", "neuroid"])
    assert "stimulus_id" not in alone.coords and alone["presentation"].values.tolist() == ["a"]


@of_brain_score
def test_aligning_one_assembly_with_another():
    from brainscore_core.supported_data_standards.brainio.transform import subset

    few = assembly().isel(presentation=[1, 3])
    assert subset(assembly(), few, subset_dims=("stimulus_id",))["stimulus_id"].values.tolist() == ["b", "b"]


@of_brain_score
@pytest.mark.parametrize("compress", [True, False])
def test_netcdf_both_ways(tmp_path: Path, compress: bool):
    from brainscore_core.supported_data_standards.brainio.packaging import write_netcdf

    path = tmp_path / "assembly.nc"
    write_netcdf(assembly(), path, compress=compress)
    read = NeuroidAssembly.from_files(path, stimulus_set_identifier="two")
    assert np.array_equal(read.values, assembly().values) and read.dims == assembly().dims
    for name, dims, values in walk_coords(assembly()):
        assert read[name].dims == dims and list(read[name].values) == list(values)
    assert read.attrs["stimulus_set_identifier"] == "two"


@of_brain_score
def test_behavioural_assemblies_hold_text(tmp_path: Path):
    from brainscore_core.supported_data_standards.brainio.packaging import write_netcdf

    coords = {"stimulus_id": ("presentation", ["a", "b"]), "truth": ("presentation", ["cat", "dog"])}
    labels = BehavioralAssembly([["cat", "cat"]], coords=coords, dims=["choice", "presentation"])
    assert (labels.values == labels["truth"].values).tolist() == [[True, False]]
    write_netcdf(labels, tmp_path / "labels.nc", compress=False)
    assert BehavioralAssembly.from_files(tmp_path / "labels.nc").values.tolist() == [["cat", "cat"]]


# scores, cached results


@of_brain_score
def test_the_benchmark_class_can_be_subclassed_with_a_lazy_ceiling():
    from brainscore_core.benchmarks import Benchmark

    assert {"ceiling", "identifier", "version", "bibtex", "parent"} <= set(dir(Benchmark))


def test_result_caching_offers_its_switches_and_storage(monkeypatch):
    from result_caching import NotCachedError, _Storage, cached_only, is_enabled

    assert issubclass(NotCachedError, Exception) and callable(_Storage)
    monkeypatch.setenv("RESULTCACHING_DISABLE", "harness.metrics,other")
    assert not is_enabled("harness.metrics.regression.ridge/1") and is_enabled("harness.scoring.score_pairs/1")
    monkeypatch.setenv("RESULTCACHING_CACHEDONLY", "1")
    assert cached_only("anything")


# networks, numerics, plugins


def test_networks_and_their_layers_can_be_had_without_weights():
    import timm
    import torch
    import torchvision
    from torchvision.models.feature_extraction import get_graph_node_names

    names = get_graph_node_names(torchvision.models.get_model("squeezenet1_1", weights=None))[1]
    assert "features.0" in names
    network = timm.create_model("test_vit", pretrained=False, num_classes=3).eval()
    config = timm.data.resolve_model_data_config(network)
    assert {"input_size", "mean", "std", "interpolation"} <= set(config)
    assert network(torch.zeros(1, *config["input_size"])).shape == (1, 3)


def test_weights_can_be_written_and_read_without_pickle(tmp_path: Path):
    import torch
    from safetensors.torch import load_file, save_file

    save_file({"w": torch.arange(3.0)}, tmp_path / "w.safetensors")
    torch.save({"w": torch.arange(3.0)}, tmp_path / "w.pt")
    assert torch.equal(load_file(tmp_path / "w.safetensors")["w"], torch.arange(3.0))
    assert torch.equal(torch.load(tmp_path / "w.pt", weights_only=True)["w"], torch.arange(3.0))


def test_a_multinomial_logistic_regression_needs_no_option():
    """Brain-Score's own classifier names an option that scikit-learn has dropped."""
    from sklearn.linear_model import LogisticRegression

    features, labels = np.eye(3).repeat(5, 0), np.arange(3).repeat(5)
    fitted = LogisticRegression(C=1.0, solver="newton-cg").fit(features, labels)
    scores = features @ fitted.coef_.T + fitted.intercept_
    softmax = np.exp(scores) / np.exp(scores).sum(1, keepdims=True)
    assert np.allclose(fitted.predict_proba(features), softmax)


def test_hooks_may_take_any_subset_of_their_arguments():
    import pluggy

    class Specification:
        @pluggy.HookspecMarker("test")
        def finished(self, name, score): ...

    class Plugin:
        @pluggy.HookimplMarker("test")
        def finished(self, score):
            return score

    manager = pluggy.PluginManager("test")
    manager.add_hookspecs(Specification)
    manager.register(Plugin())
    manager.check_pending()
    assert manager.hook.finished(name="x", score=1) == [1]


def test_unknown_fields_of_a_description_are_refused():
    from pydantic import BaseModel, ConfigDict, ValidationError

    class Description(BaseModel):
        model_config = ConfigDict(extra="forbid")
        name: str

    with pytest.raises(ValidationError):
        Description(name="x", other=1)  # type: ignore[call-arg]
