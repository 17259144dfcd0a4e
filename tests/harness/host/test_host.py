"""The host: discovery, order, isolation, and loading by identifier."""

import logging
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from harness.errors import ArgumentError, PluginError, UnknownIdentifier
from harness.host import ModelSpec, imported
from harness.host import plugin_host as host_module
from harness.host.plugin_host import Host, host, list_benchmarks, list_models, load_benchmark, load_model, load_stimuli

Install = Callable[..., None]

MODEL = """
from harness import ModelSpec, hookimpl

@hookimpl
def register_models():
    return [ModelSpec({identifier!r}, load="{module}:load", summary="a model"{more})]
"""


def model(name: str, identifier: str | None = None, more: str = "") -> str:
    return MODEL.format(identifier=identifier or f"{name}_model", module=f"plug_{name}", more=more)


def status(name: str) -> tuple[str, str]:
    plugin = next(plugin for plugin in host().plugins if plugin.name == name)
    return plugin.status, plugin.reason


def test_an_installed_plugin_is_found_with_its_origin(install: Install) -> None:
    install("some-lab", "2.5", alpha=model("alpha"))
    plugin = host().models.plugin("alpha_model")
    assert (plugin.name, plugin.distribution, plugin.version) == ("alpha", "some-lab", "2.5")
    assert "alpha_model" in list_models()


BROKEN = {
    "import": ("import no_such_module", "No module named 'no_such_module'"),
    "syntax": ("def broken(:", "SyntaxError"),
    "exit": ("raise SystemExit(3)", "SystemExit: 3"),
    "nothing": ("x = 1", "implements no hook"),
    "argument": (
        "from harness import hookimpl\n@hookimpl\ndef register_models(colour): return []",
        "Argument(s) {'colour'} are declared in the hookimpl but can not be found in the hookspec",
    ),
    "hook": ("from harness import hookimpl\n@hookimpl\ndef register_modles(): return []", "register_modles"),
    "none": ("from harness import hookimpl\n@hookimpl\ndef register_models(): pass", "returns NoneType, not a list"),
    "single": (
        "from harness import ModelSpec, hookimpl\n@hookimpl\ndef register_models():\n"
        "    return ModelSpec('m', load='a:b', summary='')",
        "returns ModelSpec, not a list of ModelSpec",
    ),
    "kind": (
        "from harness import StimuliSpec, hookimpl\n@hookimpl\ndef register_models():\n"
        "    return [StimuliSpec('m', load='a:b', summary='')]",
        "a list with a StimuliSpec; it must hold ModelSpec only",
    ),
    "raises": ("from harness import hookimpl\n@hookimpl\ndef register_models(): return 1 / 0", "ZeroDivisionError"),
    "target": (model("target").replace(":load", ".load"), "not of the form 'module:object'"),
    "field": (model("field", more=", colour=3"), "colour"),
    "twice": (
        model("twice") + "\n@hookimpl(specname='register_models')\ndef again(): return []",
        "implements register_models more than once",
    ),
    "repeated": (
        "from harness import ModelSpec, hookimpl\n@hookimpl\ndef register_models():\n"
        "    return [ModelSpec('m', load='a:b', summary='')] * 2",
        "registers the model 'm' twice",
    ),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_a_broken_plugin_is_named_and_takes_no_other_down(install: Install, fault: str) -> None:
    source, reason = BROKEN[fault]
    install("faulty-lab", "0.3", bad=source)
    install("good-lab", good=model("good"))
    assert status("good") == ("loaded", "")
    assert "good_model" in host().models
    found = status("bad")
    assert found[0] == "broken" and reason in found[1] and "\n" not in found[1]
    broken = next(plugin for plugin in host().plugins if plugin.name == "bad")
    assert (broken.distribution, broken.version) == ("faulty-lab", "0.3")


@pytest.mark.parametrize("act", ["sys.stdout.close()", "sys.stdout.detach()"])
def test_a_plugin_that_closes_what_it_prints_to_closes_it_for_nobody_else(install: Install, act: str) -> None:
    install("closing-lab", shut=f"import sys\nprint('last words')\n{act}\n" + model("shut"))
    install("good-lab", good=model("good") + "\nprint('more')")
    assert status("shut") == status("good") == ("loaded", "")
    print("still open", file=sys.stderr)


@pytest.mark.parametrize("end", ["", "\nraise SystemExit"])
def test_a_plugin_that_goes_elsewhere_goes_alone(install: Install, end: str) -> None:
    before = Path.cwd()
    install("wandering-lab", roams=f"import os\nos.chdir('/')\n{model('roams')}{end}")
    assert status("roams")[0] == ("broken" if end else "loaded") and Path.cwd() == before


def test_a_broken_plugin_registers_nothing(install: Install) -> None:
    source = model("half") + "\n@hookimpl\ndef register_stimuli(): raise RuntimeError('no')"
    install("half-lab", half=source)
    assert status("half") == ("broken", "RuntimeError: no")
    assert "half_model" not in host().models


def test_of_two_plugins_with_one_identifier_the_later_one_loses(install: Install) -> None:
    install("b-lab", beta=model("beta", "shared"), delta=model("delta", "shared"))
    install("a-lab", gamma=model("gamma", "shared"))
    assert host().models.plugin("shared").name == "gamma"
    assert status("beta") == (
        "broken",
        "registers the model 'shared', which plugin 'gamma' (a-lab 1.0) already offers",
    )
    assert status("delta")[0] == "broken"


def test_nobody_can_take_a_built_in_identifier(install: Install) -> None:
    install("a-lab", aaa=model("aaa", "pixels"))
    assert host().models.plugin("pixels").distribution == "vision-dynamics-harness"
    assert status("aaa")[0] == "broken"


@pytest.mark.parametrize(
    ("wish", "loaded"),
    [
        ("alpha", {"alpha"}),
        ("one-lab", {"alpha", "beta"}),
        ("one-lab,-beta", {"alpha"}),
        (" beta , gamma ", {"beta", "gamma"}),
        ("-vision-dynamics-harness,-beta", {"alpha", "gamma"}),
    ],
)
def test_harness_plugins_limits_what_loads(
    install: Install, monkeypatch: pytest.MonkeyPatch, wish: str, loaded: set[str]
) -> None:
    install("one-lab", alpha=model("alpha"), beta="raise RuntimeError")
    install("two-lab", gamma=model("gamma"))
    monkeypatch.setenv("HARNESS_PLUGINS", wish)
    assert {plugin.name for plugin in host().plugins if plugin.status != "left out"} == loaded


def test_harness_plugins_that_names_no_plugin_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HARNESS_PLUGINS", "pixles")
    with pytest.raises(PluginError, match=r"HARNESS_PLUGINS names 'pixles', which is not a plugin; there are .*pixels"):
        Host()


def test_an_unknown_identifier_gets_the_nearest_names(install: Install, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HARNESS_PLUGINS", "a-lab")
    install("a-lab", alpha=model("alpha", "dyrcnn_x4"), fam=model("fam", "zoo/*"))
    with pytest.raises(UnknownIdentifier) as caught:
        load_model("dyrcn_x4")
    assert str(caught.value) == "unknown model 'dyrcn_x4'; did you mean dyrcnn_x4? (harness list models)"
    with pytest.raises(UnknownIdentifier, match="did you mean zoo/resnet18"):
        load_model("zooo/resnet18")
    with pytest.raises(UnknownIdentifier, match=r"unknown model 'q'; there are .*dyrcnn_x4"):
        load_model("q")


def test_an_unknown_identifier_points_at_broken_plugins(install: Install) -> None:
    install("a-lab", alpha="import no_such_module")
    with pytest.raises(UnknownIdentifier, match=r"\d+ broken: harness plugins"):
        load_model("alpha_model")


LOADERS = """
from pathlib import Path
import torch
from harness import Benchmark, BenchmarkSpec, FrameModel, ModelSpec, Preprocessing, StimuliSpec, hookimpl

@hookimpl
def register_models():
    return [
        ModelSpec("one", load="plug_zoo:one", summary="a model"),
        ModelSpec("zoo/*", load="plug_zoo:member", members="plug_zoo:members", summary="a family"),
        ModelSpec("zoo/special", load="plug_zoo:one", summary="stands beside the family"),
        ModelSpec("wrong", load="plug_zoo:wrong", summary=""),
        ModelSpec("missing", load="plug_zoo:missing", summary=""),
        ModelSpec("unimportable", load="plug_zoo_not_there:load", summary=""),
    ]

@hookimpl
def register_stimuli():
    return [StimuliSpec("needy", load="plug_zoo:needy", summary="")]

@hookimpl
def register_benchmarks():
    family = BenchmarkSpec("lab/*", load="plug_zoo:Recorded", members="plug_zoo:members", summary="", data=("lab/*",))
    return [family, BenchmarkSpec("lab/bee", load="plug_zoo:Recorded", summary="", arguments={"name": "own"}, data=("bees",))]

class Recorded(Benchmark):
    def __init__(self, name, region="V1"):
        self.identifier = f"{name} of {region}"

    def run(self, candidate):
        raise NotImplementedError

def one(size: int = 8, seed: int = 0):
    return FrameModel("other", torch.nn.Identity(), preprocessing=Preprocessing(size=size))

def member(name, **options):
    return FrameModel(name, torch.nn.Identity(), preprocessing=Preprocessing(size=4))

def members():
    return ["ant", "bee"]

def wrong():
    return "a model"

def needy(duration):
    return None
"""


def test_a_model_knows_its_name_arguments_and_source(install: Install) -> None:
    install("a-lab", zoo=LOADERS)
    model = load_model("one", size=16)
    assert model.preprocessing.size == 16
    assert (model.identifier, model.arguments) == ("one", {"size": 16})
    assert model.source


def test_a_family_resolves_its_members(install: Install) -> None:
    install("a-lab", zoo=LOADERS)
    assert load_model("zoo/ant", anything=1).identifier == "zoo/ant"
    assert load_model("zoo/special").preprocessing.size == 8, "a model of its own comes before a family"
    with pytest.raises(PluginError, match=r"'zoo/\*' is a family; name one of its members"):
        load_model("zoo/*")
    with pytest.raises(UnknownIdentifier):
        load_model("zoo/")


def test_a_pattern_that_begins_with_a_prefix_expands_the_family(install: Install) -> None:
    install("a-lab", zoo=LOADERS)
    assert "zoo/*" in list_models() and "zoo/ant" not in list_models()
    assert list_models("zoo/*") == ["zoo/ant", "zoo/bee", "zoo/special"]
    assert list_models("zoo/b*") == ["zoo/bee"]
    assert list_models("zoo/an") == ["zoo/ant"]
    assert list_models("o?e") == ["one"]


def test_benchmarks_have_families_as_models_do(install: Install) -> None:
    install("a-lab", zoo=LOADERS)
    assert load_benchmark("lab/ant", region="V4").identifier == "ant of V4"
    assert load_benchmark("lab/bee").identifier == "own of V1"
    assert "lab/*" in list_benchmarks() and "lab/ant" not in list_benchmarks()
    assert list_benchmarks("lab/a*") == ["lab/ant"]
    with pytest.raises(PluginError, match=r"'lab/\*' is a family; name .* \(harness list benchmarks 'lab/\*'\)"):
        load_benchmark("lab/*")
    with pytest.raises(UnknownIdentifier, match="did you mean lab/ant"):
        load_benchmark("labb/ant")
    with pytest.raises(ArgumentError, match="benchmark 'lab/ant' has no argument 'area'; it takes region"):
        load_benchmark("lab/ant", area="V4")
    described = host().benchmarks.get("lab/ant")
    assert [described.data_of(name) for name in ("lab/ant", "lab/*")] == [("lab/ant",), ()]
    assert host().benchmarks.get("lab/bee").data_of("lab/bee") == ("bees",)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: load_model("one", sized=1), ArgumentError, "model 'one' has no argument 'sized'; it takes size, seed"),
        (lambda: load_model("wrong", a=1), ArgumentError, "it takes none"),
        (lambda: load_stimuli("needy"), ArgumentError, "stimulus set 'needy' needs the argument 'duration'"),
        (
            lambda: load_stimuli("needy", duration=float("nan")),
            ArgumentError,
            "argument 'duration' of stimulus set 'needy' is not a number",
        ),
        (
            lambda: load_model("one", size=1.5),
            ArgumentError,
            "argument 'size' of model 'one' is a whole number, not 1.5",
        ),
        (
            lambda: load_model("wrong"),
            PluginError,
            r"plugin 'zoo' \(a-lab 1.0\) cannot be used.*returned str, not Model",
        ),
        (lambda: load_model("missing"), PluginError, "plugin 'zoo' .*plug_zoo has no 'missing'"),
        (lambda: load_model("unimportable"), PluginError, "plugin 'zoo' .*importing plug_zoo_not_there failed"),
        (lambda: load_stimuli("needy", duration=1), PluginError, "returned NoneType, not StimulusSet"),
    ],
)
def test_what_cannot_be_loaded_says_why(install: Install, call: Callable, error: type, message: str) -> None:
    install("a-lab", zoo=LOADERS)
    with pytest.raises(error, match=message):
        call()


def test_an_observer_that_raises_is_logged_and_breaks_nothing(
    install: Install, caplog: pytest.LogCaptureFixture
) -> None:
    watching = "from harness import hookimpl\nseen = []\n@hookimpl\ndef extraction_progress({argument}): {body}"
    install("a-lab", first=watching.format(argument="", body="raise KeyError('oops')"))
    install("b-lab", second=watching.format(argument="progress", body="seen.append(progress)"))
    progress = SimpleNamespace()
    with caplog.at_level(logging.WARNING):
        host().hook.extraction_progress(progress)
    import plug_second

    assert plug_second.seen == [progress]
    assert "plugin 'a-lab:first' failed in extraction_progress: KeyError: 'oops'" in caplog.text


def test_the_host_is_one_a_process() -> None:
    assert host() is host_module.host()


@pytest.mark.parametrize("identifier", ["a/../b", "a/.", "x" * 5000, "x" * 201, "a\nb", "a//b", "a b"])
def test_an_identifier_is_refused_where_it_is_defined(identifier):
    with pytest.raises(ValueError, match="not a valid identifier"):
        ModelSpec(identifier, load="m:o", summary="s")


def test_blanks_and_ends_of_lines_around_an_identifier_are_no_part_of_it():
    assert ModelSpec(" net\n", load="m:o", summary="s").identifier == "net"


IMPORTS = {
    "panics": "class Panic(BaseException): pass\nraise Panic('rust')",
    "mute": "class Mute(Exception):\n    def __str__(self): raise RuntimeError\nraise Mute()",
    "exits": "import sys\nprint('{noise')\nsys.exit(0)",
    "surrogate": "raise ValueError('\\ud800' * 5000)",
}


@pytest.mark.parametrize("source", IMPORTS.values(), ids=IMPORTS)
def test_a_plugin_that_ends_at_import_is_broken_and_named(install, capsys, source):
    install("wild", wild=source)
    (plugin,) = [plugin for plugin in host().plugins if plugin.name == "wild"]
    assert plugin.status == "broken" and 0 < len(plugin.reason) <= 2000
    plugin.reason.encode()
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("source", IMPORTS.values(), ids=IMPORTS)
def test_a_model_whose_module_ends_at_import_is_one_sentence(install, tmp_path, capsys, source):
    (tmp_path / "wild_model.py").write_text(source)
    install(
        "wild",
        wild="from harness import hookimpl\nfrom harness.host import ModelSpec\n@hookimpl\ndef register_models():\n"
        "    return [ModelSpec('wild', load='wild_model:make', summary='s')]\n",
    )
    with pytest.raises(PluginError, match="importing wild_model failed"):
        load_model("wild")
    assert capsys.readouterr().out == ""


LATE = """
from harness import ModelSpec, StimuliSpec, hookimpl

@hookimpl
def register_models():
    return [ModelSpec("late_model", load="plug_late:load", summary="a model")]

@hookimpl
def register_stimuli():
    return [StimuliSpec(f"late_{name}", load="no_such_module:load", summary="stimuli") for name in "ab"]

def load():
    raise AssertionError("a check of imports loads nothing")
"""


def test_modules_that_descriptions_name_are_imported_on_request(install: Install) -> None:
    install("some-lab", "1", alpha=model("alpha"), late=LATE)
    reason = "stimulus set 'late_a' cannot be loaded: importing no_such_module failed: ModuleNotFoundError: "
    found = {plugin.name: (plugin.status, plugin.reason) for plugin in imported(host())}
    assert found["late"][0] == "broken" and found["late"][1].startswith(reason)
    assert "late_b" not in found["late"][1], "each module is named once"
    assert status("late") == ("loaded", ""), "the host is unchanged"
    assert "has no 'load'" in found["alpha"][1]
