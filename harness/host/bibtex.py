"""BibTeX: what a description says to cite, field by field."""

import re

from harness.checks import checked
from harness.errors import DescriptionError

_HEAD = re.compile(r"\s*@\s*\w+\s*\{\s*[^\s,{}]+\s*,")
_NAME = re.compile(r"[\s,]*(\w+)\s*=\s*")
_END = re.compile(r"[\s,]*\}\s*")
_BARE = re.compile(r"[^\s,{}\"]+")


@checked(DescriptionError)
def citations(bibtex: str) -> list[dict[str, str]]:
    """The entries of a text: each as its fields by their names in lower case, without braces and line breaks.

    Raises:
        DescriptionError: if the text holds anything else than entries.
    """
    found, at = list[dict[str, str]](), 0
    while bibtex[at:].strip():
        fields, at = _fields(bibtex, _match(_HEAD, bibtex, at).end())
        found.append(fields)
    return found


def _fields(text: str, at: int) -> tuple[dict[str, str], int]:
    """The fields of the entry that is open at a place, and where it ends."""
    fields: dict[str, str] = {}
    while name := _NAME.match(text, at):
        value, at = _value(text, name.end())
        fields[name[1].lower()] = re.sub(r"[{}]", "", " ".join(value.split()))
    return fields, _match(_END, text, at).end()


def _value(text: str, at: int) -> tuple[str, int]:
    """The text in braces or quotation marks at a place, or a bare word there, and where it ends."""
    if text[at : at + 1] not in ("{", '"'):
        word = _match(_BARE, text, at)
        return word[0], word.end()
    closing, depth = "}" if text[at] == "{" else '"', 0
    for here in range(at + 1, len(text)):
        if depth == 0 and text[here] == closing:
            return text[at + 1 : here], here + 1
        depth += {"{": 1, "}": -1}.get(text[here], 0)
    raise _unreadable(text)


def _match(pattern: re.Pattern[str], text: str, at: int) -> re.Match[str]:
    found = pattern.match(text, at)
    if found is None:
        raise _unreadable(text)
    return found


def _unreadable(text: str) -> DescriptionError:
    return DescriptionError(
        f"BibTeX cannot be read that begins with {' '.join(text.split())[:40]!r}: an entry is @type{{key, field = {{...}}, ...}}"
    )
