"""The movies' BOLD, read from preprocessed volumes.

"NSD" in the names is a code of the laboratory, not the Natural Scenes Dataset. The movies were padded: the first 2 and the last 11
volumes (12 of defeat) are dropped, as the users of these files report (low confidence in the movie's onset: check the lag).
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from harness.data import Measurement, RecordedData, SubjectResponses, bids, locate, movie_data
from harness.errors import DataError, MissingData
from harness_plugins.benchmarks.savasegal2023 import BIBTEX, MOVIES

IDENTIFIER = "savasegal2023"
_LEADING = 2
_TRAILING = dict.fromkeys(MOVIES, 11) | {"defeat": 12}


def load(movie: str = "defeat", subjects: Sequence[str] | None = None, atlas: str | None = None) -> RecordedData:
    """One run per subject, the voxels whose signal varies, one volume per second.

    Args:
        movie: defeat, growth, iteration or lemonade.
        subjects: their identifiers; all at hand if not given.
        atlas: NIfTI image of whole numbers in the grid of the volumes; regions are called by its numbers, 0 is left out.
    """
    if movie not in MOVIES:
        raise DataError(f"there is no movie '{movie}'; there are {', '.join(MOVIES)}")
    folder = locate(IDENTIFIER)
    paths = bids.find(folder / "bold", "*_nocensor.nii.gz", task=movie)
    chosen = [path for path in paths if subjects is None or bids.entities(path)["sub"] in subjects]
    if not chosen:
        raise MissingData(f"'{folder / 'bold'}' has no sub-*_task-{movie}_nocensor.nii.gz; ask the authors for it")
    parts = tuple(_subject(path, movie, atlas) for path in chosen)
    lengths = {part.subject: part.responses.shape[2] for part in parts}
    if len(set(lengths.values())) > 1:
        short = min(lengths, key=lengths.__getitem__)
        raise DataError(
            f"sub-{short} has {lengths[short]} volumes of {movie}, others {max(lengths.values())}; leave it out"
        )
    bins = tuple((1000.0 * t, 1000.0 * (t + 1)) for t in range(parts[0].responses.shape[2]))
    measured = Measurement("bold", "a.u.", "preprocessed by the laboratory", tr_ms=1000.0, hrf="raw")
    video = folder / "stimuli" / f"{movie.capitalize()}.mp4"
    return movie_data(f"{IDENTIFIER}-{movie}", parts, bins, measured, video, None, BIBTEX)


def _subject(path: Path, movie: str, atlas: str | None) -> SubjectResponses:
    image = bids.load_image(path)
    data = np.asarray(image.dataobj, dtype=np.float32)[..., _LEADING : -_TRAILING[movie]]
    mask = data.std(-1) > 0
    labels = np.full(mask.shape, "brain", dtype=object)
    if atlas is not None:
        numbers = np.asarray(bids.load_image(Path(atlas)).dataobj)
        if numbers.shape != mask.shape:
            raise DataError(f"the atlas '{atlas}' has the grid {numbers.shape}, the volumes have {mask.shape}")
        mask &= numbers > 0
        labels = numbers.astype(int).astype(str).astype(object)
    units = bids.voxels(image, mask).assign(region=labels[mask])
    shown = pd.DataFrame({"stimulus_id": ["movie"], "repetition": [0]})
    return SubjectResponses(bids.entities(path)["sub"], data[mask][None], shown, units)
