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
CHETTIH = """@article{chettih2019single,
  title = {Single-neuron perturbations reveal feature-specific competition in {V1}},
  author = {Chettih, Selmaan N. and Harvey, Christopher D.},
  journal = {Nature},
  volume = {567},
  pages = {334--340},
  year = {2019},
  doi = {10.1038/s41586-019-0997-6}
}"""
SATO = """@article{sato2014distal,
  title = {Distal connectivity causes summation and division across mouse visual cortex},
  author = {Sato, Tatsuo K. and H{\\"a}usser, Michael and Carandini, Matteo},
  journal = {Nature Neuroscience},
  volume = {17},
  pages = {30--32},
  year = {2014},
  doi = {10.1038/nn.3585}
}"""
NASSI_SUMS = """@article{nassi2015optogenetic,
  title = {Optogenetic activation of normalization in alert macaque visual cortex},
  author = {Nassi, Jonathan J. and Avery, Michael C. and Cetin, Ali H. and Roe, Anna W. and Reynolds, John H.},
  journal = {Neuron},
  volume = {86},
  pages = {1504--1517},
  year = {2015},
  doi = {10.1016/j.neuron.2015.05.040}
}"""
HUANG = """@article{huang2014optogenetic,
  title = {Optogenetic assessment of horizontal interactions in primary visual cortex},
  author = {Huang, Xiaoying and Elyada, Yishai M. and Bosking, William H. and Walker, Theo and Fitzpatrick, David},
  journal = {Journal of Neuroscience},
  volume = {34}, number = {14}, pages = {4976--4990},
  year = {2014},
  doi = {10.1523/JNEUROSCI.4116-13.2014}
}"""
SELF = """@article{self2012different,
  title = {Different glutamate receptors convey feedforward and recurrent processing in macaque {V1}},
  author = {Self, Matthew W. and Kooijmans, Roxana N. and Sup{\\`e}r, Hans and Lamme, Victor A. and Roelfsema, Pieter R.},
  journal = {Proceedings of the National Academy of Sciences},
  volume = {109}, number = {27}, pages = {11031--11036},
  year = {2012},
  doi = {10.1073/pnas.1119527109}
}"""
CONTROLS = "harness_plugins.benchmarks.causal_v1.controls"
UNTOUCHED: "Mapping[Any, str]" = dict.fromkeys(get_args(Adversary), "not measurable")
"""What has no classes of cells and no feedback that can be perturbed, as the model that is altered has not."""
LATERAL = "harness_plugins.benchmarks.causal_v1.lateral_circuits"
QUICK = {"units": 4}
NO_OPPOSITE = "does not apply: no circuit turns all five signs round, since a field that shrinks has a larger surround"


@hookimpl
def register_benchmarks() -> list[BenchmarkSpec]:
    return [
        BenchmarkSpec(
            "Sanzeni2020.V1-paradoxical",
            load="harness_plugins.benchmarks.causal_v1.sanzeni2020:ParadoxicalEffect",
            summary="a current into inhibitory cells lowers their own rates, where inhibition stabilises the network",
            tags=("in-silico", "causal", "V1", "gratings", "mouse"),
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
            tags=("in-silico", "causal", "V1", "gratings", "context"),
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
            tags=("in-silico", "causal", "V1", "gratings", "context", "macaque"),
            parameters=UNITS,
            bibtex=f"{NASSI}\n{HUPE}",
            quick=QUICK,
            controls={"published": f"{CONTROLS}:with_feedback", "opposite": f"{CONTROLS}:with_opposite_feedback"},
            expects={**UNTOUCHED, "published": "> 0.5", "opposite": "< -0.2"},
        ),
        BenchmarkSpec(
            "Chettih2019.V1-influence",
            load="harness_plugins.benchmarks.causal_v1.chettih2019:SingleNeuronInfluence",
            summary="a single neuron is driven: others fall, the more, the more alike their tuning is",
            tags=("in-silico", "causal", "V1", "gratings", "mouse"),
            parameters=UNITS,
            bibtex=CHETTIH,
            quick=QUICK,
            controls={"published": f"{LATERAL}:like_suppresses_like", "opposite": f"{LATERAL}:like_excites_like"},
            expects={**UNTOUCHED, "nan": "failed", "published": "> 0.5", "opposite": "< -0.5"},
        ),
        BenchmarkSpec(
            "Sato2014.V1-stimulation",
            load="harness_plugins.benchmarks.causal_v1.sato2014:StimulationAndContrast",
            summary="a current into V1 adds at rest and divides at high contrast; Huang et al. 2014 found that it adds throughout",
            tags=("in-silico", "causal", "V1", "gratings", "contrast", "mouse"),
            parameters=UNITS,
            bibtex=f"{SATO}\n{NASSI_SUMS}\n{HUANG}",
            quick=QUICK,
            controls={"published": f"{LATERAL}:summing_and_dividing", "opposite": f"{LATERAL}:multiplying"},
            expects={**UNTOUCHED, "nan": "failed", "published": "> 0.5", "opposite": "< -0.5"},
        ),
        BenchmarkSpec(
            "Self2012.V1-figure_ground",
            load="harness_plugins.benchmarks.causal_v1.self2012:FigureGround",
            summary="less recurrence and feedback lessen figure-ground modulation, less feedforward drive does not",
            tags=("in-silico", "causal", "V1", "textures", "figure-ground", "macaque"),
            parameters=UNITS,
            bibtex=SELF,
            quick=QUICK,
            controls={"published": f"{LATERAL}:suppressed_grounds", "opposite": f"{LATERAL}:lifted_grounds"},
            expects={**UNTOUCHED, "published": "> 0.5", "opposite": "< -0.2"},
        ),
    ]
