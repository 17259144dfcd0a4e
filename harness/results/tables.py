"""Results as a table of pandas, for analyses of one's own."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from harness.checks import checked
from harness.errors import ArgumentError, HarnessError
from harness.results.plain_content import plain
from harness.results.result import Result
from harness.results.sharing import without_home
from harness.store import write_bytes

if TYPE_CHECKING:
    import pandas as pd

KEPT = ("model", "benchmark", "status", "score", "error", "ceiling", "ceiling_error", "chance", "message")


@checked(ArgumentError, pure=True)
def to_dataframe(results: Sequence[Result]) -> "pd.DataFrame":
    """One row a result: model, benchmark, status, score and its errors, weights, and with what it was made.

    Arguments are JSON, so that rows can be grouped by them; each argument that all values of which are numbers, words or truth
    values also has a column of its own, `model.seed` or `benchmark.contrast`.
    """
    import pandas as pd

    rows = [
        {name: getattr(result, name) for name in KEPT}
        | {f"model.{name}": value for name, value in result.model_arguments.items() if _is_plain(value)}
        | {f"benchmark.{name}": value for name, value in result.benchmark_arguments.items() if _is_plain(value)}
        | {
            "model_arguments": json.dumps(plain(result.model_arguments), sort_keys=True),
            "benchmark_arguments": json.dumps(plain(result.benchmark_arguments), sort_keys=True),
            "benchmark_version": str(result.benchmark_version),
            "weights": result.weights.kind,
            "caveats": ", ".join(result.caveats),
        }
        | {name: getattr(result.provenance, name) for name in ("created", "duration", "host", "device", "peak_memory")}
        for result in results
    ]
    if not rows:
        return pd.DataFrame(columns=[*KEPT])
    table = pd.DataFrame(rows)
    for column in table.columns[table.columns.str.startswith(("model.", "benchmark."))]:
        if len({type(value) for value in table[column].dropna()} - {int, float}) > 1:
            table[column] = table[column].map(lambda value: None if value is None else str(value))
    return table


def _is_plain(value: object) -> bool:
    return isinstance(value, bool | int | float | str)


@checked(ArgumentError)
def export(results: Sequence[Result], path: Path) -> Path:
    """Write results as a table: `.parquet`, `.csv` or `.json` (records), by its ending.

    It holds no path of anybody's home.

    Raises:
        HarnessError: for another ending.
        StoreError: if it cannot be written.
    """
    table = to_dataframe(results).map(lambda value: without_home(value) if isinstance(value, str) else value)
    if path.suffix == ".parquet":
        try:
            return write_bytes(path, table.to_parquet(index=False))
        except ImportError as error:
            raise HarnessError("Parquet needs pyarrow: pip install 'vision-dynamics-harness[files]'") from error
    if path.suffix == ".csv":
        from harness.results.leaderboard.export import harmless

        return write_bytes(path, table.map(harmless).to_csv(index=False).encode())
    if path.suffix == ".json":
        return write_bytes(path, json.dumps(plain(table.to_dict("records")), indent=1).encode())
    raise HarnessError(f"'{path}' ends in none of .parquet, .csv and .json; give it the ending of what it is to be")
