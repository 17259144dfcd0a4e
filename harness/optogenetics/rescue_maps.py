"""Rescue: how the state around a perturbed patch would have to begin, so that what is decoded at the patch stays what it was.

With the readout p(T) at the site and an adjustment d of the initial state in a ring around the patch, J = dp / dd is exact, by
automatic differentiation through the network's own steps. The adjustment of a given size |d| that helps most to first order lies
along J' (J J')^-1 (p0 - p); rates are kept at 0 or above. Its effect is then measured by a run, and compared with
what J predicts and with random adjustments of the same size.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch.utils import _pytree as pytree

from harness.checks import checked
from harness.errors import ArgumentError
from harness.models import RecurrentModel
from harness.optogenetics.decoder import Decoder, angle_of
from harness.optogenetics.design import Session
from harness.perturbation import degrees_of, differentiate, perturbed

RANDOM = 3
"""Random adjustments of every size."""


@dataclass(frozen=True)
class Rescue:
    """One orientation's rescue.

    Attributes:
        orientation: of the grating, degrees.
        baseline, unrescued: what is decoded of the intact and of the perturbed network, degrees.
        budgets: sizes |d| of the adjustment.
        errors: (budgets,), |p - p0| after the rescue as a share of what it is without: 1 where nothing is rescued, 0 where all is.
        random_errors: (budgets,), the mean of that for random adjustments.
        predicted: (budgets,), the share of the change of p that J predicts, 1 where it is exact; NaN where nothing changes.
        jacobian: (2, adjustable) of p.
        maps: class or leaf -> (height, width), the adjustment at the largest budget, summed over channels.
    """

    orientation: float
    baseline: float
    unrescued: float
    budgets: np.ndarray
    errors: np.ndarray
    random_errors: np.ndarray
    predicted: np.ndarray
    jacobian: np.ndarray
    maps: dict[str, np.ndarray]


@checked(ArgumentError)
def rescue(session: Session, decoder: Decoder, frequency: float, contrast: float, orientation: float) -> Rescue:
    """Rescue what is decoded of one grating while the drive of the patch is scaled by the first factor of the design."""
    return _Rescue(session, decoder, frequency, contrast, float(orientation)).done()


class _Rescue:
    def __init__(self, session: Session, decoder: Decoder, frequency: float, contrast: float, orientation: float):
        self.session, self.decoder, self.orientation = session, decoder, orientation
        shown = session.patch(orientation, frequency, 90.0, contrast, session.diameter)
        self.stimuli = session.stimuli({f"{orientation:g}": shown})
        self.model = perturbed(session.model, session.drive(session.design.factors[0]))
        weights = torch.from_numpy(decoder.weights.astype(np.float32))
        self._weights, self._offset = weights, torch.from_numpy(decoder.offset.astype(np.float32))

    def done(self) -> Rescue:
        intact = self._vector(self.session.model, None)[0]
        lost, jacobian = self._vector(self.model, None)
        free = self._free()
        jacobian = jacobian * free
        wanted = intact - lost
        sizes = np.array(self.session.design.budgets) * self._unit()
        errors, random, predicted, largest = [], [], [], np.zeros(jacobian.shape[1])
        generator = np.random.default_rng(self.session.design.seed)
        for size in sizes.tolist():
            step = self._toward(jacobian, wanted, size)
            reached = self._vector(self.model, step, derivatives=False)[0]
            errors.append(_left(reached, intact, lost))
            predicted.append(self._share(jacobian @ step, reached - lost))
            draws = [
                self._scaled(np.maximum(generator.standard_normal(len(free)) * free, 0), size) for _ in range(RANDOM)
            ]
            given = [self._vector(self.model, one, derivatives=False)[0] for one in draws if one.any()]
            random.append(float(np.mean([_left(one, intact, lost) for one in given])) if given else 1.0)
            largest = step
        return Rescue(
            self.orientation,
            float(angle_of(intact[None])[0]),
            float(angle_of(lost[None])[0]),
            sizes,
            np.array(errors),
            np.array(random),
            np.array(predicted),
            jacobian,
            self._maps(largest),
        )

    def _vector(self, model: Any, step: np.ndarray | None, derivatives: bool = True) -> tuple[np.ndarray, np.ndarray]:
        """p, (2,), and its derivatives by the initial state, (2, adjustable)."""
        row, column = self.session.place
        layer, weights, offset = self.session.excitatory, self._weights, self._offset
        values, rows = [], []
        for part in range(2):

            def of(seen: Any, part: int = part) -> torch.Tensor:
                return weights[part] @ seen[layer][-1][:, row, column] + offset[part]

            state = self._state(step)
            if derivatives:
                found = differentiate(model, self.stimuli, of, [layer], state=state)
                values.append(found.value)
                rows.append(np.concatenate([found.by_state[i].ravel() for i in self._leaves] or [np.zeros(0)]))
            else:
                values.append(differentiate(model, self.stimuli, of, [layer], state=state, values_only=True).value)
        return np.array(values), np.array(rows) if rows else np.zeros((2, 0))

    @property
    def _initial(self) -> Any:
        model = self.session.model
        if not isinstance(model, RecurrentModel):
            return None
        device = next((tensor.device for tensor in model.network.parameters()), torch.device("cpu"))
        return model.network.init(1, device)  # type: ignore[operator]

    @property
    def _leaves(self) -> list[int]:
        """Numbers of the leaves of the state that lie on the region's map."""
        if self._initial is None:
            return []
        leaves = pytree.tree_leaves(self._initial)
        floats = [i for i, leaf in enumerate(leaves) if leaf.is_floating_point()]
        return [
            k for k, i in enumerate(floats) if leaves[i].ndim == 4 and tuple(leaves[i].shape[2:]) == self.session.grid
        ]

    def _shapes(self) -> list[tuple[int, ...]]:
        if self._initial is None:
            return []
        floats = [leaf for leaf in pytree.tree_leaves(self._initial) if leaf.is_floating_point()]
        return [tuple(floats[k].shape[1:]) for k in self._leaves]

    def _free(self) -> np.ndarray:
        """(adjustable,), 1 in the surround of the patch."""
        x, y = degrees_of(self.session.grid, float(self.session.model.visual_degrees))
        disc = self.session.disc
        away = np.hypot(x - disc.x, y - disc.y)
        outer = self.session.design.surround * disc.diameter / 2
        ring = ((away > disc.diameter / 2) & (away <= outer)).astype(float)
        return np.concatenate([np.tile(ring, shape[0]) for shape in self._shapes()] or [np.zeros(0)])

    def _unit(self) -> float:
        """SD of the excitatory activity over places and channels at the end of the unperturbed run."""
        from harness.engine import AllUnits

        name = self.stimuli.ids[0]
        shown = {name: np.asarray(self.stimuli.timelines[0].frames[0].load()) / self.session.canvas.background - 1}
        values = self.session.record(shown, AllUnits())[self.session.excitatory].array()
        return float(np.std(values)) or 1.0

    def _toward(self, jacobian: np.ndarray, wanted: np.ndarray, size: float) -> np.ndarray:
        """The adjustment of a size along which p moves as wanted, to first order, with rates at 0 or above."""
        if not jacobian.any():
            return np.zeros(jacobian.shape[1])
        direction = jacobian.T @ np.linalg.lstsq(jacobian @ jacobian.T, wanted, rcond=None)[0]
        return self._scaled(np.maximum(direction, 0), size, jacobian, wanted)

    @staticmethod
    def _scaled(
        direction: np.ndarray, size: float, jacobian: np.ndarray | None = None, wanted: np.ndarray | None = None
    ) -> np.ndarray:
        """Of that size; smaller where, to first order, less is best."""
        length = float(np.linalg.norm(direction))
        if length == 0:
            return direction
        if jacobian is not None and wanted is not None:
            moved = jacobian @ direction
            best = float(moved @ wanted / max(moved @ moved, 1e-30)) * length
            size = float(np.clip(best, 0.0, size))
        return direction * (size / length)

    def _state(self, step: np.ndarray | None) -> Any:
        state = self._initial
        if state is None or step is None:
            return state
        leaves, tree = pytree.tree_flatten(state)
        floats = [i for i, leaf in enumerate(leaves) if leaf.is_floating_point()]
        first = 0
        for k in self._leaves:
            leaf = leaves[floats[k]]
            part = torch.from_numpy(step[first : first + leaf[0].numel()].astype(np.float32)).view(leaf.shape)
            leaves[floats[k]] = leaf + part.to(leaf)
            first += leaf[0].numel()
        return pytree.tree_unflatten(leaves, tree)

    def _maps(self, step: np.ndarray) -> dict[str, np.ndarray]:
        found, first = {}, 0
        for number, shape in enumerate(self._shapes()):
            size = int(np.prod(shape))
            found[f"state {number}"] = step[first : first + size].reshape(shape).sum(0)
            first += size
        return found

    @staticmethod
    def _share(predicted: np.ndarray, change: np.ndarray) -> float:
        """How much of a change its prediction explains."""
        total = float(change @ change)
        return float(1 - ((change - predicted) @ (change - predicted)) / total) if total > 1e-20 else float("nan")


def _left(reached: np.ndarray, intact: np.ndarray, lost: np.ndarray) -> float:
    """How much of the distance from the intact vector is left; 1 where there was none."""
    before = float(np.linalg.norm(lost - intact))
    return float(np.linalg.norm(reached - intact)) / before if before else 1.0
