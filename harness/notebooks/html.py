"""HTML of objects: what `_repr_html_` gives."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

from harness.checks import checked
from harness.errors import ArgumentError


@checked(ArgumentError)
def facts_table(title: str, facts: Mapping[str, Any], image: bytes | None = None) -> str:
    """A table of named values under a title; empty ones are left out. Below it an image (PNG), if there is one."""
    rows = "".join(
        f"<tr><td style='text-align:left;opacity:.65'>{escape(name)}</td><td style='text-align:left'>{escape(str(value))}</td></tr>"
        for name, value in facts.items()
        if value not in (None, "", [], {}, ())
    )
    drawn = f"<img src='{data_uri(image)}' alt='{escape(title, quote=True)}' style='max-width:100%'>" if image else ""
    return f"<div><b>{escape(title)}</b><table>{rows}</table>{drawn}</div>"


@checked(ArgumentError)
def data_uri(png: bytes) -> str:
    """An image as a `data:` address for a page."""
    return f"data:image/png;base64,{base64.b64encode(png).decode()}"


@checked(ArgumentError)
@dataclass(frozen=True)
class Drawing:
    """An image that a notebook shows as such.

    Attributes:
        title: what it shows.
        png: the image.
    """

    title: str
    png: bytes

    def _repr_png_(self) -> bytes:
        return self.png

    def __repr__(self) -> str:
        return f"<Drawing of {self.title}, for notebooks; give a path to write it to a file>"
