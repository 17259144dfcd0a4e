"""Bars in textures, and figures of texture: how much context changes a response, and when."""

from harness import BenchmarkSpec, hookimpl
from harness_plugins.benchmarks._parameters import UNITS, UNMEASURABLE
from harness_plugins.stimuli.textures import KNIERIM, ZIPSER

NOTHDURFT = """@article{nothdurft1999response,
  title = {Response modulation by texture surround in primate area V1: correlates of ``popout'' under anesthesia},
  author = {Nothdurft, Hans-Christoph and Gallant, Jack L. and Van Essen, David C.},
  journal = {Visual Neuroscience},
  volume = {16}, number = {1}, pages = {15--34},
  year = {1999},
  doi = {10.1017/S0952523899156189}
}"""
NOTHDURFT_BORDER = """@article{nothdurft2000response,
  title = {Response profiles to texture border patterns in area {V1}},
  author = {Nothdurft, Hans-Christoph and Gallant, Jack L. and Van Essen, David C.},
  journal = {Visual Neuroscience},
  volume = {17}, number = {3}, pages = {421--436},
  year = {2000},
  doi = {10.1017/S0952523800173092}
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
            quick={"units": 12},
            expects=UNMEASURABLE,
        ),
        BenchmarkSpec(
            "Nothdurft1999",
            load="harness_plugins.benchmarks.texture_surround.surround:Nothdurft1999",
            summary="suppression of a bar by texture under anaesthesia, and the latency of its specificity for orientation",
            tags=("in-silico", "V1", "textures", "context", "temporal", "macaque"),
            parameters=UNITS,
            bibtex=NOTHDURFT,
            quick={"units": 12},
            expects=UNMEASURABLE,
        ),
        BenchmarkSpec(
            "Nothdurft2000-texture_border",
            aliases=("Rossi2001-texture_border",),
            load="harness_plugins.benchmarks.texture_surround.border:NothdurftTextureBorder",
            summary="share of units that mark the border of a texture, and not what it encloses",
            tags=("in-silico", "V1", "textures", "context", "figure-ground", "macaque"),
            parameters=UNITS,
            bibtex=NOTHDURFT_BORDER,
            quick={"units": 12},
            expects=UNMEASURABLE,
        ),
        BenchmarkSpec(
            "Zipser1996-figure_enhancement",
            load="harness_plugins.benchmarks.texture_surround.border:ZipserFigureEnhancement",
            summary="hypothesis, rival to borders alone: units enhance the inside of large figures, late",
            tags=("in-silico", "V1", "textures", "context", "figure-ground", "temporal", "macaque"),
            parameters=UNITS,
            bibtex=ZIPSER,
            quick={"units": 12},
            expects=UNMEASURABLE,
        ),
    ]
