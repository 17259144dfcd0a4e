"""The result of a pair: the file written for a score, an unmeasurable effect, or a failure."""

import math
import platform
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from harness.checks import as_identifier
from harness.errors import BenchmarkError, HarnessError, NotMeasurable, said
from harness.host import one_line
from harness.identity import versions
from harness.results import Provenance, Result, plain
from harness.scoring._pair import Pair
from harness.scoring.provenance import peak_memory, platform_name, revision

if TYPE_CHECKING:
    from harness.assemblies import Score
    from harness.brain_model import BrainModel
    from harness.scoring._options import RunOptions


def scored_result(pair: Pair, score: "Score") -> Result:
    """The result of a score that has all its attributes."""
    ceiling = score.attrs["ceiling"]
    if not math.isfinite(float(score)):
        raise BenchmarkError(
            f"the score is {float(score)}; a benchmark gives a finite number, or raises NotMeasurable with the reason"
        )
    return Result(
        **pair.model.facts(),
        **pair.benchmark.facts(),
        status="scored",
        score=float(score),
        error=_number(score.attrs["error"]),
        ceiling=None if ceiling is None or math.isnan(float(ceiling)) else float(ceiling),
        ceiling_error=_number(getattr(ceiling, "attrs", {}).get("error")),
        raw=plain(score.attrs["raw"]),
        details=plain(score.attrs["details"]),
        provenance=Provenance.model_validate(score.attrs["provenance"]),
        cached=score.attrs["cached"],
    )


def unmeasured_result(pair: Pair, reason: str, made: Mapping[str, Any], cached: bool) -> Result:
    """The result of a benchmark that cannot be measured in the model."""
    return Result(
        **pair.model.facts(),
        **pair.benchmark.facts(),
        status="not measurable",
        message=reason,
        provenance=Provenance.model_validate(made),
        cached=cached,
    )


def failed_result(pair: Pair, error: BaseException, options: "RunOptions") -> Result:
    """The result of a pair that could not be scored; a model that cannot be perturbed as asked is not measurable."""
    status: Literal["not measurable", "failed"] = "not measurable" if isinstance(error, NotMeasurable) else "failed"
    made = Provenance(
        versions=versions(),
        revision=revision(),
        device=options.device,  # the one that was asked for, which may be what failed
        **_circumstances(options),
        **pair.model.identity(),
    )
    try:
        facts = pair.model.facts() | pair.benchmark.facts()
        return Result(**facts, status=status, message=message(error), provenance=made, transient=_transient(error))
    except Exception:  # what the two say of themselves may be why it failed
        names: dict[str, Any] = {
            "model": as_identifier(pair.model.identifier),
            "benchmark": as_identifier(pair.benchmark.identifier),
        }
        return Result(**names, status=status, message=message(error), provenance=made)


def provenance(
    pair: Pair, candidate: "BrainModel", options: "RunOptions", duration: float, split: str | None = None
) -> Provenance:
    """With what a score was computed, in `duration` seconds, on the splits of this digest."""
    return Provenance(
        versions=versions(),
        revision=revision(),
        plugins={"model": pair.model.plugin, "benchmark": pair.benchmark.plugin},
        stimulus_digests=_by_name(candidate.shown),
        data_digests=pair.benchmark.data,
        split_digest=split,
        device=_device(options),
        duration=round(duration, 3),
        **_circumstances(options),
        **pair.model.provenance(),
    )


def _circumstances(options: "RunOptions") -> dict[str, Any]:
    """Where a pair was run, and how it went."""
    return {
        "platform": platform_name(),
        "host": platform.node(),
        "job": options.job,
        "attempt": options.attempt,
        "peak_memory": peak_memory(),
    }


def _transient(error: BaseException | None) -> bool:
    """Whether an error, or what it came from, may pass: of memory, of reading or writing. What is not there stays away."""
    if error is None:
        return False
    if isinstance(error, OSError) and not isinstance(error, (FileNotFoundError, PermissionError)):
        return True
    return isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError" or _transient(error.__cause__)


def message(error: BaseException) -> str:
    """The message of a failure, in one line."""
    return (said(error) if isinstance(error, HarnessError) else "") or one_line(error)


def _by_name(shown: Mapping[str, str]) -> dict[str, str]:
    """Name -> digest from digest -> name; sets that share a name are numbered."""
    named: dict[str, str] = {}
    for identity, name in shown.items():
        same = sum(other == name for other in list(shown.values())[: len(named)])
        named[f"{name} ({same + 1})" if same else name] = identity
    return named


def _device(options: "RunOptions") -> str:
    import torch

    from harness.engine import chosen_device

    device = chosen_device(options.device)
    return f"cuda ({torch.cuda.get_device_name(device)})" if device.type == "cuda" else str(device)


def _number(value: Any) -> float | None:
    return None if value is None else plain(float(value))
