"""An error of the harness is one sentence on stderr and exit status 1; `--debug` shows the traceback. An old name is one line."""

import sys
import warnings
from typing import Any

import typer
from typer.core import TyperGroup

from harness.errors import HarnessError, RenamedWarning, said


class SentenceGroup(TyperGroup):
    """The group of all commands."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except HarnessError as error:
            if ctx.params.get("debug"):
                raise
            print(said(error), file=sys.stderr)
            raise typer.Exit(1) from None


_format = warnings.formatwarning


def format_warning(
    message: Warning | str, category: type[Warning], filename: str, lineno: int, line: str | None = None
) -> str:
    """As Python shows a warning, but an old name without a place: it was typed at the command line or lies in a file of results."""
    if issubclass(category, RenamedWarning):
        return f"{message}\n"
    return _format(message, category, filename, lineno, line)
