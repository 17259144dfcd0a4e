"""Causal experiments on V1: inhibition stimulated, and feedback from higher areas silenced or cooled."""

from typing import TYPE_CHECKING, Any, get_args

from harness import BenchmarkSpec, hookimpl
from harness.host import Adversary
from harness_plugins.benchmarks._parameters import UNITS

if TYPE_CHECKING:
    from collections.abc import Mapping

SANZENI = """@article{sanzeni2020inhibition,
  title = {Inhibition stabilization is a widespread property of cortical networks},
  author = {Sanzeni, Alessandro and Akitake, Bradley and Goldbach, Hannah C. and Leedy, Caitlin E. and Brunel, Nicolas and
            Histed, Mark H.},
  journal = {eLife},
  volume = {9},
  pages = {e54875},
  year = {2020},
  doi = {10.7554/eLife.54875}
}"""
NURMINEN = """@article{nurminen2018top,
  title = {Top-down feedback controls spatial summation and response amplitude in primate visual cortex},
  author = {Nurminen, Lauri and Merlin, Sam and Bijanzadeh, Maryam and Federer, Frederick and Angelucci, Alessandra},
  journal = {Nature Communications},
  volume = {9},
  pages = {2281},
  year = {2018},
  doi = {10.1038/s41467-018-04500-5}
}"""
NASSI = """@article{nassi2013corticocortical,
  title = {Corticocortical feedback contributes to surround suppression in {V1} of the alert primate},
  author = {Nassi, Jonathan J. and Lomber, Stephen G. and Born, Richard T.},
  journal = {Journal of Neuroscience},
  volume = {33}, number = {19}, pages = {8504--8517},
  year = {2013},
  doi = {10.1523/JNEUROSCI.5124-12.2013}
}"""
HUPE = """@article{hupe2001response,
  title = {Response modulations by static texture surround in area {V1} of the macaque monkey do not depend on feedback
           connections from {V2}},
  author = {Hup{\\'e}, Jean-Michel and James, Andrew C. and Girard, Pascal and Bullier, Jean},
  journal = {Journal of Neurophysiology},
  volume = {85}, number = {1}, pages = {146--163},
  year = {2001},
  doi = {10.1152/jn.2001.85.1.146}
}"""
CONTROLS = "harness_plugins.benchmarks.causal_v1.controls"
UNTOUCHED: "Mapping[Any, str]" = dict.fromkeys(get_args(Adversary), "not measurable")
"""What has no classes of cells and no feedback that can be perturbed, as the model that is altered has not."""
QUICK = {"units": 4}
NO_OPPOSITE = "does not apply: no circuit turns all five signs round, since a field that shrinks has a larger surround"


@hookimpl
def register_benchmarks() -> list[BenchmarkSpec]:
    return [
        BenchmarkSpec(
            "Sanzeni2020.V1-paradoxical",
            load="harness_plugins.benchmarks.causal_v1.sanzeni2020:ParadoxicalEffect",
            summary="a current into inhibitory cells lowers their own rates, where inhibition stabilises the network",
            tags=("in-silico", "V1", "gratings", "mouse"),
            parameters=UNITS,
            bibtex=SANZENI,
            quick={"units": 6},
            controls={"published": f"{CONTROLS}:stabilised", "opposite": f"{CONTROLS}:not_stabilised"},
            expects={**UNTOUCHED, "published": "> 0.8", "opposite": "< -0.8"},
        ),
        BenchmarkSpec(
            "Nurminen2018.V1-feedback",
            load="harness_plugins.benchmarks.causal_v1.feedback:FeedbackReduced",
            summary="less feedback from V2: larger receptive fields, lower responses in them, less suppression near them",
            tags=("in-silico", "V1", "gratings", "context"),
            parameters=UNITS,
            bibtex=NURMINEN,
            quick=QUICK,
            controls={"published": f"{CONTROLS}:with_feedback"},
            expects={**UNTOUCHED, "published": "> 0.5", "opposite": NO_OPPOSITE},
        ),
        BenchmarkSpec(
            "Nassi2013.V1-cooling",
            load="harness_plugins.benchmarks.causal_v1.feedback:AreasCooled",
            summary="V2 and V3 silenced: less surround suppression, most for large stimuli; Hupe et al. 2001 found no effect",
            tags=("in-silico", "V1", "gratings", "context", "macaque"),
            parameters=UNITS,
            bibtex=f"{NASSI}\n{HUPE}",
            quick=QUICK,
            controls={"published": f"{CONTROLS}:with_feedback", "opposite": f"{CONTROLS}:with_opposite_feedback"},
            expects={**UNTOUCHED, "published": "> 0.5", "opposite": "< -0.2"},
        ),
    ]
