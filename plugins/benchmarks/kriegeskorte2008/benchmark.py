"""Similarity of 92 objects in a model, compared with human IT, monkey IT, and participants' judgements."""

from functools import cached_property
from typing import Any

import numpy as np

from harness import StimulusSet
from harness.benchmarks.neural import RdmBenchmark
from harness.errors import BenchmarkError
from harness.metrics.similarity import agreements, by_name, within_and_between
from harness_plugins.benchmarks.kriegeskorte2008 import BIBTEX, JUDGEMENTS
from harness_plugins.benchmarks.kriegeskorte2008.matrices import EXPOSURE, Matrices, load, stimuli

DEGREES = {"human": 2.9, "monkey": 7.0, "judgements": 2.9}


class Kriegeskorte2008(RdmBenchmark):
    """Dissimilarities of 92 objects (Kriegeskorte et al. 2008; judgements: Mur et al. 2013).

    Rank correlation over the 4,186 pairs with each of four participants' IT (fMRI, 316 voxels about, mean of two sessions),
    with the one matrix of 674 neurons of two macaques, which has no ceiling, or with each of 16 participants' arrangements. The
    agreement with the other two stands in the details.

    Images spanned 2.9 degrees for participants and 7 for monkeys and were shown to participants for 300 ms (medium
    confidence: from the publication's methods, not read again); arrangements were made of images of another size at leisure.
    A model's response is the mean over these 300 ms.

    Args:
        identifier: its name.
        target: human, monkey or judgements.
        compare: spearman, kendall (tau-a) or cosine.
        visual_degrees: size of the images; that of the experiment if not given.
    """

    version = 1
    time_bin = (0.0, EXPOSURE)

    def __init__(
        self,
        identifier: str = "Kriegeskorte2008.IT-rdm",
        target: str = "human",
        compare: str = "spearman",
        visual_degrees: float | None = None,
    ):
        if target not in DEGREES:
            raise BenchmarkError(f"a target is one of {', '.join(DEGREES)}, not '{target}'")
        self.identifier, self.target = identifier, target
        self.bibtex = JUDGEMENTS if target == "judgements" else BIBTEX
        self.compare = by_name(compare)
        self._degrees = float(visual_degrees or DEGREES[target])

    @property
    def parent(self) -> str:  # type: ignore[override]
        """Judgements are behaviour."""
        return "behavioural" if self.target == "judgements" else "neural"

    def load(self) -> StimulusSet:
        return stimuli(self._degrees)

    @cached_property
    def matrices(self) -> Matrices:
        """All of the recorded matrices."""
        return load()

    @cached_property
    def rdms(self) -> np.ndarray:
        values: np.ndarray = getattr(self.matrices, self.target)
        return values[None] if values.ndim == 2 else values

    def describe(self, model: np.ndarray, each: np.ndarray, region: str, units: int) -> dict[str, Any]:
        recorded = {name: np.atleast_3d(getattr(self.matrices, name).T).T for name in DEGREES}
        within, between = within_and_between(model, self.stimuli.table["animal"].to_numpy())
        return {
            **super().describe(model, each, region, units),
            "agreement_with": {
                name: round(float(agreements(model, rdms, self.compare).mean()), 5) for name, rdms in recorded.items()
            },
            "animate_and_inanimate": {"within": round(within, 5), "between": round(between, 5)},
        }
