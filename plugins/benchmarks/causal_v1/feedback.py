"""V1 without part of its feedback: Nurminen et al. 2018, Nassi, Lomber & Born 2013, and Hupe et al. 2001, who found no effect.

Each unit sees patches of its preferred grating for 200 ms at 9 diameters, with and without the perturbation. Units, their
preferences and the intact receptive field are those of the control condition alone.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from harness.benchmarks import plain
from harness.benchmarks.physiology import InSilicoBenchmark, Laboratory, Measured, patch
from harness.brain_model import perturbable
from harness.errors import NotPerturbable
from harness.perturbation import Fraction, Perturbation
from harness_plugins.benchmarks._causal import matched, trend
from harness_plugins.benchmarks.causal_v1 import HUPE, NASSI, NURMINEN

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SIZES = 9
EXPOSURE, WINDOW = 200.0, 300.0
FACTORS = (0.75, 0.5, 0.25, 0.0)
MAIN = 1
"""Of the factors: the authors' own model has half of the feedback."""
UNCHANGED = 0.05
"""Share of a response up to which Hupe et al.'s null result holds."""


class _Feedback(InSilicoBenchmark):
    """Size tuning with and without feedback."""

    version = 1
    rows = "units"

    def sizes(self, laboratory: Laboratory) -> np.ndarray:
        """(SIZES,) diameters in degrees."""
        degrees = laboratory.canvas.visual_degrees
        return np.geomspace(max(degrees / 32, 4 * laboratory.canvas.pixel), degrees, SIZES)

    def curves(self, laboratory: Laboratory) -> np.ndarray:
        """(units, sizes), responses above the blank."""
        contrast, sizes = laboratory.canvas.highest_contrast, self.sizes(laboratory)
        seen = laboratory.each(
            lambda unit: {
                f"{size:g}": laboratory.still(patch(laboratory, unit, size, contrast), EXPOSURE) for size in sizes
            },
            [(0, WINDOW)],
        )
        return np.maximum(seen.mean(), 0)

    def suits(self, laboratory: Laboratory) -> None:
        """Refuse a model without the feedback before its units are looked for."""
        perturbable(laboratory.candidate).perturbed(self.chosen(laboratory)(0.0))

    def chosen(self, laboratory: Laboratory) -> Any:
        """factor -> perturbations."""
        raise NotImplementedError

    def controls(
        self, laboratory: Laboratory, factor: float, ratio: float, judge: Callable[[np.ndarray], dict[str, np.ndarray]]
    ) -> dict[str, Any]:
        """Means of the orders under matched perturbations.

        Args:
            factor: by which feedback was scaled.
            ratio: of the responses to the best size, by which V1's own output is scaled, all of it or twice as much of half of it.
            judge: curves -> orders.
        """

        def means(perturbations: Sequence[Perturbation]) -> dict[str, Any]:
            return {
                name: plain(np.nanmean(each))
                for name, each in judge(self.curves(laboratory.under(perturbations))).items()
            }

        scaled = lambda target, by, units=None: [Perturbation(target, "scale", by, units=units)]
        half = Fraction(0.5, self.seed)
        return matched(
            {
                "factor 1": lambda: means(self.chosen(laboratory)(1.0)),
                "V1 scaled by as much": lambda: means(scaled(self.region, ratio)),
                "half of V1's units, by twice as much": lambda: means(
                    scaled(self.region, max(0.0, 2 * ratio - 1), half)
                ),
                **{
                    f"{area} in place of V2": lambda area=area: means(scaled(area, factor))  # type: ignore[misc]
                    for area in self.without_the_path(laboratory)
                },
            }
        )

    def without_the_path(self, laboratory: Laboratory) -> list[str]:
        """Areas above V3, in another layer than V1, V2 and V3."""
        candidate = laboratory.candidate
        layers = {candidate.layer_of(area) for area in (self.region, "V2", "V3") if area in candidate.regions}
        return [area for area in ("V4", "IT") if area in candidate.regions and candidate.layer_of(area) not in layers]

    def figure(self, details: dict[str, Any]) -> "Figure":
        """Size tuning intact and perturbed, and the orders."""
        from harness_plugins.benchmarks.causal_v1.figure import feedback

        return feedback(details)


class FeedbackReduced(_Feedback):
    """Feedback from V2 to V1 scaled to 3/4, 1/2, 1/4 and 0, after Nurminen et al. 2018 (optogenetic inactivation of the terminals).

    sRF is the diameter of the largest response in the control; the proximal surround reaches to the diameter of the largest
    response with half of the feedback, or, where that is no larger, to the next size. Orders are of the signs that the paper's
    captions state; sizes of effects could not be verified.
    """

    identifier = "Nurminen2018.V1-feedback"
    bibtex = NURMINEN
    orders = {  # noqa: RUF012
        "field_grows": "the receptive field is larger with half of the feedback",
        "centre_falls": "the response to a patch on the receptive field is lower",
        "near_surround_released": "the response to field and near surround is higher",
        "suppression_falls": "the near surround suppresses less",
        "graded": "the field grows and the peak falls with the share of feedback that is gone",
    }
    disabled = {"sizes": "receptive field + 56 %, centre - 26 %: from memory, unverified"}  # noqa: RUF012

    def chosen(self, laboratory: Laboratory) -> Any:
        able = perturbable(laboratory.candidate)
        target = f"V2->{self.region}"
        try:
            able.perturbed(Perturbation(target, "silence"))
        except NotPerturbable:
            target = f"feedback->{self.region}"
        return lambda factor: [Perturbation(target, "scale", factor)]

    def measure(self, laboratory: Laboratory) -> Measured:
        sizes, done = self.sizes(laboratory), self.chosen(laboratory)
        control = self.curves(laboratory)
        curves = [self.curves(laboratory.under(done(factor))) for factor in FACTORS]
        orders = _nurminen(sizes, control, curves)
        at = control.argmax(1)
        rows = np.arange(len(at))
        ratio = float(curves[MAIN][rows, at].sum() / control[rows, at].sum())
        details = {
            "sizes": plain(sizes),
            "curves": {
                "intact": plain(control),
                **{f"feedback x {f:g}": plain(c) for f, c in zip(FACTORS, curves, strict=True)},
            },
            "controls": self.controls(
                laboratory, FACTORS[MAIN], ratio, lambda found: _nurminen(sizes, control, [found] * len(FACTORS))
            ),
        }
        return Measured({}, orders, details)


class AreasCooled(_Feedback):
    """V2 and V3 silenced, after Nassi, Lomber & Born 2013, who cooled them: less surround suppression, most for large stimuli.

    Hupe et al. 2001 inactivated V2 and found nothing; the share of units in which no response to a size changes by more than 5 % of
    the best one is reported as their result, and no score rewards both.
    """

    identifier = "Nassi2013.V1-cooling"
    bibtex = f"{NASSI}\n{HUPE}"
    orders = {  # noqa: RUF012
        "suppression_falls": "the largest patch suppresses less",
        "large_released": "the response to the largest patch is higher",
        "large_above_best": "it changes by more than that to the best patch",
    }
    disabled = {"sizes": "the paper's numbers are not established"}  # noqa: RUF012

    def chosen(self, laboratory: Laboratory) -> Any:
        candidate = laboratory.candidate
        own = candidate.layer_of(self.region)
        areas = [area for area in ("V2", "V3") if area in candidate.regions and candidate.layer_of(area) != own]
        if not areas:
            raise NotPerturbable(f"'{laboratory.candidate.identifier}' has neither V2 nor V3 beside V1 to cool")
        return lambda factor: [Perturbation(area, "scale", factor) for area in areas]

    def measure(self, laboratory: Laboratory) -> Measured:
        sizes, control = self.sizes(laboratory), self.curves(laboratory)
        doses = (0.75, 0.5, 0.25)
        done = self.chosen(laboratory)
        cooled = self.curves(laboratory.under(done(0.0)))
        partly = {f"x {factor:g}": self.curves(laboratory.under(done(factor))) for factor in doses}
        ratio = float(cooled.max(1).sum() / control.max(1).sum())
        largest = np.abs(cooled - control).max(1) / np.where(control.max(1) > 0, control.max(1), np.nan)
        details = {
            "sizes": plain(sizes),
            "curves": {
                "intact": plain(control),
                **{name: plain(c) for name, c in partly.items()},
                "cooled": plain(cooled),
            },
            "hupe2001": {"unchanged": plain(np.nanmean(largest <= UNCHANGED)), "margin": UNCHANGED},
            "controls": self.controls(laboratory, 0.0, ratio, lambda found: _nassi(control, found)),
        }
        return Measured({}, _nassi(control, cooled), details)


def _nurminen(sizes: np.ndarray, control: np.ndarray, curves: Sequence[np.ndarray]) -> dict[str, np.ndarray]:
    """Orders of every unit."""
    main, rows = curves[MAIN], np.arange(len(control))
    best, perturbed_best = control.argmax(1), main.argmax(1)
    near = np.where(perturbed_best > best, perturbed_best, np.minimum(best + 1, len(sizes) - 1))
    peak = np.where(control.max(1) > 0, control.max(1), np.nan)
    fields = np.array([_field(sizes, curve) for curve in [control, *curves]])
    peaks = np.array([curve.max(1) for curve in [control, *curves]])
    return {
        "field_grows": np.log(_field(sizes, main) / _field(sizes, control)),
        "centre_falls": (control[rows, best] - main[rows, best]) / peak,
        "near_surround_released": (main[rows, near] - control[rows, near]) / peak,
        "suppression_falls": _suppression(control, near) - _suppression(main, near),
        "graded": 0.5 * (trend(fields) - trend(peaks)),
    }


def _nassi(control: np.ndarray, cooled: np.ndarray) -> dict[str, np.ndarray]:
    rows, best = np.arange(len(control)), control.argmax(1)
    peak = np.where(control.max(1) > 0, control.max(1), np.nan)
    last = np.full(len(control), control.shape[1] - 1)
    large, at_best = (cooled[:, -1] - control[:, -1]) / peak, (cooled[rows, best] - control[rows, best]) / peak
    return {
        "suppression_falls": _suppression(control, last) - _suppression(cooled, last),
        "large_released": large,
        "large_above_best": large - at_best,
    }


def _suppression(curves: np.ndarray, at: np.ndarray) -> np.ndarray:
    """(R_best - R_at) / R_best of every unit."""
    best = np.where(curves.max(1) > 0, curves.max(1), np.nan)
    return 1 - curves[np.arange(len(curves)), at] / best


def _field(sizes: np.ndarray, curves: np.ndarray) -> np.ndarray:
    """(units,), the diameter of the largest response, by a parabola through it and its neighbours on a logarithmic scale."""
    logs, at = np.log(sizes), curves.argmax(1)
    rows = np.arange(len(curves))
    inside = (at > 0) & (at < len(sizes) - 1)
    middle = np.clip(at, 1, len(sizes) - 2)
    left, peak, right = curves[rows, middle - 1], curves[rows, middle], curves[rows, middle + 1]
    bend = left - 2 * peak + right
    with np.errstate(divide="ignore", invalid="ignore"):
        shift = np.where(inside & (bend < 0), 0.5 * (left - right) / bend, 0.0)
    return np.exp(logs[at] + shift * (logs[1] - logs[0]))
