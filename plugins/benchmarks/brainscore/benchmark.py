"""Ridge regression to any recording that Brain-Score stores."""

from dataclasses import dataclass
from typing import Any

from harness.benchmarks.neural import NeuralData, RecordedBenchmark, neural_data
from harness.brain_model import from_brainio
from harness.data import Measurement, entry, from_assembly, identifiers, load_assembly, load_stimulus_set
from harness.errors import ArgumentError, BenchmarkError
from harness_plugins.benchmarks.brainscore import BIBTEX

RECORDINGS = ("NeuroidAssembly", "NeuronRecordingAssembly")
NEITHER = {"Coggan2024_fMRI": "matrices of similarity", "Hebart2023": "choices among three"}
"""Of the classes of recordings, and none."""
MOVIES = "PR1249"
"""Source of the recordings to movies, which have data sets and benchmarks of their own."""


@dataclass(frozen=True)
class _Shown:
    """How the stimuli of a publication are shown at Brain-Score, which does not store it.

    Attributes:
        degrees: side of the images.
        duration: ms; None where it is not known.
        seconds: whether the stored times are seconds.
    """

    degrees: float
    duration: float | None = None
    seconds: bool = False


SHOWN = {
    "MajajHong2015": _Shown(8.0, 100.0),
    "FreemanZiemba2013": _Shown(4.0, 100.0),
    "Rajalingham2020": _Shown(8.0),
    "SanghaviMurty2020": _Shown(5.0),
    "Cadena2017": _Shown(2.0),
    "Igustibagus2024": _Shown(8.0),
    "Papale2025": _Shown(18.0),
    "Gifford2022": _Shown(7.0, seconds=True),
    "Allen2022": _Shown(8.4),
    "Zerbe2026": _Shown(9.2),
    "Li2026": _Shown(11.0),
    "Cowley2026": _Shown(11.2),
}
"""By what the identifier begins with, up to a dot or underscore."""


def members() -> list[str]:
    """Identifiers of the recordings to still images in Brain-Score's table."""
    return [name for name in identifiers() if not _why_not(name)]


class BrainScoreBenchmark(RecordedBenchmark):
    """Ridge regression to a region of a recording that Brain-Score stores, with the ceiling from its repeats.

    This is not Brain-Score's benchmark of that recording, which has splits, filters and a regression of its own, but what every
    recording gets here (`RecordedBenchmark`).

    Args:
        name: identifier at Brain-Score.
        region: of the neuroids; needed if there are several.
        visual_degrees: side of the images.
        duration: ms for which each is shown.
        time_bin: [start, end) in ms over which responses are averaged; all that was recorded if not given.

    Raises:
        UnknownIdentifier: if Brain-Score has no such assembly.
        BenchmarkError: if it is none of responses to still images.
        ArgumentError: for an argument that is needed and not given.
    """

    bibtex = BIBTEX

    def __init__(
        self,
        name: str,
        region: str | None = None,
        visual_degrees: float | None = None,
        duration: float | None = None,
        time_bin: tuple[float, float] | None = None,
    ):
        super().__init__(name, region or "", time_bin)
        self.identifier = f"brainscore/{name}"
        if reason := _why_not(name):
            raise BenchmarkError(f"'{name}' {reason}; harness list benchmarks 'brainscore/*' names what can be scored")
        known = _shown(name)
        self._seconds = bool(known and known.seconds)
        self._degrees = _needed(name, "visual_degrees", visual_degrees or (known and known.degrees), "large", "8")
        self._duration = _needed(name, "duration", duration or (known and known.duration), "long", "100")

    def load(self) -> NeuralData:
        found = entry(self.recording)
        recorded = from_assembly(
            load_assembly(self.recording),
            Measurement("spikes", "as stored", "as stored"),
            identifier=self.recording,
            stimuli=from_brainio(load_stimulus_set(found.stimuli), self._duration, self._degrees),
            seconds=self._seconds,
        )
        if not self.region and len(recorded.regions) > 1:
            raise ArgumentError(
                f"'{self.recording}' was recorded in {' and '.join(recorded.regions)}; pass region="
                f" (--benchmark-args region={recorded.regions[0]})"
            )
        return neural_data(recorded, self.region or recorded.regions[0], self.time_bin)


def _why_not(name: str) -> str:
    """The reason against a benchmark of an assembly; "" if there is none."""
    found = entry(name)
    if name in NEITHER:
        return f"holds {NEITHER[name]}, not responses of neuroids"
    if found.cls not in RECORDINGS:
        return f"is a {found.cls}, not a recording of neuroids"
    if found.source == MOVIES:
        return "is a recording to movies, which has a data set of its own"
    return "" if found.stimuli else "has no stimuli at Brain-Score"


def _shown(name: str) -> _Shown | None:
    return next(
        (known for start, known in SHOWN.items() if name == start or name.startswith((f"{start}.", f"{start}_"))), None
    )


def _needed(name: str, argument: str, value: Any, measure: str, example: str) -> float:
    if not value:
        raise ArgumentError(
            f"Brain-Score does not say how {measure} the images of '{name}' were shown; pass {argument}="
            f" (--benchmark-args {argument}={example})"
        )
    return float(value)
