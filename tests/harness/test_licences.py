"""docs/licences.md has a row for everything in the package that is not code."""

import re
from fnmatch import fnmatchcase
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "licences.md").read_text()
ROWS = [
    name
    for line in PAGE.splitlines()
    if line.startswith("| `")
    for name in re.findall(r"`([^`]+)`", line.split("|")[1])
]


def test_every_file_of_weights_and_every_list_has_a_row() -> None:
    weights = [path.stem for path in (ROOT / "plugins").rglob("*.safetensors")]
    assert weights and [name for name in weights if not any(fnmatchcase(name, row) for row in ROWS)] == []
    lists = [path.relative_to(ROOT).as_posix() for path in (ROOT / "harness").rglob("*.csv")]
    assert lists and sorted(lists) == sorted(row for row in ROWS if row.endswith(".csv"))


def test_every_file_of_published_numbers_has_a_row_and_no_row_is_of_nothing() -> None:
    published = {path.relative_to(ROOT / "plugins").as_posix() for path in (ROOT / "plugins").rglob("published.py")}
    assert published == {row for row in ROWS if row.endswith(".py")}


def test_other_files_in_the_package_are_known_kinds() -> None:
    known = {".py", ".pyi", ".html", ".css", ".js", ".safetensors", ".csv", ".typed", ".pyc", ""}
    found = [path for folder in ("harness", "plugins") for path in (ROOT / folder).rglob("*") if path.is_file()]
    assert sorted(str(path) for path in found if path.suffix not in known and "__pycache__" not in path.parts) == []
