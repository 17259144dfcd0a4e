"""Published effects of contrast in single cells of V1, with their sources and confidence."""

import numpy as np

from harness.metrics.statistics import Target

HAMILTON = "Albrecht & Hamilton 1982, J. Neurophysiol. 48:217-237"
CELLS = "delayed normalisation, as Zhou et al. 2019 fitted it to three macaque cells of Albrecht et al. 2002, at 10 and 90 %"

NO_SATURATION = 0.0
"""log10 of the largest c50 that a fit may give: where it ends for a unit that does not saturate."""
LINEAR_N = 1.5
"""The exponent that the fit gives to a unit whose response is proportional to contrast, with c50 at its bound."""

C50 = Target(
    value=float(np.log10(0.2135)),
    null=NO_SATURATION,
    error=None,
    source=f"{HAMILTON}, by two secondary sources, in which n is not stated; log10, the mean of the two",
    confidence="quoted",
    quotation="c50 0.19 (macaque and cat) and 0.24 (macaque)",
)
N = Target(
    value=2.75,
    null=LINEAR_N,
    error=None,
    source=f"{HAMILTON}, by three secondary sources, in which n is not stated; the middle of 2 to 3.5",
    confidence="quoted",
    quotation="n 2.9, 3.4, and about 2",
)
SPREAD = 3.0
"""Factor by which c50 differs between cells (medium confidence): drawn, not scored."""

HALF_MAXIMUM_SHIFT = Target(
    value=22.3,
    null=0.0,
    error=5.3,
    source=f"{CELLS}; standard error over the cells, simulated",
    confidence="assumed",
    quotation="simulated: 25, 12 and 30 ms",
    n=3,
)
PEAK_SHIFT = Target(
    value=40.0,
    null=0.0,
    error=11.5,
    source=f"range of peak times that Zhou et al. 2019 plot for the same cells; {CELLS}: 46, 22 and 45 ms",
    confidence="read from a figure",
    quotation="20 to 60 ms",
    n=3,
)
SCLAR = "Sclar, Maunsell & Lennie 1990, c50 33 %, n 2.4: from memory, unverified"
GAWNE = "Gawne, Kjaer & Richmond 1996; Reich, Mechler & Victor 2001; Oram 2010, shifts of tens of ms: from memory, unverified"
PHASE = (
    "Albrecht 1995, Vis. Neurosci. 12:1191-1210, about 45 ms (high confidence): of drifting gratings, and only in units whose "
    "responses follow the drift; still gratings are shown here"
)
