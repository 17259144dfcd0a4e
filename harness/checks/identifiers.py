"""The rule for names of models, stimulus sets and benchmarks, which are shown, compared and made into names of files."""

from typing import Any

from harness.checks.showing import shown
from harness.errors import printable

LONGEST_IDENTIFIER = 200
"""Characters of an identifier."""


def identifier_fault(identifier: Any, whose: str) -> str | None:
    """Why something is not a valid identifier of a thing, in one sentence; None if it is one.

    An identifier is one line of printable text of at most `LONGEST_IDENTIFIER` characters, without blanks at its ends, and no part
    between its slashes is empty, `.` or `..`.

    Args:
        whose: what it should name: "a model".
    """
    valid = (
        isinstance(identifier, str)
        and 0 < len(identifier) <= LONGEST_IDENTIFIER
        and identifier.isprintable()
        and identifier == identifier.strip()
        and not {"", ".", ".."} & set(identifier.split("/"))
    )
    if valid:
        return None
    return (
        f"the identifier of {whose} is one line of printable text of 1 to {LONGEST_IDENTIFIER} characters, without '..' or empty "
        f"parts between its slashes, not {shown(identifier)}"
    )


def as_identifier(text: str) -> str:
    """The nearest valid identifier to a text that need not be one, for a place where it has to be named all the same."""
    escaped = printable(text[:LONGEST_IDENTIFIER])
    parts = [part if part.strip() not in ("", ".", "..") else "_" for part in escaped[:LONGEST_IDENTIFIER].split("/")]
    return "/".join(parts).strip()
