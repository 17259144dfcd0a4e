"""Encoding benchmarks: prediction of the responses of recorded neurons from a model's responses."""

import logging
from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from harness.assemblies import Score
from harness.benchmarks import Benchmark, make_score, plain, require_variation
from harness.benchmarks.neural._errors import UnitSums, of_mean
from harness.brain_model import BrainModel
from harness.checks import Count, Seed, checked
from harness.errors import BenchmarkError
from harness.metrics.regression import Encoding, Influence, cross_validated_ridge, edge_notes, gram, perfect_responses
from harness.metrics.statistics import (
    correlation_ceiling,
    mean_of_defined,
    ratio_of_sums,
    reliability_influence,
    signal_reliability,
    split_half_reliability,
)
from harness.stimuli import StimulusSet, notes_on_copies, split_groups

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from harness.benchmarks.neural.spikes import Link

_log = logging.getLogger(__name__)
_UNLINKED = (
    'predictions of the identity link may be negative, where a Poisson deviance is of positive ones; take link="sqrt"'
)


@checked(BenchmarkError)
@dataclass(frozen=True)
class NeuralData:
    """Responses of neurons to a stimulus set.

    Attributes:
        stimuli: what was shown.
        responses: (n_repeats, n_stimuli, n_neurons), stimuli in the order of the set; NaN where a repeat is missing.
        region: where the neurons lie; what is recorded from in the model.
        time_bin: [start, end) in ms from stimulus onset, over which responses were counted.
        groups: one entry per stimulus; stimuli of one group are never split between training and test. None if all are
            independent. Groups whose stimuli show the same become one.
    """

    stimuli: StimulusSet
    responses: np.ndarray
    region: str
    time_bin: tuple[float, float]
    groups: Sequence[object] | np.ndarray | None = None

    def __post_init__(self) -> None:
        if self.responses.ndim != 3 or self.responses.shape[1] != len(self.stimuli):
            raise BenchmarkError(
                f"responses are (repeats, {len(self.stimuli)} stimuli, neurons), not {self.responses.shape}"
            )
        object.__setattr__(self, "groups", split_groups(self.stimuli, self.groups))

    @cached_property
    def mean(self) -> np.ndarray:
        """(n_stimuli, n_neurons), the mean over repeats."""
        return mean_of_defined(self.responses)


def look(candidate: BrainModel, data: NeuralData) -> np.ndarray:
    """Show the stimuli to a `BrainModel` and record from it as from the neurons.

    Returns:
        (n_stimuli, n_units), see `BrainModel.record`.

    Raises:
        NotMeasurable: if the model answers to all stimuli alike.
    """
    responses = candidate.record(data.stimuli, data.region, [data.time_bin])[:, 0]
    require_variation([responses])
    return responses


@checked(BenchmarkError)
def encode(
    candidate: BrainModel,
    data: NeuralData,
    folds: Count = 5,
    seed: Seed = 0,
    link: "Link" = "identity",
    reliability: np.ndarray | None = None,
) -> Encoding:
    """Predict the neurons from the model's responses, see `cross_validated_ridge` and, of the link "poisson",
    `cross_validated_poisson`.

    Args:
        reliability: (n_neurons,), if a positive control is wanted, which there is of the link "identity" (`perfect_responses`).
    """
    features = look(candidate, data)
    K = gram(features)
    if link != "poisson":
        control = None
        if reliability is not None and link == "identity":
            control = perfect_responses(features, reliability, seed=seed)
        return cross_validated_ridge(
            K, data.mean, data.stimuli.ids, data.groups, folds, seed=seed, link=link, control=control
        )
    from harness.metrics.regression import cross_validated_poisson

    return cross_validated_poisson(K, data.mean, data.stimuli.ids, data.groups, folds, seed=seed)


class EncodingBenchmark(Benchmark):
    """Cross-validated ridge regression from a model's responses to the recorded ones, for every neuron on its own.

    The score is the sum of the correlations between predictions and the mean over repeats, divided by the sum of the
    ceilings on them: the ratio of sums is not ruled by the noisiest neurons as a mean of ratios is. A neuron's ceiling
    is the square root of the split-half reliability of its mean response to the same stimuli. Neurons without a
    positive reliability have no ceiling and count in neither sum. The error is over stimuli and neurons together, with what other
    training stimuli would change (`harness.metrics.regression.Influence`, `harness.metrics.statistics.Crossed`). `details` have
    CC_norm of every neuron (Schoppe et al. 2016), the correlation over the ceiling from its signal power, and `attainable`, what
    the candidate would score if neurons as reliable as these were linear in its features: below 1 by what cannot be learnt from so
    many stimuli. A subclass implements `load`.

    Attributes:
        link: between linear predictions and expected responses; what else there is than identity is a subclass's.
    """

    parent: ClassVar[str] = "neural"
    folds: ClassVar[int] = 5
    seed: ClassVar[int] = 0
    link: "Link" = "identity"

    @abstractmethod
    def load(self) -> NeuralData:
        """Stimuli and recorded responses, with repeats."""

    @cached_property
    def data(self) -> NeuralData:
        """The recorded responses with their stimuli, from `load`."""
        return self.load()

    def with_responses(self, responses: np.ndarray) -> Self:
        """The same benchmark on other responses to the same stimuli: simulated ones as a control, for instance."""
        return self.with_data(replace(self.data, responses=responses))

    @cached_property
    def reliability(self) -> np.ndarray:
        """(n_neurons,), split-half reliability of the mean over repeats."""
        return split_half_reliability(self.data.responses, seed=self.seed)

    @cached_property
    def ceiling_influence(self) -> np.ndarray:
        """(n_stimuli, n_neurons), influence of each stimulus, or group of them, on the ceilings; groups in order of their names."""
        own = reliability_influence(self.data.responses) / (2 * correlation_ceiling(self.reliability))
        return Influence(own, own).grouped(self.sampled).tested

    @property
    def sampled(self) -> np.ndarray:
        """(n_stimuli,), what the score generalises over: stimuli, or the groups that they are of."""
        data = self.data
        return np.array(data.stimuli.ids if data.groups is None else data.groups)

    @cached_property
    def ceiling(self) -> Score:
        """Mean over neurons of the correlation that a perfect model would reach; `raw` holds it for every neuron."""
        ceilings = correlation_ceiling(self.reliability)
        known = ceilings[np.isfinite(ceilings)]
        if len(known) < 2:
            raise BenchmarkError(f"the neurons of {self.identifier} respond too unreliably to have a ceiling")
        return make_score(known.mean(), error=of_mean(ceilings, self.ceiling_influence), raw=ceilings)

    def encode(self, candidate: BrainModel) -> Encoding:
        """Predict the neurons from the model's responses."""
        return encode(candidate, self.data, self.folds, self.seed, self.link, self.reliability)

    def run(self, candidate: BrainModel) -> Score:
        encoding = self.encode(candidate)
        r, ceilings = encoding.correlation, self.ceiling.attrs["raw"]
        used = np.isfinite(r) & np.isfinite(ceilings)
        sums = UnitSums.of(r, ceilings, [encoding.influence.grouped(self.sampled)], [self.ceiling_influence])
        of = ("stimuli" if self.data.groups is None else "groups", "neurons")
        details = {**self.describe(encoding), **sums.described(of, np.unique(self.sampled))}
        details["notes"] = [*notes_on_copies(self.data.stimuli), *details["notes"], *_unreliable(ceilings)]
        for note in details["notes"]:
            _log.warning("%s: %s", self.identifier, note)
        return make_score(
            ratio_of_sums(r, ceilings),
            error=sums.ratio(of).error,
            raw=make_score(r[used].mean(), error=sums.mean().error),
            ceiling=self.ceiling,
            details=details,
        )

    def describe(self, encoding: Encoding) -> dict[str, Any]:
        """Plain numbers of every neuron, and how they were obtained."""
        r, ceilings = encoding.correlation, self.ceiling.attrs["raw"]
        return {
            **describe_encoding(encoding),
            **describe_link(self.link, encoding.deviance),
            "ceiling": plain(ceilings),
            "cc_norm": plain(r / correlation_ceiling(signal_reliability(self.data.responses))),
            "attainable": None if encoding.attained is None else round(encoding.attained, 5),
            "median_of_ratios": float(np.nanmedian(r / ceilings)),
            "neurons_without_ceiling": int(np.isnan(r + ceilings).sum()),
            "repeats": float(np.isfinite(self.data.responses[..., 0]).sum(0).mean()),
            "stimuli": len(self.data.stimuli),
            "folds": self.folds,
            "seed": self.seed,
        }

    def figure(self, details: dict[str, Any]) -> "Figure":
        """Each neuron's correlation against its ceiling, and the distribution of their ratio."""
        from harness.benchmarks.neural._encoding_figure import draw

        return draw(details, self.identifier)


def _unreliable(ceilings: np.ndarray) -> list[str]:
    """A sentence if more than 0.05 of the neurons have no ceiling, else nothing."""
    without = int(np.isnan(ceilings).sum())
    if without <= 0.05 * len(ceilings):
        return []
    return [
        f"{without} of {len(ceilings)} neurons have no positive reliability; about as many have a ceiling by chance, so that a "
        "perfect model would score below 1"
    ]


@checked(BenchmarkError)
def describe_encoding(encoding: Encoding) -> dict[str, Any]:
    """The contents of an `Encoding`, as plain numbers."""
    return {
        "r": plain(encoding.correlation),
        "penalty": plain(encoding.penalty),
        "penalty_at_edge": encoding.at_edge,
        "notes": edge_notes(encoding.at_edge),
        "split_digest": encoding.splits,
    }


def describe_link(link: str, deviance: np.ndarray | None) -> dict[str, Any]:
    """The link, and the explained share of the Poisson deviance ([bins,] neurons), or why there is none."""
    if link == "identity" or deviance is None:
        return {"link": link, "deviance_explained": None, "deviance_note": _UNLINKED}
    return {"link": link, "deviance_explained": plain(deviance)}
