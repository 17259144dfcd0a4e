"""Registers the simulated recording."""

from harness import DatasetSpec, hookimpl


@hookimpl
def register_datasets() -> list[DatasetSpec]:
    return [
        DatasetSpec(
            "fake-fmri",
            summary="simulated BOLD of 3 people and 4 films with a known answer, for trying out analyses",
            files={},
            source="generated when it is loaded",
            licence="MIT, as this project",
            instructions="Load it",
            bibtex="@misc{fake-fmri, title = {A simulated fMRI recording with a known answer}}",
            load="harness_plugins.benchmarks.fake_fmri.recording:load",
            parameters={"seed": "another seed is another recording"},
        )
    ]
