"""Bars in textures, and figures of texture: how much context changes a response, and when."""

from harness import BenchmarkSpec, hookimpl
from harness_plugins.benchmarks._parameters import UNITS
from harness_plugins.stimuli.textures import KNIERIM, ZIPSER

NOTHDURFT = """@article{nothdurft1999response,
  title = {Response modulation by texture surround in primate area V1: correlates of ``popout'' under anesthesia},
  author = {Nothdurft, Hans-Christoph and Gallant, Jack L. and Van Essen, David C.},
  journal = {Visual Neuroscience},
  volume = {16}, number = {1}, pages = {15--34},
  year = {1999},
  doi = {10.1017/S0952523899156189}
}"""
ROSSI = """@article{rossi2001contextual,
  title = {Contextual modulation in primary visual cortex of macaques},
  author = {Rossi, Andrew F. and Desimone, Robert and Ungerleider, Leslie G.},
  journal = {Journal of Neuroscience},
  volume = {21}, number = {5}, pages = {1698--1709},
  year = {2001},
  doi = {10.1523/JNEUROSCI.21-05-01698.2001}
}"""


@hookimpl
def register_benchmarks() -> list[BenchmarkSpec]:
    return [
        BenchmarkSpec(
            "KnierimVanEssen1992",
            load="harness_plugins.benchmarks.texture_surround.surround:KnierimVanEssen1992",
            summary="suppression of a bar by texture, and its specificity for orientation a dozen milliseconds later",
            tags=("in-silico", "V1", "textures", "context", "temporal", "macaque"),
            parameters=UNITS,
            bibtex=KNIERIM,
        ),
        BenchmarkSpec(
            "Nothdurft1999",
            load="harness_plugins.benchmarks.texture_surround.surround:Nothdurft1999",
            summary="suppression of a bar by texture under anaesthesia, and the latency of its specificity for orientation",
            tags=("in-silico", "V1", "textures", "context", "temporal", "macaque"),
            parameters=UNITS,
            bibtex=NOTHDURFT,
        ),
        BenchmarkSpec(
            "Rossi2001-texture_border",
            load="harness_plugins.benchmarks.texture_surround.border:RossiTextureBorder",
            summary="hypothesis: units mark the borders of a texture and not what they enclose",
            tags=("in-silico", "V1", "textures", "context", "figure-ground", "macaque"),
            parameters=UNITS,
            bibtex=ROSSI,
        ),
        BenchmarkSpec(
            "Zipser1996-figure_enhancement",
            load="harness_plugins.benchmarks.texture_surround.border:ZipserFigureEnhancement",
            summary="hypothesis, rival to Rossi2001: units enhance the inside of large figures, late",
            tags=("in-silico", "V1", "textures", "context", "figure-ground", "temporal", "macaque"),
            parameters=UNITS,
            bibtex=ZIPSER,
        ),
    ]
