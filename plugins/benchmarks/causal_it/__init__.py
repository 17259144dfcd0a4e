"""Causal experiments on IT: faces under microstimulation and suppression, and late responses without feedback."""

from typing import TYPE_CHECKING, Any, get_args

from harness import BenchmarkSpec, hookimpl
from harness.host import Adversary

if TYPE_CHECKING:
    from collections.abc import Mapping

AFRAZ_2006 = """@article{afraz2006microstimulation,
  title = {Microstimulation of inferotemporal cortex influences face categorization},
  author = {Afraz, Seyed-Reza and Kiani, Roozbeh and Esteky, Hossein},
  journal = {Nature},
  volume = {442},
  pages = {692--695},
  year = {2006},
  doi = {10.1038/nature04982}
}"""
AFRAZ_2015 = """@article{afraz2015optogenetic,
  title = {Optogenetic and pharmacological suppression of spatial clusters of face neurons reveal their causal role in face
           gender discrimination},
  author = {Afraz, Arash and Boyden, Edward S. and DiCarlo, James J.},
  journal = {Proceedings of the National Academy of Sciences},
  volume = {112}, number = {21}, pages = {6730--6735},
  year = {2015},
  doi = {10.1073/pnas.1423328112}
}"""
KAR = """@article{kar2021fast,
  title = {Fast recurrent processing via ventrolateral prefrontal cortex is needed by the primate ventral stream for robust core
           visual object recognition},
  author = {Kar, Kohitij and DiCarlo, James J.},
  journal = {Neuron},
  volume = {109}, number = {1}, pages = {164--176},
  year = {2021},
  doi = {10.1016/j.neuron.2020.09.035}
}"""
CONTROLS = "harness_plugins.benchmarks.causal_it.controls"
UNTOUCHED: "Mapping[Any, str]" = dict.fromkeys(get_args(Adversary), "not measurable")
"""The model that is altered declares no points, and models that know nothing of faces read nothing out."""
SITES = {"units": "number of sites studied", "seed": "seed of noise and halves"}
NO_OPPOSITE = "does not apply: a read-out that is fitted to cells goes where these prefer, whatever they prefer"


@hookimpl
def register_benchmarks() -> list[BenchmarkSpec]:
    return [
        BenchmarkSpec(
            "Afraz2006.IT-microstimulation",
            load="harness_plugins.benchmarks.causal_it.afraz2006:FaceMicrostimulation",
            summary="a current into face-selective units of IT shifts choices toward faces",
            tags=("in-silico", "causal", "IT", "objects", "macaque"),
            parameters=SITES,
            bibtex=AFRAZ_2006,
            data=("kriegeskorte2008_92objects",),
            discriminates=False,
            remark="four networks, trained or not, static or not, have .63 to .67: a read-out follows the units it is fitted to",
            quick={"units": 9},
            controls={"published": f"{CONTROLS}:detecting_faces"},
            expects={**UNTOUCHED, "nan": "failed", "published": "> 0.5", "opposite": NO_OPPOSITE},
        ),
        BenchmarkSpec(
            "Afraz2015.IT-suppression",
            load="harness_plugins.benchmarks.causal_it.afraz2015:FaceSuppression",
            summary="suppressing face-selective units of IT costs correct answers about faces, suppressing others does not",
            tags=("in-silico", "causal", "IT", "objects", "macaque"),
            parameters=SITES,
            bibtex=AFRAZ_2015,
            data=("kriegeskorte2008_92objects",),
            quick={"units": 9},
            controls={"published": f"{CONTROLS}:telling_faces"},
            expects={**UNTOUCHED, "nan": "failed", "published": "> 0.5", "opposite": NO_OPPOSITE},
        ),
        BenchmarkSpec(
            "Kar2021.IT-feedback",
            load="harness_plugins.benchmarks.causal_it.kar2021:LateFeedback",
            summary="without feedback the late response of IT tells objects worse, and the early one as before",
            tags=("in-silico", "causal", "IT", "objects", "temporal", "macaque"),
            parameters={"units": "drawings of every object and contrast", "seed": "seed of places and noise"},
            bibtex=KAR,
            quick={"units": 6},
            controls={"published": f"{CONTROLS}:completed_late", "opposite": f"{CONTROLS}:disturbed_late"},
            expects={**UNTOUCHED, "published": "> 0.5", "opposite": "< -0.05"},
        ),
    ]
