"""Import of a lab's own recordings: each region with enough repeated stimuli becomes a benchmark."""

from pathlib import Path

from harness.benchmarks.neural.any_recording import why_not
from harness.checks import checked
from harness.data import Imported, import_folder
from harness.errors import BenchmarkError


@checked(BenchmarkError)
def import_recording(
    source: str | Path, name: str, region: str | None = None, replace: bool = False
) -> tuple[Imported, list[str]]:
    """`harness.data.import_folder`, with the regions that become benchmarks (`RecordedBenchmark`), and why others do not."""
    return import_folder(source, name, region, replace, why_not=why_not)
