"""How long pairs are expected to take, and models that are divided among jobs by it."""

import pytest

from harness.results import Provenance, Result, write
from harness.studies import RunEntry, Training
from harness.studies.durations import Durations, divided
from harness.studies.run_folder import Task, shards

MINUTE = 60.0


def task(benchmark: str, model: str = "slow", **arguments: object) -> Task:
    return Task((model, arguments), (benchmark, {}))


def scored(model: str, benchmark: str, minutes: float) -> None:
    write(
        Result(
            model=model,
            benchmark=benchmark,
            benchmark_version=1,
            status="scored",
            score=0.5,
            error=0.1,
            provenance=Provenance(duration=minutes * MINUTE),
        )
    )


@pytest.fixture
def known() -> Durations:
    """Two models, one of which takes three times as long."""
    for model, factor in (("quick", 1), ("slow", 3)):
        for benchmark, minutes in (("A2015.V1-ridge", 10), ("A2015.V4-ridge", 20)):
            scored(model, benchmark, factor * minutes)
    scored("quick", "B2016-rdm", 5)
    return Durations.known()


def minutes(known: Durations, one: Task) -> float:
    return pytest.approx(known.expected(one) / MINUTE)


def test_a_pair_takes_what_it_took_or_what_its_benchmark_and_its_model_say(known: Durations) -> None:
    assert minutes(known, task("A2015.V1-ridge")) == 30
    assert minutes(known, task("A2015.V1-ridge", "new")) == 20  # between the two models
    assert minutes(known, task("B2016-rdm")) == 5 * 1.5  # the slow one takes 1.5 times the median of both
    assert minutes(known, task("B2016-rdm", gain=2)) == 5 * 1.5  # as with other arguments
    assert minutes(known, task("C2017-rdm", "new")) == 20  # the median of all
    assert Durations({}).expected(task("C2017-rdm")) == 0


def test_a_model_is_divided_where_it_would_take_too_long_and_papers_stay_together(known: Durations) -> None:
    names = ["A2015.V1-ridge", "B2016-rdm", "A2015.V4-ridge", "C2017-rdm"]
    tasks = [task(name, model) for model in ("quick", "slow") for name in names]
    parts = divided(tasks, 1, RunEntry(split_minutes=100))
    assert [(part[0].model[0], [one.benchmark[0] for one in part]) for part in parts] == [
        ("quick", ["A2015.V1-ridge", "A2015.V4-ridge", "B2016-rdm", "C2017-rdm"]),
        ("slow", ["A2015.V1-ridge", "A2015.V4-ridge", "B2016-rdm"]),
        ("slow", ["C2017-rdm"]),
    ]
    short = divided(tasks, 1, RunEntry(executor="slurm", slurm={"timeout_min": 65}))  # of SLURM's own
    assert [len(part) for part in short] == [4, 1, 1, 2]
    assert [len(part) for part in divided(tasks, 1, RunEntry(split_minutes=200))] == [4, 4]


def test_a_pair_alone_is_never_divided_nor_a_model_that_is_trained_first() -> None:
    several = [task(name) for name in ("A2015-ridge", "B2016-rdm")]
    assert [len(part) for part in shards(several, 1, lambda one: 100.0, 1.0)] == [1, 1]
    training = Training("slow", "dynvision", "digits", {}, {}, {})
    trained = [Task(one.model, one.benchmark, training) for one in several]
    assert [len(part) for part in shards(trained, 2, lambda one: 100.0, 1.0)] == [2]
