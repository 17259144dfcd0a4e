"""Folders on this machine. All follow environment variables, read at every call.

`HARNESS_HOME`        results, leaderboards, the cache, imported and fetched data; default `~/.harness`
`HARNESS_DATA`        recorded data, one folder a data set; several folders separated by `os.pathsep`
`BRAINIO_HOME`        what is downloaded from Brain-Score, shared with Brain-Score itself; default `~/.brainio`
`RESULTCACHING_HOME`  the cache, if it is to lie elsewhere than in `HARNESS_HOME/cache`
"""

import os
from pathlib import Path

from harness.errors import HarnessError


def home() -> Path:
    """The folder of this installation's results and, unless told otherwise, of its cache."""
    return _folder(os.environ.get("HARNESS_HOME") or "~/.harness")


def cache_home() -> Path:
    """The folder of the disk cache: `RESULTCACHING_HOME`, else `cache` in `HARNESS_HOME`."""
    elsewhere = os.environ.get("RESULTCACHING_HOME")
    return _folder(elsewhere) if elsewhere else home() / "cache"


def data_folders() -> list[Path]:
    """The folders of `HARNESS_DATA` in the order in which they are searched."""
    return [_folder(folder) for folder in os.environ.get("HARNESS_DATA", "").split(os.pathsep) if folder]


def own_data_folder() -> Path:
    """Where imported and fetched data sets are put; searched after the folders of `HARNESS_DATA`."""
    return home() / "data"


def brainio_home() -> Path:
    """Where Brain-Score keeps what it has downloaded."""
    return _folder(os.environ.get("BRAINIO_HOME") or "~/.brainio")


def _folder(text: str) -> Path:
    try:
        return Path(text).expanduser()
    except RuntimeError:
        raise HarnessError(
            f"there is no user's folder for '{text}' here; write out its path, as of HARNESS_HOME"
        ) from None
