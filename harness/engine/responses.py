"""Responses of an extraction: rows in parts on disk, read as (stimuli, time, units) when needed."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from scipy import sparse

from harness.checks import checked, positions
from harness.engine.reductions import Units
from harness.errors import RecordingError
from harness.stimuli import TimeBin
from harness.store import Location, ScratchFolder

GATHER_LIMIT = 2 * 2**30
"""Responses of more bytes than this are gathered into a mapped scratch file rather than into memory."""


@checked(RecordingError)
class LayerResponses:
    """Responses of one layer.

    Attributes:
        layer: its name.
        units: where each unit lies.
        time_bins: [start, end) in ms.
    """

    def __init__(
        self,
        layer: str,
        locations: list[Location],
        units: Units,
        time_bins: tuple[TimeBin, ...],
        index: np.ndarray,
        layout: sparse.csr_matrix | None,
        keep: Any = None,
    ):
        self.layer, self.units, self.time_bins = layer, units, time_bins
        self._index, self._layout = index, layout
        self._parts = list(
            dict.fromkeys(location.part for location in locations)
        )  # mapped when read, as open files are few
        number = {part: position for position, part in enumerate(self._parts)}
        self._part = np.array([number[location.part] for location in locations])
        self._position = np.array([location.position for location in locations])
        self._scratch: Any = None
        self._keep = keep  # a temporary store lives as long as what is read from it

    @property
    def shape(self) -> tuple[int, int, int]:
        """(stimuli, time, units)."""
        return len(self._index), len(self.time_bins), len(self.units)

    @property
    def dtype(self) -> np.dtype:
        return np.dtype(self._parts[0].manifest.dtype)

    @checked(RecordingError)
    def batches(self, size: int = 64) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Pairs of stimulus positions and their values (stimuli, time, units), `size` stimuli at a time."""
        for start in range(0, self.shape[0], size):
            rows = np.arange(start, min(start + size, self.shape[0]))
            yield rows, self.values(rows)

    @checked(RecordingError)
    def values(self, stimuli: Any) -> np.ndarray:
        """Responses to some stimuli (positions or a mask): (stimuli, time, units), in memory."""
        stimuli = positions(stimuli, self.shape[0], f"responses of layer '{self.layer}'", RecordingError)
        if self._layout is None:
            return self._gather(self._index[stimuli])
        bins = len(self.time_bins)
        shares = self._layout[(stimuli[:, None] * bins + np.arange(bins)).ravel()]
        used = np.unique(shares.indices)
        rows = self._gather(used)[:, 0]
        single = np.diff(shares.indptr).max(initial=0) <= 1
        if single:
            values = rows[np.searchsorted(used, shares.indices)]
        else:
            values = (shares[:, used] @ rows.astype(np.float32)).astype(self.dtype)
        return values.reshape(len(stimuli), bins, rows.shape[-1])

    def array(self) -> np.ndarray:
        """All responses (stimuli, time, units): a view of the file where the rows lie in order in one, else gathered."""
        mapped = self._mapped()
        if mapped is not None:
            return mapped
        size = int(np.prod(self.shape)) * self.dtype.itemsize
        if size <= GATHER_LIMIT:
            result = np.empty(self.shape, self.dtype)
        else:
            self._scratch = ScratchFolder()
            path = self._scratch.path / "responses.npy"
            result = np.lib.format.open_memmap(path, mode="w+", dtype=self.dtype, shape=self.shape)
        for rows, values in self.batches():
            result[rows] = values
        return result

    def _mapped(self) -> np.ndarray | None:
        """A view without a copy, if the responses are whole rows that follow each other in one part."""
        index = self._index
        if self._layout is not None:
            bins = len(self.time_bins)
            if np.diff(self._layout.indptr).max(initial=0) > 1:
                return None
            per_bin = self._layout.indices.reshape(-1, bins)
            if (per_bin != per_bin[:, :1]).any():
                return None
            index = per_bin[:, 0]
        positions = self._position[index]
        if len(set(self._part[index])) > 1 or (np.diff(positions) != 1).any():
            return None
        rows = self._parts[self._part[index[0]]].array()[positions[0] : positions[-1] + 1]
        return rows if self._layout is None else np.broadcast_to(rows, self.shape)

    def _gather(self, rows: np.ndarray) -> np.ndarray:
        """Stored rows (rows, stored time, units), copied part by part."""
        result = np.empty((len(rows), *self._parts[0].manifest.shape[1:]), self.dtype)
        for number in np.unique(self._part[rows]):
            here = np.flatnonzero(self._part[rows] == number)
            here = here[np.argsort(self._position[rows[here]])]
            result[here] = self._parts[number].array()[self._position[rows[here]]]
        return result


@checked(RecordingError)
class Responses(Mapping[str, LayerResponses]):
    """Responses of a model to a stimulus set, layer by layer.

    Attributes:
        model, stimuli: identifiers.
        stimulus_ids: the stimuli, in the order of the first axis.
        time_bins: [start, end) in ms, in the order of the second.
        provenance: digests and counts: what was asked, what came from the store; and `runaway`, layer -> `Runaway`, of layers whose
            activity grows without bound.
    """

    def __init__(
        self,
        layers: dict[str, LayerResponses],
        *,
        model: str,
        stimuli: str,
        stimulus_ids: list[str],
        time_bins: tuple[TimeBin, ...],
        provenance: dict[str, Any],
    ):
        self._layers = layers
        self.model, self.stimuli, self.stimulus_ids = model, stimuli, stimulus_ids
        self.time_bins, self.provenance = time_bins, provenance

    @property
    def layers(self) -> tuple[str, ...]:
        return tuple(self._layers)

    @checked(RecordingError)
    def batches(self, size: int = 64) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """`LayerResponses.batches` of the only layer."""
        return self._only().batches(size)

    def array(self) -> np.ndarray:
        """`LayerResponses.array` of the only layer."""
        return self._only().array()

    def _only(self) -> LayerResponses:
        if len(self._layers) != 1:
            raise RecordingError(f"several layers were recorded; name one: responses['{self.layers[0]}']")
        return next(iter(self._layers.values()))

    def __getitem__(self, layer: str) -> LayerResponses:
        if layer not in self._layers:
            raise RecordingError(f"layer '{layer}' was not recorded; there are {', '.join(self.layers)}")
        return self._layers[layer]

    def __iter__(self) -> Iterator[str]:
        return iter(self._layers)

    def __len__(self) -> int:
        return len(self._layers)

    def __repr__(self) -> str:
        shapes = ", ".join(f"{name} {layer.shape}" for name, layer in self._layers.items())
        return f"<Responses of '{self.model}' to '{self.stimuli}': {shapes}>"
