"""Arguments are checked where they are handed over, and cost nothing where a network runs."""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, TypeVar

import numpy as np
import pytest
import torch

from harness import FrameModel, Preprocessing, Recording, StimulusSet, extract
from harness.checks import Count, Positive, checked, decorator
from harness.errors import ArgumentError
from harness.stimuli import Frame

Word = TypeVar("Word", bound=str)


@checked(ArgumentError, pure=True)
def of_all(
    size: Positive,
    *more: Count,
    kind: Literal["a", "b"] = "a",
    values: np.ndarray | None = None,
    limit: float = float("inf"),
    **named: float,
) -> Any:
    return size, more, kind, values, limit, named


@checked(ArgumentError)
def placed(size: Positive, names: Sequence[str] = (), *, values: np.ndarray | None = None) -> Any:
    return size, names, values


@checked(ArgumentError)
def word_of(word: Word, table: Mapping[str, float]) -> float:
    return table[word]


def test_what_is_meant_passes_as_it_is():
    assert of_all(1.0, 2, 3, kind="b", x=0.5) == (1.0, (2, 3), "b", None, float("inf"), {"x": 0.5})
    names = ["a"]
    assert placed(np.float32(2), names=names)[1] is names
    assert placed(2, names)[1] is names


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: of_all(0), "size of of_all must be a number above 0, up to 1e38, not 0"),
        (lambda: of_all(1, 2, 0), "more of of_all must be several values, each a whole number from 1"),
        (lambda: of_all(1, kind="c"), "kind of of_all must be one of 'a', 'b', not 'c'"),
        (lambda: of_all(1, x="y"), "named of of_all must be a mapping whose values are each a finite number"),
        (lambda: placed("1"), "size of placed must be a number above 0, up to 1e38, not '1'"),
        (lambda: placed(size=True), "size of placed must be a number above 0, up to 1e38, not True"),
        (lambda: placed(1, "ab"), "names of placed must be several values, each text, not 'ab'"),
        (lambda: placed(1, values="x"), "values of placed must be an array of real numbers or labels or None"),
        (lambda: word_of(3, {}), "word of word_of must be text, not 3"),
    ],
)
def test_what_cannot_be_meant_is_one_sentence(call: Callable[[], Any], said: str):
    with pytest.raises(ArgumentError, match=re.escape(said)):
        call()


def test_a_list_and_a_tensor_become_an_array():
    for given in ([1.0, 2.0], torch.ones(2)):
        assert isinstance(placed(1, values=given)[2], np.ndarray)  # type: ignore[arg-type]


def test_a_default_is_meant_and_a_wrong_number_of_arguments_is_python_s():
    assert of_all(1, limit=of_all.__wrapped__.__kwdefaults__["limit"])[4] == float("inf")
    with pytest.raises(ArgumentError, match="limit of of_all"):
        of_all(1, limit=float("-inf"))
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'size'"):
        placed()  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="unexpected keyword argument 'sise'"):
        placed(1, sise=2)  # type: ignore[call-arg]


class Net(torch.nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.area1 = torch.nn.Conv2d(3, 2, 3)

    def forward(self, frames: torch.Tensor) -> torch.Tensor:
        return self.area1(frames)


def test_nothing_is_checked_frame_by_frame_while_a_network_runs(monkeypatch: pytest.MonkeyPatch):
    counted = Counter[int]()
    hold = decorator._Parameters.hold
    current = 0

    def counting(self: Any, args: Any, kwargs: Any) -> bool:
        counted[current] += 1
        return hold(self, args, kwargs)

    for current in (8, 64):
        frames = {f"s{i}": Frame(np.full((8, 8), i / 100)) for i in range(current)}
        stimuli = StimulusSet.from_images("grey", frames, 50, visual_degrees=4)
        model = FrameModel("net", Net(), preprocessing=Preprocessing(8), regions={"V1": "area1"})
        with monkeypatch.context() as patched:
            patched.setattr(decorator._Parameters, "hold", counting)
            extract(model, stimuli, Recording(["area1"])).__getitem__("area1").array()
    assert counted[8] == counted[64] > 0
