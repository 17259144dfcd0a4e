"""The movie's BOLD, read from fMRIPrep's surfaces.

Events are the movie's frames, the first about 10.06 s after the first volume; TR 1 s.
"""

from collections.abc import Sequence
from pathlib import Path

from harness.data import Measurement, MovieRuns, RecordedData, bids, locate, movie_data
from harness_plugins.benchmarks.keles2024 import BIBTEX

IDENTIFIER = "keles2024"
_FRAME = 0.04
"""s; the movie has 25 frames per second."""


def load(
    subjects: Sequence[str] | None = None, confounds: Sequence[str] = bids.NUISANCE, atlas: str | None = None
) -> RecordedData:
    """Two runs per subject, 20,484 vertices, one volume per second from the movie's first frame.

    Args:
        subjects: their identifiers; all at hand if not given.
        confounds: columns of fMRIPrep's table that are removed by regression, besides drifts slower than 128 s.
        atlas: FreeSurfer annotation, `{hemi}` in place of lh and rh, whose labels become regions.
    """
    folder = locate(IDENTIFIER)
    runs = MovieRuns("movie", tr=1.0, span=_span)
    read = runs.read(folder, subjects, confounds, bids.surface_regions(atlas))
    measured = Measurement("bold", "a.u.", "nuisance regression and high-pass 1/128 Hz", tr_ms=1000.0, hrf="raw")
    return movie_data(IDENTIFIER, *read, measured, folder / "stimuli" / "film.mp4", None, BIBTEX)


def _span(events: Path) -> tuple[float, float]:
    onsets = bids.read_events(events)["onset"]
    return float(onsets.iloc[0]), float(onsets.iloc[-1]) + _FRAME
