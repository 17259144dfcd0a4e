"""Stimuli that must stay on one side of every split: those of a declared group, and those with the same content.

One image under two names is one image: what is trained on it under one name must not be tested on it under the other.
"""

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING, overload

import numpy as np

from harness.checks import checked
from harness.errors import StimulusError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from harness.stimuli.stimulus_set import StimulusSet


@overload
def split_groups(stimuli: "StimulusSet", declared: "ArrayLike | Sequence[object]") -> np.ndarray: ...


@overload
def split_groups(
    stimuli: "StimulusSet", declared: "ArrayLike | Sequence[object] | None" = None
) -> np.ndarray | None: ...


@checked(StimulusError, pure=True)
def split_groups(stimuli: "StimulusSet", declared: "ArrayLike | Sequence[object] | None" = None) -> np.ndarray | None:
    """(n_stimuli,), what is never split between training and test.

    Two stimuli show the same if the same frames follow one another in both, for however long; they are of one group, and so are
    all groups that share such stimuli. A group bears the name of the first of those that were joined.

    Args:
        declared: (n_stimuli,), the groups as stated; every stimulus is one of its own, called by its `stimulus_id`, if None.

    Returns:
        The declared groups as they are where none had to be joined: None for none.
    """
    content = [_content(stimuli, row) for row in range(len(stimuli))]
    if len(set(content)) == len(stimuli):
        return None if declared is None else np.asarray(declared)
    names = np.asarray(stimuli.ids if declared is None else declared)
    component = joined(names.tolist(), content)
    _, first = np.unique(component, return_index=True)
    return names[first[component]]


@checked(StimulusError, pure=True)
def joined(*labels: Sequence[Hashable]) -> np.ndarray:
    """(n_samples,), components of samples that share a label in any of several lists, directly or through others; numbered by
    their first sample."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    n = len(labels[0])
    nodes: dict[tuple[int, Hashable], int] = {}
    ends = [nodes.setdefault((kind, label), n + len(nodes)) for kind, of in enumerate(labels) for label in of]
    samples = np.tile(np.arange(n), len(labels))
    size = n + len(nodes)
    graph = coo_array((np.ones(len(ends)), (samples, np.array(ends))), shape=(size, size))
    return np.asarray(connected_components(graph, directed=False)[1][:n])


@checked(StimulusError, pure=True)
def copies(stimuli: "StimulusSet") -> list[list[str]]:
    """Names of stimuli that show the same, a list for each content that has several; in the order of the set."""
    names: dict[tuple[str, ...], list[str]] = {}
    for row, name in enumerate(stimuli.ids):
        names.setdefault(_content(stimuli, row), []).append(name)
    return [several for several in names.values() if len(several) > 1]


@checked(StimulusError, pure=True)
def without_shown(stimuli: "StimulusSet", tested: "StimulusSet") -> "StimulusSet":
    """The stimuli that show nothing that is tested: what a read-out may be fitted to.

    Raises:
        StimulusError: if none is left.
    """
    shown = {_content(tested, row) for row in range(len(tested))}
    kept = [row for row in range(len(stimuli)) if _content(stimuli, row) not in shown]
    if not kept:
        raise StimulusError(
            f"all stimuli of '{stimuli.identifier}' show what is tested; fit the read-out to other ones"
        )
    return stimuli if len(kept) == len(stimuli) else stimuli.select(kept)


@checked(StimulusError, pure=True)
def notes_on_copies(stimuli: "StimulusSet") -> list[str]:
    """A sentence if some stimuli show the same, else nothing."""
    found = copies(stimuli)
    if not found:
        return []
    more = sum(len(several) - 1 for several in found)
    return [
        f"{more} of {len(stimuli)} stimuli show{'s' if more == 1 else ''} what another one shows (the first are "
        f"'{found[0][0]}' and '{found[0][1]}'); stimuli of equal content stay on one side of every split"
    ]


def _content(stimuli: "StimulusSet", row: int) -> tuple[str, ...]:
    timeline = stimuli.timelines[row]
    return tuple(timeline.frames[index].digest for index, _ in timeline.runs)
