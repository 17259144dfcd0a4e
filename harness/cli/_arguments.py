"""Parsing of command-line values: `--json`, `key=value,...`, ages and sizes."""

import json
import math
import re
from typing import Annotated, Any

import typer

JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]
WORDS = 'an identifier, a pattern ("cordsnet*"), tag:recurrent, all'
_KEY, _END = re.compile(r"\s*([^\W\d]\w*)\s*=\s*"), re.compile(r"\s*(,|$)")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_BYTES = {
    "B": 1,
    **{f"{p}B": 1000**n for n, p in enumerate("kMGT", 1)},
    **{f"{p}iB": 1024**n for n, p in enumerate("KMGT", 1)},
}


def arguments(text: str) -> dict[str, Any]:
    """Keyword arguments from `key=value,key=value`.

    A value is JSON where it can be read as such (`3`, `0.5`, `true`, `null`, `[0, 45]`, `"a, b"`), otherwise the text up to the
    next comma.

    Raises:
        typer.BadParameter: for a part without `=` or a key given twice.
    """
    found: dict[str, Any] = {}
    position = 0
    while text[position:].strip():
        match = _KEY.match(text, position)
        if match is None:
            part = text[position:].partition(",")[0].strip()
            raise typer.BadParameter(f"'{part}' is not of the form key=value; text in a list needs quotation marks")
        if match[1] == "identifier":
            raise typer.BadParameter("'identifier' is no argument; the name comes first")
        if match[1] in found:
            raise typer.BadParameter(f"'{match[1]}' is given twice")
        found[match[1]], position = _value(text, match.end())
    return found


def _value(text: str, start: int) -> tuple[Any, int]:
    """The value that begins at `start`, and where the next key may begin."""
    try:
        value, end = json.JSONDecoder().raw_decode(text, start)
    except (ValueError, RecursionError):
        value, end = None, -1
    if end >= 0 and (after := _END.match(text, end)):
        return value, after.end()
    word, comma, _ = text[start:].partition(",")
    return _number(word.strip()), start + len(word) + len(comma)


def _number(word: str) -> float | str:
    """`.5` and `5.` are numbers, though not in JSON."""
    return float(word) if re.fullmatch(r"[+-]?(\.\d+|\d+\.)", word) else word


def seconds(text: str) -> float:
    """`30d`, `12h`, `90m`, `45s` or `2w` in seconds."""
    return _quantity(text, _SECONDS, "an age such as 30d, 12h or 90m")


def size(text: str) -> int:
    """`10GB`, `1.5 TB` or `512MiB` in bytes."""
    return int(_quantity(text, _BYTES, "a size such as 10GB, 500MB or 2GiB"))


def _quantity(text: str, units: dict[str, int], meant: str) -> float:
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([A-Za-z]+)\s*", text)
    scale = {name.casefold(): factor for name, factor in units.items()}.get(match[2].casefold()) if match else None
    if match is None or scale is None:
        raise typer.BadParameter(f"'{text}' is not {meant}")
    if not math.isfinite(found := float(match[1]) * scale):
        raise typer.BadParameter(f"'{text[:40]}...' is not {meant}")
    return found
