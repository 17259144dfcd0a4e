"""Writes the table of docs/models.md about the models of Dynamic-Vision.

python docs/make_names.py
"""

import re
from pathlib import Path

from _pages import table, with_part

PAGE = Path(__file__).parent / "models.md"


def write(page: str) -> str:
    """The page with a row for every name; rows of the same model, weights and remark are one."""
    from harness_plugins.models.dynamic_vision.names import NAMES, arguments_of

    rows: dict[tuple[str, ...], list[str]] = {}
    for name, entry in NAMES.items():
        ours = f"`{entry.model}`" + (f", {said}" if (said := arguments_of(entry)) else "")
        source = re.sub(r"(selavi_)\w+(\.pth)", r"\1*\2", entry.source)
        rows.setdefault((ours, source, entry.remark), []).append(name)
    lines = [[", ".join(f"`{name}`" for name in names), *row] for row, names in rows.items()]
    head = ("theirs", "ours", "weights to get", "remark")
    return with_part(page, "make_names.py", f"{len(NAMES)} of the 90 names load.\n\n{table(head, lines)}")


if __name__ == "__main__":
    PAGE.write_text(write(PAGE.read_text()))
