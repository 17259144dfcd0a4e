"""Facts about each image set: participants, trials, excluded conditions, and published error consistency."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Set:
    """One of the 17.

    Attributes:
        name: as in the published folders.
        observers, trials: how many participants, and trials of each.
        ceiling: mean kappa of pairs of participants within conditions, as Brain-Score gives it and as the published tables
            give it again.
        excluded: conditions that Brain-Score leaves out because participants are perfect there, or near chance; of the eidolon sets
            their reach.
    """

    name: str
    observers: int
    trials: int
    ceiling: float
    excluded: tuple[str, ...] = ()

    @property
    def identifier(self) -> str:
        """Of its benchmark."""
        return f"Geirhos2021-{self.name}"


SETS = {
    one.name: one
    for one in (
        Set("colour", 4, 1280, 0.41543, ("cr",)),
        Set("contrast", 4, 1280, 0.43703, ("c100", "c03", "c01")),
        Set("high-pass", 4, 1280, 0.44014, ("inf", "0.55", "0.45", "0.4")),
        Set("low-pass", 4, 1280, 0.46888, ("0", "15", "40")),
        Set("phase-scrambling", 4, 1120, 0.44667, ("0", "150", "180")),
        Set("power-equalisation", 4, 1120, 0.51063, ("0",)),
        Set("false-colour", 4, 1120, 0.44405, ("true",)),
        Set("rotation", 4, 1280, 0.43851, ("0",)),
        Set("eidolonI", 4, 1280, 0.38634, ("1", "64", "128")),
        Set("eidolonII", 4, 1280, 0.45402, ("1", "32", "64", "128")),
        Set("eidolonIII", 4, 1280, 0.45953, ("1", "16", "32", "64", "128")),
        Set("uniform-noise", 4, 1280, 0.43406, ("0", "0.6", "0.9")),
        Set("cue-conflict", 10, 1280, 0.33105),
        Set("edge", 10, 160, 0.31844),
        Set("silhouette", 10, 160, 0.47571),
        Set("sketch", 7, 800, 0.36962),
        Set("stylized", 5, 800, 0.50058),
    )
}
