"""The closed vocabulary of tags: what `harness list --tag` and the leaderboard filter by.

Words of a laboratory's own begin with `x-`, as in `x-lab`. `docs/plugins.md` says what each means.
"""

from difflib import get_close_matches
from typing import Annotated, Literal, get_args

from pydantic import AfterValidator

from harness.checks import checked
from harness.errors import DROPPED_IN, ArgumentError, notice, renamed

Kind = Literal["behaviour", "in-silico", "neural", "task"]
Region = Literal["V1", "V2", "V4", "MT", "IT"]
Species = Literal["cat", "human", "macaque", "mouse", "simulated"]
Method = Literal["beta", "bold", "calcium", "eeg", "fmri", "iEEG", "imaging", "lfp", "meg", "mua", "spikes"]
Shown = Literal[
    "bars", "clips", "contours", "figure-ground", "files", "gratings", "images", "labels", "movies", "moving", "natural", "noise",
    "objects", "plaids", "static", "textures",
]  # fmt: skip
Studied = Literal[
    "actions", "biological-motion", "causal", "context", "contrast", "duration", "illusion", "interval", "masking", "motion",
    "occlusion", "orientation", "position", "repetition", "robustness", "shape", "temporal",
]  # fmt: skip
Analysis = Literal["decoding", "distribution", "psychophysics", "regression", "rsa"]
Source = Literal["brainscore", "cifar10", "embedded", "imagenet", "imported", "kinetics400", "leaks", "moments_in_time"]
Network = Literal[
    "baseline",
    "control",
    "delays",
    "dynamical",
    "prediction",
    "recurrent",
    "reference",
    "self-supervised",
    "trained",
    "video",
]
TAGS = tuple(
    word
    for words in (Kind, Region, Species, Method, Shown, Studied, Analysis, Source, Network)
    for word in get_args(words)
)
"""All words."""

OWN = "x-"
"""What a word that is not of the vocabulary begins with."""

SYNONYMS = {
    "ECoG": "iEEG",
    "behavior": "behaviour",
    "behavioral": "behaviour",
    "behavioural": "behaviour",
    "biological motion": "biological-motion",
    "coherence": "motion",
    "direction": "motion",
    "dynamics": "temporal",
    "films": "movies",
    "in silico": "in-silico",
    "monkey": "macaque",
    "short videos": "clips",
    "speed": "motion",
    "static images": "images",
    "surround": "context",
    "texture": "textures",
    "time": "temporal",
    "videos": "clips",
}
"""Words of earlier releases and of other spellings -> those of the vocabulary."""


def _tag(word: str) -> str:
    if word in SYNONYMS:
        renamed(word, SYNONYMS[word])
        return SYNONYMS[word]
    if word not in TAGS and not word.startswith(OWN):
        notice(
            f"the tag '{word}' is not in the vocabulary (docs/plugins.md); call it '{OWN}{word}'; "
            f"as it is, it works until harness {DROPPED_IN}"
        )
    return word


Tag = Annotated[str, AfterValidator(_tag)]


@checked(ArgumentError)
def known_or_own(word: str) -> str:
    """A word of the vocabulary as it is, any other as one of the user's own: for what is described by data."""
    return word if word in TAGS else OWN + word


@checked(ArgumentError)
def nearest(word: str, known: set[str]) -> list[str]:
    """Words that may be meant, the best first."""
    if word in SYNONYMS:
        return [SYNONYMS[word]]
    words = {each.casefold(): each for each in sorted(known)} | {each.casefold(): new for each, new in SYNONYMS.items()}
    return list(dict.fromkeys(words[near] for near in get_close_matches(word.casefold(), words, n=3)))
