"""Where a network can be perturbed: what it hands over, and the modules through which its readers hear that.

A network declares it with a method `points()`, which gives `Point`s and `Connection`s. Every module that they name is called as
`value = self.module(value)` with the result used, so that whatever is done to the output reaches those who read it. What an
integrator keeps from step to step passes through none of them: an altered emission is not an altered memory.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

from harness.checks import checked
from harness.errors import ModelError

Kind = Literal["emitted", "drive", "state"]
Direction = Literal["feedforward", "lateral", "feedback"]


SCREEN = "screen"
"""The source of connections that bring a network what it sees."""


@checked(ModelError)
@dataclass(frozen=True)
class Heard:
    """A module through which a value is heard.

    Attributes:
        module: its name in the network.
        lag: how many steps after it was emitted; what lies in a delay line when a perturbation begins is not altered.
    """

    module: str
    lag: int = 0


@checked(ModelError)
@dataclass(frozen=True)
class Point:
    """Something that a network hands over.

    Attributes:
        layer: the layer that shows it when it is recorded.
        heard: all modules through which it is heard.
        kind: "emitted" by units after their non-linearity; their "drive", before it; or the "state" that they keep.
        area: the point's area, by which the classes of cells of an area belong together; the layer if empty.
        cells: class of cells, such as "E" or "I"; empty where there is one.
    """

    layer: str
    heard: tuple[Heard, ...]
    kind: Kind = "emitted"
    area: str = ""
    cells: str = ""


@checked(ModelError)
@dataclass(frozen=True)
class Connection:
    """A connection: what arrives at one layer from another, before it is joined with the rest.

    Attributes:
        source, target: layers; the same one for a lateral connection, and `SCREEN` for the source of what is seen.
        module: whose output is what arrives.
        direction: of it.
        lag: steps from the emission to here, see `Heard`.
    """

    source: str
    target: str
    module: str
    direction: Direction
    lag: int = 0


@runtime_checkable
class Perturbable(Protocol):
    """A network that declares where it can be perturbed."""

    def points(self) -> Iterable[Point | Connection]:
        """Everything that can be altered."""
