"""Errors, each one sentence that says what to do. The command line prints them without a traceback.

Also the notice for renamed functions, modules and identifiers.
"""

import sys
import warnings
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


LONGEST = 2000
"""Characters of a message that are stored or shown."""
LONGEST_WORD = 150
"""Characters that are left of a word of more than twice as many."""


def legible(text: str) -> str:
    """A text as it can be stored and shown: what is no character escaped, and not longer than `LONGEST`."""
    text = text[: LONGEST + 1].encode("utf-8", "backslashreplace").decode()
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 3]}..."


def one_sentence(text: str) -> str:
    """A text on one line, without what acts on a terminal, and with its longest words cut short."""
    words = (
        word if len(word) <= 2 * LONGEST_WORD else f"{word[:LONGEST_WORD]}..." for word in text[: 50 * LONGEST].split()
    )
    return printable(legible(" ".join(words)))


def printable(text: str) -> str:
    """A text in which what is not printed, or acts on a terminal, is written as in Python's source."""
    return text if text.isprintable() else "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def said(error: BaseException) -> str:
    """The message of an error, also where its own code cannot say it."""
    try:
        return legible(str(error))
    except KeyboardInterrupt:
        raise
    except BaseException as broken:
        return f"its message cannot be shown ({type(broken).__name__})"


class HarnessError(Exception):
    """Base class of errors caused by the caller or the environment, not by a bug of the harness.

    Its text is one line of bounded length, whatever was put into it.
    """

    def __str__(self) -> str:
        return one_sentence(super().__str__())


class UnknownIdentifier(HarnessError, KeyError):
    """No plugin registered the identifier; the message holds the nearest names."""

    def __str__(self) -> str:  # KeyError would show the message quoted
        return one_sentence(str(self.args[0])) if self.args else ""


class PluginError(HarnessError):
    """A plugin failed to import, registered an identifier twice, or broke a hook's contract."""


class ArgumentError(HarnessError, TypeError):
    """An argument that a model, stimulus set or benchmark does not have, or one that it needs and did not get."""


class StimulusError(HarnessError, ValueError):
    """A timeline or stimulus set that cannot be shown as described."""


class ModelError(HarnessError, ValueError):
    """A model that is described inconsistently, or asked for something it does not have."""


class RecordingError(HarnessError, ValueError):
    """A recording that is impossible for the model or the stimuli."""


class MissingData(HarnessError, FileNotFoundError):
    """Recorded data or images that are not on this machine; the message says where to get them."""


class MissingWeights(HarnessError, FileNotFoundError):
    """Network weights that are not available; the message says what to do."""


class StoreError(HarnessError, OSError):
    """The disk cache cannot be written or read."""


class BenchmarkError(HarnessError, ValueError):
    """A benchmark that cannot be run on the given model."""


class NotMeasurable(BenchmarkError):
    """The effect that a benchmark measures cannot be measured in the model: an outcome beside scored and failed.

    The message is the reason: the display is larger than the field of view, no unit is driven, a property is undefined in too many
    units, the time step is too coarse, no layer stands for the region.
    """


class MissingRegion(ModelError, NotMeasurable):
    """A region that no layer of the model stands for."""


class NotFinite(RecordingError):
    """Responses that are NaN or infinite."""


class Diverged(RecordingError, NotMeasurable):
    """Responses that are NaN or infinite while a network is perturbed: what is left of it has no stable activity."""


class NotPerturbable(ModelError, NotMeasurable):
    """A perturbation of what the model does not have, or of what nothing reads."""


class DescriptionError(ArgumentError, ValueError):
    """A description of a plugin, or a result, that lacks something or contradicts itself; the message names the field."""


class DataError(HarnessError, ValueError):
    """Recorded data that contradict themselves or their description; the message names the row or file and what to change."""


DROPPED_IN = "0.3"
"""The release in which names that are old today stop working."""


class RenamedWarning(DeprecationWarning):
    """An old name was used; it works until `DROPPED_IN`. It is shown wherever it arises, unlike other warnings of its kind."""


if not sys.warnoptions:
    warnings.filterwarnings("default", category=RenamedWarning)
_told: set[str] = set()


def renamed(old: str, new: str) -> None:
    """Say once in a process that `old` is called `new` now."""
    notice(f"'{old}' is now '{new}'; the old name works until harness {DROPPED_IN}")


def notice(message: str) -> None:
    """Warn once in a process of an old name, at the line outside of the harness that used it."""
    if message in _told:
        return
    _told.add(message)
    frame = sys._getframe(1)
    while frame.f_back and frame.f_globals.get("__name__", "").partition(".")[0] in (
        "harness",
        "importlib",
        "pluggy",
        "pydantic",
    ):
        frame = frame.f_back
    module = frame.f_globals.get("__name__", "")
    warnings.warn_explicit(message, RenamedWarning, frame.f_code.co_filename, frame.f_lineno, module)


def renamed_argument(old: str, new: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """A decorator for a function whose keyword argument `old` is called `new` now."""

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        @wraps(function)
        def call(*args: P.args, **kwargs: P.kwargs) -> R:
            if old in kwargs:
                if new in kwargs:
                    raise ArgumentError(
                        f"{function.__name__} takes '{new}', of which '{old}' is the old name; leave it out"
                    )
                renamed(f"{function.__name__}({old}=)", f"{function.__name__}({new}=)")
                kwargs[new] = kwargs.pop(old)
            return function(*args, **kwargs)

        return call

    return decorate
