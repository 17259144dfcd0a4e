"""Write `my_recording/`: what a laboratory's own recording looks like before it is imported. Here the neurons are simulated.

Forty images of random blobs were shown for 100 ms; twelve neurons answered, six times each, with a few trials lost. Each neuron
sums a patch of the image, so that a model of pixels predicts it well.

    python make_recording.py [FOLDER]
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image
from scipy.ndimage import gaussian_filter

N_IMAGES, N_NEURONS, N_REPEATS, SIDE = 40, 12, 6, 32

FACTS = """\
modality: spikes
unit: spikes/s
normalisation: none
time_bins: [[50, 150]] # ms from stimulus onset, [start, end)
stimulus_duration_ms: 100
visual_degrees: 8 # width of the images
background: 0.5
licence: CC0
citation: |
  @misc{ours2026,
    title = {A simulated recording}
  }
"""


def main(folder: Path) -> None:
    random = np.random.default_rng(2026)
    (folder / "stimuli").mkdir(parents=True)
    (folder / "recording.yaml").write_text(FACTS)

    images = gaussian_filter(random.standard_normal((N_IMAGES, SIDE, SIDE)), (0, 4, 4))
    images = (127.5 + 127.5 * images / np.abs(images).max()).round().astype(np.uint8)
    names = [f"blobs{i:02d}" for i in range(N_IMAGES)]
    for name, image in zip(names, images, strict=True):
        Image.fromarray(np.repeat(image[..., None], 3, axis=2)).save(folder / "stimuli" / f"{name}.png")

    y, x = random.integers(8, SIDE - 8, (2, N_NEURONS))
    drive = np.stack([images[:, b - 4 : b + 4, a - 4 : a + 4].mean((1, 2)) for a, b in zip(x, y, strict=True)], axis=1)
    rates = 20 + 10 * (drive - drive.mean(0)) / drive.std(0)

    order = [random.permutation(N_IMAGES) for _ in range(N_REPEATS)]
    shown = pd.DataFrame({"stimulus_id": np.array(names)[np.concatenate(order)], "run": np.repeat(range(6), N_IMAGES)})
    responses = rates[np.concatenate(order)] + random.normal(0, 8, (N_IMAGES * N_REPEATS, N_NEURONS))
    responses[random.random(responses.shape) < 0.01] = np.nan  # lost
    shown.to_csv(folder / "presentations.csv", index=False)
    pd.DataFrame({"neuroid_id": [f"unit{i}" for i in range(N_NEURONS)], "x": x, "y": y}).to_csv(
        folder / "neuroids.csv", index=False
    )
    np.save(folder / "responses.npy", responses.astype(np.float32))


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "my_recording"))
