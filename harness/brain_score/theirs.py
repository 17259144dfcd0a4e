"""Brain-Score's models for our benchmarks."""

import logging
from typing import Any

from harness.brain_score._package import is_theirs
from harness.brain_score.black_box import BlackBox
from harness.brain_score.commitment import Commitment
from harness.brain_score.unwrapped import Wrapped, unwrap
from harness.checks import checked, shown
from harness.errors import ModelError
from harness.models import Model

_log = logging.getLogger(__name__)


@checked(ModelError)
def from_brain_score(commitment: Any) -> Model | BlackBox:
    """A model of Brain-Score's as one of the harness's: the network inside it, or, where it is more than its network, a black box.

    Args:
        commitment: such as `brainscore_vision.load_model` gives.

    Raises:
        ModelError: for what is not Brain-Score's.
    """
    if isinstance(commitment, Commitment):
        return commitment.model
    if not is_theirs(commitment):
        raise ModelError(f"from_brain_score takes a model of Brain-Score's, not {shown(commitment)}")
    try:
        return unwrap(commitment)
    except Wrapped as reason:
        _log.info("'%s' is known by its answers alone: %s", commitment.identifier, reason)
        return BlackBox(commitment, str(reason))
