"""Selections of models and benchmarks, and what is said where none matches."""

from collections.abc import Callable

import pytest

from harness.errors import UnknownIdentifier
from harness.host import host, select_benchmarks, select_models

Install = Callable[..., None]

LAB = """
from harness import BenchmarkSpec, ModelSpec, SuiteSpec, hookimpl

@hookimpl
def register_models():
    return [
        ModelSpec("net_1", load="plug_lab:none", summary="", tags=("recurrent",)),
        ModelSpec("net_2", load="plug_lab:none", summary=""),
        ModelSpec("zoo/*", load="plug_lab:none", summary="", tags=("recurrent",), members="plug_lab:members"),
    ]

@hookimpl
def register_benchmarks():
    return [BenchmarkSpec(name, load="plug_lab:none", summary="", tags=("temporal",)) for name in ("One", "Two")]

@hookimpl
def register_suites():
    return [SuiteSpec("mine-v1", summary="", benchmarks=("Two", "One"), arguments={"One": {"size": 3}})]

def members():
    return ["net_1", "Alex-Net", "other"]
"""


@pytest.fixture(autouse=True)
def lab(install: Install) -> None:
    install("a-lab", "1", lab=LAB)


def test_models_are_selected_by_name_pattern_tag_and_all() -> None:
    assert select_models("net_1") == ["net_1"]
    assert select_models("net_?") == ["net_1", "net_2"]
    assert select_models("zoo/*t") == ["zoo/Alex-Net"]
    assert select_models("zoo/whatever") == ["zoo/whatever"]
    assert {"net_1"} <= set(select_models("tag:recurrent")) and "net_2" not in select_models("tag:recurrent")
    assert {"net_1", "net_2"} <= set(select_models("all")) and not any(n.endswith("*") for n in select_models("all"))


def test_a_suite_gives_its_benchmarks_with_their_arguments() -> None:
    assert select_benchmarks("suite:mine-v1") == [("Two", {}), ("One", {"size": 3})]
    assert ("Two", {}) in select_benchmarks("tag:temporal")


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ("tag:recurent", "no model has the tag 'recurent'; did you mean recurrent?"),
        ("nothing*", r"no model matches 'nothing\*' \(harness list models\)"),
        ("suite:mine-v1", "a suite is a list of benchmarks"),
        ("net_3", "unknown model 'net_3'; did you mean"),
    ],
)
def test_what_selects_nothing_is_refused(wanted: str, said: str) -> None:
    with pytest.raises(UnknownIdentifier, match=said):
        select_models(wanted)


def test_an_unknown_suite_is_named() -> None:
    with pytest.raises(UnknownIdentifier, match="unknown suite 'mine-v2'; did you mean mine-v1"):
        select_benchmarks("suite:mine-v2")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("alexnet", "zoo/Alex-Net"), ("NET_1", "net_1"), ("zo/anything", "zoo/anything"), ("net1", "net_1")],
)
def test_a_member_is_found_without_the_name_of_its_family(typed: str, meant: str) -> None:
    assert meant in host().models.near(typed)
