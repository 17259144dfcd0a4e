"""Parsing of command-line values: `--json`, `key=value,...`, ages and sizes."""

import json
import math
import re
import time
from typing import Annotated, Any

import typer

JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]
_KINDS = ("activations", "ceilings", "scores")
RerunOption = Annotated[
    list[str] | None,
    typer.Option(
        "--rerun",
        help="Compute anew and replace what is cached: scores, ceilings, activations or all; may be repeated. Scores in any case.",
    ),
]
WORDS = 'an identifier, a pattern ("cordsnet*"), tag:recurrent, all'
_KEY, _DOTTED = re.compile(r"\s*([^\W\d]\w*)\s*=\s*"), re.compile(r"\s*([^\W\d][\w.]*)\s*=\s*")
_END = re.compile(r"\s*(,|$)")
_WORDS = re.compile(r"\[\s*([^\[\]{}\"]*[^\s\[\]{}\",])\s*\]\s*(?:,|$)")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_BYTES = {
    "B": 1,
    **{f"{p}B": 1000**n for n, p in enumerate("kMGT", 1)},
    **{f"{p}iB": 1024**n for n, p in enumerate("KMGT", 1)},
}


def rerun(kinds: list[str] | None) -> dict[str, float]:
    """Kinds of results to be computed anew -> now, before which nothing counts that was stored.

    Raises:
        typer.BadParameter: for another word.
    """
    asked = set(kinds or ())
    if strange := asked.difference(_KINDS, ["all"]):
        raise typer.BadParameter(f"--rerun {sorted(strange)[0]}: it is one of {', '.join(_KINDS)}, or all")
    now = time.time()
    return {kind: now for kind in _KINDS if asked & {kind, "all"}}


def arguments(text: str, dotted: bool = False) -> dict[str, Any]:
    """Keyword arguments from `key=value,key=value`; if dotted, keys may say whose they are: `recipe.epochs=3`.

    A value is JSON where it can be read as such (`3`, `0.5`, `true`, `null`, `[0, 45]`, `"a, b"`); a list may hold words without
    quotation marks (`[full, self]`); any other value is the text up to the next comma.

    Raises:
        typer.BadParameter: for a part without `=` or a key given twice.
    """
    found: dict[str, Any] = {}
    position = 0
    while text[position:].strip():
        match = (_DOTTED if dotted else _KEY).match(text, position)
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
    if listed := _WORDS.match(text, start):
        return [_value(word.strip(), 0)[0] for word in listed[1].split(",")], listed.end()
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


def grid(text: str) -> dict[str, list[Any]]:
    """Values of each argument that is swept, from `key=[value,...],key=[value,...]`.

    Raises:
        typer.BadParameter: as `arguments`, or for an argument without a list of values.
    """
    found = arguments(text)
    for name, values in found.items():
        if not isinstance(values, list) or not values:
            raise typer.BadParameter(f"the values of '{name}' are a list, as in {name}=[a,b], not '{values}'")
    return found


def unswept(given: dict[str, Any], message: str) -> str:
    """How several values of an argument are swept, where a list was given and refused; "" where none was."""
    refused = [name for name, value in given.items() if isinstance(value, list) and name in message]
    if not refused:
        return ""
    values = ",".join(map(str, given[refused[0]]))
    return f'to score each value by itself, use --grid "{refused[0]}=[{values}]", or a study (docs/studies.md)'
