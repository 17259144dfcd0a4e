"""Recorded data: where a data set lies on this machine, what to do if it does not, and the form in which it is read."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from harness.data.locate import fetch, is_available, load, locate

if TYPE_CHECKING:
    from harness.data.choices import Choices as Choices
    from harness.data.recording import Measurement as Measurement
    from harness.data.recording import RecordedData as RecordedData
    from harness.data.recording import SubjectResponses as SubjectResponses

_HOME = {
    "Choices": "choices",
    "Measurement": "recording",
    "RecordedData": "recording",
    "SubjectResponses": "recording",
}
__all__ = ["Choices", "Measurement", "RecordedData", "SubjectResponses", "fetch", "is_available", "load", "locate"]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'harness.data' has no attribute '{name}'")
    return getattr(import_module(f"harness.data.{_HOME[name]}"), name)
