"""`harness optogenetics`: the optogenetic experiment on a model."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from harness.cli import _arguments as values
from harness.cli import _completion


def optogenetics(
    model: Annotated[
        str, typer.Argument(help="A model, recurrent or static as a control.", autocompletion=_completion.models)
    ],
    model_args: Annotated[str, typer.Option(help="Arguments to load it with: key=value,...")] = "",
    out: Annotated[
        Path | None, typer.Option("--out", help="The folder of its files; optogenetics/MODEL if not given.")
    ] = None,
    args: Annotated[str, typer.Option("--args", help="The design: region=V1,steps=4,orientations=12,...")] = "",
) -> None:
    """Drive or silence a patch of an area, read orientation out, and rescue what is decoded from the surround.

    Writes figures of the sweep, stimuli, flow and rescue, tables of the decoder and the rescue, and a summary.
    """
    from harness.errors import ArgumentError
    from harness.host import load_model
    from harness.optogenetics import Design, run_optogenetics

    wanted = values.arguments(args)
    if unknown := sorted(wanted.keys() - Design.__dataclass_fields__.keys()):
        raise ArgumentError(f"the design has no '{unknown[0]}'; it has {', '.join(Design.__dataclass_fields__)}")
    folder = out or Path("optogenetics") / model.replace("/", "_")
    loaded = load_model(model, **values.arguments(model_args))
    run_optogenetics(loaded, folder, Design(**wanted), tell=lambda text: print(text, file=sys.stderr))
    print((folder / "summary.txt").read_text(), end="")
    print(folder)
