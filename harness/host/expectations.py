"""Expected outcomes of adversaries on a benchmark: a value with its tolerance, a bound, an interval, or an outcome."""

import math
import re
from dataclasses import dataclass
from typing import Literal

Adversary = Literal[
    "noise",
    "clock",
    "hash",
    "constant",
    "nan",
    "scaled",
    "shifted",
    "permuted",
    "frozen",
    "shuffled",
    "untrained",
    "published",
    "opposite",
]
Control = Literal["published", "opposite"]
OUTCOMES = ("not measurable", "failed", "invariant", "<= intact")
INAPPLICABLE = "does not apply"

ROUNDING = 1e-3
"""Of a score: what an invariant one may move by."""

_NUMBER = r"([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)"
_INVARIANT = re.compile(rf"^invariant\s*(?:\+-|±)\s*{_NUMBER}$")
_VALUE = re.compile(rf"^{_NUMBER}\s*(?:\+-|±)\s*{_NUMBER}$")
_BOUND = re.compile(rf"^(<=|>=|<|>)\s*{_NUMBER}$")
_INTERVAL = re.compile(rf"^([\[(])\s*{_NUMBER}\s*,\s*{_NUMBER}\s*([\])])$")
_REASON = re.compile(rf"^{INAPPLICABLE}\s*:\s*(\S.*)$")


@dataclass(frozen=True)
class Expectation:
    """An expectation as it can be checked.

    | text | what must come out |
    |---|---|
    | `"0 +- 0.05"` | a score within the tolerance |
    | `"< 0.1"`, `"<= 0"`, `"> 0.9"`, `">= 0.9"` | a score beyond the bound |
    | `"(-0.2, 0.2)"`, `"[0, 1]"` | a score in the open or closed interval |
    | `"invariant"`, `"invariant +- 0.05"` | what the model gave that was altered, within rounding or the tolerance |
    | `"<= intact"` | no more than the model that was altered, within two standard errors, or nothing measurable |
    | `"not measurable"` | no number, with the reason |
    | `"failed"` | an error: it is refused |
    | `"does not apply: reason"` | it is not run, for this reason |

    Attributes:
        outcome: one of `OUTCOMES`, or `INAPPLICABLE`; empty where a score is expected.
        lowest, highest: of the score.
        open_below, open_above: whether the score must not equal these.
        tolerance: of "invariant".
        reason: why it does not apply.
    """

    outcome: str = ""
    lowest: float = -math.inf
    highest: float = math.inf
    open_below: bool = False
    open_above: bool = False
    tolerance: float = ROUNDING
    reason: str = ""

    @classmethod
    def of(cls, text: str) -> "Expectation":
        """Read an expectation. Raises ValueError for what is none."""
        text = text.strip()
        if text in OUTCOMES:
            return cls(text)
        if match := _REASON.match(text):
            return cls(INAPPLICABLE, reason=match[1])
        if match := _INVARIANT.match(text):
            return cls("invariant", tolerance=abs(float(match[1])))
        if match := _VALUE.match(text):
            value, tolerance = float(match[1]), abs(float(match[2]))
            return cls(lowest=value - tolerance, highest=value + tolerance)
        if match := _BOUND.match(text):
            limit, is_open = float(match[2]), "=" not in match[1]
            return (
                cls(highest=limit, open_above=is_open) if match[1][0] == "<" else cls(lowest=limit, open_below=is_open)
            )
        if (match := _INTERVAL.match(text)) and float(match[2]) <= float(match[3]):
            return cls("", float(match[2]), float(match[3]), match[1] == "(", match[4] == ")")
        raise ValueError(
            f"'{text}' is not an expectation; write a value ('0 +- 0.05'), a bound ('< 0.1'), an interval ('(-0.2, 0.2)'), "
            f"one of {', '.join(OUTCOMES)}, or '{INAPPLICABLE}: ' and the reason"
        )

    def admits(self, score: float) -> bool:
        """Whether a score is as expected."""
        above = score > self.lowest if self.open_below else score >= self.lowest
        below = score < self.highest if self.open_above else score <= self.highest
        return not self.outcome and above and below
