"""The networks of the zoo, with their weights or with random ones."""

from typing import Any

from harness import load_model
from harness.errors import MissingWeights, ModelError
from harness.models import Model, training_of
from harness_plugins.models.zoo.members import MEMBERS, Member


def dyrcnn_x4_masking(
    recurrence: str = "full", seed: int = 0, weights: str = "trained", cut_recurrence: bool = False
) -> Model:
    """A narrow DyRCNN x4; see the plugin's registration."""
    return _load("dyrcnn_x4_masking", recurrence, seed, weights, cut_recurrence=cut_recurrence)


def feedforward_masking(seed: int = 0, weights: str = "trained") -> Model:
    """DyRCNN x4 with two convolutions in each area and no lateral connections; it has as many weights as that with full ones."""
    return _load("feedforward_masking", "", seed, weights)


def feedback_masking(seed: int = 0, weights: str = "trained") -> Model:
    """A narrow DyRCNN x4 with recurrence of single units and additive feedback."""
    return _load("feedback_masking", "", seed, weights)


def cornet_rt_masking(seed: int = 0, weights: str = "trained") -> Model:
    """A narrow CORnet-RT."""
    return _load("cornet_rt_masking", "", seed, weights)


def cordsnet_r2_digits(training: str = "steps", seed: int = 0, weights: str = "trained") -> Model:
    """A narrow CordsNet-R2, trained by five steps or directly."""
    return _load("cordsnet_r2_digits", training, seed, weights)


def gammanet_v2_contours(
    circuits: bool = True, seed: int = 0, weights: str = "trained", dt: float | None = None
) -> Model:
    """A narrow GammaNet v2, with circuits or without; see the plugin's registration."""
    options = {} if dt is None else {"dt": dt}
    return _load("gammanet_v2_contours", "circuits" if circuits else "no_circuits", seed, weights, **options)


def convlstm_motion(seed: int = 0, weights: str = "trained") -> Model:
    """A narrow ConvLSTM."""
    return _load("convlstm_motion", "", seed, weights)


def predrnn_motion(seed: int = 0, weights: str = "trained") -> Model:
    """A narrow PredRNN."""
    return _load("predrnn_motion", "", seed, weights)


def _load(name: str, variant: str, seed: int, weights: str, **options: Any) -> Model:
    """A network with the weights of a seed, or its untrained twin.

    Raises:
        ModelError: for a variant, or a kind of weights, that there is not.
        MissingWeights: for a seed of which there is no file.
    """
    variants = {one.variant: one for one in MEMBERS if one.name == name}
    if variant not in variants:
        raise ModelError(f"'{name}' is one of {', '.join(variants)}, not '{variant}'")
    member = variants[variant]
    if weights == "random":
        return load_model(member.model, **_arguments(member), seed=seed, **options)
    if weights != "trained":
        raise ModelError(
            f"the weights of '{name}' are trained or random, not '{weights}'; load a file with '{member.model}'"
        )
    if not member.path(seed).is_file():
        there = ", ".join(str(one) for one in member.seeds if member.path(one).is_file()) or "none"
        raise MissingWeights(f"'{name}' was trained with the seeds {there}, not {seed}")
    return load_model(member.model, weights=str(member.path(seed)), **options)


def _arguments(member: Member) -> dict[str, Any]:
    """As they stand in the file of the first seed, which has the classes, too."""
    training = training_of(member.path(member.seeds[0])) or {}
    return {**member.model_args, **training.get("arguments", {})}
