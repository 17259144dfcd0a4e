"""From the name of a target to the modules of a network through which it is heard."""

from collections.abc import Sequence
from dataclasses import dataclass

from harness.checks import checked
from harness.errors import ModelError, NotPerturbable
from harness.models import SCREEN, Connection, Heard, Model, Perturbable, Point, RecurrentModel
from harness.perturbation.operations import Perturbation

DIRECTIONS = ("feedforward", "lateral", "feedback")


@dataclass(frozen=True)
class Found:
    """Where a perturbation acts.

    Attributes:
        layer: of which the units are; for a connection, the module whose output arrives.
        heard: the modules whose output is altered.
    """

    layer: str
    heard: tuple[Heard, ...]


def declared(model: Model) -> tuple[Point | Connection, ...]:
    """Points and connections that a network declares; nothing if it declares nothing."""
    return tuple(model.network.points()) if isinstance(model.network, Perturbable) else ()


@checked(ModelError)
def emitted_points(model: Model) -> list[Point]:
    """Points whose emission can be perturbed."""
    return [point for point in declared(model) if isinstance(point, Point) and point.kind == "emitted"]


@checked(ModelError)
def connections(model: Model) -> list[Connection]:
    """Connections that can be perturbed."""
    return [path for path in declared(model) if isinstance(path, Connection)]


def found(model: Model, wanted: Perturbation) -> list[Found]:
    """Where a perturbation acts: one place, or several for all connections of a direction.

    Raises:
        NotPerturbable: if the network does not declare it.
        MissingRegion, ModelError: if the model has no such region or layer.
    """
    if wanted.is_connection:
        return _connections(model, wanted.target)
    layer = _layer(model, wanted.target)
    points = [point for point in declared(model) if isinstance(point, Point)]
    own = [point for point in points if point.layer == layer]
    if isinstance(wanted.units, str):
        own = _of_class(model, points, own, wanted)
    fitting = [point for point in own if point.kind == wanted.point]
    if fitting:
        return [Found(point.layer, point.heard) for point in fitting[:1]]
    whole = wanted.point == "state" if isinstance(model, RecurrentModel) else wanted.point == "emitted"
    if whole and not isinstance(wanted.units, str):
        return [Found(layer, (Heard(layer),))]
    has = sorted({f"{point.layer} ({point.kind})" for point in points})
    raise NotPerturbable(
        f"'{model.identifier}' declares no {wanted.point} point for layer '{layer}'; it has {', '.join(has) or 'none'}"
    )


def _layer(model: Model, target: str) -> str:
    if target in model.regions:
        return model.regions[target]
    if target in {point.layer for point in declared(model) if isinstance(point, Point)}:
        return target
    try:
        model.module(target)
    except Exception:
        model.layer_of(target)
        raise
    return target


def _of_class(model: Model, points: Sequence[Point], own: Sequence[Point], wanted: Perturbation) -> list[Point]:
    areas = {point.area for point in own} - {""}
    fitting = [point for point in points if point.area in areas and point.cells == wanted.units]
    if not fitting:
        known = sorted({point.cells for point in points if point.area in areas} - {""})
        raise NotPerturbable(
            f"'{model.identifier}' declares no cells of class {wanted.units} in '{wanted.target}'; "
            f"it has {', '.join(known) or 'one class of cells there'}"
        )
    return fitting


def _connections(model: Model, target: str) -> list[Found]:
    source, _, into = (part.strip() for part in target.partition("->"))
    receiver = _layer(model, into)
    paths = [path for path in connections(model) if path.target == receiver]
    if source in DIRECTIONS:
        chosen = [path for path in paths if path.direction == source]
    else:
        sender = source if source == SCREEN else _layer(model, source)
        if sender == receiver and source != into and {source, into} <= set(model.regions):
            raise NotPerturbable(
                f"{source} and {into} are one layer of '{model.identifier}', '{receiver}', so that nothing connects them"
            )
        chosen = [path for path in paths if path.source == sender]
    if not chosen:
        names = {layer: region for region, layer in model.regions.items()}
        every = {
            f"{names.get(path.source, path.source)}->{names.get(path.target, path.target)}"
            for path in connections(model)
        }
        raise NotPerturbable(
            f"'{model.identifier}' declares no connection {target}; it has {', '.join(sorted(every)) or 'none'}"
        )
    return [Found(path.module, (Heard(path.module, path.lag),)) for path in chosen]
