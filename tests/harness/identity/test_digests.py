"""Content addresses: equal content has one digest, different content another, in every process."""

import math
import os
import subprocess
import sys
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from harness.identity.digests import digest

ATOMS = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.binary())
TREES = st.recursive(
    ATOMS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(), inner, max_size=3)),
    max_leaves=8,
)


@dataclass(frozen=True)
class Point:
    x: float
    y: float


@dataclass(frozen=True)
class Vector:
    x: float
    y: float


def shape_of(tree: object) -> object:
    """The tree with its types spelled out, equal for two trees exactly when their content is."""
    if isinstance(tree, list):
        return ("list", tuple(shape_of(item) for item in tree))
    if isinstance(tree, dict):
        return ("dict", frozenset((key, shape_of(item)) for key, item in tree.items()))
    if isinstance(tree, float):
        return ("float", "nan" if math.isnan(tree) else tree)
    return (type(tree).__name__, tree)


@given(TREES, TREES)
def test_digests_are_equal_exactly_when_the_content_is(one, other):
    assert (digest(one) == digest(other)) == (shape_of(one) == shape_of(other))


@given(st.dictionaries(st.text(), st.integers(), min_size=2), st.randoms())
def test_order_of_a_mapping_does_not_count(mapping, random):
    entries = list(mapping.items())
    random.shuffle(entries)
    assert digest(dict(entries)) == digest(mapping) == digest(OrderedDict(entries)) == digest(MappingProxyType(mapping))


@given(st.lists(st.integers(), min_size=1, unique=True), st.randoms())
def test_order_of_a_set_does_not_count(members, random):
    shuffled = members.copy()
    random.shuffle(shuffled)
    assert digest(set(members)) == digest(frozenset(shuffled))
    assert digest(set(members)) != digest(members)


@given(npst.arrays(st.sampled_from(["<f4", ">f8", "<i2", "u1", "?"]), npst.array_shapes(max_dims=3, max_side=4)))
def test_layout_and_byte_order_of_an_array_do_not_count(array):
    assert digest(np.asfortranarray(array)) == digest(array)
    assert digest(array.astype(array.dtype.newbyteorder())) == digest(array)
    assert digest(array[::-1][::-1]) == digest(array)


@pytest.mark.parametrize(
    "values",
    [
        (1, 1.0, True, "1", b"1", [1], (1, 1), {1: 1}, {1}, None, np.array(1), np.array([1])),
        (0, False, "", b"", [], {}, [[]], [{}], [None], None, "None"),
        (["ab"], ["a", "b"], [["a"], "b"], [["a", "b"]], "ab"),
        ({"a": 1, "b": 2}, {"a": 2, "b": 1}, {"a": {"b": 2}}, [("a", 1), ("b", 2)]),
        (np.zeros(4), np.zeros((2, 2)), np.zeros((4, 1)), np.zeros(4, "f4"), np.zeros(4, "i8"), [0.0] * 4),
        (np.zeros((0, 2)), np.zeros((2, 0)), np.zeros(0)),
        (Point(1.0, 2.0), Vector(1.0, 2.0), Point(2.0, 1.0), {"x": 1.0, "y": 2.0}),
        (float("inf"), float("-inf"), float("nan"), 0.0, 5e-324),
    ],
)
def test_types_and_structure_are_content(values):
    assert len({digest(value) for value in values}) == len(values)


def test_several_values_are_not_their_list():
    assert len({digest("a", "b"), digest(["a", "b"]), digest("ab"), digest("b", "a"), digest("a")}) == 5


def test_lists_are_tuples_and_numpy_scalars_are_numbers():
    assert digest([1, [2]]) == digest((1, (2,)))
    assert digest(np.int64(3)) == digest(3) and digest(np.float32(0.5)) == digest(0.5)
    assert digest(np.bool_(True)) == digest(True) and digest(np.str_("a")) == digest("a")


def test_there_is_one_zero_and_one_not_a_number():
    assert digest(-0.0) == digest(0.0)
    assert digest(-math.nan) == digest(math.nan)


@pytest.mark.parametrize(
    "value", [object(), 1j, Point, np.array([object()]), np.datetime64("2020"), range(3), lambda: 0]
)
def test_what_has_no_canonical_content_is_refused(value):
    with pytest.raises(TypeError, match="no canonical content"):
        digest([value])


def test_the_same_in_every_process():
    code = "from harness.identity.digests import digest; print(digest({'a': [1, 2.5, None], 'b': {'x', 'y'}}))"
    printed = {
        subprocess.check_output(
            [sys.executable, "-c", code], env={**os.environ, "PYTHONHASHSEED": seed}, cwd=Path.home()
        )
        for seed in ("1", "2")
    }
    assert printed == {digest({"b": {"y", "x"}, "a": [1, 2.5, None]}).encode() + os.linesep.encode()}


def test_it_never_changes_between_versions():
    """A change here turns every stored response into a miss: raise it deliberately or not at all."""
    assert digest("timeline", [1, 2.0, None, True, b"x", {"k": (1,)}], np.arange(3, dtype="<i4")) == FROZEN


FROZEN = "c8618db9bb6781ddba5ab8dd1f4ce3672ff874565a59859f8ebe262b4abbe5be"


def test_names_of_files_that_are_no_text_and_numbers_beyond_all_printing_have_an_identity():
    values = ["\ud800", "\udcff", "\\ud800", 10**5000, -(10**5000), 10**5000 + 1]
    assert len({digest(value) for value in values}) == len(values)
