"""Which models differ from which on a benchmark, corrected for the number of pairs."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from harness.metrics.inference import compare_models, holm
from harness.records import Record

LEVEL = 0.05


@dataclass(frozen=True)
class Comparison:
    """All pairs of models on one benchmark.

    Attributes:
        p: (model, model) in either order -> p value after Holm's correction.
        by: what the differences were paired over ("subjects", "neurons"), or "" where only the scores' errors are known, which are
            then taken as independent.
    """

    p: Mapping[tuple[str, str], float]
    by: str

    def against(self, model: str) -> dict[str, list[str]]:
        """The models that one differs from, and those that it does not, in the order of their names."""
        others = sorted({b for a, b in self.p if a == model} | {a for a, b in self.p if b == model})
        p = {other: self.p.get((model, other), self.p.get((other, model), 1.0)) for other in others}
        return {"differs": [o for o in others if p[o] < LEVEL], "alike": [o for o in others if p[o] >= LEVEL]}


def compare(records: Mapping[str, Record]) -> Comparison:
    """Compare models by the records of one version of one benchmark.

    Records that hold one score a unit (`details["per_sample"]`: what the units are, their names, and a score each) of the same
    units are compared by paired differences (`harness.metrics.inference.compare_models`), others by a z test on scores and errors.

    Args:
        records: model -> its scored record.
    """
    if len(records) < 2:
        return Comparison({}, "")
    samples = {model: _samples(record) for model, record in records.items()}
    first = next(iter(samples.values()))
    paired = all(sample and first and sample["names"] == first["names"] for sample in samples.values())
    if paired and first and len(first["names"]) > 1:
        found = compare_models({model: np.array(sample["scores"]) for model, sample in samples.items() if sample})
        places = combinations(range(len(found.models)), 2)
        p = {(found.models[i], found.models[j]): float(found.adjusted[i, j]) for i, j in places}
        return Comparison(p, first["of"])
    known = {m: r for m, r in records.items() if r.score is not None and r.error is not None}
    pairs = list(combinations(known, 2))
    if not pairs:
        return Comparison({}, "")
    corrected = holm(np.array([_z_test(known[a], known[b]) for a, b in pairs]))
    return Comparison(dict(zip(pairs, corrected.tolist(), strict=True)), "")


def _samples(record: Record) -> dict[str, Any] | None:
    sample = record.details.get("per_sample")
    usable = isinstance(sample, dict) and {"of", "names", "scores"} <= set(sample) and None not in sample["scores"]
    return sample if usable else None


def _z_test(one: Record, other: Record) -> float:
    from scipy.stats import norm

    assert one.score is not None and other.score is not None and one.error is not None and other.error is not None
    error = np.hypot(one.error, other.error)
    apart = abs(one.score - other.score)
    return float(2 * norm.sf(apart / error)) if error else float(apart == 0)
