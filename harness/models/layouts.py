"""Axes of what the layers of a network give."""

from dataclasses import dataclass
from typing import Literal

from harness.checks import checked
from harness.errors import ModelError

Layout = Literal["C", "CHW", "HWC", "NC", "CT", "TC", "CTHW", "TCHW", "THWC", "TNC"]
"""Axes without the batch: channels, time, height, width, and tokens (N)."""


@checked(ModelError)
@dataclass(frozen=True)
class Tokens:
    """The layout (tokens, channels) of a video transformer, whose tokens are the places of a map at several moments.

    Attributes:
        time, height, width: of the map; the tokens go through it row by row, and moment by moment.
        leading: tokens before them that lie nowhere, such as a class token; they are not recorded with the map.
        time_last: whether the tokens go place by place instead, and at each place through the moments.
    """

    time: int
    height: int
    width: int
    leading: int = 0
    time_last: bool = False
