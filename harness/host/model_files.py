"""Models in a file of the user's own, without a package: `mynet.py:load`."""

import re
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from harness.errors import ArgumentError, HarnessError, MissingData, PluginError
from harness.host._isolation import quiet_stdout
from harness.host._loading import check_arguments, one_line, resolve

_FILE = re.compile(r"^(?P<path>.+\.py):(?P<name>[A-Za-z_]\w*)\Z")


def is_model_file(word: Any) -> bool:
    """Whether a word names a function in a file, as in `mynet.py:load`."""
    return isinstance(word, str) and _FILE.match(word) is not None


def file_function(word: str) -> Any:
    """The function that a word names.

    Raises:
        MissingData: if there is no such file.
        PluginError: if it cannot be imported, or has no such function.
        ArgumentError: if another module has its name.
    """
    match = _FILE.match(word)
    assert match is not None
    path = Path(match["path"]).resolve()
    if not path.is_file():
        raise MissingData(f"there is no file '{match['path']}'; name a model as FILE.py:FUNCTION, or by its identifier")
    build = getattr(_imported(path), match["name"], None)
    if not callable(build):
        raise PluginError(f"'{match['path']}' has no function '{match['name']}', which should return a model")
    return build


def model_of_file(word: str, arguments: dict[str, Any]) -> Any:
    """The model that a function in a file returns; a plain torch module becomes one (see `harness.models.as_model`).

    The file is imported as the module of its name, with its folder in front, as Python does with a script.

    Raises:
        PluginError: if it cannot be called, or gives no model.
        ArgumentError: for arguments that the function does not have.
    """
    build = file_function(word)
    check_arguments(build, arguments, 0, f"the function of '{word}'", word)
    try:
        with quiet_stdout():
            found = build(**arguments)
    except (HarnessError, KeyboardInterrupt):
        raise
    except BaseException as error:  # also one that would end the program
        raise PluginError(f"'{word}' cannot be loaded: {one_line(error)}") from error
    return _checked(found, word)


def _imported(path: Path) -> Any:
    """The module of a file."""
    if str(path.parent) not in sys.path:
        sys.path.append(str(path.parent))  # at the end, so that no file beside it stands in for another module
    try:
        with quiet_stdout():
            module = import_module(path.stem)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # also one that would end the program
        raise PluginError(f"'{path}' cannot be imported: {one_line(error)}") from error
    if Path(getattr(module, "__file__", None) or "").resolve() != path:
        raise ArgumentError(f"'{path.name}' has the name of another module, '{path.stem}'; rename the file")
    return module


def _checked(found: Any, word: str) -> Any:
    if isinstance(found, resolve("harness.models:Model", "models")):
        return found
    if isinstance(found, resolve("torch.nn:Module", "torch")):
        return resolve("harness.models:as_model", "models")(
            found, identifier=f"{Path(word).stem}:{word.rpartition(':')[2]}"
        )
    raise PluginError(f"'{word}' returned {type(found).__name__}, not a model or a torch module")
