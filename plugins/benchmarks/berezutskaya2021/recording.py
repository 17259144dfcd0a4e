"""The movie's BOLD, read from fMRIPrep's surfaces.

Events are alternating blocks of music and speech, 389.728 s in all, the first from the movie's onset; TR 0.608 s.
"""

from collections.abc import Sequence
from pathlib import Path

from harness.data import Measurement, MovieRuns, RecordedData, bids, locate, movie_data
from harness_plugins.benchmarks.berezutskaya2021 import BIBTEX

IDENTIFIER = "berezutskaya2021"
TR = 0.608


def load(
    subjects: Sequence[str] | None = None, confounds: Sequence[str] = bids.NUISANCE, atlas: str | None = None
) -> RecordedData:
    """One run per subject, 20,484 vertices, in volumes of 608 ms from the movie's onset.

    Args:
        subjects: their identifiers; all at hand if not given.
        confounds: columns of fMRIPrep's table that are removed by regression, besides drifts slower than 128 s.
        atlas: FreeSurfer annotation, `{hemi}` in place of lh and rh, whose labels become regions.
    """
    folder = locate(IDENTIFIER)
    runs = MovieRuns("film", tr=TR, span=_span)
    read = runs.read(folder, subjects, confounds, bids.surface_regions(atlas))
    measured = Measurement("bold", "a.u.", "nuisance regression and high-pass 1/128 Hz", tr_ms=1000 * TR, hrf="raw")
    return movie_data(IDENTIFIER, *read, measured, folder / "stimuli" / "film.mp4", None, BIBTEX)


def _span(events: Path) -> tuple[float, float]:
    table = bids.read_events(events)
    return float(table["onset"].iloc[0]), float((table["onset"] + table["duration"]).iloc[-1])
