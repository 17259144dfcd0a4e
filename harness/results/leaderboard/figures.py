"""The benchmarks' own figures, drawn from the details in results, and kept beside these."""

import io
import logging
import re
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from harness.checks import checked
from harness.errors import ArgumentError, StoreError, UnknownIdentifier
from harness.host import load_benchmark, one_line, quiet_stdout
from harness.results.files import figure_path, folder
from harness.results.result import Result
from harness.store import write_bytes

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_log = logging.getLogger(__name__)
_DPI = 144
_COLOURS = 128  # of a palette: a third of the bytes, and no difference in a line drawing


@checked(ArgumentError)
def draw(result: Result, benchmark: Any = None) -> bytes | None:
    """The figure of a result as PNG: the one that is kept beside its file, or else drawn, and kept if there is such a file.

    Args:
        benchmark: the one that made it; loaded if not given.

    Returns:
        None without a score, details, a figure or the plugin. An empty file says that a benchmark has no figure.
    """
    if not may_have_figure(result):
        return None
    path = figure_path(result)
    with suppress(OSError):
        return path.read_bytes() or None
    try:
        with quiet_stdout():
            png = _drawn(result, benchmark)
    except UnknownIdentifier:
        return None
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # also one that would end the program
        why = one_line(error)
        _log.warning("the figure of %s on %s cannot be drawn: %s", result.model_name, result.benchmark_name, why)
        return None
    if (folder() / result.file_name).is_file():
        with suppress(StoreError):  # it is shown all the same
            write_bytes(path, png or b"")
    return png


@checked(ArgumentError)
def undrawn(results: Sequence[Result]) -> list[Result]:
    """Results whose figure would have to be drawn now, if their benchmarks have one."""
    return [result for result in results if may_have_figure(result) and not figure_path(result).is_file()]


def may_have_figure(result: Result) -> bool:
    """Whether there is something that a figure could show."""
    return result.status == "scored" and bool(result.details)


@checked(ArgumentError)
def file_name(result: Result) -> str:
    """The file name of a figure: benchmark and model, with their arguments."""
    names = (re.sub(r"[^\w.-]+", "_", name)[:120] for name in (result.benchmark_name, result.model_name))
    return "--".join(names) + ".png"


def _drawn(result: Result, benchmark: Any) -> bytes | None:
    from harness.benchmarks import Benchmark

    drawing = benchmark or load_benchmark(result.benchmark, **result.benchmark_arguments)
    if getattr(type(drawing), "figure", Benchmark.figure) is Benchmark.figure:
        return None
    import matplotlib

    matplotlib.use("Agg", force=False)
    with matplotlib.rc_context({"font.size": 9}):
        figure = drawing.figure(result.details)
        return None if figure is None else _png(figure)


def _png(figure: "Figure") -> bytes:
    from PIL import Image

    drawn, thinned = io.BytesIO(), io.BytesIO()
    figure.savefig(drawn, format="png", dpi=_DPI, bbox_inches="tight", facecolor="white")
    Image.open(drawn).convert("RGB").quantize(_COLOURS).save(thinned, "png", optimize=True)
    return thinned.getvalue()
