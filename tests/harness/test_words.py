"""Code, messages and docs keep to the field's words (docs/concepts.md); what they replaced does not come back."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
REPLACED = {
    "people": "participants",
    "person": "participant",
    "persons": "participants",
    "film": "movie",
    "films": "movies",
    "picture": "image",
    "pictures": "images",
    "as_subject": "as_brain_model",
    "MeanMagnitude": "MeanAbsolute",
    "cannot be had": "is not available",
    "is no identifier": "is not a valid identifier",
    "more than chance": "hypothesis tests",
}
ALLOWED = {
    "CHANGELOG.md": {"pictures", "as_subject", "MeanMagnitude"},  # names of earlier releases
    "docs/stability.md": {"as_subject"},
    "harness/host/old_names.py": {"people", "person", "films", "film", "pictures", "as_subject", "MeanMagnitude"},
    "harness/host/tags.py": {"films"},  # a tag of earlier releases
    "plugins/benchmarks/maniquet2025/published.py": {"person"},  # a category of the publication
    "plugins/benchmarks/berezutskaya2021/__init__.py": {"film"},  # as the files of these data sets are called
    "plugins/benchmarks/berezutskaya2021/recording.py": {"film"},
    "plugins/benchmarks/keles2024/__init__.py": {"film"},
    "plugins/benchmarks/keles2024/recording.py": {"film"},
    "plugins/benchmarks/fake_fmri/recording.py": {"film"},  # identifiers of the simulated stimuli
}
"""File -> old words that it has to quote: names of earlier releases, of published files and of categories."""
FOLDERS = ("harness", "plugins", "docs", "examples")
KINDS = {".py", ".pyi", ".md", ".html", ".js", ".css", ".cfg", ".yaml"}


def pages() -> list[Path]:
    inside = [path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*")) if path.suffix in KINDS]
    return [*inside, *sorted(ROOT.glob("*.md"))]


def found(text: str) -> set[str]:
    """Replaced words in a text, as whole words in any capitals."""
    return {word for word in REPLACED if re.search(rf"\b{re.escape(word)}\b", text, flags=re.IGNORECASE)}


@pytest.mark.parametrize("word", REPLACED)
def test_a_replaced_word_is_recognised(word: str) -> None:
    assert word in found(f"The {word.capitalize()}, that is.")
    assert not found("participants see an image or a movie, filmed elsewhere")


def test_no_replaced_word_comes_back() -> None:
    texts = {path.relative_to(ROOT).as_posix(): path.read_text() for path in pages()}
    assert len(texts) > 500
    wrong = {name: found(text) - ALLOWED.get(name, set()) for name, text in texts.items()}
    said = [f"{name}: {word} -> {REPLACED[word]}" for name, words in wrong.items() for word in sorted(words)]
    assert not said, "use the field's words:\n" + "\n".join(said)


def test_what_is_allowed_is_needed() -> None:
    unused = {name: words - found((ROOT / name).read_text()) for name, words in ALLOWED.items()}
    assert not any(unused.values()), unused


def nounless(source: str) -> Iterator[tuple[int, str]]:
    """Line and beginning of every docstring that hides its noun behind "What ..." or "Those ...", which no search finds."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            text = ast.get_docstring(node) or ""
            if re.match(r"(What|Whatever|Those|That which)\b", text):
                yield getattr(node, "lineno", 1), text.splitlines()[0]


def test_docstrings_begin_with_a_noun() -> None:
    assert list(nounless('def f():\n    """Those that are left."""')) == [(1, "Those that are left.")]
    assert not list(
        nounless('"""Whatsoever a module holds."""\nclass A:\n    """The contents of a file: what it holds."""')
    )
    code = [path for path in pages() if path.suffix == ".py"]
    found = [f"{p.relative_to(ROOT)}:{line} {text}" for p in code for line, text in nounless(p.read_text())]
    assert not found, "say first what it is:\n" + "\n".join(found)
