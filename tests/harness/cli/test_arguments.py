"""What is typed on the command line."""

import json

import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st

from harness.cli import _arguments as values
from harness.cli._arguments import arguments, seconds, size

names = st.from_regex(r"[a-z_][a-z0-9_]{0,8}", fullmatch=True)
plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(names, plain, max_size=4))
def test_json_values_come_back_as_they_were(wanted: dict) -> None:
    assert arguments(",".join(f"{key}={json.dumps(value)}" for key, value in wanted.items())) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", {}),
        ("weights=random,seed=3", {"weights": "random", "seed": 3}),
        ("weights=/a b/c=1.pth", {"weights": "/a b/c=1.pth"}),
        ("orientation=[0, 45], contrast=.5", {"orientation": [0, 45], "contrast": 0.5}),
        ("on=true,off=false,none=null", {"on": True, "off": False, "none": None}),
        ('name="a, b",x=1e-3', {"name": "a, b", "x": 0.001}),
        ("version=1.2.3,layer=layer1.0", {"version": "1.2.3", "layer": "layer1.0"}),
    ],
)
def test_other_values_are_text(text: str, wanted: dict) -> None:
    assert arguments(text) == wanted


@pytest.mark.parametrize("text", ["seed", "=3", "a b=3", "seed=1,seed=2", "layers=[a,b"])
def test_what_is_no_argument_is_refused(text: str) -> None:
    with pytest.raises(typer.BadParameter):
        arguments(text)


@pytest.mark.parametrize(
    ("text", "wanted"), [("30d", 2592000), ("1.5h", 5400), ("90 m", 5400), ("2w", 1209600), ("7s", 7)]
)
def test_ages(text: str, wanted: float) -> None:
    assert seconds(text) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"), [("10GB", 10**10), ("1.5 tb", 15 * 10**11), ("2MiB", 2**21), ("3kB", 3000), ("4B", 4)]
)
def test_sizes(text: str, wanted: int) -> None:
    assert size(text) == wanted


@pytest.mark.parametrize("text", ["", "10", "GB", "-1GB", "ten GB", "3 lightyears"])
def test_quantities_without_sense_are_refused(text: str) -> None:
    for read in (seconds, size):
        with pytest.raises(typer.BadParameter, match="such as"):
            read(text)


def test_lists_hold_words_and_sweeps_are_lists() -> None:
    assert values.arguments("recurrence=[full, self],seed=1") == {"recurrence": ["full", "self"], "seed": 1}
    assert values.grid("recurrence=[full,self],seed=[0,1]") == {"recurrence": ["full", "self"], "seed": [0, 1]}
    with pytest.raises(typer.BadParameter, match=r"the values of 'seed' are a list, as in seed=\[a,b\], not '1'"):
        values.grid("seed=1")


def test_a_refused_list_says_how_to_sweep() -> None:
    said = values.unswept({"recurrence": ["full", "self"], "widths": [1, 2]}, "recurrence is one of none, self")
    assert said == 'to score each value by itself, use --grid "recurrence=[full,self]", or a study (docs/studies.md)'
    assert values.unswept({"widths": [1, 2]}, "a file is missing") == ""
