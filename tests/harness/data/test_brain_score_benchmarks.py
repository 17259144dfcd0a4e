"""What Brain-Score stores as benchmarks, from a bucket on loopback to the score."""

import numpy as np
import pytest
from typer.testing import CliRunner

from harness import list_benchmarks, load_benchmark, load_model, score_model
from harness.assemblies import NeuroidAssembly, PropertyAssembly
from harness.cli.app import app
from harness.data import fetch
from harness.errors import ArgumentError, BenchmarkError, MissingData, UnknownIdentifier
from harness.host.plugin_host import host
from harness_plugins.benchmarks.brainscore.benchmark import SHOWN, members

NAME = "brainscore/Pixels2020.public"
SHOW = {"visual_degrees": 4, "duration": 100}


@pytest.fixture
def pixels(bucket):
    """A recording of V4 neuroids that are linear in the pixels, with noise, and of IT neuroids that are noise."""
    random = np.random.default_rng(0)
    names = [f"image{i:02d}" for i in range(30)]
    images = {name: np.kron(random.integers(0, 256, (2, 2, 3)), np.ones((4, 4, 1))).astype(np.uint8) for name in names}
    bucket.publish_stimuli("squares", images)
    signal = np.stack([image.mean((0, 1)) / 255 for image in images.values()])
    signal = (signal - signal.mean(0)) / signal.std(0)
    v4 = np.tile(signal @ random.standard_normal((3, 5)), (6, 1))
    values = np.concatenate([v4, np.zeros((180, 3))], 1) + random.standard_normal((180, 8))
    coords = {
        "stimulus_id": ("presentation", names * 6),
        "repetition": ("presentation", np.repeat(range(6), 30)),
        "neuroid_id": ("neuroid", [f"n{i}" for i in range(8)]),
        "animal": ("neuroid", ["Tito"] * 8),
        "region": ("neuroid", ["V4"] * 5 + ["IT"] * 3),
        "time_bin_start": ("time_bin", [70]),
        "time_bin_end": ("time_bin", [170]),
    }
    assembly = NeuroidAssembly(values[..., None], coords=coords, dims=["presentation", "neuroid", "time_bin"])
    bucket.publish("Pixels2020.public", "lab.Pixels2020", assembly, "squares", "NeuronRecordingAssembly")
    return bucket


def test_any_recording_is_fetched_and_scored_by_its_identifier(pixels):
    with pytest.raises(MissingData, match=f"get it with: harness data fetch {NAME}"):
        score_model("pixels", NAME, benchmark_args={"region": "V4", **SHOW})
    fetch(NAME)
    score = score_model("pixels", NAME, benchmark_args={"region": "V4", **SHOW})
    assert float(score) == pytest.approx(1, abs=3 * score.attrs["error"] + 0.1)
    assert score.attrs["benchmark_identifier"] == NAME
    assert list(score.attrs["provenance"]["data_digests"]) == [NAME]
    assert 0.5 < float(score.attrs["ceiling"]) < 1
    again = score_model("pixels", NAME, benchmark_args={"region": "V4", **SHOW})
    assert again.attrs["cached"] and not score.attrs["cached"]
    benchmark, random = load_benchmark(NAME, region="V4", **SHOW), np.random.default_rng(1)
    unrelated = random.standard_normal((30, 40)) + 0.1 * random.standard_normal((6, 30, 40))
    nothing = score_model("pixels", benchmark.with_responses(unrelated))
    assert abs(float(nothing)) < 3 * nothing.attrs["error"] + 0.1


def test_what_it_needs_is_said(pixels):
    fetch(NAME)
    with pytest.raises(
        ArgumentError, match=r"how large the images of 'Pixels2020.public' were shown; pass visual_degrees="
    ):
        load_benchmark(NAME)
    with pytest.raises(ArgumentError, match=r"how long the images .* pass duration= \(--benchmark-args duration=100\)"):
        load_benchmark(NAME, visual_degrees=4)
    with pytest.raises(ArgumentError, match=r"was recorded in IT and V4; pass region= \(--benchmark-args region=IT\)"):
        _ = load_benchmark(NAME, **SHOW).data
    with pytest.raises(ArgumentError, match=f"benchmark '{NAME}' has no argument 'regions'; it takes region"):
        load_benchmark(NAME, regions="V4")
    with pytest.raises(UnknownIdentifier, match=r"no assembly 'Pixels2020.publi'; did you mean Pixels2020.public"):
        score_model("pixels", "brainscore/Pixels2020.publi")
    pixels.publish("Cells1982", "lab.Cells1982", properties(bandwidth=np.ones(5)), "squares", "PropertyAssembly")
    with pytest.raises(
        BenchmarkError, match="'Cells1982' is a PropertyAssembly, not a recording of neuroids; harness list"
    ):
        load_benchmark("brainscore/Cells1982", **SHOW)


def test_one_region_needs_no_name_and_too_few_stimuli_are_said(bucket):
    bucket.publish("Few2020", "lab.Few2020", _one_region(), "hvm-tiny", "NeuroidAssembly")
    with pytest.raises(BenchmarkError, match=r"gives no benchmark of IT: 3 of its stimuli were shown at least twice"):
        _ = load_benchmark("brainscore/Few2020", **SHOW).data


def _one_region():
    coords = {
        "stimulus_id": ("presentation", ["bear", "boat", "chair"] * 2),
        "repetition": ("presentation", [0, 0, 0, 1, 1, 1]),
        "neuroid_id": ("neuroid", [1, 2]),
        "region": ("neuroid", ["IT", "IT"]),
        "time_bin_start": ("time_bin", [70]),
        "time_bin_end": ("time_bin", [170]),
    }
    values = np.random.default_rng(0).random((6, 2, 1))
    return NeuroidAssembly(values, coords=coords, dims=["presentation", "neuroid", "time_bin"])


def test_the_family_has_the_recordings_to_images_of_the_table():
    names = members()
    assert {"MajajHong2015.public", "FreemanZiemba2013.public", "Papale2025_test"} <= set(names)
    assert not {"Ringach2002", "Rajalingham2018.public", "Coggan2024_fMRI", "Bracci2019", "Keles2024-fMRI"} & set(names)
    assert "brainscore/*" in list_benchmarks() and f"brainscore/{names[0]}" not in list_benchmarks()
    assert list_benchmarks("brainscore/*") == [f"brainscore/{name}" for name in names]
    assert list_benchmarks("brainscore/majaj*") == [f"brainscore/{name}" for name in names if "Majaj" in name]
    for start in SHOWN:
        assert any(name.startswith(start) for name in names), start
    benchmark = load_benchmark("brainscore/MajajHong2015.public", region="IT")
    assert (benchmark.identifier, benchmark.parent, benchmark.chance) == (
        "brainscore/MajajHong2015.public",
        "neural",
        0,
    )
    assert "brainscore/MajajHong2015.public" in host().benchmarks
    shown = CliRunner().invoke(app, ["describe", "brainscore/MajajHong2015.public"]).stdout
    assert "brainscore/MajajHong2015.public: not here" in shown and "brainscore/*" in shown
    assert "data not here" not in CliRunner().invoke(app, ["list", "benchmarks", "brainscore"]).stdout


def properties(**variables):
    values = np.stack(list(variables.values()), 1)
    coords = {
        "neuroid_id": ("neuroid", np.arange(len(values))),
        "region": ("neuroid", ["V1"] * len(values)),
        "neuronal_property": list(variables),
    }
    assembly = PropertyAssembly(values, coords=coords, dims=["neuroid", "neuronal_property"])
    edges = {"circular_variance": np.linspace(0, 1, 14), "bandwidth": np.linspace(0, 90, 18)}
    assembly.attrs.update({f"{name}_bins": edges[name] for name in variables}, number_of_trials=20)
    return assembly


def test_published_histograms_are_fetched_and_compared(bucket):
    random = np.random.default_rng(0)
    bandwidth = np.where(np.arange(300) < 30, np.nan, random.uniform(10, 50, 300))
    cells = properties(circular_variance=random.beta(2, 2, 300), bandwidth=bandwidth)
    bucket.publish("Ringach2002", "shapley.Ringach2002", cells, "hvm-tiny", "PropertyAssembly")
    with pytest.raises(MissingData, match="harness data fetch Ringach2002"):
        score_model(load_model("pixels"), "Marques2020.Ringach2002-circular_variance")
    fetch("Ringach2002")
    for name, n in (("circular_variance", 300), ("or_bandwidth", 270)):
        benchmark = load_benchmark(f"Marques2020.Ringach2002-{name}")
        assert benchmark.data.n == n
        own = benchmark.compare(cells.values[:, 0 if n == 300 else 1])
        assert float(own) == pytest.approx(1 / float(benchmark.ceiling_of(n)))
        others = [random.beta(2, 2, 60) if n == 300 else random.uniform(10, 50, 60) for _ in range(8)]
        assert np.mean([float(benchmark.compare(values)) for values in others]) == pytest.approx(1, abs=0.08)
        assert float(benchmark.compare(np.full(60, benchmark.known.null))) == pytest.approx(0)
    assert load_benchmark("Marques2020.Ringach2002-circular_variance").data.edges == pytest.approx(
        np.linspace(0, 1, 14)
    )
