"""The description of a measurement: modality, unit, normalisation and timing."""

from dataclasses import dataclass
from typing import Literal, get_args

from harness.checks import is_number
from harness.errors import DataError

Modality = Literal["spikes", "mua", "lfp", "calcium", "bold", "beta", "eeg", "meg"]
Alignment = Literal["stimulus_onset", "run_start"]


def _is_word(value: object, allowed: tuple[str, ...]) -> bool:
    return isinstance(value, str) and value in allowed


@dataclass(frozen=True)
class Measurement:
    """The measurement: modality, unit and alignment of the recorded numbers.

    Attributes:
        modality: `beta` is one estimate per presentation from a GLM of BOLD.
        unit: of a response, such as "spikes/s", "spikes", "% signal change" or "z".
        normalisation: what was done to the responses after they were measured; "none" if nothing.
        alignment: what time zero is.
        sampling_hz: rate of the original signal.
        tr_ms: time between volumes of fMRI.
        hrf: whether the haemodynamic response is still in the signal ("raw"), was removed ("deconvolved", which is what a beta
            is), or does not apply ("none").
        delay_removed_ms: latency of the display that was subtracted from the times already.
        repeats_averaged: whether a presentation stands for the mean of several.
    """

    modality: Modality
    unit: str
    normalisation: str
    alignment: Alignment = "stimulus_onset"
    sampling_hz: float | None = None
    tr_ms: float | None = None
    hrf: Literal["none", "raw", "deconvolved"] = "none"
    delay_removed_ms: float = 0.0
    repeats_averaged: bool = False

    def __post_init__(self) -> None:
        for name, allowed in (("modality", get_args(Modality)), ("alignment", get_args(Alignment))):
            if not _is_word(getattr(self, name), allowed):
                raise DataError(f"{name} is one of {', '.join(allowed)}, not '{getattr(self, name)}'")
        if not _is_word(self.hrf, ("none", "raw", "deconvolved")):
            raise DataError(f"hrf is none, raw or deconvolved, not '{self.hrf}'")
        for name in ("sampling_hz", "tr_ms"):
            if (value := getattr(self, name)) is not None and not (is_number(value) and value > 0):
                raise DataError(f"{name} is a positive number, not '{value}'")
        if not (is_number(self.delay_removed_ms) and self.delay_removed_ms >= 0):
            raise DataError(f"delay_removed_ms is a number of ms, 0 or more, not '{self.delay_removed_ms}'")
        if not isinstance(self.repeats_averaged, bool):
            raise DataError(f"repeats_averaged is true or false, not '{self.repeats_averaged}'")
        for name in ("unit", "normalisation"):
            value = getattr(self, name)
            if not (isinstance(value, str) and value.strip()):
                raise DataError(f"say the {name} of the responses (normalisation: none, if they were not normalised)")
