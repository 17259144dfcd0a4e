"""Values as a message shows them: short, on one line, whatever their own code does."""

import sys
from typing import Any

from harness.checks.kinds import is_array

LONGEST = 60
"""Characters of a value in a message."""


def shown(value: Any) -> str:
    """A value in a few words: arrays, tensors and tables by their shape, everything else by the beginning of its `repr`."""
    if is_array(value) and value.ndim:
        return f"an array {value.shape} of {value.dtype}"
    for module, kind, word in (("torch", "Tensor", "a tensor"), ("pandas", "DataFrame", "a table")):
        known = getattr(sys.modules.get(module), kind, None)
        if known is not None and isinstance(value, known):
            return f"{word} {tuple(value.shape)}"
    try:
        text = repr(value if not isinstance(value, (str, bytes)) else value[:LONGEST])
    except KeyboardInterrupt:
        raise
    except BaseException:  # its own code is broken
        text = f"a {type(value).__name__}"
    text = " ".join(text.encode("utf-8", "backslashreplace").decode().split())
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 3]}..."
