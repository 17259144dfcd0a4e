"""The description of an imported recording: one small file in its folder, read by the host without loading the data."""

import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from harness.checks import checked
from harness.errors import DataError

DESCRIPTION = "dataset.json"
_log = logging.getLogger(__name__)


@checked(DataError)
@dataclass(frozen=True)
class Imported:
    """The description of an imported recording, known without reading it.

    Attributes:
        name: also that of its folder.
        summary: one line.
        modality: what was recorded.
        regions: those that have a benchmark.
        without_benchmark: the other regions, and why they have none.
        licence, citation: terms and BibTeX.
        entered: how many stimuli, neuroids and trials it holds, and how many trials are lost.
        forms: identifier of every further benchmark -> its form, region and the arguments of that form.
        files: path -> SHA-256.
    """

    name: str
    summary: str
    modality: str
    regions: tuple[str, ...]
    without_benchmark: dict[str, str]
    licence: str
    citation: str
    files: dict[str, str]
    entered: str = ""
    forms: dict[str, dict[str, Any]] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> "Imported":
        """From a `dataset.json`; raises ValueError, TypeError or OSError if it is damaged."""
        facts: dict[str, Any] = json.loads(path.read_text())
        return cls(**(facts | {"regions": tuple(facts["regions"])}))


@checked(DataError)
def descriptions(folders: list[Path]) -> Iterator[Imported]:
    """Descriptions of the recordings imported into any of these folders, the first of a name; damaged ones are left
    out with a warning."""
    seen = set()
    for path in (path for folder in folders for path in sorted(folder.glob(f"*/{DESCRIPTION}"))):
        try:
            found = Imported.read(path)
        except (ValueError, TypeError, KeyError, OSError) as error:
            _log.warning("the imported recording in '%s' is damaged (%s); import it again", path.parent, error)
            continue
        if found.name not in seen and found.name == path.parent.name:
            seen.add(found.name)
            yield found
