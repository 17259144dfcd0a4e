"""Population responses of macaque V1 in Trott & Born (2015), digitised by two readers; arbitrary units.

All angles are degrees. `PREFERENCES` are the preferred orientations of six groups of multi-unit sites. Confidence: medium. The
first reading is D. Mely's (Mely, Linsley & Serre 2018, Psychological Review), the second D. Linsley's; ratios of one and the other
differ by .05 at most. That is how well the figures can be read and says nothing of other animals, and how far these differ is not
established; so the values have no error, and make no ceiling. That rows are centres and columns surrounds was inferred: it is what
makes the matched conditions the most suppressed.
"""

import numpy as np

PAPER = "Trott & Born 2015, J. Neurosci. 35:4973-4982"
READING = f"{PAPER}; digitised by D. Mely; ratios are .05 from a second reading at most"
BETWEEN_READINGS = 0.05
"""Of ratios, at most."""
PREFERENCES = np.arange(-90, 90, 30)

_SCALED = (
    "the surround simply scaled population responses to the center, such that the overall population tuning curve had the same "
    "shape and peak response"
)
_SHIFTED = (
    "suppression selectively affected the portion of the response driven by the matching center component, thereby producing "
    "shifts in the peak of the population orientation tuning curve"
)
_MATCHED = "this suppression tends to be strongest when the center and surround stimuli match"
QUOTATIONS = {
    "matrix": _SCALED,
    "matched": _SCALED,
    "tuning": _MATCHED,
    "plaid_ratio": _SHIFTED,
    "plaid_shift": _SHIFTED,
}
"""What the abstract says of each target."""

CENTRE = np.array([0.671, 0.774, 1.154, 1.507, 1.143, 0.751])
"""Centre alone, by centre minus preferred orientation = `PREFERENCES`."""

CENTRE_SURROUND = np.array(
    [
        [0.437, 0.431, 0.547, 0.647, 0.586, 0.435],
        [0.574, 0.478, 0.493, 0.641, 0.670, 0.605],
        [0.890, 0.906, 0.632, 0.740, 0.861, 0.906],
        [1.143, 1.218, 1.002, 0.752, 1.015, 1.197],
        [0.986, 1.011, 0.905, 0.836, 0.634, 0.993],
        [0.536, 0.628, 0.648, 0.632, 0.511, 0.453],
    ]
)
"""Rows: centre minus preferred; columns: surround minus preferred."""

SECOND_CENTRE = np.array([0.65, 0.725, 1.13, 1.50, 1.144, 0.753])
SECOND_PEAKS = np.array([1.19, 1.25, 1.056, 0.823, 1.066, 1.24])
"""The second reading: centre alone, and the response to the preferred centre by surround minus centre = `PREFERENCES`."""

PLAID = np.array(
    [
        [0.961, 0.873, 0.870, 0.990, 1.004, 0.824],
        [0.816, 1.048, 1.300, 1.155, 0.814, 0.765],
        [0.758, 0.907, 1.280, 1.284, 0.997, 0.721],
        [0.578, 0.806, 1.278, 1.779, 1.434, 0.814],
        [0.800, 0.759, 0.939, 1.178, 1.387, 1.061],
        [0.889, 0.707, 0.939, 1.104, 1.203, 1.131],
    ]
)
"""Plaids of a grating at 0 and one at `PREFERENCES` (rows), by preferred orientation (columns)."""

PLAID_SURROUND = np.array(
    [
        [0.545, 0.604, 0.652, 0.733, 0.699, 0.601],
        [0.479, 0.579, 0.738, 0.835, 0.651, 0.416],
        [0.447, 0.533, 0.636, 0.851, 0.708, 0.504],
        [0.453, 0.579, 0.575, 0.755, 0.768, 0.510],
        [0.457, 0.467, 0.657, 0.747, 0.650, 0.584],
        [0.492, 0.530, 0.642, 0.816, 0.719, 0.639],
    ]
)
"""The same with a surround of the second grating's orientation."""
