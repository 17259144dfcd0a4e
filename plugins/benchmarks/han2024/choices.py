"""The choices: one CSV file of all participants who passed the dummy trials.

The true action is checked against the code `Annn` in the name of the video, where it has one: one code, one action.
"""

import re

from harness.data import Choices, locate, read_table
from harness.errors import DataError
from harness_plugins.benchmarks.han2024 import BIBTEX

IDENTIFIER = "han2024"
_COLUMNS = {
    "ID": "subject",
    "BMP Condition": "condition",
    "Video Path": "stimulus_id",
    "Ground Truth": "truth",
    "Human Response": "choice",
}
_CODE = re.compile(r"A\d{3}(?!\d)")


def load() -> Choices:
    """One row per trial: `condition` as RGB, RGB-4F, J-6P-S, SP-8P-1LT; `action` is the code of NTU RGB+D 120."""
    path = locate(IDENTIFIER) / "qualified_human_data.csv"
    table = read_table(path)
    if missing := [name for name in _COLUMNS if name not in table]:
        raise DataError(f"'{path}' has no column '{missing[0]}'; it has {', '.join(map(str, table.columns))}")
    trials = table.rename(columns=_COLUMNS)[list(_COLUMNS.values())]
    for column in ("condition", "truth", "choice"):
        trials[column] = trials[column].map(lambda text: text.strip() if isinstance(text, str) else text)
    trials["action"] = [found.group() if (found := _last_code(text)) else None for text in trials["stimulus_id"]]
    actions = trials.dropna(subset="action").groupby("action")["truth"].unique()
    if len(mixed := actions[actions.map(len) > 1]):
        raise DataError(
            f"'{path}' gives videos of {mixed.index[0]} the actions {' and '.join(map(str, mixed.iloc[0]))}"
        )
    return Choices(IDENTIFIER, trials, citation=BIBTEX)


def _last_code(text: object) -> re.Match[str] | None:
    return next(iter(reversed(list(_CODE.finditer(str(text))))), None)
