"""Chooses the assemblies and scores: Brain-Score's where its core is installed, otherwise the harness's own."""

from importlib.util import find_spec
from typing import TYPE_CHECKING

if TYPE_CHECKING or find_spec("brainscore_core") is None:
    from harness.assemblies._own import *  # noqa: F403
else:
    from harness.assemblies._brain_score import *  # noqa: F403

from harness.assemblies._shown import score_table
from harness.notebooks import shown_by

shown_by(Score, score_table)  # noqa: F405
