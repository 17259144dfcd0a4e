"""Files of results: one JSON file for every (model, benchmark) pair that was run. Leaderboards are made from them.

A pair that is scored again replaces its result. A pair that fails keeps an older score beside the failure, so that an afternoon
without network or data never costs a result; the next success removes the failure.
"""

import glob
import json
import logging
import re
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from harness.checks import checked, first_fault
from harness.errors import ArgumentError, DataError, StoreError
from harness.host import host
from harness.paths import home
from harness.results.plain_content import plain
from harness.results.result import Result
from harness.store import write_text

_log = logging.getLogger(__name__)


@checked(ArgumentError)
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


@checked(ArgumentError)
def figure_path(result: Result, of: Path | None = None) -> Path:
    """Where the figure of a result lies, or would lie, among the results of a folder. One made later has another."""
    made = re.sub(r"\W", "", result.provenance.created)[:40]
    return (of or folder()) / "figures" / f"{Path(result.file_name).stem}.{made}.png"


@checked(ArgumentError)
def write(result: Result, into: Path | None = None) -> Path:
    """Write a result; a score, or that there can be none, removes the pair's failure. Returns the path.

    A network that was handed over has a result of its own beside those of others of its name; a plugin's model that has other
    weights than before takes the place of its result. The log says both.

    Raises:
        StoreError: if the folder cannot be written; nothing that was there is lost.
    """
    path = (into or folder()) / result.file_name
    earlier = _readable(path)
    if note := _of_another_network(result, path, earlier):
        _log.warning("%s on %s: %s", result.model_name, result.benchmark_name, note)
    write_text(path, _json(result) + "\n")
    if earlier and earlier.provenance.created != result.provenance.created:
        figure_path(earlier, into).unlink(missing_ok=True)
    if result.status != "failed":
        path.with_name(path.stem + ".failed.json").unlink(missing_ok=True)
    return path


def _json(result: Result) -> str:
    try:
        return result.model_dump_json(indent=1)
    except ValueError:  # JSON has no word for what is no character, nor for objects
        return json.dumps(plain(result.model_dump()), indent=1)


def _of_another_network(result: Result, path: Path, known: Result | None) -> str:
    """The other networks that its model's name stands for, among the results of its benchmark; "" for none."""
    if not result.identity:
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
    except (DataError, OSError):
        return None


@checked(ArgumentError)
def read(path: Path) -> Result:
    """One result. Raises DataError, with the reason in one line, if the file does not hold one."""
    try:
        if path.exists() and not path.is_file():  # a pipe would be waited for
            raise DataError("it is a folder or device, and no file")
        return Result.model_validate_json(path.read_bytes())
    except ValidationError as error:
        raise DataError(first_fault(error)) from error
    except OSError as error:
        raise DataError(f"it cannot be read ({error.strerror})") from error


@checked(ArgumentError)
def load_all(of: Path | None = None) -> tuple[list[Result], list[BrokenResult]]:
    """All results, by model and benchmark, and the files that could not be read as one. Nothing is deleted.

    A result of a benchmark that has another identifier now is given under that one, unless the pair was scored under it since.
    """
    whole, broken = _read_all(of)
    results = _under_current_names([result for _, result in whole])
    return sorted(results, key=lambda r: (r.model_name, r.benchmark_name, r.status)), broken


def _read_all(of: Path | None) -> tuple[list[tuple[Path, Result]], list[BrokenResult]]:
    whole, broken = [], []
    for path in _files([of] if of else [home() / "records", folder()]):
        try:
            whole.append((path, read(path)))
        except DataError as error:
            broken.append(BrokenResult(path, str(error)))
    return whole, broken


@checked(ArgumentError)
def remove(results: Iterable[Result]) -> int:
    """Delete the files of results; gives how many. Scores stay in the cache: scored again, a result is back at once."""
    pairs = {(one.model_name, one.benchmark_name, one.status, one.identity) for one in results}
    removed = 0
    aliases = host().benchmarks.aliases
    for path, one in _read_all(None)[0]:
        current = one.model_copy(update={"benchmark": aliases.get(one.benchmark, one.benchmark)})
        if (current.model_name, current.benchmark_name, current.status, current.identity) in pairs:
            path.unlink(missing_ok=True)
            figure_path(one, path.parent).unlink(missing_ok=True)
            removed += 1
    return removed


@checked(ArgumentError)
def merge(folders: Sequence[Path]) -> tuple[int, int, list[BrokenResult]]:
    """Take in the results of other folders, such as those of other machines, with their figures.

    Of two results of a pair the one that was made later is kept; a failure never takes the place of a score.

    Returns:
        How many were taken, how many were here as they are or newer, and the files that hold none.
    """
    taken, kept = 0, 0
    broken: list[BrokenResult] = []
    for each in folders:
        whole, odd = _read_all(each / "results" if (each / "results").is_dir() else each)
        broken += odd
        for path, result in whole:
            own = _readable(folder() / result.file_name)
            if own and own.provenance.created >= result.provenance.created:
                kept += 1
            else:
                write(result)
                _take_figure(result, path.parent)
                taken += 1
    return taken, kept, broken


def _take_figure(result: Result, of: Path) -> None:
    if (figure := figure_path(result, of)).is_file():
        figure_path(result).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(figure, figure_path(result))


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
    try:
        found = {path.name: path for folder in folders for path in folder.glob("*.json")}
    except OSError as error:
        raise StoreError(
            f"the results cannot be listed ({error.strerror}); set HARNESS_HOME to another folder"
        ) from error
    return [found[name] for name in sorted(found)]
