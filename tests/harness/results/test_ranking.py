"""Mean ranks and the critical difference, against the example of Demšar (2006)."""

import pytest

from harness import SuiteSpec, write_leaderboard
from harness.results import Result, tabulate
from harness.results.leaderboard.ranking import critical_difference, ranking

# Demšar (2006), table 6 and section 3.2.2: AUC of variants of C4.5 on 14 data sets. Its ranks are of values before rounding: on the
# last but one, C4.5+cf comes before C4.5+m+cf.
AUC = {
    "C4.5": (0.763, 0.599, 0.954, 0.628, 0.882, 0.936, 0.661, 0.583, 0.775, 1.000, 0.940, 0.619, 0.972, 0.957),
    "C4.5+m": (0.768, 0.591, 0.971, 0.661, 0.888, 0.931, 0.668, 0.583, 0.838, 1.000, 0.962, 0.666, 0.981, 0.978),
    "C4.5+cf": (0.771, 0.590, 0.968, 0.654, 0.886, 0.916, 0.609, 0.563, 0.866, 1.000, 0.965, 0.614, 0.9752, 0.946),
    "C4.5+m+cf": (0.798, 0.569, 0.967, 0.657, 0.898, 0.931, 0.685, 0.625, 0.875, 1.000, 0.962, 0.669, 0.975, 0.970),
}
SUITE = SuiteSpec("sets-v1", summary="", benchmarks=tuple(f"set{at}" for at in range(14)))


def result(model: str, benchmark: str, score: float, **more: object) -> Result:
    return Result(model=model, benchmark=benchmark, status="scored", score=score, **more)  # type: ignore[arg-type]


def scored(**without: int) -> list[Result]:
    return [
        result(model, f"set{at}", score)
        for model, scores in AUC.items()
        for at, score in enumerate(scores)
        if without.get(model) != at
    ]


def test_mean_ranks_and_their_critical_difference_are_those_of_the_publication() -> None:
    found = ranking(tabulate(scored(), SUITE))
    assert found is not None
    ranks = dict(zip(found.models, found.ranks, strict=True))
    assert ranks == pytest.approx({"C4.5": 3.143, "C4.5+m": 2.000, "C4.5+cf": 2.893, "C4.5+m+cf": 1.964}, abs=1e-3)
    assert found.distance == pytest.approx(2.569 * (4 * 5 / (6 * 14)) ** 0.5, abs=1e-3)
    assert found.p == pytest.approx(
        0.0254, abs=0.01
    )  # from chi squared; the publication's 9.28 has 3 degrees of freedom
    assert found.groups == [(0, 3)]


def test_the_critical_difference_of_ten_models() -> None:
    assert critical_difference(10, 30) == pytest.approx(3.164 * (10 * 11 / (6 * 30)) ** 0.5, abs=1e-3)


def test_models_with_gaps_and_perturbed_ones_are_left_out() -> None:
    gap = result("gap", "set0", 0.9)
    silenced = [result("C4.5", f"set{at}", 0.99, model_arguments={"perturb": "V1: silence"}) for at in range(14)]
    found = ranking(tabulate([*scored(), gap, *silenced], SUITE))
    assert found is not None and sorted(found.models) == sorted(AUC) and len(found.benchmarks) == 14
    fewer = ranking(tabulate(scored(**{"C4.5": 3}), SUITE))
    assert fewer is not None and len(fewer.models) * len(fewer.benchmarks) == 4 * 13


def test_models_that_are_all_alike_and_too_few_ones() -> None:
    alike = [result(model, f"set{at}", 0.5) for model in "abc" for at in range(3)]
    found = ranking(tabulate(alike, SUITE))
    assert found is not None and found.p == 1.0 and found.groups == [(0, 2)]
    assert ranking(tabulate([one for one in alike if one.model != "c"], SUITE)) is None
    assert ranking(tabulate(alike)) is None, "without a suite nothing is ranked"


def test_a_board_has_the_ranking_in_words(tmp_path) -> None:
    page = write_leaderboard(tmp_path / "board.html", results=scored(), suite=SUITE)
    assert "Mean ranks over 14 benchmarks: C4.5+m+cf 1.96, C4.5+m 2.00" in page.with_suffix(".md").read_text()
