"""Configuration of all entries of a result file."""

from pydantic import ConfigDict, ValidationError

STRICT = ConfigDict(extra="forbid", ser_json_inf_nan="constants", protected_namespaces=())
"""No fields of other names; numbers that are not finite are written as such."""


def first_fault(error: ValidationError) -> str:
    """The first fault of invalid content, with its place."""
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    return f"{where}: {first['msg']}" if where else first["msg"]
