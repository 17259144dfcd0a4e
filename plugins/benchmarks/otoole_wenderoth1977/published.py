"""The tilt illusion of human observers in O'Toole & Wenderoth (1977), digitised by D. Mely; confidence: medium."""

import numpy as np

PAPER = "O'Toole & Wenderoth 1977, Vision Research 17:367-374"
READING = f"{PAPER}; digitised by D. Mely, mean and spread of two series"
PARTICIPANTS = "n is not stated with the digitised figure; of the six experiments one has eighteen participants"
QUOTATION = "both repulsion (direct) and attraction (indirect) tilt illusions occur in the oblique meridian"
"""Of the abstract."""
TILTS = np.arange(0, 91, 10)
"""Of the surround relative to the test, in degrees."""
BLACK = np.array([-0.18, 1.82, 2.68, 2.00, 0.49, -0.40, -0.32, -0.69, -0.58, -0.47])
WHITE = np.array([-0.24, 1.96, 2.21, 1.87, 0.96, -0.03, -0.39, -0.65, -0.07, -0.24])
"""Degrees by which the test seems tilted away from the surround, in two series; negative: towards it."""

EFFECT = (BLACK + WHITE) / 2
ERROR = float(np.sqrt(np.mean(((BLACK - WHITE) / 2) ** 2)))
"""Standard error of the mean of the two series, pooled over tilts."""
