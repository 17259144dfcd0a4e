"""Hearing: the sound that a clip model gets beside the frames."""

from dataclasses import dataclass

from harness.checks import checked
from harness.errors import ModelError


@checked(ModelError)
@dataclass(frozen=True)
class Hearing:
    """The hearing of a clip model: it gets the sound up to the end of each window.

    Attributes:
        rate: samples per second.
        duration: ms of it.
    """

    rate: int
    duration: float

    def __post_init__(self) -> None:
        if not (1 <= self.rate <= 1_000_000 and 0 < self.duration <= 3_600_000):
            raise ModelError(
                f"a model hears a positive number of samples, for up to an hour, not {self.rate} Hz, {self.duration} ms"
            )
