"""Scoring pairs: attributes, results, the cache's key, and failures that stay where they are."""

import importlib
import sys
from dataclasses import replace
from pathlib import Path
from urllib.request import urlopen

import numpy as np
import pytest
import torch

from harness import hookimpl, results
from harness.benchmarks import Benchmark, make_score
from harness.errors import HarnessError, MissingData, MissingWeights, NotMeasurable, UnknownIdentifier
from harness.host.plugin_host import host
from harness.host.specs import BenchmarkSpec, DatasetSpec, ModelSpec
from harness.identity.sources import forget
from harness.models import FrameModel, Preprocessing, Weights
from harness.scoring.score_pairs import plan, score_all, score_model

EXPERIMENT = """
from functools import cached_property
from pathlib import Path
import numpy as np
from harness import StimulusSet
from harness.benchmarks import Benchmark, make_score
from harness.errors import NotMeasurable
from harness.data import locate

calls = []
OFFSET = 0.0


class Brightness(Benchmark):
    identifier, version, parent, chance = "fake-brightness", 1, "task", 0.25

    def __init__(self, gain=1.0):
        self.gain = gain

    @cached_property
    def ceiling(self):
        calls.append("ceiling")
        return make_score(0.5, error=0.01)

    def run(self, candidate):
        calls.append("run")
        images = {f"i{n}": np.full((4, 4), n / 4, dtype="float32") for n in range(5)}
        candidate.start_recording("V1", time_bins=[(0, 10)])
        seen = candidate.look_at(StimulusSet.from_images("greys", images, duration=10, visual_degrees=8))
        raw = float(seen.values.mean()) * self.gain + OFFSET
        details = {"n": np.int64(5), "split_digest": "5" * 64}
        return make_score(raw / float(self.ceiling), error=0.1, raw=raw, ceiling=self.ceiling, details=details)


class Recorded(Brightness):
    identifier = "fake-recorded"

    def run(self, candidate):
        self.gain = float((locate("fake_data") / "numbers.txt").read_text())
        return super().run(candidate)


class Bad(Benchmark):
    identifier, version, parent = "fake-bad", 1, "task"

    def __init__(self, error=ValueError):
        self.error = error

    def run(self, candidate):
        raise self.error("it went wrong\\nbadly")


def quits():
    return Bad(SystemExit)


def interrupted():
    return Bad(KeyboardInterrupt)


class Unfit(Bad):
    identifier = "fake-unfit"

    def run(self, candidate):
        calls.append("run")
        raise NotMeasurable("the display needs 9.7 degrees, and the model sees 8; give it a larger field of view")
"""


def net(seed: int = 0, **fields) -> FrameModel:
    torch.manual_seed(seed)
    return FrameModel(
        "net",
        torch.nn.Sequential(torch.nn.Conv2d(3, 2, 1), torch.nn.ReLU()),
        preprocessing=Preprocessing(size=4),
        **{"regions": {"V1": "0"}, "weights": Weights("random", seed=seed), "citation": "@misc{net}", **fields},
    )


def absent():
    raise MissingWeights("fetch the weights first")


@pytest.fixture
def lab(tmp_path: Path, monkeypatch):
    """Benchmarks and models as if a plugin had registered them; gives the module of the benchmarks."""
    package = tmp_path / "fake_lab"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "experiment.py").write_text(EXPERIMENT)
    monkeypatch.syspath_prepend(tmp_path)
    plugin = host().benchmarks.plugin("Digits-decoding")
    benchmarks = {
        "brightness": "Brightness",
        "bad": "Bad",
        "quits": "quits",
        "interrupted": "interrupted",
        "unfit": "Unfit",
    }
    specs: list = [
        (
            host().benchmarks,
            BenchmarkSpec(f"fake-{name}", load=f"fake_lab.experiment:{load}", summary="fake", chance=0.25),
        )
        for name, load in benchmarks.items()
    ]
    recorded = {"load": "fake_lab.experiment:Recorded", "summary": "", "data": ("fake_data",)}
    specs += [
        (host().benchmarks, BenchmarkSpec("fake-recorded", **recorded)),
        (host().models, ModelSpec("fake-net", load=f"{__name__}:net", summary="a net", tags=("tiny",))),
        (host().models, ModelSpec("fake-absent", load=f"{__name__}:absent", summary="")),
        (
            host().datasets,
            DatasetSpec(
                "fake_data",
                summary="",
                files={"numbers.txt": "0"},
                source="here",
                licence="none",
                instructions="Write it",
            ),
        ),
    ]
    for registry, spec in specs:
        monkeypatch.setitem(registry._entries, spec.identifier, (spec, plugin))
    yield importlib.import_module("fake_lab.experiment")
    for name in ("fake_lab", "fake_lab.experiment"):
        sys.modules.pop(name, None)
    forget()


def runs(lab) -> int:
    return lab.calls.count("run")


def test_a_score_has_all_its_attributes_and_a_record(lab, home):
    score = score_model("fake-net", "fake-brightness", model_args={"seed": 3}, benchmark_args={"gain": 2.0})
    assert score.attrs["error"] == 0.1
    assert float(score) == pytest.approx(score.attrs["raw"] / 0.5)
    assert float(score.attrs["ceiling"]) == 0.5
    assert (score.attrs["model_identifier"], score.attrs["benchmark_identifier"]) == ("fake-net", "fake-brightness")
    (result,), broken = results.load_all()
    assert not broken
    assert result.score == pytest.approx(float(score))
    assert (result.error, result.ceiling, result.ceiling_error, result.chance) == (0.1, 0.5, 0.01, 0.25)
    assert (result.model_arguments, result.benchmark_arguments) == ({"seed": 3}, {"gain": 2.0})
    assert (result.weights.kind, result.weights.seed) == ("random", 3)
    assert (result.tags, result.summary, result.bibtex) == (["tiny"], "a net", "@misc{net}")
    made = result.provenance
    assert made.model_dump() == score.attrs["provenance"]
    assert set(made.versions) >= {"python", "torch", "torchvision", "timm", "numpy", "brainscore-core"}
    assert list(made.stimulus_digests) == ["greys"]
    assert {len(d) for d in (made.model_digest, made.weights_digest, made.split_digest)} == {64}
    assert made.device in ("cpu", "cuda")
    assert made.duration > 0
    assert made.plugins["benchmark"].startswith("vision-dynamics-harness ")


def test_the_second_time_comes_from_the_cache_with_the_first_provenance(lab):
    first, second = (score_model("fake-net", "fake-brightness") for _ in range(2))
    assert runs(lab) == 1
    assert (first.attrs["cached"], second.attrs["cached"]) == (False, True)
    assert float(second) == float(first)
    assert second.attrs["provenance"] == first.attrs["provenance"]
    assert float(second.attrs["ceiling"]) == 0.5


@pytest.mark.parametrize(
    "change",
    [
        lambda: {"model_args": {"seed": 1}},
        lambda: {"benchmark_args": {"gain": 3.0}},
        lambda: {"model": net(regions={"V1": "1"})},
        lambda: {"model": net(visual_degrees=16.0)},
    ],
    ids=["weights", "benchmark", "regions", "field of view"],
)
def test_whatever_matters_is_part_of_the_key(lab, change):
    score_model("fake-net", "fake-brightness")
    score_model(**{"model": "fake-net", "benchmark": "fake-brightness"} | change())
    assert runs(lab) == 2


def test_equal_content_under_another_name_is_served_and_recorded_under_its_own_name(lab):
    score_model("fake-net", "fake-brightness")
    twin = net()
    twin.identifier, twin.source = "twin", score_source(lab)
    assert score_model(twin, "fake-brightness").attrs["cached"]
    assert [result.model for result in results.load_all()[0]] == ["fake-net", "twin"]


def score_source(lab) -> str:
    from harness.host.plugin_host import load_model

    return load_model("fake-net").source


def test_changed_source_of_a_benchmark_is_computed_again(lab):
    before = float(score_model("fake-net", "fake-brightness"))
    path = Path(lab.__file__)
    path.write_text(EXPERIMENT.replace("OFFSET = 0.0", "OFFSET = 10.0"))
    forget()
    importlib.invalidate_caches()
    Path(importlib.util.cache_from_source(str(path))).unlink(missing_ok=True)
    importlib.reload(lab)
    assert float(score_model("fake-net", "fake-brightness")) == pytest.approx(before + 20.0)


def test_changed_data_are_computed_again_and_missing_data_are_said(lab, tmp_path, monkeypatch):
    monkeypatch.setenv("HARNESS_DATA", str(tmp_path / "data"))
    with pytest.raises(MissingData, match="Write it"):
        score_model("fake-net", "fake-recorded")
    assert plan(["fake-net"], ["fake-recorded"])[0].state == "lacks data"
    numbers = tmp_path / "data" / "fake_data" / "numbers.txt"
    numbers.parent.mkdir(parents=True)
    numbers.write_text("1.0")
    before = float(score_model("fake-net", "fake-recorded"))
    numbers.write_text("4.0")
    assert float(score_model("fake-net", "fake-recorded")) == pytest.approx(4 * before)
    assert list(results.load_all()[0][0].provenance.data_digests) == ["fake_data"]


def test_the_ceiling_is_computed_once_for_all_models(lab):
    score_all([("fake-net", {"seed": seed}) for seed in range(3)], ["fake-brightness"])
    score_all([("fake-net", {"seed": 7})], ["fake-brightness"])
    assert (lab.calls.count("ceiling"), runs(lab)) == (1, 4)


def test_one_failure_does_not_stop_the_others(lab):
    models = ["fake-absent", "fake-net"]
    benchmarks = ["fake-bad", "fake-quits", "fake-brightness"]
    found = {(r.model, r.benchmark): r for r in score_all(models, benchmarks)}
    assert len(found) == 6
    assert [pair for pair, result in found.items() if result.status == "scored"] == [("fake-net", "fake-brightness")]
    assert found["fake-absent", "fake-bad"].message == "fetch the weights first"
    assert found["fake-net", "fake-bad"].message == "ValueError: it went wrong badly"
    assert "SystemExit" in found["fake-net", "fake-quits"].message
    assert len(results.load_all()[0]) == 6


@pytest.mark.parametrize(("model", "benchmark"), [("fake-nte", "fake-bad"), ("fake-net", "fake-brigthness")])
def test_a_name_that_does_not_exist_has_no_result(lab, model, benchmark):
    nearest = "did you mean fake-net" if model == "fake-nte" else "did you mean fake-brightness"
    with pytest.raises(UnknownIdentifier, match=nearest):
        score_model(model, benchmark)
    with pytest.raises(UnknownIdentifier, match=nearest):
        score_all(["fake-net", model], ["fake-brightness", benchmark])
    assert results.load_all() == ([], []) and not runs(lab)


def test_two_networks_of_one_name_have_a_result_each(lab, caplog):
    first, second = net(seed=1), net(seed=2)
    for model in (first, second, first):
        score_model(model, "fake-brightness")
    found = results.load_all()[0]
    assert len(found) == 2 and len({result.identity for result in found}) == 2
    assert "2 different networks have this name" in caplog.text
    assert sorted(row.name for row in results.tabulate(found).rows) == [first.identifier, f"{first.identifier} (2)"]


def test_a_failure_of_a_network_that_was_handed_over_goes_with_its_success(lab):
    model = net(seed=1)
    with pytest.raises(ValueError, match="it went wrong"):
        score_model(model, "fake-bad")
    with pytest.raises(ValueError, match="it went wrong"):
        score_model(net(seed=2), "fake-bad")
    assert [result.identity == model.digest() for result in results.load_all()[0]].count(True) == 1
    assert len(results.load_all()[0]) == 2


def test_stimuli_from_what_the_weights_were_trained_on_are_declared(lab, caplog):
    for registry, name, sources in (
        (host().models, "fake-net", ("kinetics400", "tiny")),
        (host().benchmarks, "fake-brightness", ("kinetics400",)),
    ):
        spec, plugin = registry._entries[name]
        registry._entries[name] = (replace(spec, tags=sources), plugin)
    untrained = score_all(["fake-net"], ["fake-brightness"])[0]
    assert "notes" not in untrained.details, "random weights have seen nothing"
    lab_net = f"{__name__}:trained"
    spec, plugin = host().models._entries["fake-net"]
    host().models._entries["fake-net"] = (replace(spec, load=lab_net), plugin)
    for _ in range(2):
        (result,) = score_all(["fake-net"], ["fake-brightness"])
        assert result.details["notes"] == [
            "the weights were trained on kinetics400, which the stimuli are from; whether on the same items is not checked"
        ]
    assert result.cached and "trained on kinetics400" in caplog.text


def trained() -> FrameModel:
    return net(weights=Weights("pretrained", "theirs"))


def test_an_interrupt_stops_everything(lab):
    with pytest.raises(KeyboardInterrupt):
        score_all(["fake-net"], ["fake-interrupted", "fake-brightness"])
    assert not runs(lab)


def test_score_model_raises_what_went_wrong_and_records_it(lab):
    with pytest.raises(ValueError, match="it went wrong"):
        score_model("fake-net", "fake-bad")
    assert [result.status for result in results.load_all()[0]] == ["failed"]


def test_plan_shows_what_is_cached_and_runs_nothing(lab):
    score_model("fake-net", "fake-brightness")
    planned = plan(["fake-net", ("fake-net", {"seed": 1}), "fake-absent", "nobody"], ["fake-brightness"])
    assert [pair.state for pair in planned] == ["cached", "run", "lacks weights", "fails"]
    assert planned[1].model == "fake-net(seed=1)"
    assert runs(lab) == 1
    assert len(results.load_all()[0]) == 1


def test_a_plan_fetches_no_weights_and_says_that_scoring_would(lab, tmp_path, monkeypatch):
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "empty"))
    fetched = []
    monkeypatch.setattr(torch.hub, "download_url_to_file", lambda url, *_, **__: fetched.append(urlopen(url)))
    [planned] = plan([("torchvision/squeezenet1_1", {})], ["fake-brightness"])
    assert planned.state == "run" and planned.reason == "its weights are fetched first, from download.pytorch.org"
    assert not fetched


def test_plugins_hear_of_records_and_progress(lab):
    heard = []

    class Plugin:
        @hookimpl
        def score_finished(self, result):
            heard.append(result.status)

        @hookimpl
        def extraction_progress(self, progress):
            heard.append(progress.stimuli)

    plugin = Plugin()
    manager = host().hook._manager
    manager.register(plugin)
    try:
        seen = []
        score_model(net(seed=99), "fake-brightness", callbacks=[seen.append])
    finally:
        manager.unregister(plugin)
    assert heard[-1] == "scored"
    assert set(heard[:-1]) == {"greys"}
    assert seen[-1].finished


class Handmade(Benchmark):
    identifier, version, parent = "handmade", 1, "task"

    def __init__(self, value):
        self.value = value

    def run(self, candidate):
        return make_score(self.value, error=0.0, raw=np.array([self.value, np.nan]))


def test_objects_are_scored_and_never_from_the_cache():
    assert [float(score_model(net(), Handmade(value))) for value in (0.1, 0.2)] == [0.1, 0.2]
    (result,), _ = results.load_all()
    assert (result.score, result.raw, result.ceiling) == (0.2, [0.2, None], 1.0)
    with pytest.raises(HarnessError, match="ready-made"):
        score_model(net(), Handmade(0.1), model_args={"seed": 1})


def test_any_model_of_brain_score_can_be_scored(lab):
    class Foreign:
        identifier = "foreign"

        def start_recording(self, region, time_bins):
            pass

        def look_at(self, stimuli, number_of_trials=1):
            from harness.brain_model import as_brain_model

            candidate = as_brain_model(net())
            candidate.start_recording("V1", [(0, 10)])
            return candidate.look_at(stimuli)

    score = score_model(Foreign(), "fake-brightness")
    assert not score.attrs["cached"]
    assert results.load_all()[0][0].weights.kind == "unknown"


def test_a_record_that_cannot_be_written_does_not_cost_the_score(lab, home, caplog):
    (home / "results").write_text("in the way")
    assert float(score_model("fake-net", "fake-brightness"))
    assert "cannot be written" in caplog.text


def test_scores_that_are_no_number_are_failures():
    class Empty(Handmade):
        def run(self, candidate):
            return make_score(float("nan"), error=0.0)

    (result,) = score_all([net()], [Empty(0)])
    assert result.status == "failed"
    assert "not a number" in result.message


def test_what_is_not_measurable_is_an_outcome_with_its_reason_and_is_kept(lab, caplog):
    for _ in range(2):
        with pytest.raises(NotMeasurable, match="the display needs"):
            score_model("fake-net", "fake-unfit")
    (result,), _ = results.load_all()
    assert (result.status, result.score, result.error) == ("not measurable", None, None)
    assert result.message.startswith("the display needs 9.7 degrees") and result.provenance.weights_digest
    assert runs(lab) == 1, "the second time it is served from the cache"
    assert [one.status for one in score_all(["fake-net"], ["fake-unfit", "fake-brightness"])] == [
        "not measurable",
        "scored",
    ]
