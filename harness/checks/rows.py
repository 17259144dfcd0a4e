"""Rows that are chosen: by positions, by a mask, or by a slice."""

from typing import TYPE_CHECKING, Any

from harness.checks.showing import shown
from harness.errors import HarnessError

if TYPE_CHECKING:
    import numpy as np


def positions(chosen: Any, count: int, of: str, error: type[HarnessError]) -> "np.ndarray":
    """The positions, of `count`, that a choice stands for, in its order.

    Args:
        of: what is chosen among, for the message: "the stimuli".
        error: what is raised where there are none such.
    """
    import numpy as np

    try:
        rows = chosen if isinstance(chosen, slice) else np.asarray(chosen)
        found = np.arange(count)[rows if isinstance(rows, slice) or rows.size else rows.astype(int)]
    except Exception:  # numpy has its own for each kind of mistake, and so has what has to become an array
        found = None
    if found is None or found.ndim != 1:
        raise error(
            f"{of} are chosen by positions from 0 to {count - 1} or by a mask of {count} truth values, not by {shown(chosen)}"
        )
    return found
