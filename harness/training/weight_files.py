"""Weight files that say how they were made: safetensors, with one JSON text in their header."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from safetensors.torch import save as serialised
from torch import nn

from harness.checks import checked
from harness.errors import ArgumentError
from harness.models import TRAINING
from harness.store import write_bytes


@checked(ArgumentError)
def save(network: nn.Module, path: Path, training: Mapping[str, Any]) -> Path:
    """Write the weights of a network.

    Args:
        training: plain values that stand in the header: `model`, `arguments`, `recipe`, `data`, ...; see `Trained.header`.

    Raises:
        StoreError: if the file cannot be written.
    """
    state = {name: value.detach().cpu().contiguous().clone() for name, value in network.state_dict().items()}
    text = json.dumps(training, sort_keys=True, ensure_ascii=False)
    return write_bytes(path, serialised(state, {TRAINING: text}))
