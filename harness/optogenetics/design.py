"""The design of the experiment, and its stimuli: gratings on the receptive field of a site, with and without a surround."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from harness.checks import checked
from harness.engine import AllUnits, CentreUnits, Recording, extract, extract_each
from harness.errors import ArgumentError, NotMeasurable
from harness.metrics.tuning import summation_diameter
from harness.models import Model, Point, RecurrentModel
from harness.perturbation import Disc, Perturbation, degrees_of, emitted_points, perturbed
from harness.stimuli import Canvas, StimulusSet, Timeline
from harness.store import Store

PIXELS_PER_DEGREE = 28


@checked(ArgumentError)
@dataclass(frozen=True)
class Design:
    """The stimuli and perturbations of an experiment. Angles are of the contour, counter-clockwise; sizes in degrees of visual
    angle.

    Attributes:
        region: whose units are read and driven.
        frequencies: cycles/degree; those that the model's input can show are used.
        contrasts: of the gratings.
        orientations: how many, evenly spaced.
        phases: how many at the chosen frequency and contrast; in the sweep there are two.
        steps: of a recurrent model.
        diameter: of the patch on the receptive field; measured if None.
        surround: diameter of the surround, in units of that of the patch.
        factors: by which the drive inside the patch is multiplied; the first is the one that is rescued from.
        rescued: how many orientations are rescued.
        budgets: sizes of the adjustment, in units of the SD of the state over places and channels.
        seed: of everything that is drawn.
    """

    region: str = "V1"
    frequencies: Sequence[float] = (0.5, 1.0, 2.0)
    contrasts: Sequence[float] = (0.25, 0.5, 1.0)
    orientations: int = 12
    phases: int = 8
    steps: int = 4
    diameter: float | None = None
    surround: float = 3.0
    factors: Sequence[float] = (1.5, 0.5, 0.0)
    rescued: int = 6
    budgets: Sequence[float] = (0.5, 1.0, 2.0, 4.0)
    seed: int = 0

    @property
    def angles(self) -> np.ndarray:
        """Orientations of the decoder."""
        return np.arange(self.orientations) * 180.0 / self.orientations


@checked(ArgumentError)
class Session:
    """A model under study: its site, its points, and what is shown to it.

    Args:
        model: recurrent, or a frame model as a control without any state.
        design: of the experiment.
        store: of responses.

    Attributes:
        duration: ms for which everything is shown.
        layer: that of the region.
        excitatory, inhibitory: layers of the classes E and I; the region's layer, and None, where there are no classes.
    """

    def __init__(self, model: Model, design: Design, store: Store | None = None):
        self.model, self.design, self._store = model, design, store
        self.step = model.dt if isinstance(model, RecurrentModel) else 100.0
        self.duration = self.step * (design.steps if isinstance(model, RecurrentModel) else 1)
        self.layer = model.layer_of(design.region)
        degrees = float(model.visual_degrees)
        self.canvas = Canvas(degrees, 2 * round(degrees * PIXELS_PER_DEGREE / 2))
        own = self._points
        self.excitatory = next((point.layer for point in own if point.cells == "E"), self.layer)
        self.inhibitory = next((point.layer for point in own if point.layer != self.excitatory), None)

    @cached_property
    def _points(self) -> list[Point]:
        points = emitted_points(self.model)
        areas = {point.area for point in points if point.layer == self.layer} - {""}
        return [point for point in points if point.area in areas]

    @cached_property
    def grid(self) -> tuple[int, int]:
        """Height and width of the region's map."""
        seen = self.record({"blank": np.zeros_like(self.canvas.x)}, AllUnits(), [self.layer])[self.layer].units
        if len(seen) == 0 or seen.x.min() < 0:
            raise NotMeasurable(f"layer '{self.layer}' of '{self.model.identifier}' has no map, so it has no site")
        return int(seen.y.max()) + 1, int(seen.x.max()) + 1

    @property
    def place(self) -> tuple[int, int]:
        """Row and column of the site."""
        return self.grid[0] // 2, self.grid[1] // 2

    @cached_property
    def site(self) -> tuple[float, float]:
        """x and y of the site in degrees."""
        x, y = degrees_of(self.grid, float(self.model.visual_degrees))
        number = self.place[0] * self.grid[1] + self.place[1]
        return float(x[number]), float(y[number])

    @property
    def frequencies(self) -> list[float]:
        """Spatial frequencies below half of what the model's input can show."""
        highest = self.model.preprocessing.size / float(self.model.visual_degrees) / 4
        return [f for f in self.design.frequencies if f <= highest + 1e-9] or [highest]

    def patch(self, orientation: float, frequency: float, phase: float, contrast: float, diameter: float) -> np.ndarray:
        """Modulation of a grating in a disc on the site."""
        canvas = self.canvas
        shown = canvas.grating(orientation, frequency, phase, self.site) * canvas.disc(diameter, self.site)
        return contrast * canvas.highest_contrast * shown

    def stimuli(self, shown: dict[str, np.ndarray]) -> StimulusSet:
        """Modulations by name as a stimulus set."""
        timelines = [Timeline.still(self.canvas.image(one), self.duration) for one in shown.values()]
        table = pd.DataFrame({"stimulus_id": list(shown)})
        return StimulusSet("optogenetics", table, timelines, self.canvas.visual_degrees, self.canvas.background)

    def record(
        self,
        shown: dict[str, np.ndarray],
        reduction: Any = None,
        layers: Sequence[str] = (),
        every_step: bool = False,
        perturbations: Sequence[Sequence[Perturbation]] | None = None,
    ) -> Any:
        """Responses by layer in the last step, or in every step; a list of these, the intact model first, if perturbations are
        given. The site alone is recorded if there is no reduction."""
        bins = [(k * self.step, (k + 1) * self.step) for k in range(round(self.duration / self.step))]
        recording = Recording(
            layers or [self.excitatory], bins if every_step else bins[-1:], reduction or CentreUnits()
        )
        stimuli = self.stimuli(shown)
        if perturbations is None:
            return extract(self.model, stimuli, recording, store=self._store)
        models = [self.model, *(perturbed(self.model, one) for one in perturbations)]
        return extract_each(models, stimuli, recording, store=self._store)

    @cached_property
    def diameter(self) -> float:
        """Diameter of the patch: given, or that at which the mean response of the site's units has reached 95 % of its maximum."""
        if self.design.diameter is not None:
            return float(self.design.diameter)
        sizes = np.geomspace(4 * self.canvas.pixel, self.canvas.visual_degrees / 2, 5)
        frequency = self.frequencies[len(self.frequencies) // 2]
        shown = {
            f"{size:g}/{angle:g}": self.patch(angle, frequency, 90.0, 1.0, size)
            for size in sizes
            for angle in (0.0, 90.0)
        }
        values = self.record({"blank": np.zeros_like(self.canvas.x), **shown})[self.excitatory].array()[:, 0]
        drive = np.abs(values[1:] - values[:1]).mean(1).reshape(len(sizes), 2).mean(1)
        found = float(summation_diameter(sizes, drive[None])[0])
        return found if np.isfinite(found) else float(sizes[1])

    @property
    def disc(self) -> Disc:
        """The disc that is driven, or silenced."""
        return Disc(*self.site, max(self.diameter, 1.5 * float(self.model.visual_degrees) / min(self.grid)))

    def drive(self, factor: float) -> Perturbation:
        """The drive inside the patch times a factor; the emission, where the model declares no drive."""
        kinds = {point.kind for point in _declared(self.model) if point.layer == self.excitatory}
        point = "drive" if "drive" in kinds else "emitted"
        return Perturbation(self.excitatory, "scale", factor, where=self.disc, point=point)  # type: ignore[arg-type]


def _declared(model: Model) -> list[Point]:
    from harness.models import Perturbable

    return (
        [one for one in model.network.points() if isinstance(one, Point)]
        if isinstance(model.network, Perturbable)
        else []
    )
