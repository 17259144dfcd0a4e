"""What the built-in plugins say about themselves is true, and complete."""

import inspect
import re
from typing import Any

import pytest

from harness.host import TAGS
from harness.host._loading import resolve
from harness.host.plugin_host import DISTRIBUTION, Host

HOST = Host()
KINDS = {
    "models": HOST.models,
    "stimuli": HOST.stimuli,
    "benchmarks": HOST.benchmarks,
    "recipes": HOST.recipes,
    "training_sets": HOST.training_sets,
}
SPECS = [
    pytest.param(spec, id=spec.identifier)
    for registry in KINDS.values()
    for spec in registry
    if registry.plugin(spec.identifier).distribution == DISTRIBUTION
]
DATASETS = [pytest.param(spec, id=spec.identifier) for spec in HOST.datasets]


@pytest.mark.parametrize("spec", SPECS)
def test_every_argument_is_described_and_every_described_argument_exists(spec: Any) -> None:
    parameters = list(inspect.signature(resolve(spec.load, spec.identifier)).parameters.values())
    if getattr(spec, "prefix", None):
        assert parameters.pop(0).kind is not inspect.Parameter.KEYWORD_ONLY, "a family's load takes the member's name"
    named = {p.name for p in parameters if p.kind is not inspect.Parameter.VAR_KEYWORD} - set(spec.arguments)
    assert named <= set(spec.parameters)
    if all(p.kind is not inspect.Parameter.VAR_KEYWORD for p in parameters):
        assert set(spec.parameters) == named


@pytest.mark.parametrize("spec", SPECS)
def test_every_description_is_one_line_with_tags(spec: Any) -> None:
    assert spec.summary and "\n" not in spec.summary and len(spec.summary) <= 120
    assert spec.tags and set(spec.tags) <= set(TAGS)
    assert not spec.summary[0].isspace()


@pytest.mark.parametrize("spec", [s for s in HOST.benchmarks if not s.prefix], ids=lambda spec: spec.identifier)
def test_a_benchmark_agrees_with_its_description(spec: Any) -> None:
    benchmark = resolve(spec.load, spec.identifier)
    benchmark = benchmark(**spec.arguments) if spec.arguments else benchmark
    assert all(data in HOST.datasets for data in spec.data)
    assert benchmark.identifier == spec.identifier
    assert benchmark.chance == spec.chance
    assert benchmark.parent in ("neural", "behavioural", "task", "in-silico")
    assert benchmark.version >= 1
    assert "@" in (spec.bibtex or benchmark.bibtex)


@pytest.mark.parametrize("spec", [s for s in HOST.benchmarks if not s.prefix], ids=lambda spec: spec.identifier)
def test_a_benchmark_is_called_as_the_rule_says(spec: Any) -> None:
    assert re.fullmatch(r"[A-Z][A-Za-z0-9]*(\.[A-Za-z0-9_]+)*(-[A-Za-z0-9_]+)*", spec.identifier)


OLD_BENCHMARKS = {
    "contrast": "Temporal.contrast",
    "duration": "Temporal.duration",
    "interval": "Temporal.interval",
    "Rossi2001-texture_border": "Nothdurft2000-texture_border",
    "contrast_response": "AlbrechtHamilton1982-contrast_response",
    "contrast_latency": "Albrecht2002-contrast_latency",
    "orientation_tuning": "Ringach2002-orientation_tuning",
    "mt-2": "NishimotoGallant2011.MT-ridge",
    "pvc-1": "NauhausRingach2009.V1-ridge",
    "majajhong2015-pose": "MajajHong2015-pose",
    "mcmahon2023-social": "McMahon2023-social",
    "selfmotion": "Mineault2021-selfmotion",
    "random_dots-direction": "RandomDots-direction",
    "digits-decoding": "Digits-decoding",
    "folder-decoding": "Folder-decoding",
    "folder-regression": "Folder-regression",
    "imagenet2012-decoding": "ImageNet2012-decoding",
    "kinetics400-decoding": "Kinetics400-decoding",
    "smthsmthv2-decoding": "SomethingSomethingV2-decoding",
    "vggface2-decoding": "VGGFace2-decoding",
    "hdm05-decoding": "HDM05-decoding",
    "fake-fmri": "Simulated-fmri",
    "fake-fmri-dynamic_vision": "Simulated-fmri-dynamic_vision",
    "fmri-dynamic_vision": "Pooled-fmri-dynamic_vision",
}


@pytest.mark.filterwarnings("ignore::harness.errors.RenamedWarning")
def test_old_benchmark_names_lead_to_todays() -> None:
    assert HOST.benchmarks.aliases == OLD_BENCHMARKS
    assert [HOST.benchmarks.get(old).identifier for old in OLD_BENCHMARKS] == list(OLD_BENCHMARKS.values())


@pytest.mark.parametrize("spec", DATASETS)
def test_a_data_set_says_where_it_comes_from(spec: Any) -> None:
    assert spec.source and spec.licence and spec.instructions and "@" in spec.bibtex
    assert spec.files or spec.load
    assert all(not digest or (len(digest) == 64 and int(digest, 16) >= 0) for digest in spec.files.values())
    for target in filter(None, (spec.load, spec.fetch)):
        assert callable(resolve(target, spec.identifier))
