"""Texts that are shown to others: without the paths of anybody's home."""

import re
from pathlib import Path

_BEFORE = r"(?:(?<![\w.-])|(?<=\\[nrt])|(?<=\\u00[0-9a-f]{2}))"
"""What a path stands behind: no word, as in an address; but what JSON writes for the end of a line or a quotation mark."""
_HOMES = re.compile(_BEFORE + r"/(?:home|Users)/[^/\s\"'<>\\]+/")


def without_home(text: str) -> str:
    """A text with `~/` in place of this user's home, and of what are homes elsewhere, as in results of other machines."""
    own = str(Path.home())
    return _HOMES.sub("~/", text.replace(f"{own}/", "~/") if own != "/" else text)
