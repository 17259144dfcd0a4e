"""Microstimulation of MT during the discrimination of directions (Salzman, Murasugi, Britten & Newsome 1992)."""

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from harness import StimulusSet, load_stimuli
from harness.benchmarks import plain
from harness.benchmarks.physiology import Laboratory, Measured
from harness.brain_model import PerturbableBrainModel, perturbable
from harness.engine import CentreUnits, SpatialMean
from harness.errors import NotMeasurable
from harness.metrics.statistics import Target
from harness.perturbation import Disc
from harness_plugins.benchmarks._causal import (
    AFTER,
    ALWAYS,
    LinearReadOut,
    PopulationBenchmark,
    matched,
    roc_area,
    with_current,
)
from harness_plugins.benchmarks.causal_mt import CELEBRINI, SALZMAN

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DIRECTIONS = tuple(np.arange(0, 360, 45.0).tolist())
COHERENCES = (0.1, 0.3, 0.6)
DURATION, READ = 400.0, (100.0, 400.0)
APERTURE = 6.0
"""Degrees of the dots' window, which covers the receptive fields of what is stimulated."""
ALIKE = 30.0
"""Degrees between preferred directions of cells that lie at one site."""
DOSES = (0.25, 0.5, 1.0, 2.0)
MAIN = 1.0
LEAST_TUNING = 0.2
"""Vector strength of a unit that is tuned to direction."""
LEAST_AREA = 0.7
"""Under the ROC curve of the read-out of an axis, over all coherences."""


class DirectionMicrostimulation(PopulationBenchmark):
    """Stimulating MT cells of one direction makes an observer choose that direction.

    Random dots move in one of eight directions at three coherences for 400 ms. A site is a column: a channel of MT that is
    tuned to direction with all that prefer nearly the same one, where the display is. A linear read-out of the channels' mean
    responses from 100 ms on, fitted to half of the exemplars of all directions in the intact model, tells how coherently the
    dots move along the axis of the site's preferred direction, and is kept. The other exemplars that move in that direction or
    against it are shown with a current of one SD of each channel's unit at the middle, over movies, into the site. The shift is
    the mean change of what is read out, toward the preferred direction; a site counts by Phi(z), the probability that its shift
    is one toward that direction, z being the shift over the standard error of what is read out over movies. The published share
    is of sites whose shift was significant, three fifths of all; how many are is no property of a model.
    """

    identifier = "Salzman1992.MT-microstimulation"
    version = 1
    bibtex = f"{SALZMAN}\n{CELEBRINI}"
    region = "MT"
    rows = "sites"
    targets = {  # noqa: RUF012
        "toward_preferred": Target(
            0.97,
            0.5,
            0.018,
            "Salzman et al. 1992, J. Neurosci. 12:2331-2355, abstract; binomial error",
            "quoted",
            "139 experiments, 89 significant, 97 % of those toward the preferred direction",
            89,
        )
    }
    disabled = {  # noqa: RUF012
        "89 of 139 experiments significant": "a property of the experiment's trials and currents",
        "slopes hardly changed": "Celebrini & Newsome 1995, of MST: shown as `slope_ratio`; a model without the effect has it, too",
    }

    @cached_property
    def stimuli(self) -> StimulusSet:
        """The movies."""
        return load_stimuli(
            "random_dots",
            coherence=COHERENCES,
            direction=DIRECTIONS,
            speed=4.0,
            aperture=APERTURE,
            dot_size=0.25,
            duration=DURATION,
            exemplars=4,
            size_px=64,
            seed=self.seed,
        )

    def measure(self, laboratory: Laboratory) -> Measured:
        able = perturbable(laboratory.candidate)
        with_current(able, self.region, 1.0)
        experiment = _Experiment(able, self.region, self.stimuli)
        found = [experiment.site(channel) for channel in experiment.tuned(self.units, self.seed)]
        told = [site for site in found if site.area >= LEAST_AREA]
        if len(told) < 2:
            raise NotMeasurable(
                f"directions can be told along the axes of {len(told)} of {len(found)} sites; it takes two"
            )
        z = np.array([experiment.shift(site, MAIN)[0] for site in told])
        details = {
            "preferred": plain([site.direction for site in told]),
            "z": plain(z),
            "slope_ratio": plain([experiment.shift(site, MAIN)[2] for site in told]),
            "shift": plain([experiment.shift(site, MAIN)[1] for site in told]),
            "doses": list(DOSES),
            "dose_curve": plain([experiment.shift(told[0], dose)[1] for dose in DOSES]),
            "controls": experiment.controls(told, self.seed),
        }
        from scipy.stats import norm

        return Measured({"toward_preferred": norm.cdf(z)}, {}, details)

    def figure(self, details: dict[str, Any]) -> "Figure":
        """Shifts of sites by preferred direction, over doses, and the score's part."""
        from harness_plugins.benchmarks.causal_mt.figure import directions

        return directions(details)


class _Site:
    """A channel of MT, and a read-out of the axis that it prefers.

    Attributes:
        channel, direction: of the site, the latter in degrees.
        rows: of the movies of the test, along the axis.
        signed: (rows,), coherence, negative against the preferred direction.
        area: under the ROC curve of the test in the intact model.
    """

    def __init__(self, channel: int, direction: float, stimuli: StimulusSet, responses: np.ndarray):
        self.channel, self.direction = channel, direction
        apart = np.deg2rad(stimuli.table["direction"].to_numpy() - direction)
        side = np.where(np.cos(apart) > np.cos(np.pi / 7), 1, np.where(np.cos(apart) < -np.cos(np.pi / 7), -1, 0))
        fitted = stimuli.table["exemplar"].to_numpy() % 2 == 0
        coherence, self.rows = stimuli.table["coherence"].to_numpy(), np.flatnonzero((side != 0) & ~fitted)
        self.read_out = LinearReadOut(responses[fitted], (coherence * np.cos(apart))[fitted])
        self.signed = (side * coherence)[self.rows]
        self.control = self.read_out(responses[self.rows])
        of, other = self.control[self.signed > 0], self.control[self.signed < 0]
        self.area = roc_area(of, other)


class _Experiment:
    """Responses of MT to the dots, and what a current into a site does to choices."""

    def __init__(self, able: PerturbableBrainModel, region: str, stimuli: StimulusSet):
        self._able, self._region, self._stimuli = able, region, stimuli
        self._responses = self._recorded(able, stimuli)
        self._spread = np.asarray(able.record(stimuli, region, [READ], CentreUnits())[:, 0], dtype=float).std(0)
        self._known: dict[Any, tuple[float, float, float]] = {}

    def _recorded(self, able: PerturbableBrainModel, stimuli: StimulusSet) -> np.ndarray:
        """(movies, channels)."""
        return np.asarray(able.record(stimuli, self._region, [READ], SpatialMean())[:, 0], dtype=float)

    def tuned(self, most: int, seed: int) -> list[int]:
        """Channels that are tuned to direction, drawn at random.

        Raises:
            NotMeasurable: if there are fewer than two.
        """
        curves = np.maximum(self._curves() - self._curves().min(0), 0)
        strength = np.abs(self._vectors()) / np.maximum(curves.sum(0), 1e-30)
        found = np.flatnonzero((strength >= LEAST_TUNING) & (self._spread > 0))
        if len(found) < 2:
            raise NotMeasurable(
                f"{len(found)} channels of {self._region} are tuned to direction; an experiment needs two"
            )
        return sorted(np.random.default_rng(seed).permutation(found)[:most].tolist())

    def _curves(self) -> np.ndarray:
        """(directions, channels)."""
        shown = self._stimuli.table["direction"].to_numpy()
        return np.stack([self._responses[shown == direction].mean(0) for direction in DIRECTIONS])

    def _vectors(self) -> np.ndarray:
        curves = self._curves()
        return np.asarray(np.exp(1j * np.deg2rad(DIRECTIONS)) @ (curves - curves.min(0)))

    def _column(self, channel: int) -> np.ndarray:
        """(channels,), those that prefer nearly the direction of a channel."""
        vectors = self._vectors()
        return np.abs(np.angle(vectors * vectors[channel].conj())) <= np.deg2rad(ALIKE) + 1e-9

    def site(self, channel: int) -> _Site:
        """A channel as a site."""
        direction = float(np.rad2deg(np.angle(self._vectors()[channel])))
        nearest = float(DIRECTIONS[int(np.argmax(np.cos(np.deg2rad(np.array(DIRECTIONS) - direction))))])
        return _Site(channel, nearest, self._stimuli, self._responses)

    def shift(
        self, site: _Site, dose: float, channel: int | None = None, window: tuple[float, float] = ALWAYS
    ) -> tuple[float, float, float]:
        """Shift over its standard error, shift in % coherence, and the ratio of slopes.

        Args:
            channel: whose column is stimulated in the site's place.
        """
        driven = site.channel if channel is None else channel
        key = site.channel, dose, driven, window
        if key not in self._known:
            shown = self._stimuli.select(site.rows.tolist())
            units = self._column(driven)
            current = dose * self._spread
            able = with_current(self._able, self._region, current, Disc(0, 0, APERTURE), units, window)
            changed = site.read_out(self._recorded(able, shown))
            moved, slopes = (
                changed - site.control,
                [np.polyfit(site.signed, one, 1)[0] for one in (site.control, changed)],
            )
            noise = np.std(site.control - np.polyval(np.polyfit(site.signed, site.control, 1), site.signed))
            error = max(float(noise) / np.sqrt(len(moved)), 1e-30)
            self._known[key] = (
                float(moved.mean()) / error,
                100 * float(moved.mean() / slopes[0]),
                float(slopes[1] / slopes[0]),
            )
        return self._known[key]

    def controls(self, sites: list[_Site], seed: int) -> dict[str, Any]:
        """Mean shifts in % coherence by matched perturbations."""
        others = np.random.default_rng(seed).integers(len(self._spread), size=len(sites))
        mean = lambda shifts: plain(np.mean([shift[1] for shift in shifts]))
        return matched(
            {
                "no current": lambda: mean([self.shift(site, 0.0) for site in sites]),
                "channels at random": lambda: mean(
                    [self.shift(site, MAIN, int(other)) for site, other in zip(sites, others, strict=True)]
                ),
                "after the response": lambda: mean(
                    [self.shift(site, MAIN, None, (AFTER, AFTER + 400)) for site in sites]
                ),
            }
        )
