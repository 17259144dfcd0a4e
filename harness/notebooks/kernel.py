"""The kernel of a notebook, if this process is one: displays of foreign classes, and progress bars."""

import sys
from collections.abc import Callable
from html import escape
from typing import Any, Protocol

from harness.checks import checked
from harness.errors import ArgumentError

SHOWN_AFTER = 0.5
"""Seconds before a bar appears: what is over sooner needs none."""


class Moment(Protocol):
    """One moment of an extraction, see `harness.engine.Progress`."""

    @property
    def model(self) -> str: ...
    @property
    def stimuli(self) -> str: ...
    @property
    def stimuli_total(self) -> int: ...
    @property
    def stimuli_done(self) -> int: ...
    @property
    def seconds(self) -> float: ...
    @property
    def finished(self) -> bool: ...


def _shell() -> Any:
    """The running IPython; None outside of it. What has not been imported does not run."""
    return sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None


def in_notebook() -> bool:
    """Whether a notebook shows what this process displays."""
    return hasattr(_shell(), "kernel")


@checked(ArgumentError)
def shown_by(cls: type, as_html: Callable[[Any], str]) -> None:
    """Let notebooks show objects of a class that is not ours by a function."""
    shell = _shell()
    if shell is not None:
        shell.display_formatter.formatters["text/html"].for_type(cls, as_html)


def notebook_bars() -> tuple[Callable[[Moment], None], ...]:
    """The callbacks that every extraction has: a bar in a notebook, none elsewhere."""
    return (Bar(),) if in_notebook() else ()


class Bar:
    """A callback that shows how far an extraction has come, in the output of a cell, until it has finished."""

    def __init__(self) -> None:
        self._handle: Any = None

    def __call__(self, moment: Moment) -> None:
        from IPython.display import HTML, display

        if self._handle is not None:
            self._handle.update(HTML("" if moment.finished else drawn(moment)))
        elif moment.seconds >= SHOWN_AFTER and not moment.finished:
            self._handle = display(HTML(drawn(moment)), display_id=True)


def drawn(moment: Moment) -> str:
    """The bar as HTML: model, stimuli, how many are done and how long the others take."""
    done, total = moment.stimuli_done, moment.stimuli_total
    left = f", {moment.seconds / done * (total - done):.0f} s left" if done else ""
    text = f"{moment.model} sees {moment.stimuli}: {done}/{total} stimuli{left}"
    return f"<progress value='{done}' max='{total}'></progress> {escape(text)}"
