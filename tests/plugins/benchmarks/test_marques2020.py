"""Distributions of properties over simulated V1 populations, and published histograms of Brain-Score's layout."""

import json

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from harness import as_brain_model, load_benchmark, load_model
from harness.assemblies import BrainIOStimulusSet, PropertyAssembly
from harness.errors import BenchmarkError, DataError, NotMeasurable
from harness.host import host
from harness.metrics.statistics import Histogram
from harness.metrics.statistics.distributions import ks_distance, largest_distance
from harness.testing import adversary
from harness_plugins.benchmarks.marques2020 import controls, properties, textures
from harness_plugins.benchmarks.marques2020.benchmark import DistributionBenchmark
from harness_plugins.benchmarks.marques2020.cells import (
    DIAMETERS,
    MEDIAN_BEST,
    ORIENTATION,
    ORIENTATIONS,
    SIZE,
    SPATIAL_FREQUENCY,
    Cells,
)
from harness_plugins.benchmarks.marques2020.controls import Population
from harness_plugins.benchmarks.marques2020.published import PUBLISHED, histogram_of

EMBEDDED = [name for name, known in PUBLISHED.items() if known.histogram]


def drawn(name, n, seed=0):
    """Values distributed as the published ones."""
    return controls.drawn(PUBLISHED[name].histogram, n, PUBLISHED[name].logarithmic, seed)


def within(score, expected, errors=2.5):
    return abs(float(score) - expected) < errors * max(score.attrs["error"], 0.02)


def test_the_published_counts_are_as_many_cells_as_the_publications_say():
    cells = {name: PUBLISHED[name].histogram.n for name in EMBEDDED}
    assert cells == {
        "DeValois1982-pref_or": 385,
        "DeValois1982-peak_sf": 363,
        "Schiller1976-sf_selective": 87,
        "Schiller1976-sf_bandwidth": 73,
        "Cavanaugh2002-surround_suppression_index": 190,
        "Cavanaugh2002-grating_summation_field": 148,
        "Cavanaugh2002-surround_diameter": 148,
    }


@pytest.mark.parametrize("name", EMBEDDED)
def test_the_cells_own_distribution_scores_one_and_no_effect_nothing(name):
    benchmark = DistributionBenchmark(name)
    scores = [benchmark.compare(drawn(name, 60, seed)) for seed in range(8)]
    assert np.mean([float(s) for s in scores]) == pytest.approx(1, abs=0.07)
    none = benchmark.compare(np.full(60, PUBLISHED[name].null))
    assert float(none) == pytest.approx(0, abs=1e-12) and benchmark.chance == 0
    assert float(scores[0]) == pytest.approx(float(scores[0].attrs["raw"]) / float(scores[0].attrs["ceiling"]))
    assert scores[0].attrs["error"] > 0.02
    details = json.loads(json.dumps(scores[0].attrs["details"]))
    assert 0.8 < details["brain_score_similarity"] <= 1
    benchmark.figure(details).savefig("/dev/null", format="png")


def test_fewer_units_have_a_lower_ceiling_and_those_without_the_property_do_not_count():
    benchmark = DistributionBenchmark("Cavanaugh2002-grating_summation_field")
    values = drawn(benchmark.name, 40)
    few = benchmark.compare(np.r_[values, np.full(30, np.nan)])
    assert float(few) == float(benchmark.compare(values))
    assert few.attrs["details"]["units"] == {"driven": 70, "with the property": 40}
    assert float(few.attrs["ceiling"]) < float(benchmark.ceiling) - 0.02
    with pytest.raises(NotMeasurable, match="40 of 100 driven units have the property"):
        benchmark.compare(np.r_[values, np.full(60, np.nan)])


def test_values_beyond_the_published_range_count_at_its_end(monkeypatch):
    """0.1 is more in single precision than in double."""
    edges = (0.0, 0.05, 0.1)
    monkeypatch.setattr(f"{DistributionBenchmark.__module__}.histogram", lambda name: Histogram(edges, (20, 20)))
    score = DistributionBenchmark("FreemanZiemba2013-max_noise").compare(np.linspace(0.06, 0.5, 20, dtype=np.float32))
    assert score.attrs["details"]["shares"] == [0, 1]


def test_brain_scores_similarity_is_kept_beside():
    benchmark = DistributionBenchmark("Cavanaugh2002-surround_suppression_index")
    details = benchmark.compare(np.zeros(50)).attrs["details"]
    assert details["brain_score_similarity"] == pytest.approx(66 / 190, abs=1e-4)
    assert details["distance"] == pytest.approx(124 / 190, abs=1e-4)


def test_rates_are_those_of_the_median_cell():
    random = np.random.default_rng(0)
    cells = Cells(as_brain_model(Population(gain=random.uniform(1, 9, 60), baseline=random.uniform(0, 0.2, 60))))
    best = cells.rates(ORIENTATION).mean(-1).reshape(60, -1).max(1)
    assert np.median(best) == pytest.approx(MEDIAN_BEST)
    assert np.median(cells.baseline) == pytest.approx(0.82)
    assert cells.centre == (0, 0)


def test_a_population_that_prefers_as_the_cells_do():
    benchmark = DistributionBenchmark("DeValois1982-pref_or")
    contours = 90 - drawn(benchmark.name, 200)
    score = benchmark(Population(200, orientation=contours))
    assert within(score, 1)
    upright = benchmark(Population(60, orientation=90.0))
    assert upright.attrs["details"]["shares"] == [1, 0, 0, 0]  # vertical is 0 there
    assert float(upright) < float(benchmark(Population(orientation=45.0))) == pytest.approx(0, abs=1e-9)
    for untuned in (Population(kappa=0.0), adversary("noise"), adversary("hash")):
        with pytest.raises(NotMeasurable, match="driven units have the property"):
            benchmark(as_brain_model(untuned))


def test_a_population_with_the_cells_spatial_frequencies():
    benchmark = DistributionBenchmark("DeValois1982-peak_sf")
    assert within(benchmark(Population(200, frequency=drawn(benchmark.name, 200))), 1)
    assert float(benchmark(Population(frequency=0.1))) == pytest.approx(0, abs=0.03)


def test_a_population_suppressed_as_the_cells_are():
    suppression = np.minimum(drawn("Cavanaugh2002-surround_suppression_index", 200), 1)
    summation = drawn("Cavanaugh2002-grating_summation_field", 200)
    candidate = Population(200, suppression=suppression, summation=summation, surround=8.0, baseline=0.0)
    for name in ("Cavanaugh2002-surround_suppression_index", "Cavanaugh2002-grating_summation_field"):
        assert float(load_benchmark(f"Marques2020.{name}")(candidate)) > 0.85
    unsuppressed = Population(60, suppression=0.0)
    assert float(DistributionBenchmark("Cavanaugh2002-surround_suppression_index")(unsuppressed)) == 0
    with pytest.raises(NotMeasurable, match="0 of 60 driven units have the property"):
        DistributionBenchmark("Cavanaugh2002-surround_diameter")(unsuppressed)


def test_sizes_are_measured():
    candidate = Population(20, suppression=0.6, summation=0.9, surround=3.0, baseline=0.0)
    cells = Cells(as_brain_model(candidate))
    fields = properties.MEASURES["Cavanaugh2002-grating_summation_field"](cells)
    surrounds = properties.MEASURES["Cavanaugh2002-surround_diameter"](cells)
    np.testing.assert_allclose(fields, 0.95 * DIAMETERS[4], rtol=0.1)
    assert ((surrounds > 2.4) & (surrounds < 3.4)).all()
    assert cells.rates(SIZE).shape == (20, 12, 4, 6, 8)


def test_bandwidths_are_measured():
    cells = Cells(as_brain_model(Population(20, octaves=np.r_[np.full(10, 1.0), np.full(10, 9.0)], baseline=0.0)))
    ratio = properties.MEASURES["Schiller1976-sf_bandwidth"](cells)
    expected = 100 * 2 ** (-2 * np.sqrt(np.log(np.sqrt(2))))  # both cut-offs of a log-Gaussian
    np.testing.assert_allclose(ratio[:10], expected, rtol=0.08)
    assert np.isnan(ratio[10:]).all()
    assert properties.MEASURES["Schiller1976-sf_selective"](cells).tolist() == [1] * 10 + [0] * 10
    assert cells.rates(SPATIAL_FREQUENCY).shape == (20, 2, 22, 6, 8)


def test_orientation_is_measured():
    kappa = np.r_[np.full(10, 3.0), np.full(10, 0.0)]
    cells = Cells(
        as_brain_model(Population(20, kappa=kappa, orientation=30.0, simple=np.arange(20) % 2 == 0, baseline=0.0))
    )
    measured = {name: measure(cells) for name, measure in properties.MEASURES.items() if name.startswith("Ringach")}
    expected = 1 - abs(np.mean(np.exp(3 * np.cos(2 * np.deg2rad(ORIENTATIONS))) * np.exp(2j * np.deg2rad(ORIENTATIONS)))
                       ) / np.mean(np.exp(3 * np.cos(2 * np.deg2rad(ORIENTATIONS))))  # fmt: skip
    tuned, flat = slice(0, 10), slice(10, 20)
    assert (measured["Ringach2002-circular_variance"][tuned] > expected).all()  # by the rate at rest
    np.testing.assert_allclose(measured["Ringach2002-circular_variance"][tuned], expected, atol=0.15)
    np.testing.assert_allclose(measured["Ringach2002-circular_variance"][flat], 1, atol=1e-6)
    assert measured["Ringach2002-or_selective"].tolist() == [1] * 10 + [0] * 10
    assert (measured["Ringach2002-orth_pref_ratio"][tuned] < 0.15).all()
    np.testing.assert_allclose(measured["Ringach2002-opr_cv_diff"][flat], 0, atol=1e-6)
    modulation = measured["Ringach2002-modulation_ratio"]
    assert modulation[::2].min() > 1.3 and modulation[1::2].max() < 1e-6
    assert properties.MEASURES["DeValois1982-pref_or"](cells)[0] == pytest.approx(60, abs=0.5)


@pytest.fixture
def images(monkeypatch, tmp_path):
    """Two types, three families and four samples in Brain-Score's layout: grey with a bright dot in the middle of the aperture."""
    crossing = [(kind, family, sample) for sample in range(4) for family in range(3) for kind in (1, 2)]
    table = BrainIOStimulusSet(pd.DataFrame(crossing, columns=["type", "family", "sample"]))
    table["stimulus_id"] = [str(i) for i in range(len(table))]
    pixels = np.full((64, 64), 128, np.uint8)
    pixels[36, 36] = 255
    Image.fromarray(pixels).save(tmp_path / "dot.png")
    table.stimulus_paths = dict.fromkeys(table["stimulus_id"], tmp_path / "dot.png")
    monkeypatch.setattr("harness.data.load_stimulus_set", lambda name: table)
    return table


def test_textures_are_measured(images):
    random = np.random.default_rng(0)
    candidate = Population(12, gain=random.uniform(1, 3, 12), baseline=0.0)
    cells = Cells(as_brain_model(candidate))
    measured = {name: measure(cells) for name, measure in properties.MEASURES.items() if "texture" in name}
    at_best = 1.5 / 0.5  # one family of three gives three times the response to all else
    np.testing.assert_allclose(
        measured["FreemanZiemba2013-texture_modulation_index"], (at_best - 1) / (at_best + 1) / 3
    )
    np.testing.assert_array_equal(
        measured["FreemanZiemba2013-abs_texture_modulation_index"],
        measured["FreemanZiemba2013-texture_modulation_index"],
    )
    curve = np.array([3.0, 1, 1])
    expected = (1 - curve.mean() ** 2 / (curve**2).mean()) / (1 - 1 / 3)
    np.testing.assert_allclose(measured["FreemanZiemba2013-texture_selectivity"], expected)
    expected = (1 - curve.mean() ** 2 / (curve**2).mean()) / (1 - 1 / 12)
    np.testing.assert_allclose(measured["FreemanZiemba2013-texture_sparseness"], expected)
    np.testing.assert_allclose(measured["FreemanZiemba2013-texture_variance_ratio"], 1.02 / 0.02)
    noise = properties.MEASURES["FreemanZiemba2013-max_noise"](cells)
    np.testing.assert_allclose(measured["FreemanZiemba2013-max_texture"] / noise, 3)


WHOLE = [
    f"Marques2020.{name}"
    for name in (
        "Ringach2002-circular_variance",
        "Ringach2002-or_bandwidth",
        "Ringach2002-max_dc",
        "FreemanZiemba2013-texture_selectivity",
    )
]
"""One of each kind."""


@pytest.mark.slow
@pytest.mark.declares("Marques2020.Ringach2002-*", "Marques2020.FreemanZiemba2013-*")
def test_adversaries_get_what_is_declared(images, monkeypatch, as_declared, name):
    """With cells that are spread evenly about the null population."""
    null = PUBLISHED[name.removeprefix("Marques2020.")].null
    edges = tuple((null + max(abs(null), 1.0) * np.linspace(-1, 1, 6)).tolist())
    monkeypatch.setattr(f"{DistributionBenchmark.__module__}.histogram", lambda name: Histogram(edges, (20,) * 5))
    as_declared(load_benchmark(name), whole=name in WHOLE)


def test_the_aperture_lies_on_the_receptive_fields(images):
    [shown] = textures.images(textures.load(), (0.25, 0.5))
    frame = shown.timelines[0].frames[0].load()
    assert [int(place) for place in np.argwhere(np.asarray(frame)[..., 0] > 0.9 * np.max(frame))[0]] == [28, 34]
    assert shown.table["type"].tolist() == [1] * 12 + [2] * 12
    assert shown.visual_degrees == 8 and len(shown.frames()) == 1


def test_images_that_are_no_crossing_are_refused(images, monkeypatch):
    monkeypatch.setattr("harness.data.load_stimulus_set", lambda name: images.iloc[:-1])
    with pytest.raises(DataError, match="do not cross type, family and sample"):
        textures.load()


def test_families_are_told_from_samples():
    random = np.random.default_rng(0)
    samples, families = random.uniform(0, 50, (20, 15, 15)), random.uniform(0, 50, (20, 15, 1)) + np.zeros(15)
    assert (textures.variance_ratio(samples) < 0.2).all() and (textures.variance_ratio(families) > 40).all()
    ratio = textures.variance_ratio(np.concatenate([families, families + samples]))
    assert ratio[:20].min() > ratio[20:].max() > 0.1


def test_a_population_that_gratings_do_not_drive_is_not_measurable():
    with pytest.raises(NotMeasurable, match="0 of 48 units respond more to a grating than to a blank screen"):
        load_benchmark("Marques2020.DeValois1982-pref_or")(as_brain_model(adversary("clock")))
    with pytest.raises(NotMeasurable, match="0 of 60 units respond more to a grating than to a blank screen"):
        load_benchmark("Marques2020.DeValois1982-peak_sf")(Population(gain=0.0))


def test_an_unknown_property_is_refused():
    with pytest.raises(BenchmarkError, match="no property 'Hubel1962-x'; there are DeValois1982-pref_or"):
        DistributionBenchmark("Hubel1962-x")


def assembly_of(**variables):
    values = np.stack(list(variables.values()), 1)
    coords = {
        "neuroid_id": ("neuroid", np.arange(len(values))),
        "region": ("neuroid", ["V1"] * len(values)),
        "neuronal_property": list(variables),
    }
    assembly = PropertyAssembly(values, coords=coords, dims=["neuroid", "neuronal_property"])
    assembly.attrs.update({f"{name}_bins": np.array([0.0, 1.0, 2.0]) for name in variables}, number_of_trials=20)
    return assembly


def test_an_assembly_of_properties_is_read_in_its_own_bins():
    assembly = assembly_of(baseline=np.zeros(6), bandwidth=np.array([np.nan, -1, 0.5, 1.0, 1.5, 9.0]))
    found = histogram_of(assembly, "bandwidth")
    assert (found.edges, found.counts) == ((0, 1, 2), (2, 3))
    with pytest.raises(DataError, match="no property 'max_dc' with bins; it has baseline, bandwidth"):
        histogram_of(assembly, "max_dc")


@pytest.mark.slow
def test_a_model_without_surround_scores_nothing_and_is_shown_gratings_on_its_receptive_fields():
    score = load_benchmark("Marques2020.Cavanaugh2002-surround_suppression_index")(
        as_brain_model(load_model("v1_energy"))
    )
    assert float(score) == pytest.approx(0, abs=0.02)
    assert np.abs(score.attrs["details"]["centre"]).max() < 0.1


@pytest.mark.parametrize(
    ("name", "stated"),
    [
        ("DeValois1982-pref_or", 0.962),
        ("DeValois1982-peak_sf", 0.967),
        ("Schiller1976-sf_selective", 0.963),
        ("Schiller1976-sf_bandwidth", 0.933),
        ("Cavanaugh2002-surround_suppression_index", 0.958),
        ("Cavanaugh2002-grating_summation_field", 0.956),
        ("Cavanaugh2002-surround_diameter", 0.955),
    ],
)
def test_brain_scores_own_ceilings_follow_from_the_embedded_counts(name, stated):
    """As its tests state them: the similarity of redrawn cells with the same cells."""
    cells = PUBLISHED[name].histogram
    redrawn = np.random.default_rng(0).multinomial(cells.n, cells.shares, 4000) / cells.n
    similarity = 1 - ks_distance(redrawn, cells.shares) / largest_distance(cells)
    assert similarity.mean() == pytest.approx(stated, abs=0.005)


def test_units_without_a_favourite_orientation_are_as_cells_so_that_the_benchmark_is_marked():
    isotropic = DistributionBenchmark("DeValois1982-pref_or").compare(np.arange(-22, 158, 3.0))
    assert float(isotropic) > 1 and isotropic.attrs["error"] > abs(float(isotropic) - 1) / 2
    marked = {spec.identifier for spec in host().benchmarks if not spec.discriminates}
    assert {"Marques2020.DeValois1982-pref_or", "Marques2020.Schiller1976-sf_selective"} <= marked
