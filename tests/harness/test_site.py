"""The site has a page for every public name, command, benchmark and figure, and Sphinx has nothing to remark."""

import sys
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

from harness.host import host
from harness.results.leaderboard.facts import anchor

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def site() -> ModuleType:
    """The script that builds it."""
    spec = spec_from_file_location("make_site", ROOT / "tools" / "make_site.py")
    assert spec and spec.loader
    module = module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_links_that_lead_out_of_the_site_are_plain_text(site: ModuleType) -> None:
    text = "[a](../LICENSE), [b](trust.md#x), [c](https://d.org), ![d](figures/zoo_masking.png), [e](#here)"
    assert site._OUTSIDE.sub(site._kept, text) == "a, " + text.partition(", ")[2]


def test_every_page_is_in_the_contents(site: ModuleType) -> None:
    listed = set(site.contents().split())
    assert {path.stem for path in (ROOT / "docs").glob("*.md")} - {"index"} <= listed


def test_docstrings_become_markdown(site: ModuleType) -> None:
    doc = "A sum [1].\n\nArgs:\n    x, y: numbers, `a <b>`,\n        finite.\n\nRaises:\n    ValueError: if <not>."
    assert site._prose(doc).splitlines() == [
        *("A sum \\[1\\].", "", "", "**Args**", "", "- `x, y`: numbers, `a <b>`,", "  finite.", ""),
        *("", "**Raises**", "", "- `ValueError`: if \\<not\\>."),
    ]


def test_signatures_are_short(site: ModuleType) -> None:
    from harness.metrics.statistics import block_k_fold

    assert site._signature(block_k_fold).startswith("(times: ndarray, folds: int, gap: float, block:")
    assert site._signature(block_k_fold).endswith(", seed: int = 0) -> list[Split]")


def test_every_benchmark_has_the_anchor_that_leaderboards_link_to(site: ModuleType, tmp_path: Path) -> None:
    site.registered(tmp_path)
    headings = [line[4:] for line in (tmp_path / "benchmarks.md").read_text().splitlines() if line.startswith("### ")]
    named = [heading.replace("\\", "") for heading in headings]
    assert sorted(named) == sorted(spec.identifier for spec in host().benchmarks)
    assert len(set(map(anchor, named))) == len(named)


@pytest.mark.slow
@pytest.mark.skipif(not find_spec("furo"), reason="the extra [docs] is not installed")
def test_it_is_built_without_a_warning(site: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(site, "BUILD", tmp_path)
    assert site.build(tmp_path / "html") == 0
    page = (tmp_path / "html" / "reference" / "benchmarks.html").read_text()
    assert all(f'id="{anchor(spec.identifier)}"' in page for spec in host().benchmarks if not spec.prefix)
