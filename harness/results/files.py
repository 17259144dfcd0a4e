"""Files of results: one JSON file for every (model, benchmark) pair that was run. Leaderboards are made from them.

A pair that is scored again replaces its result. A pair that fails keeps an older score beside the failure, so that an afternoon
without network or data never costs a result; the next success removes the failure.
"""

import glob
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from harness.host import host
from harness.paths import home
from harness.results._strict import first_fault
from harness.results.result import Result
from harness.store import write_text

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class BrokenResult:
    """A file among the results that is none."""

    path: Path
    reason: str

    def __str__(self) -> str:
        return f"{self.path.name}: {self.reason}"


def folder() -> Path:
    """Where the results lie."""
    return home() / "results"


def write(result: Result, into: Path | None = None) -> Path:
    """Write a result; a score, or that there can be none, removes the pair's failure. Returns the path.

    A network that was handed over has a result of its own beside those of others of its name; a plugin's model that has other
    weights than before takes the place of its result. The log says both.

    Raises:
        StoreError: if the folder cannot be written; nothing that was there is lost.
    """
    path = (into or folder()) / result.file_name
    if note := _of_another_network(result, path):
        _log.warning("%s on %s: %s", result.model_name, result.benchmark_name, note)
    write_text(path, result.model_dump_json(indent=1) + "\n")
    if result.status != "failed":
        path.with_name(path.stem + ".failed.json").unlink(missing_ok=True)
    return path


def _of_another_network(result: Result, path: Path) -> str:
    """The other networks that its model's name stands for, among the results of its benchmark; "" for none."""
    if not result.identity:
        known = _readable(path)
        weights = known.provenance.weights_digest if known else None
        changed = weights and result.provenance.weights_digest and weights != result.provenance.weights_digest
        return "the weights are not those of its earlier result, which this one replaces" if changed else ""
    pair = (result.model_name, result.benchmark_name)
    prefix = result.file_name.rpartition("--")[0]
    found = [_readable(one) for one in path.parent.glob(f"{glob.escape(prefix)}--*.json") if one != path]
    others = {one.identity for one in found if one and (one.model_name, one.benchmark_name) == pair} - {result.identity}
    if not others:
        return ""
    return f"{len(others) + 1} different networks have this name, and each keeps its own result; give them names of their own"


def _readable(path: Path) -> Result | None:
    try:
        return read(path) if path.is_file() else None
    except ValueError:
        return None


def read(path: Path) -> Result:
    """One result. Raises ValueError, with the reason in one line, if the file does not hold one."""
    try:
        return Result.model_validate_json(path.read_bytes())
    except ValidationError as error:
        raise ValueError(first_fault(error)) from error
    except OSError as error:
        raise ValueError(f"it cannot be read ({error.strerror})") from error


def load_all(of: Path | None = None) -> tuple[list[Result], list[BrokenResult]]:
    """All results, by model and benchmark, and the files that could not be read as one. Nothing is deleted.

    A result of a benchmark that has another identifier now is given under that one, unless the pair was scored under it since.
    """
    results, broken = [], []
    for path in _files([of] if of else [home() / "records", folder()]):
        try:
            results.append(read(path))
        except ValueError as error:
            broken.append(BrokenResult(path, str(error)))
    return sorted(_under_current_names(results), key=lambda r: (r.model_name, r.benchmark_name, r.status)), broken


def _under_current_names(results: Sequence[Result]) -> list[Result]:
    aliases = host().benchmarks.aliases
    current = [result for result in results if result.benchmark not in aliases]
    since = {(result.model_name, result.benchmark_name, result.status) for result in current}
    for result in results:
        if result.benchmark in aliases:
            moved = result.model_copy(update={"benchmark": aliases[result.benchmark]})
            pair = moved.model_name, moved.benchmark_name
            if not {(*pair, "scored"), (*pair, result.status)} & since:
                current.append(moved)
    return current


def _files(folders: Iterable[Path]) -> list[Path]:
    """Result files by name, those of a later folder in place of an earlier one's; earlier versions wrote to `records`."""
    found = {path.name: path for folder in folders for path in folder.glob("*.json")}
    return [found[name] for name in sorted(found)]
