"""Numbers as results hold them, and back."""

from typing import Any

import numpy as np

from harness.checks import checked
from harness.errors import BenchmarkError


@checked(BenchmarkError, pure=True)
def plain(values: Any, digits: int = 5) -> Any:
    """Numbers as JSON has them: floats of so many significant digits, in lists for arrays; None where there is no number."""
    array = np.asarray(values, dtype=float)
    if array.ndim:
        return [plain(value, digits) for value in array]
    return float(f"{float(array):.{digits}g}") if np.isfinite(array) else None


@checked(BenchmarkError, pure=True)
def numbers(values: Any) -> np.ndarray:
    """Plain content back to an array, None to NaN."""
    return np.array(values, dtype=float)
