"""Progress of an extraction."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Progress:
    """One moment of an extraction; what callbacks and progress bars get.

    Attributes:
        model, stimuli: identifiers.
        stimuli_total: stimuli asked for.
        stimuli_done: stimuli whose responses are all there.
        rows_total: rows (unique frames or timelines) that had to be looked up.
        rows_done: rows that are there.
        hits: rows that came from the store.
        frames: frames or steps that the network has computed so far.
        seconds: since the beginning.
        finished: whether this is the last call.
    """

    model: str
    stimuli: str
    stimuli_total: int
    stimuli_done: int
    rows_total: int
    rows_done: int
    hits: int
    frames: int
    seconds: float
    finished: bool = False

    @property
    def rate(self) -> float:
        """Rows computed per second."""
        return (self.rows_done - self.hits) / self.seconds if self.seconds > 0 else 0.0
