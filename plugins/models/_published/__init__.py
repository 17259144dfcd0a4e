"""Shared code of the plugins that define networks of published checkpoints themselves, because no maintained library does."""

from collections.abc import Mapping

from harness import ModelSpec

PARAMETERS = {
    "weights": "the path of a file of the authors, or of the network's own state, or random",
    "seed": "seed of random weights",
    "classes": "number of classes of the read-out, for a network that has one",
    "configuration": "sizes of the network, in place of the published ones",
    "frame_rate": "frames per second",
    "stride": "frames between the beginnings of two windows; the window if not given",
    "layers": "default layers, recorded when none are named",
    "regions": "brain region -> layer; replaces parts of V1 to IT",
    "visual_degrees": "visual angle of the side of the input, degrees",
}


def specs(load: str, members: Mapping[str, tuple[str, str, tuple[str, ...]]]) -> list[ModelSpec]:
    """Descriptions of networks that one `load(name, ...)` builds.

    Args:
        load: `module:object`.
        members: name -> summary, citation, tags.
    """
    return [
        ModelSpec(
            name,
            load=load,
            summary=summary,
            tags=tags,
            parameters=PARAMETERS,
            arguments={"name": name},
            bibtex=bibtex,
        )
        for name, (summary, bibtex, tags) in members.items()
    ]
