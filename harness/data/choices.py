"""Recorded behaviour: a table of choices."""

from dataclasses import dataclass

import pandas as pd

from harness.checks import checked
from harness.errors import DataError


@checked(DataError)
@dataclass(frozen=True)
class Choices:
    """Choices of subjects, one row per trial.

    Attributes:
        identifier: its name.
        trials: `stimulus_id`, `subject`, `choice` (text; NaN where none was given), `truth`, and where known `condition`,
            `distractor`, `rt_ms`, `session`, `trial`.
        alternatives: all possible choices; those that occur, sorted, if not given.
        licence, citation: terms and BibTeX.

    Raises:
        DataError: for a missing column, an empty cell, or a choice that is none of the alternatives.
    """

    identifier: str
    trials: pd.DataFrame
    alternatives: tuple[str, ...] = ()
    licence: str = ""
    citation: str = ""

    def __post_init__(self) -> None:
        trials = pd.DataFrame(self.trials).reset_index(drop=True)
        for column in ("stimulus_id", "subject", "choice", "truth"):
            if column not in trials:
                raise DataError(f"the trials of '{self.identifier}' need a column '{column}'")
            if column != "choice" and trials[column].isna().any():
                raise DataError(
                    f"the trials of '{self.identifier}' lack a '{column}' in row {int(trials[column].isna().argmax())}"
                )
            text = trials[column].astype(str)
            trials[column] = text.where(trials[column].notna())
        if not len(trials):
            raise DataError(f"'{self.identifier}' has no trials")
        occurring = sorted(set(trials["choice"].dropna()) | set(trials["truth"]))
        alternatives = tuple(map(str, self.alternatives)) or tuple(occurring)
        if unknown := [choice for choice in occurring if choice not in alternatives]:
            raise DataError(
                f"'{self.identifier}' has the choice '{unknown[0]}', which is none of {', '.join(alternatives)}"
            )
        if "rt_ms" in trials and (trials["rt_ms"] < 0).any():
            raise DataError(f"'{self.identifier}' has a negative response time")
        object.__setattr__(self, "trials", trials)
        object.__setattr__(self, "alternatives", alternatives)

    @property
    def subjects(self) -> tuple[str, ...]:
        """Names of all subjects."""
        return tuple(dict.fromkeys(self.trials["subject"]))

    @property
    def correct(self) -> pd.Series:
        """Whether each trial was answered correctly; no answer is not correct."""
        return self.trials["choice"] == self.trials["truth"]

    def of(self, **values: object) -> "Choices":
        """The trials whose columns have these values, such as `condition="RGB"`.

        Raises:
            DataError: if none has; the message names the values that occur.
        """
        kept = pd.Series(True, index=self.trials.index)
        for column, value in values.items():
            if column not in self.trials:
                raise DataError(f"the trials of '{self.identifier}' have no column '{column}'")
            kept &= self.trials[column] == value
            if not kept.any():
                known = ", ".join(map(str, self.trials[column].unique()[:12]))
                raise DataError(f"'{self.identifier}' has no trials with {column} {value!r}; there are {known}")
        return Choices(self.identifier, self.trials[kept], self.alternatives, self.licence, self.citation)
