"""Bars in textures, and figures of texture: how much context changes a response, and when."""

from typing import Any

from harness import BenchmarkSpec, hookimpl
from harness_plugins.benchmarks._expectations import CELLS, NO_SURROUND
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
NOTHDURFT_BORDER = """@article{nothdurft2000response,
  title = {Response profiles to texture border patterns in area {V1}},
  author = {Nothdurft, Hans-Christoph and Gallant, Jack L. and Van Essen, David C.},
  journal = {Visual Neuroscience},
  volume = {17}, number = {3}, pages = {421--436},
  year = {2000},
  doi = {10.1017/S0952523800173092}
}"""

_CONTROLS = "harness_plugins.benchmarks.texture_surround.controls"


def _spec(
    identifier: str,
    load: str,
    summary: str,
    tags: tuple[str, ...],
    bibtex: str,
    published: str,
    opposite: str,
    nan: str = "failed",
    least: str = "> 0.9",
    **more: Any,
) -> BenchmarkSpec:
    """One experiment with its controls, of which there may be no opposite one; `nan` is what responses get that are no numbers,
    and `least` what those with the published effect get at least."""
    return BenchmarkSpec(
        identifier,
        load=f"harness_plugins.benchmarks.texture_surround.{load}",
        summary=summary,
        tags=("in-silico", "V1", "textures", "context", *tags, "macaque"),
        parameters=UNITS,
        bibtex=bibtex,
        quick={"units": 12},
        expects={
            **CELLS,
            "untrained": "not measurable",
            "nan": nan,
            "published": least,
            **({"opposite": NO_SURROUND} if not opposite else {}),
        },
        controls={
            "published": f"{_CONTROLS}:{published}",
            **({"opposite": f"{_CONTROLS}:{opposite}"} if opposite else {}),
        },
        **more,
    )


def _surround(study: str, summary: str, bibtex: str) -> BenchmarkSpec:
    return _spec(
        study,
        "surround:TextureSurround",
        summary,
        ("temporal",),
        bibtex,
        "suppressed",
        opposite="",
        arguments={"study": study},
    )


@hookimpl
def register_benchmarks() -> list[BenchmarkSpec]:
    return [
        _surround(
            "KnierimVanEssen1992",
            "suppression of a bar by texture, and its specificity for orientation a dozen milliseconds later",
            KNIERIM,
        ),
        _surround(
            "Nothdurft1999",
            "suppression of a bar by texture under anaesthesia, and the latency of its specificity for orientation",
            NOTHDURFT,
        ),
        _spec(
            "Nothdurft2000-texture_border",
            "border:NothdurftTextureBorder",
            "share of units that mark the border of a texture, and not what it encloses",
            ("figure-ground",),
            NOTHDURFT_BORDER,
            "a_quarter_marks_borders",
            opposite="",
            least="> 0.8",  # a share of twelve units is known to a twelfth
            aliases=("Rossi2001-texture_border",),
        ),
        _spec(
            "Zipser1996-figure_enhancement",
            "border:ZipserFigureEnhancement",
            "hypothesis, rival to borders alone: units enhance the inside of large figures, late",
            ("figure-ground", "temporal"),
            ZIPSER,
            "enhanced_figures",
            "reduced_figures",
            nan="not measurable",  # the model that is tried sees 8 degrees, too few for figures
        ),
    ]
