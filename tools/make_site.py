"""Builds the documentation as a site of static files: `python tools/make_site.py [FOLDER]`, `build/site/html` if not given.

The pages of `docs` are copied, the reference is written from docstrings, descriptions and commands, and Sphinx treats warnings as
errors.
"""

import importlib
import inspect
import re
import shutil
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
DOCS, BUILD = ROOT / "docs", ROOT / "build" / "site"
KINDS = {
    "neural": "Recordings",
    "behaviour": "Participants",
    "task": "Tasks",
    "in-silico": "Classical experiments",
    "brainscore": "Of Brain-Score",
}
_OUTSIDE = re.compile(r"\[([^\]]+)\]\((?!https?:|#)([^)\s]+)\)")
_SECTION = re.compile(r"^(Args|Attributes|Returns|Raises|Yields):\s*$", re.MULTILINE)
_CHECKED = re.compile(r"typing\.Annotated\[([^,\]]+), [^\]]*?\)\]")
_MODULES = re.compile(r"(?<![\w'\"])(?:[a-z_]\w*\.)+(?=\w)")
_ENTRY = re.compile(r"^([\w*][\w*, ]*):\s+(.*)$")


def pages(source: Path) -> None:
    """Copy the pages, with links to what is no page of the site as plain text."""
    for folder in ("figures", "stimuli"):
        shutil.copytree(DOCS / folder, source / folder)
    for path in sorted(DOCS.glob("*.md")):
        (source / path.name).write_text(_OUTSIDE.sub(lambda link: _kept(link), path.read_text()))
    for name in ("CHANGELOG", "CONTRIBUTING"):
        text = _OUTSIDE.sub(lambda link: _kept(link, prefix="docs/"), (ROOT / f"{name}.md").read_text())
        (source / f"{name.lower()}.md").write_text(text)
    index = source / "index.md"
    index.write_text(index.read_text() + contents())
    shutil.copytree(DOCS / "site", source, dirs_exist_ok=True)


def _kept(link: re.Match[str], prefix: str = "") -> str:
    """A link between pages, or its text alone where it leads out of the site."""
    text, target = link[1], link[2].removeprefix(prefix)
    path = target.partition("#")[0]
    inside = not path.startswith("..") and (DOCS / path).is_file() and path.endswith((".md", ".png"))
    reference = path.startswith("reference/")
    return f"[{text}]({target})" if inside or reference else text


def contents() -> str:
    """The table of contents."""
    parts = {
        "Start here": ["concepts"],
        "Tutorials": ["tutorials", "own_models", "data", "training", "perturbation", "studies", "plugins"],
        "How to": ["cookbook", "coming-from"],
        "Reference": [
            *("reference/api", "reference/command_line", "reference/models", "reference/benchmarks"),
            *("reference/results", "reference/environment", "stability", "licences", "changelog", "contributing"),
        ],
        "Stimuli, models, benchmarks": ["stimuli", "models", "benchmarks", "insilico", "masking", "metrics", "results"],
        "Explanation": ["architecture", "temporal", "trust", "performance"],
        "Gallery": ["gallery"],
    }
    listed = {page for group in parts.values() for page in group} | {"index"}
    others = sorted(path.stem for path in DOCS.glob("*.md") if path.stem not in listed)
    parts["Explanation"] += others
    return "".join(
        f"\n```{{toctree}}\n:hidden:\n:caption: {title}\n\n{chr(10).join(names)}\n```\n"
        for title, names in parts.items()
    )


def api(source: Path) -> None:
    """A page for each face: its public names with signatures and docstrings."""
    faces = sorted(stub.parent.relative_to(ROOT) for stub in (ROOT / "harness").rglob("__init__.pyi"))
    names = [".".join(face.parts) for face in faces]
    for name in names:
        module = importlib.import_module(name)
        text = [f"# {name}", _prose(module.__doc__)]
        text += [_entry(public, getattr(module, public)) for public in sorted(module.__all__, key=str.lower)]
        _write(source / "api" / f"{name}.md", text)
    listing = "\n".join(f"api/{name}" for name in names)
    intro = (
        "What a package's interface lists is public and is imported from there; see [what is stable](../stability.md)."
    )
    _write(source / "api.md", ["# API", intro, f"```{{toctree}}\n:maxdepth: 1\n\n{listing}\n```"])


def _entry(name: str, found: Any) -> str:
    """The heading, signature and docstring of a public name."""
    if not (inspect.isclass(found) or inspect.isroutine(found)):
        return f"## {name}\n\n```python\n{name} = {textwrap.shorten(repr(found), 200)}\n```"
    head = f"{'class ' if inspect.isclass(found) else ''}{name}{_signature(found)}"
    shown = "\n".join(textwrap.wrap(head, 88, subsequent_indent="    "))
    text = [f"## {name}", f"```text\n{shown}\n```", _prose(inspect.getdoc(found) if found.__doc__ else "")]
    text += [f"### {name}.{own}\n\n{_prose(inspect.getdoc(method))}" for own, method in _methods(found)]
    return "\n\n".join(text)


def _signature(found: Any) -> str:
    """Arguments and what is returned, types by their last names, without the limits that are checked."""
    try:
        text = str(inspect.signature(found))
    except (ValueError, TypeError):
        return "(...)"
    return _MODULES.sub("", _CHECKED.sub(r"\1", text))


def _methods(found: Any) -> Iterator[tuple[str, Any]]:
    """The public methods and properties that a class of the harness defines itself and describes."""
    if not inspect.isclass(found) or not found.__module__.startswith("harness"):
        return
    for name, value in vars(found).items():
        value = getattr(value, "__func__", value)
        if not name.startswith("_") and (inspect.isfunction(value) or isinstance(value, property)) and value.__doc__:
            yield name, value


def _prose(doc: str | None) -> str:
    """A docstring as Markdown: sections in bold, entries as a list."""
    lines, inside = [], False
    for line in inspect.cleandoc(doc or "").splitlines():
        section = _SECTION.match(line)
        if section:
            lines += ["", f"**{section[1]}**", ""]
            inside = True
        elif inside and line.startswith("    ") and (entry := _ENTRY.match(line[4:])):
            lines.append(f"- `{entry[1]}`: {_plain(entry[2])}")
        elif inside and line.startswith("    "):
            lines.append(f"  {_plain(line.strip())}")
        else:
            inside = inside and not line.strip()
            lines.append(f"    {line.strip()}" if line.startswith("    ") else _plain(line))
    return "\n".join(lines)


def _plain(text: str) -> str:
    """Text whose brackets and angles are no markup; code stays code."""
    parts = re.split(r"(`[^`]*`)", text)
    return "".join(part if part.startswith("`") else re.sub(r"([\[\]<>*_$#|{}])", r"\\\1", part) for part in parts)


def command_line(source: Path) -> None:
    """Every command with its arguments and options."""
    import typer.main

    from harness.cli import app

    text = [
        "# Command line",
        "`harness COMMAND --help` says the same. Options of every command, such as `--debug`, come before its name.",
    ]

    def add(command: Any, name: str) -> None:
        own = getattr(command, "commands", {})
        text.append(f"## {name}\n\n{_plain((command.help or '').strip())}")
        rows = [
            f"- `{_spelt(one)}`: {_plain(getattr(one, 'help', '') or '')}"
            for one in command.params
            if not getattr(one, "hidden", False)
        ]
        text.append("\n".join(rows))
        for each in sorted(own):
            add(own[each], f"{name} {each}")

    root = typer.main.get_command(app)
    for each in sorted(root.commands):  # type: ignore[attr-defined]
        add(root.commands[each], f"harness {each}")  # type: ignore[attr-defined]
    _write(source / "command_line.md", text)


def _spelt(parameter: Any) -> str:
    """An option or argument as it is typed."""
    return ", ".join(parameter.opts) if parameter.param_type_name == "option" else parameter.name.upper()


def registered(source: Path) -> None:
    """All benchmarks and models with what their descriptions say."""
    from harness.host import host

    text = [
        "# All benchmarks",
        "What `harness describe NAME` says, by kind. How they work: [benchmarks](../benchmarks.md).",
    ]
    for kind, title in KINDS.items():
        text.append(f"## {title}")
        text += [_described(spec, "###") for spec in host().benchmarks if spec.tags[:1] == (kind,)]
    _write(source / "benchmarks.md", text)
    _write(
        source / "models.md",
        ["# All models", "More: [models](../models.md).", *(_described(spec, "##") for spec in host().models)],
    )


def _described(spec: Any, level: str) -> str:
    facts = [f"{level} {_plain(spec.identifier)}", _plain(spec.summary), f"Tags: {', '.join(spec.tags)}."]
    facts.append("\n".join(f"- `{name}`: {_plain(about)}" for name, about in spec.parameters.items()))
    if getattr(spec, "data", ()):
        facts.append(f"Data: {', '.join(f'`{name}`' for name in spec.data)}.")
    if not getattr(spec, "discriminates", True):
        facts.append(f"Does not discriminate: {_plain(spec.remark)}.")
    if expects := getattr(spec, "expects", {}):
        facts.append("Declared: " + "; ".join(f"{name} {_plain(str(value))}" for name, value in expects.items()) + ".")
    if spec.bibtex:
        facts.append(f"```bibtex\n{spec.bibtex.strip()}\n```")
    return "\n\n".join(filter(None, facts))


def written(source: Path) -> None:
    """The schema of results, the environment, and the gallery."""
    from harness.results import Provenance, Result, WeightsEntry

    text = ["# Results", "One JSON file for each pair of a model and a benchmark, in `HARNESS_HOME/results`."]
    for model in (Result, Provenance, WeightsEntry):
        fields = "\n".join(f"- `{name}`: `{_type(one.annotation)}`" for name, one in model.model_fields.items())
        text.append(f"## {model.__name__}\n\n{_prose(model.__doc__)}\n\n{fields}")
    _write(source / "results.md", text)
    readme = (ROOT / "README.md").read_text()
    table = readme.partition("## Environment variables")[2].partition("\n## ")[0]
    _write(source / "environment.md", ["# Environment variables", _OUTSIDE.sub(lambda link: link[1], table).strip()])
    images = [
        path.relative_to(DOCS) for folder in ("figures", "stimuli") for path in sorted((DOCS / folder).glob("*.png"))
    ]
    shown = [
        f"## {path.stem.replace('_', ' ')}\n\n![{path.stem.replace('_', ' ')}]({path.as_posix()})" for path in images
    ]
    _write(source.parent / "gallery.md", ["# Figures and stimuli", *shown])


def _type(annotation: Any) -> str:
    return annotation.__name__ if inspect.isclass(annotation) else str(annotation).replace("typing.", "")


def _write(path: Path, parts: list[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n\n".join(part for part in parts if part) + "\n")


def build(folder: Path) -> int:
    """Write the sources and let Sphinx build them; its exit status."""
    from sphinx.cmd.build import main

    source = BUILD / "source"
    shutil.rmtree(source, ignore_errors=True)
    source.mkdir(parents=True)
    pages(source)
    for write in (api, command_line, registered, written):
        write(source / "reference")
    return main(["-W", "--keep-going", "-q", "-b", "html", str(source), str(folder)])


if __name__ == "__main__":
    sys.exit(build(Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else BUILD / "html"))
