"""Keys of weight files: gains and directions in either of torch's spellings, or plain weights.

A weight is W[o] = g[o] V[o] / |V[o]|, with the norm over all other axes. The authors' files hold g and V as
`*.parametrizations.weight.original0` and `original1`; older ones call them `*.weight_g` and `*.weight_v`.
"""

import torch

GAIN, DIRECTION = ".parametrizations.weight.original0", ".parametrizations.weight.original1"
_OLDER = {".weight_g": GAIN, ".weight_v": DIRECTION}
_ANNEALED = "prelu.weight"  # a slope that is no longer there once training has ended
State = dict[str, torch.Tensor]


def with_gains(state: State) -> State:
    """A state of gains and directions, from any of the forms."""
    state, converted = _modern(state), State()
    for key, value in state.items():
        if key.endswith(".weight"):
            name = key.removesuffix(".weight")
            converted[name + GAIN], converted[name + DIRECTION] = _norm(value), value
        else:
            converted[key] = value
    return converted


def without_gains(state: State) -> State:
    """A state of plain weights, from any of the forms."""
    state, converted = _modern(state), State()
    for key, value in state.items():
        name = key.removesuffix(GAIN).removesuffix(DIRECTION)
        if name == key or not {name + GAIN, name + DIRECTION} <= state.keys():
            converted[key] = value
        elif key.endswith(DIRECTION):
            converted[f"{name}.weight"] = state[name + GAIN] * value / _norm(value)
    return converted


def _modern(state: State) -> State:
    for older, newer in _OLDER.items():
        state = {key.removesuffix(older) + newer if key.endswith(older) else key: v for key, v in state.items()}
    state.pop(_ANNEALED, None)
    return state


def _norm(weight: torch.Tensor) -> torch.Tensor:
    return torch.linalg.vector_norm(weight, dim=tuple(range(1, weight.ndim)), keepdim=True)
