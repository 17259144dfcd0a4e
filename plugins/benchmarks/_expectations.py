"""Expected outcomes of adversaries on benchmarks of a family, for `BenchmarkSpec.expects`."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from harness.host import Adversary, Control

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

NO_SIGN = "does not apply: a regression finds the sign of a response itself"
NO_PERFECT_BRAIN = (
    "does not apply: which model predicts a brain is the question; Simulated-fmri, where it is known, tests how"
)
NO_SHAPE = (
    "does not apply: a distribution has no opposite; what is less like the cells than the null population is below 0"
)
NO_SURROUND = (
    "does not apply: what a surround facilitates is part of the summation field, beyond which the display lies"
)
NO_BEFORE = "does not apply: a latency has no opposite, because nothing is decoded before the onset"
PREDICTED: "dict[Adversary, str]" = {"published": "> 0.9", "opposite": NO_SIGN}
"""The recorded neurons, or what is read out, predict themselves."""
SIGNED: "dict[Adversary, str]" = {"published": "> 0.9", "opposite": "< 0"}
"""What is as the participants or brains are, and what is the opposite."""
UNKNOWN: "dict[Adversary, str]" = {"published": NO_PERFECT_BRAIN, "opposite": NO_SIGN}
"""Recordings that no candidate is known to explain."""

_CONTROLS = "harness_plugins.benchmarks._controls"
NEURONS: "dict[Control, str]" = {"published": f"{_CONTROLS}.recordings:neurons"}
DISSIMILARITIES: "dict[Control, str]" = {
    "published": f"{_CONTROLS}.recordings:as_dissimilar",
    "opposite": f"{_CONTROLS}.recordings:oppositely_dissimilar",
}
KNOWLEDGE: "dict[Control, str]" = {"published": f"{_CONTROLS}.read_outs:knowing"}
COURSES: "dict[Control, str]" = {
    "published": f"{_CONTROLS}.recordings:as_dissimilar_over_time",
    "opposite": f"{_CONTROLS}.recordings:oppositely_dissimilar_over_time",
}
KNOWLEDGE_OF_TIMES: "dict[Control, str]" = {
    "published": f"{_CONTROLS}.recordings:solved_as_late",
    "opposite": f"{_CONTROLS}.recordings:solved_late_for_early",
}
DELAYS: "dict[Control, str]" = {
    "published": f"{_CONTROLS}.recordings:as_late",
    "opposite": f"{_CONTROLS}.recordings:late_for_early",
}
ERRORS: "dict[Control, str]" = {
    "published": f"{_CONTROLS}.choices:right_with_most",
    "opposite": f"{_CONTROLS}.choices:right_with_few",
}
CONFUSIONS: "dict[Control, str]" = {
    "published": f"{_CONTROLS}.choices:confused_alike",
    "opposite": f"{_CONTROLS}.choices:confused_oppositely",
}

SEEN_IMAGES = UNKNOWING | UNITS | STILL | UNTRAINED
"""Whatever is asked of images."""
IMAGES = SEEN_IMAGES | PREDICTED
"""Recordings during images, predicted from a model's responses."""
COMPARED_IMAGES = SEEN_IMAGES | SIGNED
"""Matrices and choices of images."""
READ_IMAGES = UNKNOWING | PROJECTED | STILL | UNTRAINED | PREDICTED
"""Read-outs of images."""
RECORDED_MOVIES = UNKNOWING | UNITS | MOVING | UNTRAINED | UNKNOWN | {"clock": "<= intact"}
"""Recordings of movies, in which time can be told."""
PROJECTED_MOVIES = RECORDED_MOVIES | PROJECTED
"""The same, predicted from random projections."""
READ_CLIPS = UNKNOWING | PROJECTED | MOVING | UNTRAINED | PREDICTED | {"clock": "<= intact"}
"""Read-outs of clips."""
CHOSEN_CLIPS = READ_CLIPS | SIGNED
"""Choices among clips."""
AMONG_TEN = CHOSEN_CLIPS | {"noise": "0 +- 0.5", "hash": "0 +- 0.5"}
AMONG_FIVE = CHOSEN_CLIPS | {"noise": "0 +- 0.9", "hash": "0 +- 0.9"}
"""The same of so many kinds of clips: models are compared by 45 numbers, or by ten, a correlation of which has a standard error of
0.15 or 0.33 by chance, before it is divided by the ceiling."""
LEAKING = (
    PROJECTED
    | UNTRAINED
    | UNKNOWN
    | {"nan": "failed", "constant": "not measurable", "clock": "<= intact"}
    | dict.fromkeys(("noise", "hash", "frozen", "shuffled"), "< 1")
)
"""Where training leaks into test, what knows nothing may score."""
LEAKING_MOVIES = LEAKING | {
    "shifted": "does not apply: features are convolved from 0 on, as published, so that an offset is a transient at every onset",
    "frozen": "<= intact",
}
"""The same of movies."""
PREFERENCE = COMPARED_IMAGES | dict.fromkeys(("noise", "hash", "untrained"), "not measurable")
"""Of who names neither cue more often than guessing does, no preference can be told."""
RECORDED = UNKNOWING | UNITS | MOVING | UNTRAINED | UNKNOWN
"""A lab's own recordings, of images or clips."""
COMPARED_RECORDING = UNKNOWING | PROJECTED | MOVING | UNTRAINED | SIGNED
"""Dissimilarities in recordings, of images or clips; of units that are drawn."""
OVER_TIME = UNKNOWING | PROJECTED | STILL | UNTRAINED | SIGNED
"""Dissimilarities of images over time."""
LATENCIES = (
    UNITS
    | UNTRAINED
    | SIGNED
    | dict.fromkeys(("clock", "constant", "hash"), "not measurable")
    | {"noise": "0 +- 0.6", "nan": "failed", "frozen": "< 1", "shuffled": "< 1"}
)
"""Which stimuli are answered later; what answers at once answers to none later."""
SOLUTION_TIMES = (
    PROJECTED
    | UNTRAINED
    | SIGNED
    | STILL
    | dict.fromkeys(("clock", "constant", "hash", "noise"), "not measurable")
    | {"nan": "failed"}
)
"""When objects can be read out; what they cannot be read out of, or at once, has no times."""
MASKED = (
    UNKNOWING
    | PROJECTED
    | UNTRAINED
    | SIGNED
    | {"noise": "not measurable", "hash": "not measurable", "frozen": "< 1", "shuffled": "< 1"}
)
"""Decisions about masked objects, a target and a mask that follow one another; none are made where no object can be read."""
CONTOURS = (
    UNKNOWING
    | STILL
    | UNTRAINED
    | {"noise": "not measurable", "hash": "not measurable", "scaled": "invariant", "shifted": "invariant +- 0.05"}
    | {"permuted": "invariant +- 0.1"}
    | {
        "published": "does not apply: contours are those of a network's maps; annotators' own reach the ceiling by its definition",
        "opposite": "does not apply: a map of what is not a contour finds fewer of them, which is what noise does",
    }
)
"""Maps of contours; what is no map has none."""
UNDRIVEN: "dict[Adversary, str]" = dict.fromkeys(("noise", "clock", "hash", "constant"), "not measurable")
"""Where units must be driven and tuned, or something be read, before an effect can be measured."""
CELLS = UNDRIVEN | UNITS | STILL | SIGNED | {"nan": "failed", "untrained": "< 0.5"}
"""Experiments on single units, with stills."""
