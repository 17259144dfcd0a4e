"""The switches of `result_caching`, read at every call and without importing it: each is `1`, or prefixes of names
separated by commas.
"""

import os

from harness.checks import checked
from harness.errors import ArgumentError


@checked(ArgumentError)
def is_enabled(name: str) -> bool:
    """Whether `RESULTCACHING_DISABLE` leaves the cache of this name on."""
    return not _concerns("RESULTCACHING_DISABLE", name)


def _concerns(variable: str, name: str) -> bool:
    value = os.environ.get(variable, "0")
    return value == "1" or (value != "" and any(name.startswith(beginning) for beginning in value.split(",")))
