"""Maps from the keys of published checkpoints to those of a network: rules that rename or drop, and a few that reshape."""

import re
from collections.abc import Callable, Sequence
from functools import reduce

import torch

State = dict[str, torch.Tensor]
Convert = Callable[[State], State]
Rule = tuple[str, str | Callable[[re.Match[str]], str] | None]


def renamed(*rules: Rule) -> Convert:
    """Rewrites every key by the rules that match it, in their order, or drops it.

    Args:
        rules: (regular expression that is searched for, replacement as of `re.sub`); the key is dropped where that is None.
    """

    def convert(state: State) -> State:
        found = {_renamed(key, rules): value for key, value in state.items()}
        return {key: value for key, value in found.items() if key is not None}

    return convert


def _renamed(key: str, rules: Sequence[Rule]) -> str | None:
    for pattern, replacement in rules:
        if not re.search(pattern, key):
            continue
        if replacement is None:
            return None
        key = re.sub(pattern, replacement, key)
    return key


def one_after_another(*steps: Convert) -> Convert:
    """The maps, each on what the one before gave."""
    return lambda state: reduce(lambda before, step: step(before), steps, state)


def joined(into: str, *parts: str) -> Convert:
    """Tensors that lie apart in the file, one after the other along their first axis in the network.

    Args:
        into: ending of the key of the network, such as `.qkv.weight`.
        parts: endings of the keys of the file, in their order.
    """

    def convert(state: State) -> State:
        stems = [key.removesuffix(parts[0]) for key in state if key.endswith(parts[0])]
        whole = [stem for stem in stems if all(stem + part in state for part in parts)]
        taken = {stem + part for stem in whole for part in parts}
        kept = {key: value for key, value in state.items() if key not in taken}
        return kept | {stem + into: torch.cat([state[stem + part] for part in parts]) for stem in whole}

    return convert


def query_and_value_biases(state: State) -> State:
    """`q_bias` and `v_bias` as one bias of queries, keys and values; that of the keys is 0, as it changes nothing."""
    found = dict(state)
    for key in [key for key in state if key.endswith(".q_bias")]:
        stem = key.removesuffix("q_bias")
        query, value = found.pop(key), found.pop(f"{stem}v_bias")
        found[f"{stem}qkv.bias"] = torch.cat([query, torch.zeros_like(query), value])
    return found


def with_time(*suffixes: str) -> Convert:
    """Kernels (out, in, height, width) of convolutions of frames as kernels of one frame in time, (out, in, 1, height, width)."""

    def convert(state: State) -> State:
        return {
            key: value[:, :, None] if value.ndim == 4 and key.endswith(suffixes) else value
            for key, value in state.items()
        }

    return convert
