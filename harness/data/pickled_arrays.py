"""Arrays that were published as pickles, read without executing any pickled code."""

import pickle
from pathlib import Path
from typing import Any, BinaryIO

from harness.checks import checked
from harness.errors import DataError, MissingData

_ALLOWED = {
    ("numpy", "ndarray"),
    ("numpy", "dtype"),
    ("numpy.core.multiarray", "_reconstruct"),
    ("numpy.core.multiarray", "scalar"),
    ("numpy._core.multiarray", "_reconstruct"),
    ("numpy._core.multiarray", "scalar"),
    ("numpy.core.numeric", "_frombuffer"),
    ("numpy._core.numeric", "_frombuffer"),
    ("_codecs", "encode"),
    ("collections", "OrderedDict"),
}


class _Arrays(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in _ALLOWED:
            raise DataError(f"it holds {module}.{name}")
        return super().find_class(module.replace("numpy._core", "numpy.core"), name)


def _skip_header(file: BinaryIO) -> None:
    """Move to where the pickle of a `.npy` file of objects begins; raises ValueError for one of numbers."""
    from numpy.lib import format as npy

    version = npy.read_magic(file)
    _, _, kind = npy.read_array_header_1_0(file) if version == (1, 0) else npy.read_array_header_2_0(file)
    if not kind.hasobject:
        raise ValueError("it holds numbers where a dictionary was published")


@checked(DataError)
def read_pickled_arrays(path: str | Path) -> Any:
    """Arrays, numbers, text and collections of them, of a pickle or of a `.npy` file of objects; nothing else is built, so nothing
    else can run.

    Raises:
        MissingData: if there is no such file.
        DataError: for a pickle that holds anything else, or is damaged.
    """
    path = Path(path)
    if not path.is_file():
        raise MissingData(f"there is no file '{path}'; download it")
    with path.open("rb") as file:
        try:
            if path.suffix == ".npy":
                _skip_header(file)
            return _Arrays(file, encoding="latin1").load()
        except DataError as error:
            raise DataError(f"'{path}' is not read, because {error}; only arrays and plain values are") from None
        except (pickle.UnpicklingError, EOFError, ValueError, ImportError, AttributeError) as error:
            raise DataError(f"'{path}' is damaged ({error}); download it again") from error
