"""Brain-Score's core and its cache of results are known to one module each."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


def imported(path: Path) -> set[str]:
    """The first names of all modules that a file imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return found


@pytest.mark.parametrize(
    ("package", "only"),
    [
        ("brainscore_core", "harness/assemblies/_brain_score.py"),
        ("result_caching", "harness/store/results_cache.py"),
    ],
)
def test_is_imported_by_one_module(package: str, only: str) -> None:
    files = [path for folder in ("harness", "plugins") for path in (ROOT / folder).rglob("*.py")]
    assert [path.relative_to(ROOT).as_posix() for path in files if package in imported(path)] == [only]
