"""Models of a study that are trained before they are scored."""

from pathlib import Path

import pytest

from harness.errors import HarnessError
from harness.models import training_of
from harness.results import load_all
from harness.scoring import RunOptions
from harness.studies import RunEntry, Study, Training, expand, plan_study, run_study
from harness.studies.run_folder import Run, Task, shards
from harness.studies.workers import _score

TRAIN = {
    "recipe": "dynvision",
    "data": "digits",
    "arguments": {"epochs": 1, "batch_size": 32, "accumulate": 1, "steps": 3, "residual": 0, "rate": 0.01},
    "grid": {"activity_weight": [0.0, 1.0]},
}
MODEL = {"size": 8, "channels": 1, "widths": [4, 4]}


def study(**changes: object) -> Study:
    entry = {"model": "dyrcnn_x2", "arguments": MODEL, "seeds": [0], "train": TRAIN} | changes
    return Study.model_validate(
        {"study": "sweep", "models": ["pixels", entry], "benchmarks": ["Digits-decoding"], "run": {"jobs": 1}}
    )


def test_every_combination_of_model_recipe_and_seed_is_a_training() -> None:
    found = expand(study(grid={"recurrence": ["none", "self"]}, seeds=[0, 1]))
    assert len(found.models) == 9 and found.models[0] == ("pixels", {})
    assert [one.label for one in found.trainings][:3] == [
        "recurrence=none-activity_weight=0.0-seed=0",
        "recurrence=none-activity_weight=1.0-seed=0",
        "recurrence=none-activity_weight=0.0-seed=1",
    ]
    assert [arguments["weights"] for _, arguments in found.models[1:]] == [str(one.path) for one in found.trainings]
    assert len({one.path for one in found.trainings}) == 8
    assert dict(found.trainings[0].model_args) == {**MODEL, "recurrence": "none"}


def test_the_digest_in_the_name_is_that_of_the_training_alone() -> None:
    alone, swept = (
        study(train={**TRAIN, "grid": {}, "arguments": {**TRAIN["arguments"], "activity_weight": 1.0}}),
        study(),
    )
    one, other = expand(alone).trainings[0], expand(swept).trainings[1]
    assert one.label != other.label and one.path.stem[-8:] == other.path.stem[-8:]


def test_what_must_be_trained_is_said_before(tmp_path: Path) -> None:
    planned = plan_study(study())
    assert [(pair.state, pair.reason) for pair in planned][1:] == [("run", "it is trained first")] * 2
    assert planned[0].reason == ""


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"train": {**TRAIN, "recipe": "dynvison"}}, "did you mean dynvision"),
        ({"train": {**TRAIN, "data": "digit"}}, "did you mean digits"),
        ({"grid": {"weights": ["a", "b"]}}, "stand in `arguments`, not in `grid`"),
    ],
)
def test_a_training_that_cannot_be_meant_is_refused(changes: dict, message: str) -> None:
    with pytest.raises((HarnessError, ValueError), match=message):
        expand(study(**changes))


def test_a_run_knows_its_trainings_and_trains_each_in_one_job() -> None:
    described = study()
    run = Run.begin(described, expand(described))
    first, *trained = run.tasks
    assert first.training is None and [task.training for task in trained] == expand(described).trainings
    several = [Task(trained[0].model, (name, {}), trained[0].training) for name in "abc"]
    assert [len(part) for part in shards(several, 3)] == [3]
    assert [len(part) for part in shards([Task(first.model, task.benchmark) for task in several], 3)] == [1, 1, 1]


def test_a_training_that_fails_is_the_failure_of_its_pairs() -> None:
    training = Training("pixels", "dynvision", "digits", {}, {}, {})
    result, again = _score(Task(("pixels", {}), ("Digits-decoding", {}), training), RunOptions())
    assert (result.status, again) == ("failed", False) and "has no argument 'seed'" in str(result.message)


@pytest.mark.slow
def test_models_are_trained_once_and_scored() -> None:
    described = study()
    ended = {one.model: one for one in run_study(described, RunEntry(jobs=1, retries=0))}
    assert all(one.status == "scored" for one in ended.values()), [one.message for one in ended.values()]
    trainings = expand(described).trainings
    assert [training_of(one.path)["recipe_arguments"]["activity_weight"] for one in trainings] == [0.0, 1.0]
    scored = {str(one.model_arguments.get("weights")): one for one in load_all()[0]}
    assert scored[str(trainings[0].path)].provenance.trained_on
    assert all(one.cached for one in run_study(described, RunEntry(jobs=1)))
