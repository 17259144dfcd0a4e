"""Expected outcomes of adversaries on benchmarks of a family, for `BenchmarkSpec.expects`."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from harness.host import Adversary

UNKNOWING: "dict[Adversary, str]" = {
    "noise": "0 +- 0.2",
    "hash": "0 +- 0.2",
    "clock": "not measurable",
    "constant": "not measurable",
    "nan": "failed",
}
"""What knows nothing of the stimuli predicts nothing of them; what answers alike to all of them is refused."""
UNITS: "dict[Adversary, str]" = {"scaled": "invariant", "shifted": "invariant", "permuted": "invariant"}
"""Neither the scale of responses nor the order of units counts."""
PROJECTED: "dict[Adversary, str]" = UNITS | {"shifted": "invariant +- 0.05", "permuted": "invariant +- 0.1"}
"""The same where layers go through a random projection, which is another one for units in another order."""
STILL: "dict[Adversary, str]" = {"frozen": "invariant", "shuffled": "invariant"}
"""An image is one frame."""
MOVING: "dict[Adversary, str]" = {"frozen": "<= intact", "shuffled": "<= intact"}
"""What a movie's first frame, or its frames in any order, give is no more than the movie does."""
UNTRAINED: "dict[Adversary, str]" = {"untrained": "< 1"}
"""A network that has learnt nothing does not reach the ceiling."""

IMAGES = UNKNOWING | UNITS | STILL | UNTRAINED
"""Recordings, matrices and choices of images."""
READ_IMAGES = UNKNOWING | PROJECTED | STILL | UNTRAINED
"""Read-outs of images."""
RECORDED_MOVIES = UNKNOWING | UNITS | MOVING | UNTRAINED | {"clock": "<= intact"}
"""Recordings of movies, in which time can be told."""
READ_CLIPS = UNKNOWING | PROJECTED | MOVING | UNTRAINED | {"clock": "<= intact"}
"""Read-outs and choices of clips."""
LEAKING = (
    UNITS | UNTRAINED | {"nan": "failed", "constant": "not measurable", "noise": "< 1", "hash": "< 1", "clock": "< 1"}
)
"""Where training leaks into test, what knows nothing may score."""
PREFERENCE = IMAGES | {"noise": "not measurable", "hash": "not measurable"}
"""Of who names neither cue more often than guessing does, no preference can be told."""
RECORDED = UNKNOWING | UNITS | MOVING | UNTRAINED
"""A lab's own recordings, of images or clips."""
MASKED = UNKNOWING | PROJECTED | UNTRAINED
"""Decisions about masked objects: images that follow one another."""
CONTOURS = UNKNOWING | STILL | UNTRAINED | {"noise": "not measurable", "hash": "not measurable"}
"""Maps of contours; what is no map has none."""
