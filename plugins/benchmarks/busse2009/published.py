"""Population responses of cat V1 to plaids in Busse, Wade & Carandini (2009), digitised by D. Mely; confidence: medium.

Responses are on a scale on which that to one grating of 50 % contrast, at its peak, is 1. The digitised values carry no error, and
make no ceiling.
"""

import numpy as np

PAPER = "Busse, Wade & Carandini 2009, Neuron 64:931-942, cat"
READING = f"{PAPER}; digitised by D. Mely"
QUOTATIONS = {
    "equal": "When the contrasts were similar, the population performed an approximately equal summation.",
    "double": "Stimuli that were intermediate to these extremes elicited intermediate responses.",
    "winner": "When the contrasts differed markedly, however, the population performed approximately a winner-take-all "
    "competition.",
}
"""What the abstract says of plaids of equal contrasts, of a ratio of two, and of larger ratios."""
CONTRASTS = (0.0, 0.06, 0.12, 0.25, 0.5)

AT_PEAKS = {
    (0, 6): (0.04, 0.50), (0, 12): (0.03, 0.67), (0, 25): (0.03, 0.85), (0, 50): (0.04, 1.00),
    (6, 0): (0.50, 0.05), (12, 0): (0.65, 0.00), (25, 0): (0.82, 0.02), (50, 0): (0.97, 0.00),
    (6, 6): (0.27, 0.28), (12, 12): (0.37, 0.37), (25, 25): (0.46, 0.46), (50, 50): (0.44, 0.43),
    (6, 12): (0.11, 0.57), (6, 25): (0.03, 0.79), (6, 50): (0.04, 0.97), (12, 6): (0.53, 0.07),
    (12, 25): (0.10, 0.66), (12, 50): (0.01, 0.93), (25, 6): (0.75, 0.01), (25, 12): (0.65, 0.10),
    (25, 50): (0.08, 0.74), (50, 6): (0.95, 0.01), (50, 12): (0.92, 0.00), (50, 25): (0.73, 0.07),
}  # fmt: skip
"""Contrast in percent of the components at 0 and 90 degrees: responses of units that prefer 0 and of those that prefer 90."""

PREFERENCES = np.arange(-45, 136, 15)
CURVES = {
    (0, 50): (0.15, 0.09, 0.05, 0.04, 0.07, 0.10, 0.20, 0.38, 0.80, 1.00, 0.72, 0.43, 0.15),
    (50, 50): (0.03, 0.08, 0.21, 0.44, 0.32, 0.11, 0.00, 0.11, 0.31, 0.43, 0.22, 0.07, 0.02),
}
"""Whole population responses, by `PREFERENCES` in degrees."""


def population() -> np.ndarray:
    """Responses at `CONTRASTS`, (contrast of the preferred component, contrast of the other); 0 for the blank.

    The mean of units that prefer 0 and of those that prefer 90 degrees.
    """
    percent = [round(100 * contrast) for contrast in CONTRASTS]
    table = np.zeros((len(percent), len(percent)))
    for row, preferred in enumerate(percent):
        for column, other in enumerate(percent):
            if preferred or other:
                table[row, column] = (AT_PEAKS[preferred, other][0] + AT_PEAKS[other, preferred][1]) / 2
    return table
