"""Regression benchmarks: prediction of real-valued labels from a model's responses, for every layer and time bin."""

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from harness.assemblies import Score
from harness.benchmarks import influences, make_score
from harness.benchmarks.readout.decoding import ReadOutBenchmark
from harness.brain_model import BrainModel
from harness.errors import BenchmarkError
from harness.metrics.decoding import ReadOut, Targets, read_out
from harness.metrics.statistics import split_digest
from harness.stimuli import notes_on_copies

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class RegressionBenchmark(ReadOutBenchmark):
    """Cross-validated ridge regression from every layer and time bin to numbers that describe the stimuli.

    The score is Pearson's r of held-out predictions, mean over targets, at the layer and time bin that are chosen for each target,
    in every fold, on its training stimuli alone; an angle is read as cosine and sine and scored by the correlation of both
    together (see `Correlations`). Penalties are chosen target by target within the training stimuli. The error is a
    jackknife over blocks of stimuli, or of their groups, in which all is fitted again (see `read_out`).

    Attributes:
        targets: columns of the stimuli's table.
        circular: those of them that are angles, in degrees.
    """

    targets: Sequence[str]
    circular: Sequence[str] = ()

    def run(self, candidate: BrainModel) -> Score:
        targets = self.wanted
        layers = self.observe(candidate)
        sets = [values[:, moment] for values in layers.values() for moment in range(values.shape[1])]
        found = read_out(sets, targets, self.folds, self.inner_folds, self.seed, self.groups)
        score, jackknife = found.selected.mean, found.selected.jackknife
        of, names = self.compared_over
        in_order = names if self.groups is None else np.unique(names)
        return make_score(
            score,
            error=jackknife.error,
            raw=make_score(score, error=jackknife.error),
            ceiling=self.ceiling,
            details=self.describe(found, list(layers)) | {"per_sample": influences(of, in_order, jackknife, score)},
        )

    @cached_property
    def wanted(self) -> Targets:
        """The targets of all stimuli."""
        table = self.stimuli.table
        for column in (*self.targets, *([self.group] if self.group else [])):
            if column not in table:
                raise BenchmarkError(
                    f"the stimuli of '{self.identifier}' have no column '{column}'; there are {', '.join(map(str, table))}"
                )
        if unknown := [name for name in self.circular if name not in self.targets]:
            raise BenchmarkError(f"'{unknown[0]}' is said to be an angle, but is not among the targets")
        if not self.targets:
            raise BenchmarkError("there is nothing to read out; name at least one column in `targets`")
        return Targets.of({name: table[name].to_numpy() for name in self.targets}, self.circular)

    def describe(self, found: ReadOut, layers: Sequence[str]) -> dict[str, Any]:
        """Correlations of every layer, time bin and target, and what was chosen."""
        shape, chosen = (len(layers), len(self.time_bins)), found.selected
        return {
            "layers": list(layers),
            "time_bins": [list(time_bin) for time_bin in self.time_bins],
            "targets": list(self.wanted.names),
            "circular": list(self.circular),
            "correlation": np.round([one.each for one in found.sets], 5).reshape(*shape, -1).tolist(),
            "error": np.round([one.jackknife.error for one in found.sets], 5).reshape(shape).tolist(),
            "by_target": [
                {
                    "target": name,
                    "r": round(float(r), 5),
                    "error": round(float(spread), 5),
                    "chosen": self._where(own, layers),
                }
                for name, r, spread, own in zip(
                    self.wanted.names, chosen.each, chosen.each_error, found.choices.T, strict=True
                )
            ],
            "shown_until": min(timeline.duration for timeline in self.stimuli.timelines),
            "stimuli": len(self.stimuli),
            "notes": notes_on_copies(self.stimuli),
            "groups": sum(map(len, chosen.blocks)),
            "split_digest": split_digest(found.splits, self.stimuli.ids),
            "seed": self.seed,
        }

    def _where(self, choices: np.ndarray, layers: Sequence[str]) -> list[dict[str, Any]]:
        """Layer and time bin that each fold chose."""
        places = [divmod(int(choice), len(self.time_bins)) for choice in choices]
        return [{"layer": layers[layer], "time_bin": list(self.time_bins[moment])} for layer, moment in places]

    def figure(self, details: dict[str, Any]) -> "Figure":
        """Correlation over time for every layer, as a map of layers and time bins, and of every target."""
        from harness.benchmarks.readout._figure import draw_regression

        return draw_regression(details, self.identifier)
