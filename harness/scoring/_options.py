"""Run options: how networks are run, and what a process may rely on."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from harness.checks import checked
from harness.errors import ArgumentError
from harness.scoring._rerun import Rerun

if TYPE_CHECKING:
    from harness.engine import Progress


@checked(ArgumentError)
@dataclass(frozen=True)
class RunOptions:
    """How to run networks: what does not change a result beyond rounding.

    Attributes:
        device: a GPU if there is one, if None.
        batch_size: where the engine's search for one begins.
        callbacks: called with `Progress` by every extraction.
        remember: whether a cached score may be told without loading model and benchmark, see `harness.scoring._known`. Only for
            processes in which no code runs but that of the harness and of plugins.
        figures: whether the figure of a new score is drawn at once, and kept beside its result.
        rerun: what is computed anew and replaced, and the moment (seconds since the epoch) before which it does not count.
        attempt: how often this pair has been tried, this time included.
        job: of a cluster, in which the process runs.
    """

    device: str | None = None
    batch_size: int | None = None
    callbacks: "Sequence[Callable[[Progress], None]]" = ()
    remember: bool = False
    figures: bool = False
    rerun: Mapping[Rerun, float] = field(default_factory=dict)
    attempt: int = 1
    job: str = ""
