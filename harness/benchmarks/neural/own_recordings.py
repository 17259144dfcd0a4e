"""Import of a lab's own recordings: each region with enough repeated stimuli becomes benchmarks."""

import re
from pathlib import Path
from typing import Any

from harness.benchmarks.neural.any_recording import why_not
from harness.benchmarks.neural.recorded_courses import brain_courses
from harness.checks import checked
from harness.data import Imported, RecordedData, import_folder
from harness.errors import BenchmarkError, DataError, NotMeasurable
from harness.stimuli import TimeBin

MOST_BINS = 20
"""Narrower bins are joined until there are no more."""
_NAME = re.compile(r"\w+", flags=re.ASCII)


@checked(BenchmarkError)
def import_recording(
    source: str | Path, name: str, region: str | None = None, replace: bool = False
) -> tuple[Imported, list[str]]:
    """`harness.data.import_folder`, with the regions that become benchmarks (`RecordedBenchmark`), and why others do not; and what
    else each of these regions becomes (`forms`)."""
    return import_folder(source, name, region, replace, why_not=why_not, forms=forms)


@checked(BenchmarkError)
def forms(data: RecordedData, regions: tuple[str, ...]) -> dict[str, dict[str, Any]]:
    """Benchmarks of a recording besides regression to its mean: identifier -> form, region and further arguments.

    Of each region: each subject by itself, where there are several ("ridge"); dissimilarities ("rdm"); and, where there are
    several time bins after the onset, regression in time bins ("per-time", "span-time"), dissimilarities over time
    ("rdm-over-time") and, of three bins or more, latencies ("latency").
    """
    found: dict[str, dict[str, Any]] = {}
    grid = time_grid(data.time_bins)
    for region in regions:
        own = data.select(region)
        for subject in own.names if len(own.names) > 1 else ():
            if _NAME.fullmatch(subject) and not why_not(own.select(subjects=[subject])):
                found[f"{data.identifier}.{region}.{subject}-ridge"] = {
                    "form": "ridge",
                    "region": region,
                    "subject": subject,
                }
        window = max(0.0, data.time_bins[0][0]), max(end for _, end in data.time_bins)
        patterned = _has_courses(own, region, window)
        if patterned:
            found[f"{data.identifier}.{region}-rdm"] = {"form": "rdm", "region": region, "time_bin": list(window)}
        if grid is not None:
            start, end, step = grid
            several = (end - start) / step > 2.5
            timed = ["per-time", "span-time", *["rdm-over-time"] * patterned, *["latency"] * several]
            for form in timed:
                suffix = "rdm" if form == "rdm-over-time" else form
                found[f"{data.identifier}.temporal.{region}-{suffix}"] = {
                    "form": form,
                    "region": region,
                    "start": start,
                    "end": end,
                    "step": step,
                }
    return found


def time_grid(time_bins: tuple[TimeBin, ...]) -> tuple[float, float, float] | None:
    """Start, end and step in ms of the bins from the onset on, joined so that there are no more than `MOST_BINS`; None if there is
    one, or they are not of one length without gaps."""
    bins = [bin_ for bin_ in time_bins if bin_[0] >= 0]
    if len(bins) < 2:
        return None
    width = bins[0][1] - bins[0][0]
    even = all(abs(start - bins[0][0] - i * width) < 1e-6 * width for i, (start, _) in enumerate(bins))
    if not even or any(abs(end - start - width) > 1e-6 * width for start, end in bins):
        return None
    joined = -(-len(bins) // MOST_BINS)
    count = len(bins) // joined
    return bins[0][0], bins[0][0] + count * joined * width, joined * width


def _has_courses(data: RecordedData, region: str, window: TimeBin) -> bool:
    try:
        brain_courses(data, region, [window])
    except (BenchmarkError, DataError, NotMeasurable):
        return False
    return True
