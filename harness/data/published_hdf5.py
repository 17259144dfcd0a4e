"""HDF5 files of known content, as data sets publish them; those of MATLAB 7.3 among them."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from harness.checks import checked
from harness.data.formats import needs
from harness.errors import DataError, HarnessError, MissingData


@checked(DataError)
@contextmanager
def hdf5_file(path: Path, kind: str = "published") -> Iterator[Any]:
    """An HDF5 file, open for reading while the block runs; axes are as they are stored.

    Args:
        kind: what it is read as, for messages.

    Raises:
        MissingData: without h5py, or if there is no file.
        DataError: if it cannot be read, or the block asks for what it does not hold.
    """
    try:
        import h5py
    except ImportError:
        raise needs("h5py", "HDF5 and MATLAB 7.3 files", "data") from None
    if not path.is_file():
        raise MissingData(f"there is no '{path}'; download it")
    try:
        with h5py.File(path, "r") as file:
            yield file
    except HarnessError:
        raise
    except (OSError, KeyError) as error:
        said = " ".join(str(error).split())
        raise DataError(f"'{path}' cannot be read as {kind} ({said}); download it again") from error
