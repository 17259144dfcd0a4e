"""Results of functions, kept on disk: a storage class on top of `result_caching` for ceilings, scores and figures.

The library's own disk storage loads pickles, reads `RESULTCACHING_HOME` when a module is imported, uses arguments as file
names (so `a/b` and `a_b` are one entry, long ones fail, and arrays that differ in the middle are one), and knows nothing of
code. Here the name of an entry is a SHA-256 of the arguments' content, the source of the function's module and of all that it
imports, and the versions of libraries.

The library's switches hold, and are read at every call: `RESULTCACHING_HOME`, `RESULTCACHING_DISABLE` and
`RESULTCACHING_CACHEDONLY` (each of the latter two `1`, or beginnings of function names separated by commas).
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr
from result_caching import NotCachedError, _Storage, cached_only, is_enabled

from harness.assemblies import walk_coords
from harness.checks import checked
from harness.errors import ArgumentError, StoreError
from harness.identity import digest, source_digest, versions
from harness.paths import cache_home
from harness.store._encoding import decode, encode, text_as_text
from harness.store._judging import Damaged, Unavailable, judged
from harness.store.atomic import remove_left_over, write_bytes
from harness.store.claims import claimed
from harness.store.renewal import renewed_since
from harness.store.store import Checked

__all__ = [
    "NotCachedError",
    "NotKept",
    "ResultStorage",
    "damaged",
    "entries",
    "is_enabled",
    "remove_left_overs",
    "verify",
]
_log = logging.getLogger(__name__)
_NOTHING = object()


@checked(ArgumentError)
@dataclass(frozen=True)
class NotKept:
    """Wrapper of a result that is not to be stored, because its key does not say all that it depends on."""

    value: Any


class ResultStorage(_Storage):
    """Decorator that keeps a function's results on disk.

    Arguments are plain values, arrays, xarray arrays, or objects with a `digest` (models, stimulus sets). Results are what
    `harness.store._encoding.encode` takes; a result that cannot be written is returned all the same, and the log says why it
    is not kept. The decorated function has `stored(*args, **kwargs) -> bool`: whether the call would be served,
    and `path(*args, **kwargs) -> Path`: where its result lies, or would lie.

    Args:
        identifier_ignore: names of parameters on which the result does not depend.

    Raises:
        TypeError: at a call, for an argument without canonical content.
    """

    def __call__(self, function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            identifier = self.identify(function, args, kwargs)
            enabled = is_enabled(identifier)
            found = self._read(identifier) if enabled else _NOTHING
            if found is not _NOTHING:
                return found
            if cached_only(identifier):
                raise NotCachedError(
                    f"no result of {function.__name__} is stored and RESULTCACHING_CACHEDONLY forbids computing it"
                )
            if not enabled:
                return _bare(function(*args, **kwargs))
            with claimed(
                self.storage_path(identifier).with_suffix(".claim"), f"a result of {function.__name__}"
            ) as waited:
                found = self._read(identifier) if waited else _NOTHING
                if found is not _NOTHING:
                    return found
                result = function(*args, **kwargs)
                if not isinstance(result, NotKept):
                    self.save(result, identifier)
                return _bare(result)

        def stored(*args: Any, **kwargs: Any) -> bool:
            identifier = self.identify(function, args, kwargs)
            return is_enabled(identifier) and self.is_stored(identifier)

        def path(*args: Any, **kwargs: Any) -> Path:
            return self.storage_path(self.identify(function, args, kwargs))

        wrapper.stored, wrapper.path = stored, path  # type: ignore[attr-defined]
        return wrapper

    def identify(self, function: Callable[..., Any], args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> str:
        """`module.function/sha256`; begins with the function's name, as the library's switches expect."""
        return self.get_function_identifier(function, self.getcallargs(function, *args, **kwargs))

    def get_function_identifier(self, function: Callable[..., Any], call_args: Mapping[str, Any]) -> str:
        arguments = {name: canonical(value) for name, value in call_args.items() if name not in self.identifier_ignore}
        name = f"{function.__module__}.{function.__qualname__}".replace("<locals>.", "")
        return f"{name}/{digest(name, arguments, source_digest(function.__module__), versions())}"

    def storage_path(self, function_identifier: str) -> Path:
        """Where the entry lies, or would lie."""
        return _folder() / f"{function_identifier}.zip"

    def is_stored(self, function_identifier: str) -> bool:
        """Whether there is an entry that can be read."""
        return self._read(function_identifier) is not _NOTHING

    def load(self, function_identifier: str) -> Any:
        """The stored result. Raises NotCachedError if there is none that can be read."""
        found = self._read(function_identifier)
        if found is _NOTHING:
            raise NotCachedError(f"there is no readable entry {self.storage_path(function_identifier)}")
        return found

    def save(self, result: Any, function_identifier: str) -> None:
        """Write an entry; what goes wrong is logged, because the result itself must not be lost."""
        path = self.storage_path(function_identifier)
        try:
            write_bytes(path, encode(result, {"entry": function_identifier}))
        except (TypeError, StoreError) as error:
            _log.warning("a result of %s is not cached: %s", function_identifier.partition("/")[0], error)

    def _read(self, function_identifier: str) -> Any:
        path = self.storage_path(function_identifier)
        try:
            with judged(path):
                if path.stat().st_mtime < renewed_since(function_identifier):
                    return _NOTHING
                return _decoded(path, function_identifier)
        except Damaged as error:
            if not isinstance(error.__cause__, FileNotFoundError):
                _log.warning("%s and is computed again", error)
        except Unavailable as error:
            _log.warning("%s; it is computed again", error)
        return _NOTHING


def canonical(value: Any) -> Any:
    """The content of a value as it enters a key: never an address or a printed form.

    Raises:
        TypeError: for an object without content that can be named.
    """
    if isinstance(value, xr.DataArray):
        coords = [(name, list(dims), text_as_text(np.asarray(values))) for name, dims, values in walk_coords(value)]
        return (type(value).__name__, list(value.dims), text_as_text(value.values), sorted(coords, key=lambda c: c[0]))
    if isinstance(value, Mapping):
        return {key: canonical(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [canonical(item) for item in value]
    own = getattr(value, "digest", None)
    if own is not None:
        return (type(value).__qualname__, own() if callable(own) else own)
    digest(value)
    return value


def entries() -> Iterator[Path]:
    """The files of all stored results."""
    return _folder().glob("*/*.zip")


def damaged() -> list[Path]:
    """The entries that were read and are not as they were written."""
    return [path for path in entries() if _state(path) == "damaged"]


def verify() -> Checked:
    """Read every entry, and remove the damaged ones."""
    counts = dict.fromkeys(Checked._fields, 0)
    for path in list(entries()):
        state = _state(path)
        if not state:
            continue
        counts[state] += 1
        if state == "damaged":
            try:
                path.unlink(missing_ok=True)
                counts["removed"] += 1
            except OSError as error:
                _log.warning("%s could not be removed (%s)", path, error)
    return Checked(**counts)


def remove_left_overs() -> int:
    """Delete what killed processes left among the results and their claims; returns how many."""
    folders = [folder for folder in _folder().glob("*") if folder.is_dir()]
    return sum(remove_left_over(folder) for folder in folders)


def _state(path: Path) -> str:
    """ "sound", "damaged" or "unavailable"; "" if somebody removed it while it was looked at."""
    try:
        with judged(path):
            _decoded(path, f"{path.parent.name}/{path.stem}")
    except Damaged as error:
        if not path.exists():
            return ""
        _log.warning("%s", error)
        return "damaged"
    except Unavailable as error:
        _log.warning("%s; it is kept", error)
        return "unavailable"
    return "sound"


def _bare(result: Any) -> Any:
    return result.value if isinstance(result, NotKept) else result


def _decoded(path: Path, function_identifier: str) -> Any:
    value, header = decode(path.read_bytes())
    if header.get("entry") != function_identifier:
        raise Damaged(f"{path} is damaged: it holds another entry")
    return value


def _folder() -> Path:
    return cache_home() / "results"
