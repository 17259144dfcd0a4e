"""Shared parts of the figures of masking benchmarks."""

from typing import Any

from matplotlib.axes import Axes

from harness.checks import checked
from harness.errors import BenchmarkError

MODEL, PARTICIPANTS = "tab:blue", "0.3"


@checked(BenchmarkError, pure=True)
def windows(axis: Axes, details: dict[str, Any]) -> None:
    """The score over the length of the window in which evidence is integrated."""
    over = details["over_windows"]
    axis.plot(over["window"], over["score"], "o-", color=MODEL, ms=4)
    axis.plot(over["window"][-1], over["score"][-1], "o", color=MODEL, ms=8, mfc="white", label="score")
    axis.axhline(0, color="0.6", lw=0.8, ls=":")
    axis.axhline(1, color="0.6", lw=0.8, ls=":")
    axis.set(xlabel="window of integration (ms)", ylabel="score", ylim=(min(-0.1, *over["score"]) - 0.05, 1.1))
    axis.legend(frameon=False, fontsize=7, loc="center right")


@checked(BenchmarkError)
def finish(axes: tuple[Axes, ...]) -> None:
    """Without a box."""
    for axis in axes:
        axis.spines[["top", "right"]].set_visible(False)
