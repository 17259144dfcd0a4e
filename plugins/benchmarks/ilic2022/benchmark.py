"""Actions with and without appearance: confusions among five classes against participants (Ilic et al. 2022)."""

from functools import cached_property
from pathlib import Path

from harness.benchmarks.behaviour import ActionConfusions, Confusions, confusions, first_of_each, videos
from harness.data import SUFFIXES, locate
from harness.errors import BenchmarkError
from harness.stimuli import StimulusSet
from harness_plugins.benchmarks.ilic2022 import BIBTEX
from harness_plugins.benchmarks.ilic2022.choices import CLASSES, CONDITIONS, IDENTIFIER, load

FOLDERS = {"ucf5": "ucf101", "afd5": "afd101"}


class Ilic2022(ActionConfusions):
    """Five actions of UCF101, as filmed (`ucf5`) or as moving noise with their optic flow alone (`afd5`).

    The read-out is fitted to up to four other videos of each class; UCF101 cuts several clips (`_g01_c02`) from one source
    (`g01`), and no source is on both sides. The videos are shown at their own rate; participants chose theirs (10 to 40 frames a
    second).

    Args:
        condition: ucf5 or afd5.
        fitting_videos: how many of each class a read-out is fitted to.
    """

    version = 1
    bibtex = BIBTEX

    def __init__(self, condition: str, fitting_videos: int = 4):
        if condition not in CONDITIONS:
            raise BenchmarkError(f"there is no condition '{condition}'; there are {', '.join(CONDITIONS)}")
        self.identifier = f"{IDENTIFIER.capitalize()}-{condition}"
        self.condition, self.fitting_videos = condition, int(fitting_videos)

    @cached_property
    def data(self) -> Confusions:
        """The videos that are at hand."""
        return confusions(load().of(condition=self.condition), self._files(), CLASSES)

    @cached_property
    def fitting(self) -> StimulusSet:
        candidates = [(name.split("/")[0], path, _source(name)) for name, path in self._files().items()]
        shown = {_source(name) for name in load().of(condition=self.condition).trials["stimulus_id"]}
        return videos("ilic2022 fitting", *first_of_each(candidates, shown, self.fitting_videos))

    def _files(self) -> dict[str, Path]:
        folder = locate(IDENTIFIER) / FOLDERS[self.condition]
        paths = [path for path in sorted(folder.rglob("*")) if path.suffix.lower() in SUFFIXES]
        return {f"{path.parent.name}/{path.stem}": path for path in paths if path.parent.name in CLASSES}


def _source(name: str) -> str:
    """`Swing/v_Swing_g02_c01` -> `Swing/v_Swing_g02`."""
    return name.rsplit("_c", 1)[0]
