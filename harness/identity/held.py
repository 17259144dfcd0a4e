"""The state that an object holds, as far as Python shows it, and the dependencies that it declares."""

import types
from typing import Any

_PYTHON_MADE = 1 << 4  # Py_TPFLAGS_MANAGED_DICT


def attributes(value: Any) -> dict[str, Any]:
    """The attributes of an object: its `__dict__` and the slots of its classes."""
    try:
        found = dict(object.__getattribute__(value, "__dict__"))
    except AttributeError:  # it has slots alone, or its state lies outside Python
        found = {}
    for base in type(value).__mro__:
        for name, member in vars(base).items():
            if isinstance(member, types.MemberDescriptorType) and made_in_python(base):
                try:
                    found[name] = member.__get__(value)
                except AttributeError:
                    continue
    return found


def declared_by(value: Any) -> Any:
    """Declared dependencies of an object (`depends_on`); None if it declares none."""
    declared = attributes(value).get("depends_on")
    if declared is None and not isinstance(value, types.FunctionType):
        declared = getattr(type(value), "depends_on", None)
        if isinstance(declared, types.FunctionType):
            return declared(value)
    return declared() if callable(declared) else declared


def made_in_python(cls: type) -> bool:
    """Whether a class was written in Python, so that its attributes are all there is."""
    if type(cls).__name__ == "pybind11_type":
        return False
    own = vars(cls)
    return bool(cls.__flags__ & _PYTHON_MADE) or "__slots__" in own or "__dict__" in own
