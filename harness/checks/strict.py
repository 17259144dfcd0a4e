"""The base of what is kept in files, entry by entry."""

from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, ValidationError

from harness.errors import DescriptionError, said


class Strict(BaseModel):
    """No fields of other names; numbers that are not finite are written as such."""

    model_config = ConfigDict(extra="forbid", ser_json_inf_nan="constants", protected_namespaces=())

    if not TYPE_CHECKING:  # who reads types knows the fields

        def __init__(self, /, **fields):
            """Raises DescriptionError, naming the first field that is wrong, instead of pydantic's page."""
            try:
                self.__pydantic_validator__.validate_python(fields, self_instance=self)
            except ValidationError as error:
                raise DescriptionError(f"{type(self).__name__} is not valid: {first_fault(error)}") from None
            except Exception as error:  # a value that cannot even be compared
                reason = f"{type(error).__name__}: {said(error)}"
                raise DescriptionError(f"{type(self).__name__} is not valid: {reason}") from None

        __init__.__pydantic_base_init__ = True  # so that nested ones are validated with the whole


def first_fault(error: ValidationError) -> str:
    """The first fault of invalid content, with its place."""
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    return f"{where}: {first['msg']}" if where else first["msg"]
