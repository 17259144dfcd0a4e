"""Two scores compared in one call."""

import numpy as np
import pytest

from harness import compare_scores
from harness.assemblies import Score
from harness.errors import ArgumentError


def score(model: str, values: list[float], benchmark: str = "Doe2020") -> Score:
    found = Score(float(np.mean(values)))
    samples = {"of": "stimuli", "names": [f"s{i}" for i in range(len(values))], "scores": values}
    error = float(np.std(values) / np.sqrt(len(values)))
    found.attrs.update(
        model_identifier=model, benchmark_identifier=benchmark, error=error, details={"per_sample": samples}
    )
    return found


def test_scores_on_the_same_stimuli_are_compared_in_pairs() -> None:
    random = np.random.default_rng(0)
    base = random.normal(0.5, 0.3, 40)
    better, worse = score("better", list(base + 0.05 + random.normal(0, 0.01, 40))), score("worse", list(base))
    found = compare_scores(better, worse)
    assert found.difference == pytest.approx(float(better) - float(worse))
    assert found.p < 0.01 and found.how == "paired over 40 stimuli"
    assert str(found).startswith("better is 0.05") and "above worse on Doe2020 (p = " in str(found)
    assert compare_scores(worse, better).difference == -found.difference


def test_scores_on_other_stimuli_are_compared_by_their_errors() -> None:
    random = np.random.default_rng(0)
    base = random.normal(0.5, 0.3, 40)
    found = compare_scores(score("a", list(base + 0.05)), score("b", list(base[:30])))
    assert found.p > 0.2 and found.how.startswith("by their errors, as if independent")


def test_what_cannot_be_compared_is_refused() -> None:
    with pytest.raises(ArgumentError, match="scores on one benchmark are compared, not on Doe2020 and on Roe2021"):
        compare_scores(score("a", [0.1, 0.2]), score("b", [0.1, 0.2], "Roe2021"))
    with pytest.raises(ArgumentError, match="are those of score_model"):
        compare_scores(Score(0.5), score("b", [0.1, 0.2]))
