"""The source that stands behind a target: what counts, and what does not."""

import importlib
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.host import host
from harness.identity import sources
from harness.identity.replaced import stated

FILES = {
    "lab/__init__.py": "",
    "lab/experiment.py": """
from typing import TYPE_CHECKING
from lab import settings
from lab.tools import smooth
from other_lab.base import Base
from harness.metrics.statistics import bootstrap
if TYPE_CHECKING:
    from lab.only_typed import Type

TABLE = "numbers.csv"

class Experiment(Base):
    def run(self):
        from .late import statistic
        import lab.deep.part
        return statistic(smooth(settings.GAIN)), lab.deep.part.value
""",
    "lab/settings.py": "GAIN = 1.0",
    "lab/late.py": "from importlib import import_module\\nstatistic = import_module('lab.named').statistic",
    "lab/named.py": "statistic = max",
    "lab/only_typed.py": "Type = int",
    "lab/unrelated.py": "import lab.experiment",
    "lab/numbers.csv": "1,2",
    "lab/deep/__init__.py": "",
    "lab/deep/part.py": "value = resolve('lab.deep.target:thing', 'it')",
    "lab/deep/target.py": "thing = 1",
    "lab/tools/__init__.py": "import lazy_loader\\n__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)",
    "lab/tools/__init__.pyi": "from .smoothing import gaussian as smooth\\nfrom .plotting import plot as plot",
    "lab/tools/smoothing.py": "gaussian = box = abs",
    "lab/tools/plotting.py": "plot = print",
    "other_lab/__init__.py": "",
    "other_lab/base.py": "from other_lab.root import Root\\nclass Base(Root): pass",
    "other_lab/root.py": "class Root: pass",
    "other_lab/aside.py": "",
}
TARGET = "lab.experiment:Experiment"


@pytest.fixture
def digest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """The identity of the target as a new process would see it."""
    monkeypatch.syspath_prepend(str(tmp_path))
    for name, source in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(source.replace("\\n", "\n"))

    def digest(*targets: str, **options: str) -> str:
        importlib.invalidate_caches()
        sources.forget()
        return sources.source_digest(*(targets or (TARGET,)), **options)

    yield digest
    sources.forget()


COUNTED = (
    "lab/__init__.py", "lab/experiment.py", "lab/settings.py", "lab/late.py", "lab/named.py", "lab/numbers.csv",
    "lab/deep/__init__.py", "lab/deep/part.py", "lab/deep/target.py", "lab/tools/smoothing.py",
    "other_lab/__init__.py", "other_lab/base.py", "other_lab/root.py",
)  # fmt: skip


@pytest.mark.parametrize("file", COUNTED)
def test_what_is_imported_counts_however_deep(digest, tmp_path: Path, file: str) -> None:
    before = digest()
    with (tmp_path / file).open("a") as source:
        source.write("\n# changed")
    assert digest() != before


@pytest.mark.parametrize("file", sorted(FILES.keys() - set(COUNTED)))
def test_what_is_not_imported_does_not_count(digest, tmp_path: Path, file: str) -> None:
    before = digest()
    with (tmp_path / file).open("a") as source:
        source.write("\n# changed")
    assert digest() == before


def test_a_name_that_leads_elsewhere_counts(digest, tmp_path: Path) -> None:
    before = digest()
    stub = tmp_path / "lab/tools/__init__.pyi"
    stub.write_text(stub.read_text().replace("gaussian as", "box as"))
    assert digest() != before


def test_a_module_that_appears_or_goes_counts(digest, tmp_path: Path) -> None:
    (tmp_path / "lab/named.py").unlink()
    without = digest()
    (tmp_path / "lab/named.py").write_text("statistic = max")
    assert digest() != without


def test_the_harness_counts_by_the_modules_that_are_imported(digest) -> None:
    digest()
    found = sources.source_closure(TARGET)
    assert "harness.metrics.statistics.resampling" in found.sources
    assert not [name for name in found.sources if name.startswith(("harness.metrics.decoding", "harness.cli"))]
    assert "numpy" in found.libraries
    assert not [
        name for name in sources.source_closure(TARGET, without="harness").sources if name.startswith("harness")
    ]


def test_nothing_is_run_and_what_is_not_python_still_has_an_identity(digest, tmp_path: Path) -> None:
    before = digest()
    (tmp_path / "lab/settings.py").write_text("this is no Python")
    assert digest() not in (before, digest("lab.unrelated"))
    (tmp_path / "lab/settings.py").write_text("raise SystemExit")
    digest()


def test_a_package_that_computes_its_imports_counts_as_a_whole(digest, tmp_path: Path) -> None:
    computed = "from importlib import import_module\ndef thing(name): return import_module(name)"
    (tmp_path / "lab/settings.py").write_text(computed)
    before = digest()
    (tmp_path / "lab/only_typed.py").write_text("Type = float")
    assert digest() != before


def test_a_module_without_a_package_counts_with_those_beside_it_where_it_computes_its_imports(
    digest, tmp_path: Path
) -> None:
    computed = "from importlib import import_module\ndef thing(name): return import_module(name)"
    (tmp_path / "lone.py").write_text(computed)
    before = digest("lone:thing")
    (tmp_path / "lone_too.py").write_text("number = 1")
    assert digest("lone:thing") != before


@pytest.mark.parametrize(
    ("call", "names"),
    [
        ("load_stimuli('bars', n=3)", {"bars"}),
        ("harness.load_stimuli('videos' if moving else 'images')", {"videos", "images"}),
        ("load_stimuli(self.name)", {None}),
        ("load_stimuli(**wanted)", {None}),
        ("other_load('bars')", set()),
    ],
)
def test_what_is_loaded_by_name_is_known(digest, tmp_path: Path, call: str, names: set) -> None:
    (tmp_path / "lab/settings.py").write_text(f"def make(self, moving, **wanted): return {call}")
    digest()
    assert sources.source_closure(TARGET).loads.get("load_stimuli", set()) == names


def test_what_a_plugin_registers_is_not_what_it_imports(digest, tmp_path: Path) -> None:
    registering = "def register_models():\n    return [ModelSpec('m', load='lab.unrelated:model', summary='')]\n"
    (tmp_path / "lab/__init__.py").write_text(registering)
    digest()
    assert "lab.unrelated" not in sources.source_closure(TARGET).sources


def test_a_library_that_is_not_installed_is_missing_without_a_search(
    digest: Callable[..., str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "lab/late.py").write_text("import no_such_library_of_the_lab")
    monkeypatch.setattr(sources.metadata, "packages_distributions", lambda: pytest.fail("all files were searched"))
    assert digest()
    assert "no_such_library_of_the_lab" in sources.source_closure(TARGET).libraries


STATED = """
ONCE, PAIR = 1, (1, 2)
TRIALS = 8
TWICE = 1
TWICE += 1
TRIED = 1
try:
    TRIED = 2
except ValueError:
    pass
STATE = 0
LATE: int = 3
COMPUTED = len("abc")
NOTHING = None
LIST = [1]

def use():
    global STATE
    TRIALS = 2
    STATE = TRIALS

class Kind:
    WIDTH = 2.0
    TRIALS = 5
    for EACH in range(3):
        pass
"""


def test_constants_are_what_is_assigned_once_as_plain_text(tmp_path: Path) -> None:
    path = tmp_path / "stated.py"
    path.write_text(STATED)
    assert stated(path) == {"TRIALS": 8, "LATE": 3, "Kind.WIDTH": 2.0, "Kind.TRIALS": 5}


def test_nothing_is_replaced_in_what_was_only_loaded() -> None:
    """All benchmarks that the harness comes with, as this process has loaded them."""
    targets = [spec.load for spec in host().benchmarks if not spec.prefix]
    for target in targets:
        importlib.import_module(target.partition(":")[0])
    assert sources.source_closure(*targets).replaced() == []
