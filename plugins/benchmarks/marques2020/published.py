"""The published histograms, and the null distributions of a population without the effect.

Four of the six sets of Brain-Score are histograms of old papers, whose cells it draws anew inside each bin: the counts are all that
is known, and stand here (confidence medium: as Brain-Score transcribed them, brain-score/vision, data/marques2020/data_packaging).
The cells of Ringach et al. (2002) and of Freeman, Ziemba et al. (2013) are read from Brain-Score's assemblies, which carry the
edges of the bins.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from harness.errors import DataError
from harness.metrics.statistics import Histogram
from harness_plugins.benchmarks.marques2020 import FETCHED

OCTAVES = tuple(2.0**k for k in range(-4, 5))
TENTHS = tuple(np.linspace(0, 100, 11).tolist())
HALVES = (0.0, 0.5, 1.0)


@dataclass(frozen=True)
class Published:
    """A property of cells.

    Attributes:
        label: with its unit, for an axis.
        null: what every unit of a population without the effect would show.
        without: that population, in words.
        source: where in the publication.
        histogram: None for what is fetched.
        variable: its name in Brain-Score's assembly.
        logarithmic: whether it is drawn on a logarithmic axis.
    """

    label: str
    null: float
    without: str
    source: str
    histogram: Histogram | None = None
    variable: str = ""
    logarithmic: bool = False


ALIKE = "units that respond alike to all textures"
UNTUNED = "units without orientation tuning"
RINGACH = "Ringach, Shapley & Hawken 2002, J. Neurosci. 22:5639-5651, authors' database of cells"
CAVANAUGH = "Cavanaugh, Bair & Movshon 2002, J. Neurophysiol. 88:2530-2546, 190 cells"
FREEMANZIEMBA = "Freeman, Ziemba, Heeger, Simoncelli & Movshon 2013, Nat. Neurosci. 16:974-981, 102 cells"
SCHILLER = "Schiller, Finlay & Volman 1976, J. Neurophysiol. 39:1334-1351, 87 cells"

PUBLISHED: Mapping[str, Published] = {
    "DeValois1982-pref_or": Published(
        "preferred orientation (degrees from vertical)",
        45.0,
        "units that all prefer one orientation, that of the least distance",
        "De Valois, Yund & Hepler 1982, Vision Res. 22:531-544, 385 cells",
        Histogram((-22.5, 22.5, 67.5, 112.5, 157.5), (110, 83, 100, 92)),
    ),
    "DeValois1982-peak_sf": Published(
        "preferred spatial frequency (cycles/degree)",
        0.35,
        "units that prefer the lowest frequency, as those do that only see luminance",
        "De Valois, Albrecht & Thorell 1982, Vision Res. 22:545-559, 363 cells: simple and complex, foveal and parafoveal",
        Histogram(
            (0.35, 0.5, 0.7, 1.0, 1.4, 2.0, 2.8, 4.0, 5.6, 8.0, 11.2, 16.0, 22.4),
            (3, 10, 15, 31, 57, 62, 67, 63, 31, 15, 5, 4),
        ),
        logarithmic=True,
    ),
    "Ringach2002-circular_variance": Published(
        "circular variance", 1.0, UNTUNED, RINGACH, variable="circular_variance"
    ),
    "Ringach2002-or_bandwidth": Published(
        "orientation bandwidth (degrees)", 90.0, "units of the largest bandwidth", RINGACH, variable="bandwidth"
    ),
    "Ringach2002-or_selective": Published(
        "whether there is an orientation bandwidth", 0.0, UNTUNED, RINGACH, variable="orientation_selective"
    ),
    "Ringach2002-orth_pref_ratio": Published(
        "orthogonal / preferred response", 1.0, UNTUNED, RINGACH, variable="orthogonal_preferred_ratio"
    ),
    "Ringach2002-cv_bandwidth_ratio": Published(
        "circular variance / bandwidth (1/degrees)",
        1 / 90,
        "units of the largest circular variance and bandwidth",
        RINGACH,
        variable="circular_variance_bandwidth_ratio",
        logarithmic=True,
    ),
    "Ringach2002-opr_cv_diff": Published(
        "orthogonal / preferred response - circular variance",
        0.0,
        UNTUNED,
        RINGACH,
        variable="orthogonal_preferred_ratio_circular_variance_difference",
    ),
    "Ringach2002-max_dc": Published(
        "largest mean response (spikes/s)",
        33.8,
        "units that all respond alike; the median is that of the cells by construction",
        RINGACH,
        variable="max_dc",
        logarithmic=True,
    ),
    "Ringach2002-modulation_ratio": Published(
        "modulation by phase / mean response", 0.0, "units indifferent to phase", RINGACH, variable="modulation_ratio"
    ),
    "Schiller1976-sf_selective": Published(
        "whether there is a spatial frequency bandwidth",
        0.0,
        "units without spatial frequency tuning",
        SCHILLER,
        Histogram(HALVES, (14, 73)),
    ),
    "Schiller1976-sf_bandwidth": Published(
        "low / high cut-off frequency (%)",
        0.0,
        "units of the largest bandwidth",
        f"{SCHILLER}: the 73 that have both cut-offs",
        Histogram(TENTHS, (0, 3, 4, 16, 22, 16, 9, 3, 0, 0)),
    ),
    "Cavanaugh2002-surround_suppression_index": Published(
        "suppression by the largest grating",
        0.0,
        "units that nothing suppresses",
        CAVANAUGH,
        Histogram(tuple(np.linspace(0, 2, 11).tolist()), (66, 44, 38, 23, 16, 3, 0, 0, 0, 0)),
    ),
    "Cavanaugh2002-grating_summation_field": Published(
        "diameter of the summation field (degrees)",
        16.0,
        "units that sum over all that is shown",
        f"{CAVANAUGH}: the 148 that are suppressed by a tenth",
        Histogram(OCTAVES, (0, 9, 30, 55, 42, 10, 2, 0)),
        logarithmic=True,
    ),
    "Cavanaugh2002-surround_diameter": Published(
        "diameter of the surround (degrees)",
        16.0,
        "units that sum over all that is shown",
        f"{CAVANAUGH}: the 148 that are suppressed by a tenth",
        Histogram(OCTAVES, (0, 0, 2, 20, 33, 49, 40, 4)),
        logarithmic=True,
    ),
    "FreemanZiemba2013-texture_modulation_index": Published(
        "(texture - noise) / (texture + noise)",
        0.0,
        "units that do not tell textures from noise",
        FREEMANZIEMBA,
        variable="texture_modulation_index",
    ),
    "FreemanZiemba2013-abs_texture_modulation_index": Published(
        "size of (texture - noise) / (texture + noise)",
        0.0,
        "units that do not tell textures from noise",
        FREEMANZIEMBA,
        variable="absolute_texture_modulation_index",
    ),
    "FreemanZiemba2013-texture_selectivity": Published(
        "sparseness over families of textures", 0.0, ALIKE, FREEMANZIEMBA, variable="texture_selectivity"
    ),
    "FreemanZiemba2013-texture_sparseness": Published(
        "sparseness over samples of textures", 0.0, ALIKE, FREEMANZIEMBA, variable="texture_sparseness"
    ),
    "FreemanZiemba2013-texture_variance_ratio": Published(
        "variance between / within families",
        0.02,
        "units that do not tell families of textures apart",
        FREEMANZIEMBA,
        variable="variance_ratio",
        logarithmic=True,
    ),
    "FreemanZiemba2013-max_texture": Published(
        "largest response to a texture (spikes/s)",
        0.1,
        "units that hardly respond",
        FREEMANZIEMBA,
        variable="max_texture",
        logarithmic=True,
    ),
    "FreemanZiemba2013-max_noise": Published(
        "largest response to noise (spikes/s)",
        0.1,
        "units that hardly respond",
        FREEMANZIEMBA,
        variable="max_noise",
        logarithmic=True,
    ),
}


def histogram(name: str) -> Histogram:
    """The published histogram of a property.

    Raises:
        MissingData: if it is not embedded and its assembly is not available.
    """
    from harness.data import load_assembly

    known = PUBLISHED[name]
    if known.histogram:
        return known.histogram
    return histogram_of(load_assembly(FETCHED[name.partition("-")[0]]), known.variable)


def histogram_of(assembly: Any, variable: str) -> Histogram:
    """The histogram of a variable of Brain-Score's `PropertyAssembly` (neuroid x neuronal_property), in the bins of its attribute
    `<variable>_bins`. Cells without the property (NaN) are not counted; what lies beyond the bins counts in the outermost.

    Raises:
        DataError: if the assembly lacks the variable or its bins.
    """
    names = [str(each) for each in assembly["neuronal_property"].values]
    edges = assembly.attrs.get(f"{variable}_bins")
    if variable not in names or edges is None:
        raise DataError(f"the assembly has no property '{variable}' with bins; it has {', '.join(names)}")
    values = assembly.transpose("neuroid", "neuronal_property").values[:, names.index(variable)].astype(float)
    counts, _ = np.histogram(np.clip(values[np.isfinite(values)], edges[0], edges[-1]), edges)
    return Histogram(tuple(map(float, edges)), tuple(map(int, counts)))
