"""Versions of the libraries that affect numerical results."""

import platform
from functools import cache
from importlib import metadata

_DISTRIBUTIONS = (
    "vision-dynamics-harness",
    "brainscore-core",
    "torch",
    "torchvision",
    "timm",
    "numpy",
    "scipy",
    "scikit-learn",
    "pandas",
    "xarray",
    "pillow",
    "stimupy",
)


@cache
def versions() -> dict[str, str]:
    """Version of Python and of every library that numbers pass through."""
    found = {"python": platform.python_version()}
    for name in _DISTRIBUTIONS:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found
