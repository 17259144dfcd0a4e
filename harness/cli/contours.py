"""`harness contours`: contours of an image in a model that was made to find them."""

from pathlib import Path
from typing import Annotated

import typer

from harness.cli import _arguments as values


def contours(
    image: Annotated[Path, typer.Argument(help="An image file.")],
    model: Annotated[
        str, typer.Option("--model", "-m", help="A model with contours: harness list models --tag contours.")
    ],
    model_args: Annotated[str, typer.Option(help="Arguments to load it with: key=value,...")] = "",
    out: Annotated[Path | None, typer.Option("--out", help="The PNG file; NAME-contours.png if not given.")] = None,
    exposure: Annotated[float, typer.Option(min=1, help="ms for which the image is shown.")] = 200.0,
    every_step: Annotated[
        bool, typer.Option("--every-step", help="Also an image of every step of the model, named by its time.")
    ] = False,
) -> None:
    """Draw the contours that a model finds in an image, of the image's own size (PNG, white where contours are)."""
    from PIL import Image

    from harness.brain_model import as_brain_model, contour_maps
    from harness.errors import NotFinite
    from harness.host import load_model
    from harness.stimuli import Frame

    shown = Frame(image).load()
    candidate = as_brain_model(load_model(model, **values.arguments(model_args)))
    try:
        found = contour_maps(candidate, shown, exposure)
    except NotFinite as error:
        raise NotFinite(f"{error}; --exposure shows the image for less time, as in training") from error
    path = out or Path(f"{image.stem}-contours.png")
    Image.fromarray(found.image()).save(path)
    print(path)
    for number, (_, end) in enumerate(found.time_bins if every_step else ()):
        step = path.with_name(f"{path.stem}-{end:04.0f}ms{path.suffix}")
        Image.fromarray(found.image(number)).save(step)
        print(step)
