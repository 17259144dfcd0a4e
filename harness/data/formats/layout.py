"""Which array of a file holds the responses, and which of its axes is which."""

import itertools
from collections.abc import Sequence

import numpy as np

from harness.checks import checked
from harness.data.formats.contents import Contents
from harness.errors import DataError

AXES = ("presentation", "neuroid", "time_bin")
_CALLED = {
    "presentation": ("presentation", "trial", "image", "stimulus", "stimuli", "stim", "event", "movie"),
    "neuroid": (
        "neuroid",
        "neuron",
        "unit",
        "cell",
        "channel",
        "electrode",
        "site",
        "voxel",
        "vertex",
        "vertices",
        "roi",
    ),
    "time_bin": ("time_bin", "timebin", "time", "bin", "timepoint", "time_point", "sample", "frame"),
}
"""What labs call the axes; a plural means the same."""


@checked(DataError)
def axes_of(dimensions: Sequence[str]) -> tuple[str, ...]:
    """The axis that each dimension of a file stands for, "" where its name does not say."""
    known = {name: axis for axis, names in _CALLED.items() for name in (*names, *(f"{one}s" for one in names))}
    return tuple(known.get(name.strip().lower(), "") for name in dimensions)


@checked(DataError)
def chosen(contents: Contents, named: str | None, presentations: int | None, neuroids: int | None) -> str:
    """The name of the array of responses: the one that recording.yaml names, else the only one that fits the tables.

    Raises:
        DataError: if there is none, or more than one; the message says what there is.
    """
    if named is not None:
        return _named(contents, named)
    numbers = [name for name, array in contents.arrays.items() if array.dtype.kind in "biuf" and array.ndim in (2, 3)]
    fitting = [name for name in numbers if _fits(contents.arrays[name].shape, presentations, neuroids)]
    fitting = [name for name in fitting if name.rpartition("/")[2].lower() == "responses"] or fitting
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        raise DataError(
            f"'{contents.path}' holds {' and '.join(fitting[:6])}, which may all be the responses; choose one in recording.yaml, "
            f"as in variable: {fitting[0]}"
        )
    if len(numbers) == 1:
        return numbers[0]
    tables = f", and the tables have {presentations} presentations and {neuroids} neuroids" if presentations else ""
    raise DataError(
        f"'{contents.path}' holds no array of presentation x neuroid[ x time bin]; it holds {contents.described()}{tables}"
    )


def _named(contents: Contents, named: str) -> str:
    found = [name for name in contents.arrays if name == named or name.rpartition("/")[2] == named]
    if named in contents.arrays or len(found) == 1:
        name = named if named in contents.arrays else found[0]
        if contents.arrays[name].dtype.kind not in "biuf" or contents.arrays[name].ndim not in (2, 3):
            raise DataError(f"'{name}' of '{contents.path}' is no array of numbers with two or three axes")
        return name
    if named in contents.unread:
        raise DataError(f"'{named}' of '{contents.path}' {contents.unread[named]}")
    raise DataError(f"'{contents.path}' has no variable '{named}'; it holds {contents.described()}")


@checked(DataError)
def arranged(
    array: np.ndarray, axes: Sequence[str] | None, presentations: int, neuroids: int, bins: int | None, where: str
) -> np.ndarray:
    """(presentation, neuroid[, time bin]) of an array whose axes are named, or told apart by their lengths.

    Args:
        axes: what each axis is, in the order of the file; without it, the order above if it fits, else the only one that does.
        bins: how many time bins there are, if that is known.

    Raises:
        DataError: if no order fits, or several do.
    """
    if axes is not None:
        return _by_name(array, axes, where)
    lengths = (presentations, neuroids)[: array.ndim]
    if array.ndim < 2 or array.shape[:2] == lengths:
        return array
    orders = [
        order
        for order in itertools.permutations(range(array.ndim))
        if tuple(array.shape[axis] for axis in order[:2]) == lengths
        and (array.ndim == 2 or bins is None or array.shape[order[2]] == bins)
    ]
    if len(orders) > 1:
        raise DataError(
            f"the axes of {where} ({' x '.join(map(str, array.shape))}) can be told in {len(orders)} ways; say what they are in "
            "recording.yaml, as in axes: [neuroid, presentation, time_bin]"
        )
    return array.transpose(orders[0]) if orders else array


def _by_name(array: np.ndarray, axes: Sequence[str], where: str) -> np.ndarray:
    if len(axes) != array.ndim or not set(AXES[:2]) <= set(axes) <= set(AXES) or len(set(axes)) < len(axes):
        raise DataError(
            f"axes: [{', '.join(axes)}] does not describe {where}, which is {' x '.join(map(str, array.shape))}; name each axis "
            f"once, as one of {', '.join(AXES)}"
        )
    return array.transpose([axes.index(axis) for axis in AXES if axis in axes])


def _fits(shape: tuple[int, ...], presentations: int | None, neuroids: int | None) -> bool:
    wanted = [length for length in (presentations, neuroids) if length is not None]
    left = list(shape)
    for length in wanted:
        if length not in left:
            return False
        left.remove(length)
    return True
