"""Tables as text, as spreadsheets and scripts of all countries write them."""

import codecs
import csv
import io
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from harness.checks import checked
from harness.errors import DataError

NO_NUMBER = ("nan", "na")
"""What programs write into columns of numbers where there is none, in capitals or not."""
_COMMA = re.compile(r"[+-]?\d+,\d+(e[+-]?\d+)?", re.IGNORECASE)
_POINT = re.compile(r"[+-]?\d*\.\d+(e[+-]?\d+)?", re.IGNORECASE)
_EXCEL = re.compile(r'\A"?sep=."?[\r\n]+')
"""A first line by which Excel is told what separates columns."""
_SAMPLE = 200
"""Rows that are looked at to tell decimal commas from points."""


def read_text(path: Path, text: Sequence[str] | Literal[True] = ()) -> pd.DataFrame:
    """A table with commas, semicolons or tabs between its columns, in UTF-8, UTF-16 or Latin-1, with any ends of lines.

    With semicolons or tabs, numbers may have decimal commas. Only an empty field is missing, in a .tsv also `n/a`, as in BIDS.

    Args:
        text: columns that hold names, also where they look like numbers; True for all.

    Raises:
        DataError: for a file that is not such a table, in one sentence.
    """
    try:
        content = _EXCEL.sub("", _decoded(path.read_bytes()), count=1)
        separator = _separator(content)
        decimal = "." if separator == "," else _decimal(content, separator, path)
        missing = ["", "n/a"] if path.suffix.lower() == ".tsv" else [""]
        options: dict[str, Any] = {"sep": separator, "decimal": decimal, "keep_default_na": False, "na_values": missing}
        names = _names(content, path, **options)
        as_text: Any = (
            "str" if text is True else {at: "str" for at, name in enumerate(names) if plain_name(name) in text}
        )
        table = pd.read_csv(io.StringIO(content), dtype=as_text, skipinitialspace=True, **options)
    except DataError:
        raise
    except (ValueError, OSError, csv.Error) as error:  # no columns, rows of different lengths
        raise DataError(
            f"'{path}' cannot be read as a table; write it as CSV in UTF-8 ({' '.join(str(error).split())})"
        ) from error
    if not isinstance(table.index, pd.RangeIndex):
        raise DataError(
            f"the rows of '{path}' have more fields than its header has columns; write decimal points, or semicolons between "
            "columns"
        )
    return table


@checked(DataError)
def plain_name(name: object) -> str:
    """The name of a column without capitals, and with _ between its words: "Stimulus ID " is "stimulus_id"."""
    return "_".join(str(name).lower().replace("-", " ").split())


def _decoded(content: bytes) -> str:
    """UTF-32 with its mark, UTF-8 or UTF-16 with or without it, else Latin-1 as Windows writes it."""
    if content.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return content.decode("utf-32")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16")
    if len(content) > 1 and content[1] == 0 and content[0]:
        return content.decode("utf-16-le")
    if content[:1] == b"\0" and len(content) > 1:
        return content.decode("utf-16-be")
    if b"\0" in content:
        raise ValueError("it holds zero bytes, so it is no text")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252")


def _names(content: str, path: Path, **options: Any) -> list[str]:
    """The names of the columns as they are written: pandas would number those that are there twice."""
    header = pd.read_csv(io.StringIO(content), header=None, nrows=1, dtype="str", **options).iloc[0]
    names = ["" if pd.isna(name) else str(name).strip() for name in header]
    refuse_twice(names, path)
    return names


def refuse_twice(names: Sequence[str], path: Path) -> None:
    """Refuse columns of one name, of which pandas would call the second `a.1`; any number of them may have none."""
    if double := [name for at, name in enumerate(names) if name and name in names[:at]]:
        raise DataError(f"'{path}' has the column '{double[0]}' twice; leave one of them")


def _separator(content: str) -> str:
    """The most frequent of tab, semicolon and comma outside of quotes in the first line; a comma where there is none."""
    header = re.sub(r'"[^"]*"', "", content.lstrip("\r\n").split("\n")[0].split("\r")[0])
    return max(",;\t", key=header.count)


def _decimal(content: str, separator: str, path: Path) -> str:
    rows = csv.reader(io.StringIO(content, newline=""), delimiter=separator)
    fields = [field.strip() for _, row in zip(range(_SAMPLE), rows, strict=False) for field in row]
    commas = [field for field in fields if _COMMA.fullmatch(field)]
    points = [field for field in fields if _POINT.fullmatch(field)]
    if commas and points:
        raise DataError(
            f"'{path}' has numbers with decimal commas ({commas[0]}) and with points ({points[0]}); write all of them alike"
        )
    return "," if commas else "."
