"""Causal experiments on MT: choices between directions under microstimulation."""

from typing import TYPE_CHECKING, Any, get_args

from harness import BenchmarkSpec, hookimpl
from harness.host import Adversary

if TYPE_CHECKING:
    from collections.abc import Mapping

SALZMAN = """@article{salzman1992microstimulation,
  title = {Microstimulation in visual area {MT}: effects on direction discrimination performance},
  author = {Salzman, C. Daniel and Murasugi, Chieko M. and Britten, Kenneth H. and Newsome, William T.},
  journal = {Journal of Neuroscience},
  volume = {12}, number = {6}, pages = {2331--2355},
  year = {1992},
  doi = {10.1523/JNEUROSCI.12-06-02331.1992}
}"""
CELEBRINI = """@article{celebrini1995microstimulation,
  title = {Microstimulation of extrastriate area {MST} influences performance on a direction discrimination task},
  author = {Celebrini, Simona and Newsome, William T.},
  journal = {Journal of Neurophysiology},
  volume = {73}, number = {2}, pages = {437--448},
  year = {1995},
  doi = {10.1152/jn.1995.73.2.437}
}"""
CONTROLS = "harness_plugins.benchmarks.causal_mt.controls"
UNTOUCHED: "Mapping[Any, str]" = dict.fromkeys(get_args(Adversary), "not measurable")
"""The model that is altered has no MT, nor have those that know nothing."""


@hookimpl
def register_benchmarks() -> list[BenchmarkSpec]:
    return [
        BenchmarkSpec(
            "Salzman1992.MT-microstimulation",
            load="harness_plugins.benchmarks.causal_mt.salzman1992:DirectionMicrostimulation",
            summary="a current into MT's units of one direction makes an observer of random dots choose that direction",
            tags=("in-silico", "causal", "MT", "motion", "embedded", "macaque"),
            parameters={"units": "number of sites studied", "seed": "seed of the dots and the choice of sites"},
            bibtex=f"{SALZMAN}\n{CELEBRINI}",
            quick={"units": 6},
            controls={"published": f"{CONTROLS}:columns_driven", "opposite": f"{CONTROLS}:columns_silenced"},
            expects={**UNTOUCHED, "published": "> 0.8", "opposite": "< -0.8"},
        )
    ]
