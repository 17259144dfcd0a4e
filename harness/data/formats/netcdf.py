"""netCDF: all variables with the names of their dimensions."""

from pathlib import Path

import numpy as np

from harness.data.formats.contents import Contents, reading


def read(path: Path) -> Contents:
    """The variables of a netCDF file. Raises DataError."""
    import xarray as xr

    with reading(path, "a netCDF file"), xr.open_dataset(path, decode_times=False) as dataset:
        arrays = {str(name): _values(variable.values) for name, variable in dataset.variables.items()}
        dimensions = {
            str(name): tuple(map(str, variable.dims)) for name, variable in dataset.variables.items() if variable.dims
        }
    return Contents(path, arrays, dimensions)


def _values(values: np.ndarray) -> np.ndarray:
    if values.dtype.kind not in "SO":
        return values
    return np.array([item.decode() if isinstance(item, bytes) else str(item) for item in values.flat]).reshape(
        values.shape
    )
