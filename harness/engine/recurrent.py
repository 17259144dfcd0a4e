"""Recurrent models: the engine drives the time loop, and stimuli that begin alike are computed together until they
diverge.

A pool of rows walks the tree of sequences. Rows may be at different times, which is why a step must not depend on absolute time; so
the pool stays full. Where a sequence forks, one row goes on and the others wait with a copy of the state.
"""

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np
import torch
from torch.utils import _pytree as pytree

from harness.engine._prefix_tree import Node, grow
from harness.engine.allocation import channels_last_weights
from harness.engine.batching import out_of_memory
from harness.engine.plan import Row, lead_steps
from harness.engine.run import Run
from harness.errors import ModelError
from harness.models import RecurrentModel
from harness.stimuli import overlap

_Sums = dict[tuple[str, str], torch.Tensor]
"""("response", layer) -> (walkers, bins, units), sums over bins; ("size", layer) -> (walkers, steps, 1), mean |r| in every step."""


def run_recurrent(run: Run, rows: Sequence[Row]) -> None:
    """Compute rows; after running out of memory, those that are not finished begin again in a smaller pool."""
    model = run.model
    assert isinstance(model, RecurrentModel)
    first = run.inputs.frame(rows[0].events[0][0])[None].clone().to(run.device)
    begin = model.network.init(1, run.device)  # type: ignore[operator]
    _check_leaves(model, begin, "init")
    form = pytree.tree_structure(begin)  # before the step, which may write into what it is given
    after = run.capture.probe(lambda: model.network.step(first, begin), stop_early=False)  # type: ignore[operator]
    _check_leaves(model, after, "step")
    if form != pytree.tree_structure(after):
        raise ModelError(f"`step` of '{model.identifier}' gives a state of another form than `init` does")
    run.capture.repeat(after)
    _check_rows(run, model)
    with channels_last_weights(model.network) if _is_channels_last(begin) else nullcontext():
        _walk_all(run, model, rows)


def _walk_all(run: Run, model: RecurrentModel, rows: Sequence[Row]) -> None:
    done: set[str] = set()
    while left := [row for row in rows if row.digest not in done]:
        pool = _Pool(run, model, grow(left, share=model.deterministic), done)
        try:
            pool.walk()
        except BaseException as error:
            if not out_of_memory(error):
                raise
            run.size.halve(min(run.size.size, pool.widest), error)


def _is_channels_last(state: Any) -> bool:
    """Whether a network has chosen to keep the channels of its maps last."""
    maps = (leaf for leaf in pytree.tree_leaves(state) if leaf.ndim == 4 and not leaf.is_contiguous())
    return any(leaf.is_contiguous(memory_format=torch.channels_last) for leaf in maps)


def _check_leaves(model: RecurrentModel, state: Any, method: str) -> None:
    if not all(isinstance(leaf, torch.Tensor) and leaf.ndim and len(leaf) == 1 for leaf in pytree.tree_leaves(state)):
        raise ModelError(
            f"`{method}` of '{model.identifier}' must give a tree of tensors alone, each with the batch as its first axis"
        )


def _check_rows(run: Run, model: RecurrentModel) -> None:
    """Every stimulus of a deterministic model begins alike, wherever in a batch it is."""
    if not model.deterministic:
        return
    alone, two = (pytree.tree_leaves(model.network.init(size, run.device)) for size in (1, 2))  # type: ignore[operator]
    for one, both in zip(alone, two, strict=True):
        if len(both) != 2 or not all(run.capture.same(one, row[None]) for row in both):
            raise ModelError(
                f"`init` of '{model.identifier}' begins with other states in a batch than alone; give each stimulus the same "
                "state, or declare the model not deterministic"
            )


@dataclass
class _Walker:
    """One row of the pool: where in the tree it is, and what it still has to do there."""

    node: Node
    left: int
    step: int  # steps since the beginning of the event sequence


@dataclass
class _Waiting:
    """A branch that begins where others went on: its state and what was accumulated, or None at a root."""

    node: Node
    step: int
    state: Any
    sums: _Sums


class _Pool:
    """Rows that step together. State and sums have one entry per walker along their first axis."""

    def __init__(self, run: Run, model: RecurrentModel, roots: list[Node], done: set[str]):
        self._run, self._model, self._done = run, model, done
        self._waiting = [_Waiting(root, 0, None, {}) for root in reversed(roots)]
        self._walkers: list[_Walker] = []
        self._state: Any = None
        self._sums: _Sums = {}
        self._begun: set[tuple[str, int]] = set()  # (layer, bin) of the sums that hold something
        self._frames = torch.empty(0)
        self._steps = 0
        self.widest = 1
        self._lead = lead_steps(model)
        self._network_step = run.fast(model.network.step)  # type: ignore[arg-type]
        self._shares = self._step_shares()
        self._now: tuple[np.ndarray, torch.Tensor, torch.Tensor]

    def walk(self) -> None:
        """Until every row below the roots is finished."""
        self._run.capture.sink = self._add
        self._admit(keep=[])
        while self._walkers:
            for _ in range(min(walker.left for walker in self._walkers)):
                self._step()
            self._turn()

    def _step_shares(self) -> np.ndarray:
        """(steps, bins): the share of each step in the mean over each bin."""
        bins = self._run.plan.time_bins
        begin = -self._lead * self._model.dt
        steps = int(np.ceil((max(end for _, end in bins) - begin) / self._model.dt - 1e-9))
        starts = begin + np.arange(max(steps, 1)) * self._model.dt
        shared = overlap(starts, starts + self._model.dt, bins)
        return (shared / shared.sum(0)).astype(np.float32)

    def _step(self) -> None:
        """One step of all walkers, and its share in the bins that it touches."""
        shown = self._frames._version
        shares = self._shares[[walker.step for walker in self._walkers]]
        steps = torch.tensor([[[walker.step]] for walker in self._walkers], device=self._run.device)
        self._now = np.flatnonzero(shares.any(0)), torch.from_numpy(shares).to(self._run.device), steps
        since = [walker.step - self._lead for walker in self._walkers]
        self._run.alterations.now([walker.node.frame for walker in self._walkers], since)
        self._state = self._run.capture.run(lambda: self._network_step(self._frames, self._state), len(self._walkers))
        if self._frames._version != shown:  # the network wrote into its input; the next step sees it unharmed
            self._show()
        for walker in self._walkers:
            walker.left -= 1
            walker.step += 1
        self._steps += len(self._walkers)

    def _add(self, layer: str, value: torch.Tensor) -> None:
        """Add the responses of a layer in this step (walkers, units) to the bins that it touches."""
        value, (total_steps, bins) = value.float(), self._shares.shape
        touched, weights, steps = self._now
        sums = self._sum("response", layer, (bins, value.shape[1]))
        for position in touched:
            if (layer, position) in self._begun:
                sums[:, position].addcmul_(value, weights[:, position, None])
            else:
                torch.mul(value, weights[:, position, None], out=sums[:, position])
                self._begun.add((layer, position))
        size = torch.linalg.vector_norm(value, 1, dim=1, keepdim=True) / value.shape[1]
        self._sum("size", layer, (total_steps, 1)).scatter_(1, steps, size[:, None])

    def _sum(self, what: str, layer: str, shape: tuple[int, int]) -> torch.Tensor:
        if (what, layer) not in self._sums:
            make = torch.empty if what == "response" else torch.zeros  # a bin is written by its first step, see `_add`
            self._sums[what, layer] = make((len(self._walkers), *shape), device=self._run.device)
        return self._sums[what, layer]

    def _settle(self) -> None:
        """Give every bin a value: 0 where no step has touched it yet."""
        for (what, layer), value in self._sums.items():
            for position in range(value.shape[1]) if what == "response" else ():
                if (layer, position) not in self._begun:
                    value[:, position] = 0

    def _turn(self) -> None:
        """Where nodes ended: hand over finished rows, go on with the first child, let its siblings wait."""
        finished = [i for i, walker in enumerate(self._walkers) if walker.left == 0 and walker.node.row]
        if finished:
            self._hand_over(finished)
        for position, walker in enumerate(self._walkers):
            if walker.left == 0 and (children := list(walker.node.children.values())):
                first, *others = children
                if others:
                    self._wait(others, walker.step, position)
                walker.node, walker.left = first, first.steps
        self._admit(keep=[i for i in range(len(self._walkers)) if i not in set(finished)])

    def _wait(self, nodes: list[Node], step: int, position: int) -> None:
        """Siblings share one copy of the state at their fork; they copy from it when they are admitted."""
        self._settle()
        self._begin_all()
        state = pytree.tree_map(lambda tensor: tensor[position : position + 1].clone(), self._state)
        sums = {name: value[position : position + 1].clone() for name, value in self._sums.items()}
        self._waiting.extend(_Waiting(node, step, state, sums) for node in reversed(nodes))

    def _hand_over(self, finished: list[int]) -> None:
        rows = [self._walkers[position].node.row for position in finished]
        keep = torch.tensor(finished, device=self._run.device)
        kept: dict[str, dict[str, torch.Tensor]] = {"response": {}, "size": {}}
        for (what, layer), value in self._sums.items():
            kept[what][layer] = value if len(finished) == len(self._walkers) else value.index_select(0, keep)
        sizes = {layer: value[..., 0] for layer, value in kept["size"].items()}
        self._run.put([row for row in rows if row is not None], kept["response"], frames=self._steps, sizes=sizes)
        self._done.update(row.digest for row in rows if row is not None)
        self._steps = 0

    def _admit(self, keep: list[int]) -> None:
        """Drop finished walkers, fill the pool from those that wait, and put up the frames of all."""
        room = max(0, self._run.size.size - len(keep))
        admitted = [self._waiting.pop() for _ in range(min(room, len(self._waiting)))]
        if admitted or len(keep) != len(self._walkers):
            self._rebuild(keep, admitted)
        self.widest = max(self.widest, len(self._walkers))
        if self._walkers:
            self._show()

    def _show(self) -> None:
        """Put up the frames of all walkers, as tensors that count their changes."""
        shown = [self._run.inputs.frame(walker.node.frame) for walker in self._walkers]
        with torch.inference_mode(False):
            self._frames = torch.stack(shown).to(self._run.device)

    def _rebuild(self, keep: list[int], admitted: list[_Waiting]) -> None:
        states, sums = [], []
        if keep:
            self._settle()
            states.append(self._select(self._state, keep))
            sums.append({name: value[keep] for name, value in self._sums.items()})
        for fresh, group in groupby(admitted, key=lambda waiting: waiting.state is None):
            some = list(group)
            states += [self._init(len(some))] if fresh else [waiting.state for waiting in some]
            sums += [{}] if fresh else [waiting.sums for waiting in some]
        lengths = [len(pytree.tree_leaves(state)[0]) for state in states]
        self._walkers = [self._walkers[i] for i in keep] + [_Walker(w.node, w.node.steps, w.step) for w in admitted]
        self._state = pytree.tree_map(lambda *tensors: torch.cat(tensors), *states) if states else None
        self._sums = self._joined(sums, lengths)
        self._begin_all()

    def _init(self, rows: int) -> Any:
        state = self._model.network.init(rows, self._run.device)  # type: ignore[operator]
        if any(len(leaf) != rows for leaf in pytree.tree_leaves(state)):
            raise ModelError(
                f"`init` of '{self._model.identifier}' must give a state of {rows} rows when it is asked for them"
            )
        return state

    def _begin_all(self) -> None:
        """Note that every bin has a value."""
        self._begun = {
            (layer, position) for (_, layer), value in self._sums.items() for position in range(value.shape[1])
        }

    def _joined(self, sums: list[_Sums], lengths: list[int]) -> _Sums:
        """Sums of all walkers; those of walkers that have not begun are zero."""
        known = {name: value for part in sums for name, value in part.items()}
        blank = {name: torch.zeros((1, *value.shape[1:]), device=value.device) for name, value in known.items()}
        return {
            name: torch.cat(
                [part.get(name, blank[name].expand(n, -1, -1)) for part, n in zip(sums, lengths, strict=True)]
            )
            for name in known
        }

    @staticmethod
    def _select(state: Any, keep: list[int]) -> Any:
        """Rows of a state, in the order of memory that it has."""
        return pytree.tree_map(lambda tensor: torch.cat([tensor[i : i + 1] for i in keep]), state)
