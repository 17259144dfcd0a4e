"""Writes the second part of docs/stimuli.md: every stimulus plugin with its line, the command that draws it, and the image.

    python docs/make_stimuli.py [NAME ...]

Without names, all images are drawn anew. A plugin that is new to the page gets a section with the plain command; change the
command there to what shows the plugin best, and run this again. Commands run in a folder that holds `digits` (images in
sub-folders by class) and `clips` (a video and a folder of frames).
"""

import os
import re
import sys
import tempfile
from pathlib import Path

import numpy as np
from _pages import own_part, with_part
from PIL import Image

DOCS = Path(__file__).parent
PAGE, IMAGES = DOCS / "stimuli.md", DOCS / "stimuli"
LARGEST = 95_000


def specs() -> dict[str, str]:
    """The stimulus plugins of the harness itself, with their lines."""
    from harness.host import DISTRIBUTION, host

    registry = host().stimuli
    ours = [spec for spec in registry if registry.plugin(spec.identifier).distribution == DISTRIBUTION]
    return {spec.identifier: spec.summary for spec in sorted(ours, key=lambda spec: spec.identifier)}


def commands(page: str) -> dict[str, str]:
    """The command of every section that the page has."""
    return {match[1]: match[0] for match in re.finditer(r"^harness show (\S+).* --out \S+$", page, flags=re.M)}


def write(page: str) -> str:
    """The page with a section for every plugin."""
    known = commands(own_part(page, "make_stimuli.py"))
    parts = []
    for name, summary in specs().items():
        command = known.get(name, f"harness show {name} --out {name}.png")
        parts.append(
            f"### {name}\n\n{summary[0].upper()}{summary[1:]}.\n\n```sh\n{command}\n```\n\n![{name}](stimuli/{name}.png)\n"
        )
    body = "\n".join(parts)
    return with_part(page, "make_stimuli.py", f"\n{body}\n")


def draw(command: str, image: Path) -> None:
    """Run a command of the page and keep what it draws, in few enough bytes."""
    import shlex

    from harness.cli import app

    if app(shlex.split(command)[1:], standalone_mode=False):
        raise SystemExit(f"this command of {PAGE.name} failed: {command}")
    compress(Path(f"{image.stem}.png"), image)


def compress(drawn: Path, image: Path) -> None:
    """As few colours as make the file small."""
    with Image.open(drawn) as opened:
        drawing = opened.convert("RGB")
    for colours in (256, 64, 32, 16):
        drawing.quantize(colours, dither=Image.Dither.NONE).save(image, optimize=True)
        if image.stat().st_size <= LARGEST:
            return
    raise SystemExit(f"{image.name} has more than {LARGEST} bytes; let its command show less")


def make_files(folder: Path) -> None:
    """Digits by class, and a clip of them as a video and as frames."""
    from sklearn.datasets import load_digits

    digits = load_digits()
    for number, (pixels, label) in enumerate(zip(digits.images[:24], digits.target[:24], strict=True)):
        path = folder / "digits" / str(label) / f"{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        _large(pixels).save(path)
    (folder / "clips" / "frames").mkdir(parents=True)
    for number, pixels in enumerate(digits.images[:6]):
        _large(pixels).save(folder / "clips" / "frames" / f"{number}.png")
    _video(folder / "clips" / "video.mkv", [np.asarray(_large(pixels)) for pixels in digits.images[6:10]])


def _large(pixels: np.ndarray) -> Image.Image:
    return (
        Image.fromarray((pixels * 255 / 16).astype(np.uint8)).resize((96, 96), Image.Resampling.BICUBIC).convert("RGB")
    )


def _video(path: Path, frames: list[np.ndarray]) -> None:
    import av

    with av.open(str(path), "w") as container:
        stream = container.add_stream("ffv1", rate=25)
        stream.height, stream.width, stream.pix_fmt = *frames[0].shape[:2], "bgr0"
        for pixels in frames:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24").reformat(format="bgr0")))
        container.mux(stream.encode(None))


def main(names: list[str]) -> None:
    """Write the page, and draw the images that were asked for."""
    PAGE.write_text(write(PAGE.read_text()))
    found = commands(own_part(PAGE.read_text(), "make_stimuli.py"))
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["HARNESS_HOME"] = folder
        os.chdir(folder)
        make_files(Path(folder))
        for name in names or found:
            draw(found[name], IMAGES / f"{name}.png")


if __name__ == "__main__":
    main(sys.argv[1:])
