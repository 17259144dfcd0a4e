"""Biological motion: confusions among ten actions against participants (Han et al. 2024)."""

import re
from functools import cached_property
from pathlib import Path, PurePosixPath

from harness.benchmarks.behaviour import ActionConfusions, Confusions, confusions, first_of_each, videos
from harness.data import SUFFIXES, Choices, locate
from harness.errors import BenchmarkError
from harness.stimuli import StimulusSet
from harness_plugins.benchmarks.han2024 import BIBTEX, CONDITIONS
from harness_plugins.benchmarks.han2024.choices import IDENTIFIER, load

_PERFORMANCE = re.compile(r"S(\d{3})C\d{3}P(\d{3})R(\d{3})A(\d{3})")


class Han2024(ActionConfusions):
    """Ten actions of NTU RGB+D 120, filmed (RGB) or as six moving joints (J-6P), whole, in four frames (4F) or shuffled (S).

    The videos are those that participants saw. The read-out is fitted to whole videos of the same kind, filmed or of joints,
    and must generalise to four frames, or to another order. NTU recorded each performance with three cameras, and no
    performance (setup, performer, repetition and action) is in both training and test.

    Args:
        condition: one of the six.
        fitting_videos: how many of each class a read-out is fitted to.
    """

    version = 1
    bibtex = BIBTEX

    def __init__(self, condition: str, fitting_videos: int = 20):
        if condition not in CONDITIONS:
            raise BenchmarkError(f"there is no condition '{condition}'; there are {', '.join(CONDITIONS)}")
        self.identifier = f"{IDENTIFIER.capitalize()}-{condition}"
        self.condition, self.fitting_videos = condition, int(fitting_videos)

    @cached_property
    def choices(self) -> Choices:
        """Participants' choices in the condition."""
        return load().of(condition=self.condition)

    @cached_property
    def data(self) -> Confusions:
        """The videos that are at hand."""
        files = {path.name: path for path in _videos(locate(IDENTIFIER) / "videos" / self.condition)}
        shown = {
            name: PurePosixPath(name.replace("\\", "/")).name for name in self.choices.trials["stimulus_id"].unique()
        }
        at_hand = {name: files[file] for name, file in shown.items() if file in files}
        return confusions(self.choices, at_hand, sorted(self.choices.trials["truth"].unique()))

    @cached_property
    def fitting(self) -> StimulusSet:
        kind = "J-6P" if self.condition.startswith("J-6P") else "RGB"
        trials = load().trials
        actions = trials.dropna(subset="action").drop_duplicates("action").set_index("action")["truth"]
        candidates = []
        for path in _videos(locate(IDENTIFIER) / "fitting" / kind):
            found = _PERFORMANCE.search(path.name)
            if found and f"A{found[4]}" in actions.index:
                candidates.append((str(actions[f"A{found[4]}"]), path, _performance(path.name)))
        shown = {_performance(name) for name in trials["stimulus_id"]}
        return videos("han2024 fitting", *first_of_each(candidates, shown, self.fitting_videos))


def _videos(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.rglob("*")) if path.suffix.lower() in SUFFIXES]


def _performance(name: str) -> str:
    """Setup, performer, repetition and action of a video; the camera does not count. The name itself if it says none."""
    found = _PERFORMANCE.search(name)
    return "".join(found.groups()) if found else name
