"""Descriptions of experiments on the time courses of regions; light, because descriptions import it."""

from harness import BenchmarkSpec
from harness_plugins.benchmarks._expectations import SIGNED, UNDRIVEN, UNITS
from harness_plugins.benchmarks._parameters import NOISE
from harness_plugins.stimuli._pulses import BIBTEX

REGIONS = {
    "regions": "regions to record from, the first at least; all that the model maps if not given",
}
KNOWN = (
    UNDRIVEN
    | UNITS
    | SIGNED
    | {"nan": "failed", "frozen": "not measurable", "shuffled": "not measurable", "untrained": "invariant +- 0.05"}
)
"""What models get whose answer is known. Dynamics that are built in, training does not change."""
_REGIONS = "harness_plugins.benchmarks._controls.regions"


def load_of(paradigm: str) -> str:
    """The class of the experiment on `contrast`, `duration` or `interval`."""
    return f"harness.benchmarks.dynamics.paradigms:{paradigm.capitalize()}Experiment"


def in_all_regions(paradigm: str, summary: str, parameters: dict[str, str], hashed: str) -> BenchmarkSpec:
    """An experiment with any conditions.

    Args:
        paradigm: contrast, duration or interval.
        parameters: its conditions -> one line each.
        hashed: what a random number an image gets.
    """
    identifier = f"Temporal.{paradigm}"
    return BenchmarkSpec(
        identifier,
        aliases=(paradigm,),
        load=load_of(paradigm),
        summary=summary,
        tags=("in-silico", "temporal", paradigm),
        parameters={**parameters, **NOISE, **REGIONS},
        arguments={"identifier": identifier},
        bibtex=BIBTEX,
        quick={"exemplars": 2},
        controls={"published": f"{_REGIONS}:normalised", "opposite": f"{_REGIONS}:expanding"},
        expects=KNOWN | {"hash": hashed},
    )
