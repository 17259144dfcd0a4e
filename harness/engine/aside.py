"""Responses that are given and not kept: those of a run that changed the network, see `memory`."""

import contextlib
import logging
import shutil
import warnings
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from harness.engine.plan import Plan
from harness.models import Model
from harness.store import Entry, Location, ScratchFolder, Store, is_of_this_process

_log = logging.getLogger(__name__)


class Aside:
    """Around a run: takes what it has written out of the store again if something was found, also if the run failed.

    Args:
        found: why the responses are not to be kept, known at the end of the run.
    """

    def __init__(self, model: Model, plan: Plan, entries: Mapping[str, Entry], found: list[str]):
        self._model, self._entries, self._found = model, entries, found
        self._rows = {row.digest for row in plan.rows}
        self._folder: ScratchFolder | None = None

    def __enter__(self) -> "Aside":
        self._known = {layer: set(entry.manifests()) for layer, entry in self._entries.items()}
        return self

    def __exit__(self, *exception: Any) -> None:
        if self._found:
            _warn_once(f"'{self._model.identifier}': {' and '.join(self._found)}, so its responses are not cached")
            self._folder = ScratchFolder()
            for layer, entry in self._entries.items():
                self._move(entry, self._known[layer])

    def added(self, index: dict[str, dict[str, Location]]) -> dict[str, dict[str, Location]]:
        """Layer -> row -> where it lies, with what was taken out of the store. It lives as long as this object."""
        if self._folder is None:
            return index
        return {layer: found | self._aside(self._entries[layer]).index(self._rows) for layer, found in index.items()}

    def _aside(self, entry: Entry) -> Entry:
        assert self._folder is not None
        return Store(self._folder.path).entry(entry.folder.name, entry.description)

    def _move(self, entry: Entry, known: set[Path]) -> None:
        to = self._aside(entry).folder
        to.mkdir(parents=True, exist_ok=True)
        ours = [part for part in entry.parts(verify=False) if self._rows.issuperset(part.manifest.rows)]
        for part in ours:
            if part.manifest_path not in known and is_of_this_process(part.path):
                shutil.move(part.manifest_path, to)
                shutil.move(part.path, to)
        if not entry.manifests():
            with contextlib.suppress(OSError):  # another process has begun to write there
                (entry.folder / "entry.json").unlink(missing_ok=True)
                entry.folder.rmdir()


@cache
def _warn_once(message: str) -> None:
    _log.warning(message)
    warnings.warn(message, stacklevel=5)
