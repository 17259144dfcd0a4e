"""The recording sessions: images and spike counts.

What the publication's repository states (its readme): images of 112 x 112 x 3 pixels whose sorted names are the order
of the responses, spike counts in bins of 100 ms, NaN for repeats that are missing.

What it does not state, and where the values used here are from:

- Size on the screen, 11.2 degrees, and the bin, 50 to 150 ms after onset: the benchmark and the data packaging of the
  same laboratory's `Cowley2026` in Brain-Score vision 2.4.2, for sessions of the same series, 201025 among them. Good
  confidence for that session, taken over for 210325.
- Exposure of 100 ms: taken as long as the counting bin; low confidence. A model without memory answers in the bin
  partly to the image and partly to the grey that follows it, the same share for every image, which a regression with an
  intercept and a penalty relative to the variance of the features does not feel. A recurrent model may feel it.
- The grey around and after the images: assumed to be mid-grey.
"""

import io
import zipfile
from pathlib import Path

import numpy as np
from PIL import Image

from harness.benchmarks.neural import NeuralData
from harness.data import locate
from harness.errors import MissingData
from harness.stimuli import StimulusSet

VISUAL_DEGREES = 11.2
EXPOSURE = 100.0
TIME_BIN = (50.0, 150.0)


def session_with_repeats() -> NeuralData:
    """Session 210325: 50 neurons, 640 images of objects on backgrounds (Bashivan et al. 2019), 6 to 10 repeats."""
    responses = _load("responses_raw/responses_210325.npy")  # (neurons, images, repeats)
    return NeuralData(_images("210325"), responses.transpose(2, 1, 0), "V4", TIME_BIN)


def session_without_repeats() -> NeuralData:
    """Session 201025: 89 neurons, 1,200 natural photographs; of 12 repeats only the mean was published."""
    responses = _load("responses_repeat_averaged/responses_201025.npy")  # (neurons, images)
    return NeuralData(_images("201025"), responses.T[None], "V4", TIME_BIN)


def _images(session: str) -> StimulusSet:
    with zipfile.ZipFile(_path(f"images/images_{session}.zip")) as archive:
        names = sorted(name for name in archive.namelist() if name.endswith(".jpg"))
        frames = {Path(name).stem: _decode(archive.read(name)) for name in names}
    return StimulusSet.from_images(f"Cowley2023.{session}", frames, EXPOSURE, visual_degrees=VISUAL_DEGREES)


def _decode(content: bytes) -> np.ndarray:
    with Image.open(io.BytesIO(content)) as image:
        return np.asarray(image.convert("RGB"))


def _load(name: str) -> np.ndarray:
    return np.load(_path(name), allow_pickle=False)


def _path(name: str) -> Path:
    path = locate("cowley2023_v4") / name
    if not path.is_file():
        raise MissingData(f"the data set 'cowley2023_v4' lacks {name}; copy it from the data folder of its repository")
    return path
