"""What a cached score depends on: what computes it, and nothing else."""

import importlib
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from harness import identity
from harness.benchmarks import make_score
from harness.host.plugin_host import host
from harness.identity import networks, sources
from harness.scoring.score_pairs import score_all, score_model

NETWORK = """
import torch
from harness import FrameModel, Preprocessing, Weights

def load(seed=0):
    torch.manual_seed(seed)
    network = torch.nn.Sequential(torch.nn.Conv2d(3, 2, 1))
    return FrameModel("lab-net", network, preprocessing=Preprocessing(4), regions={"V1": "0"}, weights=Weights("random", seed=seed))
"""
LAB = {
    "plug_lab.py": """
from harness import BenchmarkSpec, DatasetSpec, ModelSpec, StimuliSpec, hookimpl

@hookimpl
def register_models():
    return [ModelSpec("lab-net", load="lab_parts.network:load", summary="")]

@hookimpl
def register_stimuli():
    return [
        StimuliSpec("lab-greys", load="lab_parts.greys:make", summary=""),
        StimuliSpec("lab-broken", load="lab_parts.broken:make", summary=""),
    ]

@hookimpl
def register_benchmarks():
    return [
        BenchmarkSpec("Lab2026", load="lab_parts.experiment:Experiment", summary="", data=("lab_data",)),
        BenchmarkSpec("Lab2026-computed", load="lab_parts.computed:Computed", summary=""),
        BenchmarkSpec("Lab2026-broken", load="lab_parts.wrong:Wrong", summary=""),
    ]

@hookimpl
def register_datasets():
    more = dict(summary="", source="", licence="", instructions="")
    return [DatasetSpec("lab_data", files={"n.txt": ""}, load="lab_parts.reading:read", **more)]
""",
    "lab_parts/__init__.py": "",
    "lab_parts/network.py": NETWORK,
    "lab_parts/greys.py": """
import numpy as np
from harness import StimulusSet

def make():
    images = {f"i{n}": np.full((4, 4), n / 4, dtype="float32") for n in range(5)}
    return StimulusSet.from_images("greys", images, duration=10, visual_degrees=8)
""",
    "lab_parts/broken.py": "import no_such_module_of_the_lab",
    "lab_parts/reading.py": "def read(): return 1",
    "lab_parts/base.py": """
from harness import Benchmark, load_stimuli
from harness.benchmarks import make_score
from harness.metrics.statistics import bootstrap

GAIN = 1.0

class Base(Benchmark):
    identifier, version, parent = "Lab2026", 1, "task"
    until = 10.0

    def run(self, candidate):
        candidate.start_recording("V1", time_bins=[(0, self.until)])
        seen = candidate.look_at(self.shown())
        return make_score(GAIN * float(seen.values.mean()), error=0.1)

    def shown(self):
        return load_stimuli("lab-greys")
""",
    "lab_parts/experiment.py": "from lab_parts.base import Base\nclass Experiment(Base): pass",
    "lab_parts/wrong.py": """
from harness import load_stimuli
from lab_parts.base import Base

class Wrong(Base):
    def shown(self):
        return load_stimuli("lab-broken")
""",
    "lab_parts/computed.py": """
from harness import load_stimuli
from lab_parts.base import Base

class Computed(Base):
    def shown(self):
        return load_stimuli("-".join(["lab", "greys"]))
""",
    "lab_parts/aside.py": "",
}


@pytest.fixture
def lab(install: Callable[..., None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A laboratory's package, with a function that starts anew as another process would: modules, host and sources."""
    for name, source in LAB.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(source)
    (tmp_path / "data/lab_data").mkdir(parents=True)
    (tmp_path / "data/lab_data/n.txt").write_text("1")
    monkeypatch.setenv("HARNESS_DATA", str(tmp_path / "data"))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    install("some-lab", lab=LAB["plug_lab.py"])

    def anew() -> None:
        for name in [name for name in sys.modules if name.startswith(("lab_parts", "plug_"))]:
            del sys.modules[name]
        importlib.invalidate_caches()
        sources.forget()
        host.cache_clear()

    anew()
    yield anew
    anew()


def cached(benchmark: str = "Lab2026") -> bool:
    return score_model("lab-net", benchmark).attrs["cached"]


def edit(path: Path) -> None:
    path.write_text(path.read_text() + "\n# another line")


@pytest.mark.parametrize("file", ["experiment.py", "base.py", "greys.py", "reading.py", "__init__.py", "network.py"])
def test_an_edit_of_what_computes_a_score_is_seen(lab, tmp_path: Path, file: str) -> None:
    assert not cached()
    edit(tmp_path / "lab_parts" / file)
    lab()
    assert not cached()


@pytest.mark.parametrize("file", ["lab_parts/aside.py", "plug_lab.py", "lab_parts/broken.py"])
def test_an_edit_of_anything_else_is_not(lab, tmp_path: Path, file: str) -> None:
    assert not cached()
    edit(tmp_path / file)
    lab()
    assert cached()


@pytest.mark.parametrize(
    ("module", "counts"),
    [
        ("harness.metrics.statistics.resampling", True),
        ("harness.brain_model.brain_model", True),
        ("harness.engine.extraction", True),
        ("harness.benchmarks.base", True),
        ("harness.scoring._measure", True),
        ("harness.metrics.decoding.classification", False),
        ("harness.cli.app", False),
        ("harness.data.brainio", False),
        ("harness.results.leaderboard.build", False),
        ("harness_plugins.stimuli.gratings", False),
    ],
)
def test_the_harness_counts_by_what_takes_part(lab, monkeypatch, module: str, counts: bool) -> None:
    assert not cached()
    path, read = sources.module_file(module), sources._read
    lab()
    monkeypatch.setattr(sources, "_read", lambda at: ("edited", read(at)[1]) if at == path else read(at))
    monkeypatch.setattr(sources, "forget", lambda: None)
    monkeypatch.setattr(sources.Closure, "changed", lambda self: [])
    monkeypatch.setattr(sources.Closure, "replaced", lambda self: [])
    assert cached() is not counts


def test_an_unrelated_plugin_leaves_scores_valid(lab, install) -> None:
    assert not cached()
    other = LAB["plug_lab.py"].partition("@hookimpl\ndef register_benchmarks")[0].replace("lab-", "their-")
    install("another-lab", other=other.replace("lab_parts.greys", "their.stimuli"))
    lab()
    assert "their-greys" in {spec.identifier for spec in host().stimuli}
    assert cached()


def test_stimuli_that_cannot_be_imported_stop_nobody_else(lab) -> None:
    score, failed = score_all(["lab-net"], ["Lab2026", "Lab2026-broken"])
    assert score.status == "scored"
    assert (
        failed.message is not None and "lab-broken" in failed.message and "no_such_module_of_the_lab" in failed.message
    )


def test_stimuli_whose_name_is_computed_are_not_cached(lab, tmp_path: Path, caplog) -> None:
    assert not cached("Lab2026-computed")
    assert cached("Lab2026-computed"), "the source spells the name out elsewhere"
    base = tmp_path / "lab_parts/base.py"
    base.write_text(base.read_text().replace('load_stimuli("lab-greys")', "None"))
    lab()
    assert not cached("Lab2026-computed")
    assert not cached("Lab2026-computed")
    assert "by a name that its source does not spell out" in caplog.text


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("Base.run", lambda self, candidate: make_score(0.5, error=0.1)),
        ("make_score", lambda value, error: make_score(0.5, error=error)),
        ("GAIN", 2.0),
        ("Base.until", 5.0),
    ],
)
def test_what_was_put_in_place_of_the_source_is_not_cached(lab, monkeypatch, caplog, place: str, value) -> None:
    """As a notebook does it; neither is the score of the source told for that, nor the other way round."""
    first = float(score_model("lab-net", "Lab2026"))
    owner = importlib.import_module("lab_parts.base")
    with monkeypatch.context() as patch:
        patch.setattr(owner, place, value) if "." not in place else patch.setattr(owner.Base, place[5:], value)
        assert not cached() and not cached()
        assert f"'Lab2026' are not cached: lab_parts.base.{place} was replaced in this process" in caplog.text
    assert cached() and float(score_model("lab-net", "Lab2026")) == first


def test_source_that_changes_while_it_runs_is_not_cached(lab, tmp_path: Path, monkeypatch, caplog) -> None:
    network = importlib.import_module("lab_parts.network").load().network
    forward = type(network[0]).forward
    once = iter([tmp_path / "lab_parts/base.py"])

    def editing(module, image):
        if path := next(once, None):
            edit(path)
        return forward(module, image)

    editing.depends_on = ()
    monkeypatch.setattr(type(network[0]), "forward", editing)
    score_model("lab-net", "Lab2026", model_args={"seed": 1})
    assert "was changed after this process read it" in caplog.text
    assert not score_model("lab-net", "Lab2026", model_args={"seed": 1}).attrs["cached"]


def test_weights_are_hashed_once_a_pair(lab, monkeypatch) -> None:
    hashed = []
    hashing = networks.weights_digest.__wrapped__
    model = importlib.import_module("lab_parts.network").load()

    def counting(network: torch.nn.Module) -> str:
        hashed.append(network)
        return hashing(network)

    from harness.identity import objects
    from harness.identity.once import once

    for module in (objects, identity):
        monkeypatch.setattr(module, "weights_digest", once(counting))
    first = score_model(model, "Lab2026")
    assert len(hashed) == 1
    score_model(model, "Lab2026")
    assert len(hashed) == 2
    model.network[0].weight.data += 1
    other = score_model(model, "Lab2026")
    assert len(hashed) == 3
    digests = [score.attrs["provenance"]["weights_digest"] for score in (first, other)]
    assert digests[0] != digests[1]


def test_weights_changed_within_a_pair_are_hashed_again() -> None:
    from harness.identity import weights_digest, weights_hashed_once

    network = torch.nn.Linear(2, 2)
    with weights_hashed_once():
        before = weights_digest(network)
        with torch.no_grad():
            network.weight += 1
        assert weights_digest(network) != before
        network.weight = torch.nn.Parameter(torch.zeros(2, 2))
        zeros = weights_digest(network)
    network.weight.data += 1
    assert weights_digest(network) != zeros
