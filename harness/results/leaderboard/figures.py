"""The benchmarks' own figures, drawn from the details in results."""

import base64
import io
import logging
import re
from collections.abc import Sequence
from importlib import metadata
from typing import TYPE_CHECKING, Any

from harness.checks import checked
from harness.errors import ArgumentError, UnknownIdentifier
from harness.host import host, load_benchmark, one_line, quiet_stdout
from harness.identity import source_digest
from harness.results.result import Result
from harness.store import ResultStorage

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_log = logging.getLogger(__name__)
_DPI = 144
_COLOURS = 128  # of a palette: a third of the bytes, and no difference in a line drawing


@checked(ArgumentError)
def draw(result: Result) -> bytes | None:
    """The figure of a result as PNG; None without a score, details, a figure or the plugin."""
    if result.status != "scored" or not result.details:
        return None
    try:
        source = source_digest(host().benchmarks.get(result.benchmark).load)
        drawn_with = [source, metadata.version("matplotlib"), metadata.version("pillow")]
        with quiet_stdout():
            return _drawn(result.benchmark, result.benchmark_arguments, result.details, drawn_with)
    except UnknownIdentifier:
        return None
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # also one that would end the program
        why = one_line(error)
        _log.warning("the figure of %s on %s cannot be drawn: %s", result.model_name, result.benchmark_name, why)
        return None


@checked(ArgumentError)
def file_name(result: Result) -> str:
    """The file name of a figure: benchmark and model, with their arguments."""
    names = (re.sub(r"[^\w.-]+", "_", name)[:120] for name in (result.benchmark_name, result.model_name))
    return "--".join(names) + ".png"


def data_uri(png: bytes) -> str:
    """An image as a `data:` address for a page."""
    return f"data:image/png;base64,{base64.b64encode(png).decode()}"


@ResultStorage()
def _drawn(
    benchmark: str, arguments: dict[str, Any], details: dict[str, Any], drawn_with: Sequence[str]
) -> bytes | None:
    import matplotlib

    matplotlib.use("Agg", force=False)
    with matplotlib.rc_context({"font.size": 9}):
        figure = load_benchmark(benchmark, **arguments).figure(details)
        return None if figure is None else _png(figure)


def _png(figure: "Figure") -> bytes:
    from PIL import Image

    drawn, thinned = io.BytesIO(), io.BytesIO()
    figure.savefig(drawn, format="png", dpi=_DPI, bbox_inches="tight", facecolor="white")
    Image.open(drawn).convert("RGB").quantize(_COLOURS).save(thinned, "png", optimize=True)
    return thinned.getvalue()
