"""Every model of Brain-Score's package for vision, and of plugin folders of one's own in its form."""

from harness import ModelSpec, hookimpl
from harness_plugins.benchmarks.brainscore import BIBTEX


@hookimpl
def register_models() -> list[ModelSpec]:
    return [
        ModelSpec(
            "brainscore/*",
            load="harness.brain_score.catalogue:load_model",
            members="harness.brain_score.catalogue:model_ids",
            summary="models of Brain-Score vision and of the folders in HARNESS_BRAINSCORE, by their identifiers there",
            tags=("static",),
            parameters={"regions": "brain region -> layer, beside or in place of what the model commits to"},
            bibtex=BIBTEX,
        )
    ]
