"""Distributions of single-neuron properties of macaque V1, as Marques, Schrimpf & DiCarlo (2021) compare them with models."""

from typing import TYPE_CHECKING

from harness import BenchmarkSpec, DatasetSpec, hookimpl
from harness_plugins.benchmarks._expectations import CELLS, NO_SHAPE
from harness_plugins.benchmarks.freemanziemba2013 import BIBTEX as FREEMANZIEMBA
from harness_plugins.benchmarks.orientation_tuning import BIBTEX as RINGACH
from harness_plugins.benchmarks.size_tuning import CAVANAUGH

if TYPE_CHECKING:
    from harness.host import Adversary

_HERE = "harness_plugins.benchmarks.marques2020"

MARQUES = """@article{marques2021multi,
  title = {Multi-scale hierarchical neural network models that bridge from single neurons in the primate primary visual cortex to
           object recognition behavior},
  author = {Marques, Tiago and Schrimpf, Martin and DiCarlo, James J.},
  journal = {bioRxiv},
  year = {2021},
  doi = {10.1101/2021.03.01.433495}
}"""
PUBLICATIONS = {
    "DeValois1982": """@article{devalois1982orientation,
  title = {The orientation and direction selectivity of cells in macaque visual cortex},
  author = {De Valois, Russell L. and Yund, E. William and Hepler, Norva},
  journal = {Vision Research},
  volume = {22}, number = {5}, pages = {531--544},
  year = {1982},
  doi = {10.1016/0042-6989(82)90112-2}
}
@article{devalois1982spatial,
  title = {Spatial frequency selectivity of cells in macaque visual cortex},
  author = {De Valois, Russell L. and Albrecht, Duane G. and Thorell, Lisa G.},
  journal = {Vision Research},
  volume = {22}, number = {5}, pages = {545--559},
  year = {1982},
  doi = {10.1016/0042-6989(82)90113-4}
}""",
    "Ringach2002": RINGACH,
    "Schiller1976": """@article{schiller1976quantitative,
  title = {Quantitative studies of single-cell properties in monkey striate cortex. III. Spatial frequency},
  author = {Schiller, Peter H. and Finlay, Barbara L. and Volman, Susan F.},
  journal = {Journal of Neurophysiology},
  volume = {39}, number = {6}, pages = {1334--1351},
  year = {1976},
  doi = {10.1152/jn.1976.39.6.1334}
}""",
    "Cavanaugh2002": CAVANAUGH,
    "FreemanZiemba2013": FREEMANZIEMBA,
}
PROPERTIES = {
    "DeValois1982-pref_or": "preferred orientation",
    "DeValois1982-peak_sf": "preferred spatial frequency",
    "Ringach2002-circular_variance": "circular variance",
    "Ringach2002-or_bandwidth": "orientation bandwidth",
    "Ringach2002-or_selective": "whether there is an orientation bandwidth",
    "Ringach2002-orth_pref_ratio": "orthogonal over preferred response",
    "Ringach2002-cv_bandwidth_ratio": "circular variance over bandwidth",
    "Ringach2002-opr_cv_diff": "orthogonal over preferred response less circular variance",
    "Ringach2002-max_dc": "largest mean response to gratings",
    "Ringach2002-modulation_ratio": "modulation by phase over mean response",
    "Schiller1976-sf_selective": "whether there is a spatial frequency bandwidth",
    "Schiller1976-sf_bandwidth": "spatial frequency bandwidth",
    "Cavanaugh2002-surround_suppression_index": "suppression by the largest grating",
    "Cavanaugh2002-grating_summation_field": "diameter of the summation field",
    "Cavanaugh2002-surround_diameter": "diameter of the surround",
    "FreemanZiemba2013-texture_modulation_index": "modulation by texture",
    "FreemanZiemba2013-abs_texture_modulation_index": "size of the modulation by texture",
    "FreemanZiemba2013-texture_selectivity": "selectivity for families of textures",
    "FreemanZiemba2013-texture_sparseness": "selectivity for samples of textures",
    "FreemanZiemba2013-texture_variance_ratio": "variance between over variance within families of textures",
    "FreemanZiemba2013-max_texture": "largest response to a texture",
    "FreemanZiemba2013-max_noise": "largest response to the noise of a texture",
}
FETCHED = {"Ringach2002": "Ringach2002", "FreemanZiemba2013": "FreemanZiemba2013_V1_properties"}
"""Publication -> identifier at Brain-Score, of what is not embedded."""
NULL_OF_UNTUNED = (
    "Ringach2002-circular_variance",
    "Ringach2002-or_selective",
    "Ringach2002-orth_pref_ratio",
    "Ringach2002-opr_cv_diff",
    "Schiller1976-sf_selective",
)
"""Properties that units whose tuning does not repeat have, too: those of the null population, so that they score 0."""
UNREPEATED = ("Ringach2002-max_dc", "Ringach2002-modulation_ratio")
"""Properties in which nothing has to repeat, as in all of textures."""
UNREPEATED_REMARK = (
    "nothing in it has to repeat, and the cells are not here to show that random numbers are told from them"
)
UNTOLD = {
    "DeValois1982-pref_or": "cells prefer all orientations nearly alike, and so do the units of any network without a favourite: "
    "one of random weights has 1.09 ± .11 of the ceiling",
    "Schiller1976-sf_bandwidth": "a network of random weights has .79 ± .07 of the ceiling, a trained one .50 ± .19",
    "Schiller1976-sf_selective": "a network of random weights has 1.04 ± .04 of the ceiling, a trained one .78 ± .19",
}
"""Properties in which random weights are as near to cells as trained ones, and how near."""
NO_CELLS = (
    "does not apply: the cells are read from Brain-Score's file; their own distribution scores 1 by its definition"
)


@hookimpl
def register_benchmarks() -> list[BenchmarkSpec]:
    return [
        BenchmarkSpec(
            f"Marques2020.{name}",
            load="harness_plugins.benchmarks.marques2020.benchmark:DistributionBenchmark",
            summary=f"{what} of V1 units: distribution compared with macaque cells",
            tags=("in-silico", "V1", "textures" if "texture" in what else "gratings", "macaque", "distribution"),
            arguments={"name": name},
            data=(FETCHED[publication],) if publication in FETCHED else (),
            bibtex=f"{PUBLICATIONS[publication]}\n{MARQUES}",
            discriminates=not (_unrepeated(name) or name in UNTOLD),
            remark=UNREPEATED_REMARK if _unrepeated(name) else UNTOLD.get(name, ""),
            controls={} if publication in FETCHED else {"published": f"{_HERE}.controls:published"},
            expects=_expected(name) | {"published": NO_CELLS if publication in FETCHED else "> 0.8"},
        )
        for name, what in PROPERTIES.items()
        for publication in [name.partition("-")[0]]
    ]


def _unrepeated(name: str) -> bool:
    return name in UNREPEATED or "texture" in name or name.endswith("max_noise")


def _expected(name: str) -> "dict[Adversary, str]":
    """Expectations of adversaries on a property."""
    given = CELLS | {"untrained": "< 1.2", "opposite": NO_SHAPE}
    if name.endswith("variance_ratio"):  # of variances that noise has not
        return given | {"noise": "not measurable", "hash": "not measurable"}
    if _unrepeated(name):
        return given | {"noise": "< 1.2", "hash": "< 1.2"}
    return given | {"noise": "0 +- 0.15", "hash": "0 +- 0.15"} if name in NULL_OF_UNTUNED else given


@hookimpl
def register_datasets() -> list[DatasetSpec]:
    return [
        DatasetSpec(
            identifier,
            summary="properties of single cells of macaque V1 with the bins of their histograms, as Brain-Score stores them",
            files={"objects.json": ""},
            source="s3://brainscore-storage/brainio-brainscore (Brain-Score vision 2.4.2), may be refused without credentials",
            licence="none is stated with the objects; cite the publications and do not redistribute them",
            instructions=f"harness data fetch {identifier}",
            bibtex=f"{PUBLICATIONS[publication]}\n{MARQUES}",
            fetch="harness.data.brain_score:fetch",
        )
        for publication, identifier in FETCHED.items()
    ]
