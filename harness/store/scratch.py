"""Temporary folders, for responses that are not kept or too large for memory."""

import os
import shutil
import tempfile
import weakref
from pathlib import Path


class ScratchFolder:
    """A temporary folder, removed with the object.

    Only the process that made it removes it: a forked one lets go of what its parent still reads.

    Attributes:
        path: of the folder.
    """

    def __init__(self) -> None:
        self.path = Path(tempfile.mkdtemp(prefix="harness-"))
        weakref.finalize(self, _remove, self.path, os.getpid())


def _remove(path: Path, process: int) -> None:
    if os.getpid() == process:
        shutil.rmtree(path, ignore_errors=True)
