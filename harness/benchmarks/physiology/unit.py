"""A unit under study, as its characterisation describes it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Unit:
    """The properties of a unit that a physiologist measures before the experiment.

    Attributes:
        channel: its position among the recorded units.
        x, y: centre of the receptive field, degrees from the middle of the image, to the right and upwards.
        diameter: of the receptive field as spots map it, in degrees.
        orientation: preferred, of the contour, in degrees.
        spatial_frequency: preferred, in cycles per degree.
        phase: preferred, in degrees at the centre of the receptive field (see `Canvas.grating`); 90, even, for a complex cell.
        simple: whether the response is modulated by phase.
        summation: diameter of the grating patch at which the response has reached 95 % of its maximum, in degrees.
        selectivity: 1 - circular variance.
    """

    channel: int
    x: float
    y: float
    diameter: float
    orientation: float
    spatial_frequency: float
    phase: float
    simple: bool
    summation: float
    selectivity: float

    @property
    def centre(self) -> tuple[float, float]:
        """(x, y)."""
        return self.x, self.y
