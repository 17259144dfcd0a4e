"""Brain-Score's labelled arrays on current xarray.

The coordinates of a dimension are levels of one index, so that any of them selects. An only coordinate of a dimension keeps its
name, which it loses in Brain-Score's own.
"""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np
import pandas as pd
import xarray as xr


class DataAssembly(xr.DataArray):
    """An array whose coordinates are all indexes: `assembly.sel(layer="V1", stimulus_id="a")`."""

    __slots__ = ()

    def __init__(
        self,
        data: Any = np.nan,
        coords: Any = None,
        dims: Any = None,
        name: Hashable | None = None,
        attrs: Mapping[Any, Any] | None = None,
        indexes: Any = None,
        fastpath: bool = False,
    ):
        if fastpath:
            super().__init__(data, coords, name=name, indexes=indexes, fastpath=True)
        else:
            array = _indexed(_array(data, coords, dims, name, attrs))
            # xarray's usual way copies a large index once for each of its levels.
            parts: Any = dict(array.coords.variables)
            super().__init__(array.variable, parts, name=array.name, indexes=dict(array.xindexes), fastpath=True)

    @classmethod
    def from_files(cls, path: str | Path, **attributes: Any) -> Self:
        """A netCDF file of one variable; values are read when they are used. `image_id` stands in for `stimulus_id`.

        Raises:
            OSError, ValueError: for a file that is not there or holds something else.
        """
        array = xr.open_dataarray(path)
        if "image_id" in array.coords and "stimulus_id" not in array.coords:
            array = array.assign_coords(stimulus_id=(array["image_id"].dims, array["image_id"].values))
        array.attrs.update(attributes)
        return cls(array)

    def multi_groupby(self, names: Sequence[str]) -> "Groups":
        """Groups of equal values of several coordinates of one dimension."""
        return Groups(self, names)

    def validate(self) -> None:
        """Raise AssertionError if the dimensions are not those of its kind."""


class NeuroidAssembly(DataAssembly):
    """Responses of units, recorded or a model's: `presentation x neuroid[ x time_bin]`."""

    __slots__ = ()

    def validate(self) -> None:
        assert set(self.dims) - {"time_bin"} == {"presentation", "neuroid"}


class BehavioralAssembly(DataAssembly):
    """Choices, or probabilities of choices."""

    __slots__ = ()


class PropertyAssembly(DataAssembly):
    """Properties of single neurons."""

    __slots__ = ()


class Score(DataAssembly):
    """A score, with what it was made of as its attributes. Arithmetic drops them: they belong to the number that was."""

    __slots__ = ()

    def _binary_op(self, other: Any, f: Callable[..., Any], reflexive: bool = False) -> Self:
        with xr.set_options(keep_attrs=False):
            return super()._binary_op(other, f, reflexive)


class Groups:
    """The groups of `multi_groupby`: one entry per group, with the coordinates that it was grouped by, in their order."""

    def __init__(self, assembly: DataAssembly, names: Sequence[str]):
        dimensions = {assembly[name].dims for name in names}
        if len(dimensions) != 1:
            raise ValueError(f"the coordinates {', '.join(names)} must lie along one dimension")
        ((dimension,),) = dimensions
        self._kind, self._dimension, self._names = type(assembly), dimension, list(names)
        table = pd.MultiIndex.from_arrays([assembly[name].values for name in names], names=self._names)
        self._table = table.unique().sort_values()
        others = {name: (dims, values) for name, dims, values in walk_coords(assembly) if dimension not in dims}
        array = xr.DataArray(assembly.variable, others)
        self._array = array.assign_coords(group=(dimension, self._table.get_indexer(table)))

    def mean(self, dim: str) -> Any:
        """The mean over a dimension within each group."""
        means = self._array.groupby("group").mean(dim).drop_vars("group")
        named = {name: ("group", self._table.get_level_values(name).to_numpy()) for name in self._names}
        return self._kind(means.assign_coords(named).rename(group=self._dimension))


def walk_coords(assembly: xr.DataArray) -> Iterator[tuple[Any, tuple[Any, ...], np.ndarray]]:
    """Name, dimensions and values of every coordinate and every level of an index."""
    for name, coordinate in assembly.coords.items():
        index = assembly.indexes.get(name)
        if not isinstance(index, pd.MultiIndex) or name in index.names:
            yield name, coordinate.dims, coordinate.values


def merge_data_arrays(arrays: Sequence[xr.DataArray]) -> Any:
    """The union of arrays, of the kind of the first; a coordinate of no dimension is dropped, as it belongs to one of them.

    Raises:
        xarray.MergeError: where they contradict one another.
    """
    single = {name for array in arrays for name, dims, _ in walk_coords(array) if not dims}
    parts = [xr.DataArray(array.drop_vars(single, errors="ignore")).rename("merged") for array in arrays]
    merged = xr.merge(parts, join="outer", compat="no_conflicts")["merged"]
    return type(arrays[0])(merged.rename(None))


def write_netcdf(assembly: xr.DataArray, path: str | Path) -> None:
    """Write an assembly as Brain-Score's packaging does: netCDF with the levels of its indexes as coordinates."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    coords = {name: (dims, values) for name, dims, values in walk_coords(assembly)}
    plain = xr.DataArray(assembly.variable, coords, name="data")
    plain.attrs = {
        k: v for k, v in assembly.attrs.items() if not isinstance(v, (pd.DataFrame, xr.DataArray, type(None)))
    }
    plain.to_netcdf(path, encoding={"data": {"zlib": True, "complevel": 9}})


def _array(data: Any, coords: Any, dims: Any, name: Hashable | None, attrs: Mapping[Any, Any] | None) -> xr.DataArray:
    if isinstance(data, xr.DataArray) and coords is None and dims is None:
        array = data.copy(deep=False)
        return array.rename(name or data.name).assign_attrs(attrs or {})
    if not isinstance(coords, Mapping) or dims is None:
        return xr.DataArray(data, coords, dims, name, attrs or getattr(data, "attrs", {}))
    array = xr.DataArray(data, dims=dims, name=name, attrs=attrs or {})
    for key, values in coords.items():
        if isinstance(values, pd.MultiIndex):
            coordinates: Any = xr.Coordinates  # type: ignore[attr-defined]  # Brain-Score's xarray has none
            array = array.assign_coords(coordinates.from_pandas_multiindex(values, key))
        else:
            array = array.assign_coords({key: values})
    return array


def _indexed(array: xr.DataArray) -> xr.DataArray:
    """With the coordinates of each dimension as levels of its index."""
    for dimension in array.dims:
        loose = [name for name, one in array.coords.items() if one.dims == (dimension,) and name not in array.xindexes]
        if len(loose) > 1 or (loose and dimension in array.xindexes):
            levels: Any = {dimension: loose}
            array = array.set_index(levels, append=True)
        elif loose:
            array = array.set_xindex(loose[0])
    return array
