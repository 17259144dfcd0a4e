"""Benchmarks pass the checks of the testing kit, and adversaries get what benchmarks say that they get."""

from pathlib import Path
from typing import get_args

import pytest

from harness import load_benchmark
from harness.data import is_available
from harness.host import INAPPLICABLE, Adversary, BenchmarkSpec, host
from harness.testing import check_adversaries, check_benchmark

UNKNOWING = ("noise", "clock", "hash", "constant", "nan")
FAST = ("Temporal.contrast", "Temporal.duration", "Temporal.interval")
"""What is checked whole in seconds."""
SOON = (
    "Kriegeskorte2008.IT-rdm",
    "Peterson2019-cifar10h",
    "Albrecht2002-latency",
    "AlbrechtHamilton1982-contrast_response",
    "Cavanaugh2002-size_tuning",
    "KnierimVanEssen1992",
    "Nothdurft1999",
    "TrottBorn2015",
    "Marques2020.DeValois1982-pref_or",
)
"""Where adversaries that need no model are cheap."""
ON_GENERATED_FILES = {
    "AFD2022": "test_task_decoding",
    "Berezutskaya2021": "test_fmri_benchmarks",
    "Cichy2014": "test_over_time",
    "Coggan2024": "test_electrode_benchmarks",
    "FreemanZiemba2013": "test_electrode_benchmarks",
    "Geirhos2021": "test_geirhos2021",
    "Gifford2022": "test_over_time",
    "HDM05": "test_task_decoding",
    "Han2024": "test_confusions",
    "Hebart2023": "test_over_time",
    "Ilic2022": "test_confusions",
    "ImageNet2012": "test_task_decoding",
    "Kar2019": "test_over_time",
    "Keles2024": "test_fmri_benchmarks",
    "Kinetics400": "test_task_decoding",
    "Lahner2024": "test_fmri_benchmarks",
    "MajajHong2015": "test_declarations_of_recordings",
    "Marques2020.FreemanZiemba2013": "test_marques2020",
    "Marques2020.Ringach2002": "test_marques2020",
    "McMahon2023": "test_fmri_benchmarks",
    "MechanicalTools": "test_task_decoding",
    "Mineault2021": "test_regression",
    "NauhausRingach2009": "test_electrode_benchmarks",
    "NishimotoGallant2011": "test_electrode_benchmarks",
    "Papale2025.temporal": "test_over_time",
    "Rajalingham2018": "test_confusions",
    "SavaSegal2023": "test_fmri_benchmarks",
    "SomethingSomethingV2": "test_task_decoding",
    "VGGFace2": "test_task_decoding",
    "brainscore": "test_declarations_of_recordings",
}
"""Benchmarks whose data cannot be shipped, and where what they declare is held: on small files in the published layout, one of each
kind."""
DATA_HERE = (
    "bsds500_subset",
    "cifar10h_with_resnets",
    "cowley2023_v4",
    "fake-fmri",
    "geirhos2019_cue_conflict",
    "hellmann2023_masked_orientation",
    "kriegeskorte2008_92objects",
    "maniquet2025_masking",
    "tang2018_occlusion_masking",
    "zhang_desimone_it",
)
"""Data sets with which the slow tests are run where they are at hand."""
OWN_FILES = ("Folder-decoding", "Folder-regression", "Pooled-fmri-dynamic_vision")
"""What has no data before the user names some; the first two are held with the published sets."""


def home(name: str) -> str | None:
    """The module in which what a benchmark declares is held on generated files."""
    return next((module for prefix, module in ON_GENERATED_FILES.items() if name.startswith(prefix)), None)


HERE = [s.identifier for s in host().benchmarks if s.identifier not in OWN_FILES and home(s.identifier) is None]
EACH = pytest.mark.parametrize("name", [n if n in FAST else pytest.param(n, marks=pytest.mark.slow) for n in HERE])


@pytest.fixture
def spec(name: str, request: pytest.FixtureRequest) -> BenchmarkSpec:
    """The description of a benchmark whose data are here."""
    found = host().benchmarks.get(name)
    if found.data:
        request.getfixturevalue("data")
    if missing := [one for one in found.data if not is_available(one)]:
        pytest.skip(f"the data set {missing[0]} is not here")
    return found


@pytest.mark.parametrize("described", host().benchmarks, ids=lambda spec: spec.identifier)
def test_it_says_what_every_adversary_gets(described):
    assert not {*get_args(Adversary)} - described.expects.keys()
    for control in ("published", "opposite"):
        applies = not described.expects[control].startswith(INAPPLICABLE)
        assert applies == (control in described.controls), control


@pytest.mark.parametrize("described", host().benchmarks, ids=lambda spec: spec.identifier)
def test_what_answers_alike_to_everything_gets_no_number_and_what_is_not_finite_is_refused(described):
    assert described.expects["constant"] == "not measurable"
    assert described.expects["nan"] in ("failed", "not measurable")


@pytest.mark.parametrize("module", sorted(set(ON_GENERATED_FILES.values())))
def test_what_has_no_data_here_is_held_on_generated_files(module):
    text = (Path(__file__).parent / f"{module}.py").read_text()
    assert "as_declared" in text or "check_adversaries" in text


def test_a_declaration_needs_data_or_a_home():
    for name in HERE:
        assert all(one in DATA_HERE for one in host().benchmarks.get(name).data), name


@EACH
def test_it_passes_its_checks(name, spec):
    check_benchmark(load_benchmark(name, **spec.quick), spec).assert_passed()


@pytest.mark.parametrize("name", SOON)
def test_what_knows_nothing_gets_what_is_declared(name, spec):
    check_adversaries(load_benchmark(name, **spec.quick), spec, only=UNKNOWING).assert_passed()


@EACH
def test_adversaries_get_what_is_declared(name, spec):
    check_adversaries(load_benchmark(name, **spec.quick), spec, only=spec.expects).assert_passed()
