"""Stimuli that are drawn are drawn once in a process, for all benchmarks and models that show them."""

import copy
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from harness.stimuli import StimulusSet

LARGEST = 256 * 2**20
"""Bytes of frames that are kept; sets that were asked for longest ago make room for others."""

_kept: "OrderedDict[Hashable, tuple[StimulusSet, int]]" = OrderedDict()
_PLAIN = (type(None), bool, int, float, str)


def drawn_once(load: "Callable[..., StimulusSet]", members: list[str], arguments: Mapping[str, Any]) -> "StimulusSet":
    """The stimuli of a loader that gives the same for the same arguments. The table is the caller's own."""
    asked = _frozen([members, arguments])
    key = load, asked
    if asked is None or key not in _kept:
        stimuli = load(*members, **arguments)
        if asked is None or not hasattr(stimuli, "timelines"):
            return stimuli
        _kept[key] = stimuli, _bytes(stimuli)
        while len(_kept) > 1 and sum(size for _, size in _kept.values()) > LARGEST:
            _kept.popitem(last=False)
    _kept.move_to_end(key)
    own = copy.copy(_kept[key][0])
    own.table = own.table.copy()
    return own


def _bytes(stimuli: "StimulusSet") -> int:
    return sum(frame.load().nbytes for frame in stimuli.frames().values())


def _frozen(value: Any) -> Hashable | None:
    """Plain values and lists and mappings of them as something to look up by; None for anything else, such as an iterator."""
    if type(value) in _PLAIN:
        return type(value).__name__, value
    if isinstance(value, Mapping):
        items = [(key, _frozen(item)) for key, item in value.items()]
        return None if any(item is None for _, item in items) else ("mapping", tuple(items))
    if isinstance(value, (list, tuple, range)):
        parts = [_frozen(item) for item in value]
        return None if any(part is None for part in parts) else ("list", tuple(parts))
    return None
