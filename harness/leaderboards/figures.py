"""The benchmarks' own figures, drawn from the details that records hold."""

import base64
import io
import logging
from importlib import metadata
from typing import Any

from harness.caching import ResultStorage
from harness.errors import UnknownIdentifier
from harness.host import host, load_benchmark
from harness.provenance import source_digest
from harness.records import Record

_log = logging.getLogger(__name__)
_SVG_LIMIT = 60_000  # bytes; beyond it a PNG is smaller and as sharp


def draw(record: Record) -> dict[str, bytes]:
    """The figure of a record as `png`, and as `svg` where that is small; empty without details, figure or plugin."""
    if record.status != "scored" or not record.details:
        return {}
    try:
        source = source_digest(host().benchmarks.get(record.benchmark).load)
        return _drawn(
            record.benchmark, record.benchmark_arguments, record.details, source, metadata.version("matplotlib")
        )
    except UnknownIdentifier:
        return {}
    except Exception as error:
        _log.warning("the figure of %s on %s cannot be drawn: %s", record.model_name, record.benchmark_name, error)
        return {}


def data_uri(figure: dict[str, bytes]) -> str | None:
    """A figure as a `data:` address for a page; None if there is none."""
    if svg := figure.get("svg"):
        return f"data:image/svg+xml;base64,{base64.b64encode(svg).decode()}"
    png = figure.get("png")
    return f"data:image/png;base64,{base64.b64encode(png).decode()}" if png else None


@ResultStorage()
def _drawn(
    benchmark: str, arguments: dict[str, Any], details: dict[str, Any], source: str, matplotlib: str
) -> dict[str, bytes]:
    import matplotlib as library

    library.use("Agg", force=False)
    with library.rc_context({"svg.hashsalt": "harness", "font.size": 9}):
        figure = load_benchmark(benchmark, **arguments).figure(details)
        if figure is None:
            return {}
        png = _saved(figure, "png", dpi=160)
        svg = _saved(figure, "svg", metadata={"Date": None})
    return {"png": png, "svg": svg} if len(svg) <= _SVG_LIMIT else {"png": png}


def _saved(figure: Any, kind: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    figure.savefig(buffer, format=kind, bbox_inches="tight", facecolor="white", **options)
    return buffer.getvalue()
