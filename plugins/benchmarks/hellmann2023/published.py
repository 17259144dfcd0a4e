"""Performance of 16 participants in experiment 1 of Hellmann, Zehetleitner & Rausch (2023).

Numbers of right answers, counted in the authors' public trial table (ManuelRausch/StatConfR, commit 7d0aa78,
data/MaskOri.RData; confidence H: read in the data themselves). The stimuli are those of the authors' experiment
program, condition table and image files (H). Not established: monitor, viewing distance, luminance, and which of the
two stored images was scored as vertical, which does not matter for accuracy. In the shortest conditions participants
preferred one answer (.42 and .59 right at 8.3 ms for the two orientations); only the mean over orientations is used.
"""

import numpy as np

SOAS = (8.3, 16.7, 33.3, 66.7, 133.3)
"""ms, as printed: 1, 2, 4, 8 and 16 frames at 120 Hz."""
FRAME_RATE = 120.0
TRIALS = 324
"""Of each participant at each SOA."""
RIGHT = np.array(
    [
        [164, 196, 240, 302, 320],
        [157, 174, 215, 319, 323],
        [174, 176, 245, 323, 324],
        [156, 170, 281, 323, 324],
        [157, 175, 231, 318, 324],
        [155, 189, 210, 310, 324],
        [149, 225, 266, 320, 324],
        [179, 161, 207, 295, 319],
        [172, 197, 224, 311, 324],
        [169, 185, 212, 273, 321],
        [165, 156, 159, 257, 321],
        [167, 189, 219, 282, 323],
        [147, 168, 168, 316, 324],
        [172, 150, 274, 321, 324],
        [168, 192, 266, 313, 324],
        [157, 182, 184, 235, 318],
    ]
)
"""(participants, SOAs)."""
ACCURACY = RIGHT / TRIALS
