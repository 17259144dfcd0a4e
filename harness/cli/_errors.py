"""An error of the harness is one sentence on stderr and exit status 1; `--debug` shows the traceback."""

import sys
from typing import Any

import typer
from typer.core import TyperGroup

from harness.errors import HarnessError


class SentenceGroup(TyperGroup):
    """The group of all commands."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except HarnessError as error:
            if ctx.params.get("debug"):
                raise
            print(error, file=sys.stderr)
            raise typer.Exit(1) from None
