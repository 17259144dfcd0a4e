"""Brain-Score's public sets as recorded data, from assemblies of their published form."""

import numpy as np
import pytest
from PIL import Image

from harness.assemblies import BehavioralAssembly, BrainIOStimulusSet, DataAssembly
from harness.data import brain_score, load
from harness.errors import MissingData
from harness.host.plugin_host import host
from harness_plugins.benchmarks.coggan2024 import matrices
from harness_plugins.benchmarks.freemanziemba2013.recording import WINDOW
from harness_plugins.benchmarks.rajalingham2018 import choices

NeuronRecordingAssembly = pytest.importorskip(
    "brainscore_core.supported_data_standards.brainio.assemblies", reason="Brain-Score's core is not installed"
).NeuronRecordingAssembly


@pytest.fixture
def store(monkeypatch, tmp_path):
    """Assemblies and stimulus sets in place of the downloads, which have tests of their own."""
    assemblies: dict = {}

    def load_stimulus_set(identifier):
        table = BrainIOStimulusSet({"stimulus_id": ["a", "b"], "image_label": ["cat", "dog"]})
        table.stimulus_paths = {name: tmp_path / f"{name}.png" for name in "ab"}
        table.identifier = identifier
        for i, path in enumerate(table.stimulus_paths.values()):
            Image.fromarray(np.full((4, 4, 3), 90 * i, np.uint8)).save(path)
        return table

    for name in (
        "majajhong2015.recording",
        "freemanziemba2013.recording",
        "rajalingham2018.choices",
        "coggan2024.matrices",
    ):
        monkeypatch.setattr(f"harness_plugins.benchmarks.{name}.load_assembly", assemblies.__getitem__)
        monkeypatch.setattr(f"harness_plugins.benchmarks.{name}.load_stimulus_set", load_stimulus_set)
    return assemblies


def neural(neuroids, bins):
    coords = {
        "stimulus_id": ("presentation", ["a", "b", "a", "b"]),
        "repetition": ("presentation", [0, 0, 1, 1]),
        **{name: ("neuroid", values) for name, values in neuroids.items()},
        "time_bin_start": ("time_bin", [start for start, _ in bins]),
        "time_bin_end": ("time_bin", [end for _, end in bins]),
    }
    values = np.random.default_rng(0).random((4, len(next(iter(neuroids.values()))), len(bins)))
    return NeuronRecordingAssembly(values, coords=coords, dims=["presentation", "neuroid", "time_bin"])


@pytest.mark.parametrize(
    ("name", "bins"), [("MajajHong2015.public", [(70, 170)]), ("MajajHong2015.temporal.public", [(70, 90), (80, 100)])]
)
def test_majajhong_has_two_monkeys(store, name, bins):
    units = {"neuroid_id": ["T1", "T2", "C1"], "animal": ["Tito", "Tito", "Chabo"], "region": ["V4", "IT", "IT"]}
    store[name] = neural(units, bins)
    data = load(name, duration=80.0)
    assert data.names == ("Tito", "Chabo") and data.regions == ("IT", "V4") and data.identifier == name
    assert data.time_bins == tuple((float(a), float(b)) for a, b in bins)
    assert data.stimuli.visual_degrees == 8 and data.stimuli.duration == 80
    assert data.select("IT").repeats().shape == (2, 2, 2, len(bins))


def test_freemanziemba_numbers_neurons_within_their_region(store):
    store["FreemanZiemba2013.public"] = neural(
        {"neuroid_id": [1, 2, 1], "region": ["V1", "V1", "V2"]}, [(t, t + 1) for t in range(300)]
    )
    data = load("FreemanZiemba2013.public")
    assert data.subjects[0].neuroids["neuroid_id"].tolist() == ["V1.1", "V1.2", "V2.1"]
    window = data.within(*WINDOW)
    np.testing.assert_allclose(
        window.subjects[0].responses[..., 0], data.subjects[0].responses[..., 50:200].mean(-1), rtol=1e-5
    )


def test_rajalingham_says_what_was_on_offer(store):
    coords = {
        "stimulus_id": ("presentation", ["a", "b", "a"]),
        "sample_obj": ("presentation", ["cat", "dog", "cat"]),
        "dist_obj": ("presentation", ["dog", "cat", "dog"]),
        "choice": ("presentation", ["cat", "cat", "dog"]),
        "truth": ("presentation", ["cat", "dog", "cat"]),
        "WorkerID": ("presentation", ["w1", "w1", "w2"]),
    }
    store["Rajalingham2018.public"] = BehavioralAssembly(["cat", "cat", "dog"], coords=coords, dims=["presentation"])
    found = load("Rajalingham2018.public")
    assert found.correct.tolist() == [True, False, False] and found.subjects == ("w1", "w2")
    assert found.trials["distractor"].tolist() == ["dog", "cat", "dog"]
    assert choices.stimuli(200.0).table["image_label"].tolist() == ["cat", "dog"]


def test_coggan_is_a_stack_of_matrices(store):
    values = np.random.default_rng(0).random((2, 2, 3))
    values = values + values.transpose(1, 0, 2)
    coords = {
        "stimulus_id": ("presentation", ["a", "b"]),
        "object_name": ("presentation", ["bear", "bus"]),
        "subject": ("neuroid", ["s1", "s1", "s2"]),
        "region": ("neuroid", ["V1", "IT", "V1"]),
    }
    store["Coggan2024_fMRI"] = DataAssembly(values, coords=coords, dims=["presentation", "presentation", "neuroid"])
    found = matrices.load()
    np.testing.assert_array_equal(found.matrices, values.transpose(2, 0, 1))
    assert found.maps["region"].tolist() == ["V1", "IT", "V1"] and found.conditions["object_name"].tolist() == [
        "bear",
        "bus",
    ]
    assert len(matrices.stimuli()) == 2


@pytest.mark.parametrize(
    "name",
    [
        "MajajHong2015.public",
        "MajajHong2015.temporal.public",
        "FreemanZiemba2013.public",
        "Rajalingham2018.public",
        "Coggan2024_fMRI",
    ],
)
def test_they_are_registered_and_can_be_fetched(name, monkeypatch, tmp_path):
    host.cache_clear()
    monkeypatch.delenv("HARNESS_DATA", raising=False)
    spec = host().datasets.get(name)
    assert brain_score.entry(name).stimuli in brain_score.identifiers(kind="stimuli")
    assert spec.fetch == "harness.data.brain_score:fetch"
    from harness.data import locate

    with pytest.raises(MissingData, match=f"get it with: harness data fetch {name}"):
        locate(name)
