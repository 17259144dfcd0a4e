"""Fixtures for the tests of the core."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from harness.host.plugin_host import host


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Puts a distribution with modules and entry points where `importlib.metadata` finds it, and starts a new host."""
    monkeypatch.syspath_prepend(str(tmp_path))
    host.cache_clear()

    def install(distribution: str, version: str = "1.0", **plugins: str) -> None:
        info = tmp_path / f"{distribution.replace('-', '_')}-{version}.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {distribution}\nVersion: {version}\n")
        lines = [f"{name} = plug_{name}" for name in plugins]
        (info / "entry_points.txt").write_text("[harness]\n" + "\n".join(lines) + "\n")
        for name, source in plugins.items():
            (tmp_path / f"plug_{name}.py").write_text(source)
            monkeypatch.delitem(sys.modules, f"plug_{name}", raising=False)
        host.cache_clear()

    yield install
    host.cache_clear()
