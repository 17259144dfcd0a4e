"""Compiled networks, on request: `torch.compile` translates a network in place of running it operation by operation.

Hooks stay as they are, outside of what is translated, so that layers, interventions and early ends mean the same.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from harness.errors import RecordingError, said

_TRANSLATIONS = 64
"""Of one piece of code, for its modules and sizes of batches; what is beyond them runs untranslated."""

Function = Callable[..., Any]


@contextmanager
def compiling() -> Iterator[None]:
    """Within the block, networks are translated anew; translations of earlier extractions neither serve nor count."""
    import torch._dynamo  # a second, which others do not pay

    torch.compiler.reset()
    with torch._dynamo.config.patch(recompile_limit=_TRANSLATIONS):
        yield


def untranslated(hook: Function) -> Function:
    """A hook that runs as it is written, wherever it is called from."""
    import torch._dynamo

    return torch._dynamo.disable(hook)


def compiled(function: Function, model: str) -> Function:
    """A network, or its step, translated at the first call with inputs of a kind.

    Raises:
        RecordingError: by the call, if there is no compiler here, or it cannot translate the network.
    """
    import torch._dynamo

    translated = torch.compile(function)

    def run(*arguments: Any) -> Any:
        try:
            return translated(*arguments)
        except torch._dynamo.exc.TorchDynamoException as error:
            reason = said(getattr(error, "inner_exception", error)).partition("\n")[0][:200]
            raise RecordingError(
                f"'{model}' cannot be compiled here ({reason}); install a C++ compiler (g++, or on a GPU Triton), or leave "
                "`compiled` out"
            ) from error

    return run
