"""Decoded movies: a folder of frames each in the cache, with an index that says what belongs to it.

A folder is made beside its place and moved there whole. What is lost or damaged of it is decoded again, frame by frame in place, as
other processes may be reading the rest.
"""

import json
import logging
import os
import shutil
import zlib
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from harness.errors import StoreError
from harness.paths import cache_home
from harness.store import (
    Checked,
    Damaged,
    Entry,
    Unavailable,
    Use,
    claimed,
    judged,
    owned_name,
    remove_left_over,
    remove_left_over_marks,
    seal,
    using,
)

_log = logging.getLogger(__name__)
_INDEX = "frames.json"
_used: dict[tuple[int, Path], Use] = {}
"""Movies that this process has read, whose frames it may need at any time."""


@dataclass(frozen=True)
class Index:
    """Onsets of the frames and end of the last in ms from the first; size and checksum of each frame's file."""

    onsets: list[float]
    end: float
    frames: list[tuple[int, int]]

    def to_text(self) -> str:
        """As it is written: JSON with a checksum of itself."""
        return json.dumps({"index": asdict(self), "seal": seal(asdict(self))})

    @classmethod
    def read(cls, folder: Path) -> "Index":
        """The index of a folder. Raises Damaged, Unavailable."""
        path = folder / _INDEX
        with judged(path):
            content = json.loads(path.read_bytes())
            if content["seal"] != seal(content["index"]):
                raise Damaged(f"{path} is damaged: its checksum is not the one it was written with")
            index = content["index"]
            return cls(index["onsets"], index["end"], [(size, crc) for size, crc in index["frames"]])


def name_of(position: int) -> str:
    """File of a frame."""
    return f"{position:06d}.png"


def decoded(key: str, decode: Callable[[Path], tuple[list[float], float]]) -> tuple[Path, Index]:
    """The folder of a movie and its index, decoded if anything of it is missing.

    Args:
        key: what the frames depend on.
        decode: writes the frames into a folder, and returns their onsets and the end of the last.

    Raises:
        StoreError: if the cache cannot be written, or what is there cannot be read now.
    """
    folder = _home() / key
    mark = os.getpid(), folder
    _used[mark] = _used.get(mark) or using(folder)
    index = _whole(folder)
    if index is None:
        with claimed(_home() / f"{key}.claim", f"decoding a movie into {folder}") as waited:
            index = (_whole(folder) if waited else None) or _decode(folder, decode)
    try:
        os.utime(folder)
    except OSError:
        _log.debug("cannot note the use of %s", folder)
    return folder, index


def entries() -> list[Entry]:
    """All movies of the cache, for listing and pruning."""
    folders = [folder for folder in _home().glob("[!.]*") if folder.is_dir()]
    return [Entry(folder, {"movie": folder.name[:12]}) for folder in folders]


def verify() -> Checked:
    """Read every frame; damaged ones are removed and are decoded again when they are needed."""
    counts = dict.fromkeys(Checked._fields, 0)
    for entry in entries():
        use = using(entry.folder)  # or it might be pruned, and be another one, while it is read
        if not entry.folder.is_dir():
            continue
        if not (entry.folder / _INDEX).is_file():
            counts["other"] += 1
            continue
        try:
            bad = [path for path, state in _states(entry.folder, Index.read(entry.folder)) if not state]
            paths = bad
        except Unavailable as error:
            _log.warning("%s; it is kept", error)
            counts["unavailable"] += 1
            continue
        except Damaged as error:
            _log.warning("%s; it is removed and the movie is decoded again", error)
            bad, paths = [entry.folder / _INDEX], [entry.folder / _INDEX]
        counts["damaged" if bad else "sound"] += 1
        counts["removed"] += bool(bad) and sum(map(_remove, paths)) == len(paths)
        del use
    return Checked(**counts)


def remove_left_overs() -> int:
    """Delete what killed decodings left; returns how many."""
    return remove_left_over(_home()) + remove_left_over_marks(_home().parent)


def _states(folder: Path, index: Index) -> list[tuple[Path, bool]]:
    """Every frame's file, and whether it is as it was written. Raises Unavailable."""
    found = []
    for position, (_, crc) in enumerate(index.frames):
        path = folder / name_of(position)
        try:
            with judged(path):
                found.append((path, zlib.crc32(path.read_bytes()) == crc))
        except Damaged:
            found.append((path, False))
    return found


def _whole(folder: Path) -> Index | None:
    """The index of a folder if all its frames are there in their size; None if something is to be decoded again."""
    if not folder.is_dir():
        return None
    try:
        index = Index.read(folder)
        for position, (size, _) in enumerate(index.frames):
            path = folder / name_of(position)
            with judged(path):
                if path.stat().st_size != size:
                    raise Damaged(f"{path} is damaged: it does not have the size it was written with")
    except Damaged as error:
        _log.warning("%s; the movie is decoded again", error)
        return None
    return index


def _decode(folder: Path, decode: Callable[[Path], tuple[list[float], float]]) -> Index:
    remove_left_over(folder.parent)
    part = folder.parent / f".{owned_name()}.part"
    try:
        part.mkdir(parents=True)
        onsets, end = decode(part)
        frames = [_sum(part / name_of(position)) for position in range(len(onsets))]
        index = Index(onsets, end, frames)
        (part / _INDEX).write_text(index.to_text())
        _move(part, folder)
    except OSError as error:
        if (
            isinstance(error, StoreError)
            or error.filename is None
            or Path(error.filename).parts[: len(part.parts)] != part.parts
        ):
            raise
        raise StoreError(
            f"'{folder.parent}' cannot be written ({error.strerror}); free some space, or set RESULTCACHING_HOME to another folder"
        ) from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return index


def _move(part: Path, folder: Path) -> None:
    """Put a decoded movie in its place: as a whole, or file by file over what is left of it, the index last."""
    if not folder.exists():
        try:
            part.rename(folder)
            return
        except OSError:
            if not folder.is_dir():
                raise
    for path in sorted(part.iterdir(), key=lambda path: path.name == _INDEX):
        path.replace(folder / path.name)


def _sum(path: Path) -> tuple[int, int]:
    content = path.read_bytes()
    return len(content), zlib.crc32(content)


def _remove(path: Path) -> bool:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        _log.warning("%s could not be removed (%s)", path, error)
        return False
    return True


def _home() -> Path:
    return cache_home() / "frames"
