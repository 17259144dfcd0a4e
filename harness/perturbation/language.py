"""Perturbations as the command line has them.

    TARGET: OPERATION [VALUE] [disc X Y DIAMETER | annulus X Y INNER OUTER] [units 1,2,3 | fraction SHARE [seed N] | class E]
            [from MS] [to MS] [at drive|state] [seed N] [frequency HZ]
            [recorded before]

Several are separated by `;`. `V2->V1: scale 0.5` is a connection; degrees count from fixation, ms from stimulus onset.
"""

import math
from collections.abc import Callable
from typing import Any

from harness.checks import checked
from harness.errors import ModelError
from harness.perturbation.operations import VALUED, Fraction, Perturbation
from harness.perturbation.places import EVERYWHERE, Annulus, Disc


@checked(ModelError)
def parse(text: str) -> list[Perturbation]:
    """The perturbations of a text, in their order.

    Raises:
        ModelError: for what cannot be read, with the word that is wrong.
    """
    return [_one(part.strip()) for part in text.split(";") if part.strip()]


def _one(text: str) -> Perturbation:
    target, colon, rest = text.partition(":")
    words = rest.split()
    if not colon or not words:
        raise ModelError(
            f"'{text}' is not a perturbation; write TARGET: OPERATION ..., such as 'V1: silence disc 0 0 1'"
        )
    taken = _Words(words[1:], text)
    value: Any = None
    if words[0] in VALUED:
        value = taken.number()
    elif words[0] == "silence" and taken.next == "rest":
        value = taken.word()
    given: dict[str, Any] = {"window": [0.0, math.inf], "where": EVERYWHERE}
    while taken.next:
        _CLAUSES.get(taken.word(), _unknown)(taken, given)
    given["window"] = tuple(given["window"])
    return Perturbation(target.strip(), words[0], value, **given)  # type: ignore[arg-type]


class _Words:
    """The words of a text that are not read yet."""

    def __init__(self, words: list[str], text: str):
        self._words, self._text, self.last = list(words), text, ""

    @property
    def next(self) -> str:
        return self._words[0] if self._words else ""

    def word(self) -> str:
        if not self._words:
            raise ModelError(f"'{self._text}' ends too early, after '{self.last}'")
        self.last = self._words.pop(0)
        return self.last

    def number(self) -> float:
        word = self.word()
        try:
            return float(word)
        except ValueError:
            raise ModelError(f"'{word}' in '{self._text}' is not a number") from None

    def refuse(self) -> None:
        raise ModelError(f"'{self.last}' in '{self._text}' is not understood; there are {', '.join(_CLAUSES)}")


def _unknown(words: _Words, given: dict[str, Any]) -> None:
    words.refuse()


def _disc(words: _Words, given: dict[str, Any]) -> None:
    given["where"] = Disc(words.number(), words.number(), words.number())


def _annulus(words: _Words, given: dict[str, Any]) -> None:
    given["where"] = Annulus(words.number(), words.number(), words.number(), words.number())


def _from(words: _Words, given: dict[str, Any]) -> None:
    given["window"][0] = words.number()


def _to(words: _Words, given: dict[str, Any]) -> None:
    given["window"][1] = words.number()


def _units(words: _Words, given: dict[str, Any]) -> None:
    numbers = words.word()
    try:
        given["units"] = [int(number) for number in numbers.split(",")]
    except ValueError:
        words.refuse()


def _fraction(words: _Words, given: dict[str, Any]) -> None:
    given["units"] = Fraction(words.number())


def _class(words: _Words, given: dict[str, Any]) -> None:
    given["units"] = words.word()


def _at(words: _Words, given: dict[str, Any]) -> None:
    given["point"] = words.word()


def _seed(words: _Words, given: dict[str, Any]) -> None:
    seed = int(words.number())
    if isinstance(given.get("units"), Fraction):
        given["units"] = Fraction(given["units"].share, seed)
    else:
        given["seed"] = seed


def _frequency(words: _Words, given: dict[str, Any]) -> None:
    given["frequency"] = words.number()


def _recorded(words: _Words, given: dict[str, Any]) -> None:
    given["record"] = words.word()


_CLAUSES: dict[str, Callable[[_Words, dict[str, Any]], None]] = {
    "disc": _disc,
    "annulus": _annulus,
    "units": _units,
    "fraction": _fraction,
    "class": _class,
    "from": _from,
    "to": _to,
    "at": _at,
    "seed": _seed,
    "frequency": _frequency,
    "recorded": _recorded,
}
