"""Errors on the command line: one sentence on standard error and an exit status; `--debug` shows the traceback.

With `--json` the sentence is also what is printed, as `{"error": ...}`. An old name is one line.
"""

import contextlib
import errno
import sys
import warnings
from typing import Any

import typer
from typer.core import TyperGroup

from harness.cli import _output as output
from harness.errors import HarnessError, RenamedWarning, one_sentence, said

_OURS = (typer.Exit, typer.Abort, KeyboardInterrupt, BrokenPipeError)
"""What ends a command on purpose."""
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_USAGE: Any = typer.BadParameter.__mro__[2]  # ClickException, of the click that typer brings


class SentenceGroup(TyperGroup):
    """The group of all commands."""

    def invoke(self, ctx: Any) -> Any:
        json = "--json" in (*getattr(ctx, "_protected_args", ()), *ctx.args)
        with output.json_alone(json):
            try:
                return super().invoke(ctx)
            except _OURS:
                raise
            except BaseException as error:
                if _is_help(error) or (ctx.params.get("debug") and not isinstance(error, _USAGE)):
                    raise
                sentence, status = told(error)
                print(sentence, file=sys.stderr)
                if json:
                    with contextlib.suppress(OSError):  # what cannot be written may be what is said
                        output.as_json({"error": sentence})
                raise typer.Exit(status) from None


def told(error: Any) -> tuple[str, int]:
    """The sentence of an error for who typed the command, and the exit status."""
    if isinstance(error, _USAGE):
        command = getattr(getattr(error, "ctx", None), "command_path", "harness")
        return one_sentence(f"{error.format_message().rstrip('.')} ({command} --help)"), error.exit_code
    if isinstance(error, HarnessError):
        return said(error), 1
    if isinstance(error, SystemExit):
        return "a plugin ended the program; harness --debug shows which, HARNESS_PLUGINS=-NAME leaves it out", 1
    if isinstance(error, OSError) and error.filename is not None:
        return one_sentence(f"'{error.filename}' cannot be read or written ({error.strerror}); check the path"), 1
    if isinstance(error, OSError) and error.errno in _FULL:
        return f"standard output or a file cannot be written ({error.strerror}); free some space there", 1
    what = one_sentence(f"{type(error).__name__}: {said(error)}")
    return f"{what.rstrip(': ')} (not foreseen; harness --debug shows where it arose)", 1


def _is_help(error: BaseException) -> bool:
    """Whether it is a group without a command, which shows its help."""
    return type(error).__name__ == "NoArgsIsHelpError"


_format = warnings.formatwarning


def format_warning(
    message: Warning | str, category: type[Warning], filename: str, lineno: int, line: str | None = None
) -> str:
    """As Python shows a warning, but an old name without a place: it was typed at the command line or lies in a file of results."""
    if issubclass(category, RenamedWarning):
        return f"{message}\n"
    return _format(message, category, filename, lineno, line)
