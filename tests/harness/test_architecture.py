"""The house keeps its rules: layers, faces, no circles, and a light `harness list`."""

import ast
import runpy
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LAYERS = (
    {"errors", "paths"},
    {"checks", "notebooks"},
    {"identity"},
    {"assemblies", "metrics", "models", "stimuli", "store"},
    {"engine"},
    {"perturbation"},
    {"brain_model", "host"},
    {"data"},
    {"benchmarks", "optogenetics", "training"},
    {"brain_score"},
    {"results"},
    {"testing"},
    {"scoring"},
    {"studies"},
    {"cli"},
)
"""Packages from the bottom to the top; nothing imports from a layer above its own."""
LOOSE = {"__init__.py", "__init__.pyi", "__main__.py", "errors.py", "paths.py", "py.typed"}


def rank(package: str) -> int:
    """The layer of a package of `harness`."""
    [found] = [level for level, layer in enumerate(LAYERS) if package in layer]
    return found


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


@cache
def imports(path: Path, typing: bool = False) -> list[tuple[str, str, int]]:
    """(module, name, line) of every import from us; those for type checkers alone are left out unless asked for."""
    return list(_imports(path, typing))


def _imports(path: Path, typing: bool) -> Iterator[tuple[str, str, int]]:
    for_checkers = {
        id(inner)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree(path)):
        if id(node) in for_checkers and not typing:
            continue
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] in ("harness", "harness_plugins"):
            for alias in node.names:
                yield str(node.module), alias.name, node.lineno
        elif isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.partition(".")[0] in ("harness", "harness_plugins"):
                    yield alias.name, "", node.lineno


def sources(folder: str) -> list[Path]:
    return sorted(path for path in (ROOT / folder).rglob("*.py"))


def package_of(path: Path) -> str:
    """The package of `harness`, or loose module, that a file belongs to."""
    parts = path.relative_to(ROOT / "harness").with_suffix("").parts
    return parts[0]


@cache
def faces() -> dict[str, Path]:
    """Name of every package with a face -> its stub."""
    found = {}
    for stub in (ROOT / "harness").rglob("__init__.pyi"):
        found[".".join(("harness", *stub.parent.relative_to(ROOT / "harness").parts))] = stub
    return found


def test_only_four_modules_are_loose():
    assert {path.name for path in (ROOT / "harness").iterdir() if path.is_file()} == LOOSE


def test_every_package_has_a_layer():
    packages = {path.name for path in (ROOT / "harness").iterdir() if (path / "__init__.py").is_file()}
    assert packages == set.union(*LAYERS) - {"errors", "paths"}


def test_the_picture_and_the_page_of_the_architecture_hold_every_package_in_its_layer():
    drawn = runpy.run_path(str(ROOT / "docs" / "make_architecture.py"))["LAYERS"]
    assert [{name for name, _ in layer} for layer in reversed(drawn)] == list(LAYERS[1:])
    page = (ROOT / "docs" / "architecture.md").read_text()
    assert [name for name in set.union(*LAYERS[1:]) if f"| `{name}` |" not in page] == []


def test_nothing_is_imported_from_a_layer_above():
    upward = []
    for path in sources("harness"):
        own = package_of(path)
        if own in ("__init__", "__main__"):
            continue
        for module, name, line in imports(path):
            target = module.split(".")[1] if "." in module else name
            if module.startswith("harness.") and rank(target) > rank(own):
                upward.append(f"{path.relative_to(ROOT)}:{line} {module}")
    assert upward == []


def test_packages_of_one_layer_do_not_depend_on_each_other_in_a_circle():
    arrows: dict[str, set[str]] = {}
    for path in sources("harness"):
        own = package_of(path)
        for module, _, _ in imports(path):
            if module.startswith("harness.") and (other := module.split(".")[1]) != own and own != "__init__":
                arrows.setdefault(own, set()).add(other)
    assert circle(arrows) == []


def test_modules_do_not_import_each_other_in_a_circle():
    arrows: dict[str, set[str]] = {}
    for path in sources("harness"):
        own = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for module, name, _ in imports(path):
            arrows.setdefault(own, set()).add(where(module, name))
    for own in arrows:
        arrows[own].discard(own)
    assert circle(arrows) == []


@cache
def where(module: str, name: str) -> str:
    """The module that defines a name, looked up through faces."""
    stub = faces().get(module)
    if stub is not None:
        for node in tree(stub).body:
            if isinstance(node, ast.ImportFrom) and name in [alias.asname for alias in node.names]:
                return f"{module}.{node.module}"
    inner = ROOT.joinpath(*module.split("."), f"{name}.py")
    return f"{module}.{name}" if inner.is_file() else module


def circle(arrows: dict[str, set[str]]) -> list[str]:
    """One circle of a directed graph; empty if there is none."""
    done: set[str] = set()

    def follow(node: str, way: list[str]) -> list[str]:
        if node in way:
            return [*way[way.index(node) :], node]
        if node in done:
            return []
        for after in sorted(arrows.get(node, ())):
            if found := follow(after, [*way, node]):
                return found
        done.add(node)
        return []

    return next((found for node in sorted(arrows) if (found := follow(node, []))), [])


def test_the_core_imports_no_plugin():
    wrong = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in sources("harness")
        for module, _, line in imports(path, typing=True)
        if module.startswith("harness_plugins")
    ]
    assert wrong == []


def test_plugins_import_faces_only():
    allowed = {"harness", "harness.errors", "harness.metrics", "harness.paths", *faces()}
    deep = [
        f"{path.relative_to(ROOT)}:{line} {module}"
        for folder in ("plugins", "examples")
        for path in sources(folder)
        for module, _, line in imports(path, typing=True)
        if module.startswith("harness.") and module not in allowed
    ]
    assert deep == []


def test_packages_are_imported_through_their_faces():
    """Only a package's own modules, and those that a package puts together (`harness.metrics`), are imported by their full name."""
    deep = []
    for path in sources("harness"):
        if path.name == "__init__.py":
            continue
        folder = "harness." + ".".join(path.relative_to(ROOT / "harness").parts[:-1])
        for module, _, line in imports(path, typing=True):
            if module in faces():
                continue
            owner = max((face for face in faces() if module.startswith(f"{face}.")), key=len, default="harness")
            if owner != "harness" and not f"{folder}.".startswith(f"{owner}."):
                deep.append(f"{path.relative_to(ROOT)}:{line} {module}")
    assert deep == []


@pytest.mark.parametrize("face", sorted(faces()))
def test_a_face_gives_what_it_lists(face: str):
    module = import_module(face)
    submodules = {path.stem for path in (ROOT / Path(*face.split("."))).iterdir() if not path.name.startswith("_")}
    assert module.__all__ and not set(module.__all__) & submodules, "a module of the same name would hide it"
    assert [name for name in module.__all__ if not hasattr(module, name)] == []
    assert (module.__doc__ or "").strip()


def test_the_public_names_stand_in_the_documentation():
    import harness

    page = (ROOT / "docs" / "concepts.md").read_text() + (ROOT / "docs" / "plugins.md").read_text()
    assert [name for name in harness.__all__ if name not in page] == []


def is_husk(defined: ast.ClassDef) -> bool:
    """Whether a class differs from its one base by attributes and constants alone, as a description's `arguments` do."""
    [base] = defined.bases if len(defined.bases) == 1 else [ast.Name("NamedTuple")]
    return (
        ast.unparse(base) not in ("NamedTuple", "Enum", "StrEnum", "Protocol")
        and not ast.unparse(base).endswith(("Error", "Exception", "Warning"))
        and not defined.decorator_list
        and all(_sets_only(statement) for statement in defined.body)
    )


def _sets_only(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.FunctionDef):
        return statement.name == "__init__" and all(_sets_only(inner) for inner in statement.body)
    if isinstance(statement, ast.Expr):
        return isinstance(statement.value, ast.Constant) or ast.unparse(statement).startswith("super().__init__(")
    return isinstance(statement, (ast.Assign, ast.AnnAssign, ast.Pass))


def test_plugins_that_differ_by_arguments_alone_are_descriptions():
    classes = [
        (path, node) for path in sources("plugins") for node in ast.walk(tree(path)) if isinstance(node, ast.ClassDef)
    ]
    assert [f"{path.relative_to(ROOT)} {node.name}" for path, node in classes if is_husk(node)] == []


@pytest.mark.parametrize(
    ("source", "husk"),
    [
        ("class A(B):\n    x = 1", True),
        (
            "class A(B):\n    def __init__(self, movie):\n        super().__init__(movie)\n        self.name = movie",
            True,
        ),
        ("class A(B):\n    def run(self): ...", False),
        ("class A(NamedTuple):\n    x: int", False),
        ("class A:\n    x = 1", False),
    ],
)
def test_a_husk_is_told_from_a_class(source: str, husk: bool):
    [defined] = ast.parse(source).body
    assert isinstance(defined, ast.ClassDef) and is_husk(defined) == husk


HEAVY = ("torch", "torchvision", "timm", "xarray", "pandas", "brainscore_core", "scipy", "sklearn")
LIST = f"""
import sys
from harness.cli import main
sys.argv = ["harness", "list"]
try:
    main()
except SystemExit as stop:
    assert not stop.code
print("heavy:", [name for name in {HEAVY!r} if name in sys.modules])
"""


def test_listing_imports_nothing_heavy():
    done = subprocess.run([sys.executable, "-c", LIST], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "heavy: []"
