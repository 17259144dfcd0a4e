"""Studies run: what is known is told at once, the rest is scored where the study says; the same call again collects."""

from collections.abc import Iterator

from harness.checks import checked
from harness.errors import ArgumentError
from harness.results import named
from harness.scoring import Planned, plan, recall
from harness.studies.executors import executor
from harness.studies.run_folder import Finished, Run, Task, finished
from harness.studies.study import RunEntry, Study, expand
from harness.studies.workers import options_of

TRAINED_FIRST = "it is trained first"


@checked(ArgumentError)
def run_study(study: Study, how: RunEntry | None = None) -> Iterator[Finished]:
    """Train the models of a study that are to be trained, score the pairs that are not known yet, and give what became of all.

    Results are written to `HARNESS_HOME`, and what became of each pair to the folder of the run. Workers are processes of their
    own, so a script that calls this does it under `if __name__ == "__main__":`.

    Args:
        how: in place of what the study says.

    Raises:
        HarnessError: if a name is unknown, or the executor cannot be used.
    """
    how = how or study.run
    run = Run.begin(study, expand(study))
    score = executor(how.executor)
    missing: list[Task] = []
    for task in run.tasks:
        known = recall(task.model, task.benchmark, options_of(how))
        if known is None:
            missing.append(task)
        else:
            yield finished(known, 0.0)
    if missing:
        yield from score(run, missing, how)


@checked(ArgumentError)
def plan_study(study: Study, how: RunEntry | None = None) -> list[Planned]:
    """The plan of `run_study`, pair by pair; see `harness.scoring.plan`."""
    found = expand(study)
    untrained = [str(training.path) for training in found.trainings if not training.done]
    planned: list[Planned] = []
    for model in found.models:
        if model[1].get("weights") in untrained:
            planned += [Planned(named(*model), named(*each), "run", TRAINED_FIRST) for each in found.benchmarks]
        else:
            planned += plan([model], found.benchmarks, options_of(how or study.run))
    return planned
