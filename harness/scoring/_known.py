"""Cached scores found without loading anything: no network is built for a pair whose result is known.

What is known of a pair counts while all of it is what it was: source and description of both plugins, arguments, environment,
folder, machine, versions, every file that was read while models and benchmarks were loaded, recorded data, and the cached score
itself. Weights that may have come another way than through a file that Python opened are not relied on. A file counts once its
opening was tried, whether it was there or not; a plugin that only asks whether a file exists is not seen.
"""

import json
import logging
import os
import platform
from functools import cache
from pathlib import Path
from typing import Any

from harness.errors import HarnessError
from harness.identity import digest, source_digest, versions
from harness.paths import cache_home
from harness.results import Result, plain
from harness.scoring._files import files_read
from harness.scoring._pair import Pair
from harness.scoring._rerun import SCORES
from harness.scoring._sources import sources_of
from harness.scoring.provenance import data_digests, dataset_specs
from harness.store import KnownFiles, is_enabled, renewed_since, write_text

_log = logging.getLogger(__name__)
_OF_SHELLS = frozenset({"_", "PWD", "OLDPWD", "SHLVL", "COLUMNS", "LINES", "TERM", "WINDOWID"})
_OF_MACHINES = ("SLURM", "SUBMITIT_", "RAY_", "OMP_", "OPENBLAS_", "MKL_")
"""Environment variables that differ from call to call, or beginnings of such, and that no model reads."""
_ACTS = ("harness.scoring._measure", "harness.scoring._results", "harness.results:Result")


def known_result(pair: Pair) -> Result | None:
    """The result of a pair whose score is cached, if it is known and all that it depends on is as it was."""
    try:
        path = _path(pair)
        if path is None or not path.is_file() or path.stat().st_mtime < renewed_since(SCORES):
            return None
        known = json.loads(path.read_text())
        data = known["data"]
        if not Path(known["score"]).is_file() or known["files"] != _digests(map(Path, known["files"])):
            return None
        if data != data_digests(data) or known["loaders"] != _loaders(tuple(data)):
            return None
        result = Result.model_validate(known["result"])
    except (HarnessError, OSError, ValueError, TypeError, KeyError) as error:
        _log.debug("%s is not known: %s", pair, error)
        return None
    for source in pair.common_sources(result.weights.kind):
        _log.warning("%s: the weights were trained on %s, which the stimuli are from", pair, source)
    return result.model_copy(update={"cached": True})


def remember(pair: Pair, result: Result) -> None:
    """Keep what is known of a pair, if that is all that its score depends on."""
    from harness.scoring._measure import measured

    try:
        key, path = pair.key(), _path(pair)
        if key is None or path is None or not _is_sure(pair):
            return
        score = measured.path(key, None)  # type: ignore[attr-defined]
        if not score.is_file():
            return
        known = {
            "score": str(score.absolute()),
            "files": _digests(_inputs(pair)),
            "data": pair.benchmark.data,
            "loaders": _loaders(tuple(pair.benchmark.data)),
            "result": result.model_dump(mode="json"),
        }
        write_text(path, json.dumps(known))
    except Exception as error:  # a score is not lost over what is known of it
        _log.debug("%s is not remembered: %s", pair, error)


def _path(pair: Pair) -> Path | None:
    """Where it is kept: the name covers whatever can be told without loading anything. None for what was handed over."""
    model, benchmark = pair.model, pair.benchmark
    if not (model.spec and benchmark.spec and is_enabled("harness.scoring")):
        return None
    if model.given is not None or benchmark.given is not None or not is_enabled("harness.scoring._measure.measured"):
        return None
    asked = []
    for one, spec in ((model, model.spec), (benchmark, benchmark.spec)):
        words = [one.arguments, spec.arguments, one.identifier.removeprefix(spec.prefix or "")]
        sources = sources_of(spec.load, words)
        if sources.closure.replaced():
            return None
        asked += [one.identifier, plain(one.arguments), repr(spec), sources.digest]
    return cache_home() / "known" / f"{digest('known', asked, source_digest(*_ACTS), versions(), _place())}.json"


@cache
def _place() -> list[Any]:
    """Environment, folder and machine, as they were before anything was loaded: libraries set variables of their own."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in _OF_SHELLS and not name.startswith(_OF_MACHINES)
    }
    return [environment, str(Path.cwd()), platform.node(), platform.platform()]


def _is_sure(pair: Pair) -> bool:
    """Whether all files that the weights are from were seen: by their path, or because as many bytes were read as there are."""
    model = pair.model.ours
    if model is None:
        return False
    if model.weights.kind in ("random", "none", "file"):
        return True
    tensors = [*model.network.parameters(), *model.network.buffers()]
    size = sum(tensor.numel() * tensor.element_size() for tensor in tensors)
    return model.weights.kind == "pretrained" and sum(p.stat().st_size for p in files_read() if p.is_file()) >= size


def _inputs(pair: Pair) -> list[Path]:
    model = pair.model.ours
    weights = [Path(model.weights.source).expanduser().absolute()] if model and model.weights.kind == "file" else []
    return [path for path in [*files_read(), *weights] if not path.is_relative_to(cache_home().absolute())]


def _digests(paths: Any) -> dict[str, str | None]:
    """Path -> SHA-256; None of what is not there."""
    found: dict[str, str | None] = {}
    for path in paths:
        with KnownFiles(path.parent) as known:
            found[str(path)] = known.digest(path) if path.is_file() else None
    return found


def _loaders(data_sets: tuple[str, ...]) -> str:
    targets = sorted(spec.load for spec in dataset_specs(data_sets) if spec.load)
    return source_digest(*targets)
