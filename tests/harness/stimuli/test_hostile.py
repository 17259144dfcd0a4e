"""Image files that would exhaust memory, or that are damaged so that a decoder trips: each is one sentence, none is shown."""

import io
import random
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from harness.errors import StimulusError
from harness.stimuli import Frame


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png(width: int, height: int, rows: bytes = b"\0" * 100, depth: int = 8, colour: int = 2, laced: int = 0) -> bytes:
    """A file, which may hold fewer pixels than it says."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, laced))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


HOSTILE = {
    "large.png": png(20_000, 10_000),
    "huge.png": png(2**31 - 1, 2**31 - 1),
    "cut.png": png(8, 8)[:50],
    "cut.ppm": b"P6\n100 100\n255\n" + b"\0" * 50,
    "words.ppm": b"P6\nten ten\n255\n" + b"\0" * 300,
    "negative.ppm": b"P6\n-4 -4\n255\n" + b"\0" * 48,
    "large.ppm": b"P6\n20000 10000\n255\n" + b"\0" * 300,
    "depth.ppm": b"P6\n4 4\n99999999\n" + b"\0" * 48,
    "empty.ppm": b"",
    "header.png": b"\x89PNG\r\n\x1a\n" + b"((((" * 20,
    "program.png": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n%%EndComments\n(%pipe%touch ran) (w) file\n",
    "array.png": b"\x93NUMPY\x01\x00v\x00" + b"((((" * 12,
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.filterwarnings("error")
def test_a_hostile_image_is_refused_in_one_sentence(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(HOSTILE[name])
    with pytest.raises(StimulusError) as refused:
        Frame(path).load()
    said = str(refused.value)
    assert said.isprintable() and name in said and len(said) < 400


def test_no_program_runs_to_show_an_image(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("PIL.EpsImagePlugin.Ghostscript", lambda *_, **__: pytest.fail("Ghostscript was run"))
    path = tmp_path / "program.png"
    path.write_bytes(HOSTILE["program.png"])
    assert not Frame(path).is_plain
    with pytest.raises(StimulusError, match="is a page without pixels"):
        Frame(path).load()


PIXELS = np.random.default_rng(0).integers(0, 256, (12, 8, 3), dtype=np.uint8)
PASSES = ((0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1))
"""Of an interlaced PNG: first row and column, steps to the next."""


def rows_of(pixels: np.ndarray) -> bytes:
    return b"".join(b"\0" + row.tobytes() for row in pixels if row.size)


def interlaced(pixels: np.ndarray) -> bytes:
    return b"".join(rows_of(pixels[row::down, column::across]) for row, column, down, across in PASSES)


def written(kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    Image.fromarray(PIXELS).save(file, kind, **options)
    return file.getvalue()


WRITTEN = {
    "plain.png": png(8, 12, rows_of(PIXELS)),
    "laced.png": png(8, 12, interlaced(PIXELS), laced=1),
    "narrow.png": png(1, 12, interlaced(PIXELS[:, :1]), laced=1),
    "deep.png": png(8, 12, rows_of(PIXELS[..., 0].astype(">u2") * 257), depth=16, colour=0),
    "bits.png": png(8, 12, b"\0\x80" * 12, depth=1, colour=0),
    "palette.png": written("PNG", save_all=False),
    "image.gif": written("GIF"),
    "image.tif": written("TIFF"),
    "packed.tif": written("TIFF", compression="tiff_lzw"),
    "image.jpg": written("JPEG"),
    "image.webp": written("WEBP"),
    "image.bmp": written("BMP"),
}


@pytest.mark.parametrize("name", WRITTEN)
@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
def test_what_is_whole_is_shown_and_what_is_cut_short_anywhere_is_not(name: str, tmp_path: Path) -> None:
    path, content = tmp_path / name, WRITTEN[name]
    path.write_bytes(content)
    assert Frame(path).load().shape[0] == 12
    last = len(content) if name.endswith((".png", ".gif")) else len(content) * 9 // 10  # what follows is no pixel
    ends = random.Random(0).sample(range(1, last), 40)
    for end in ends:
        path.write_bytes(content[:end])
        with pytest.raises(StimulusError, match=r"damaged|cannot be read as an image"):
            Frame(path).load()
        assert not Frame(path).is_plain


@pytest.mark.parametrize("name", [name for name in WRITTEN if name.endswith(".png")])
def test_a_png_with_one_wrong_bit_is_refused(name: str, tmp_path: Path) -> None:
    path, draw = tmp_path / name, random.Random(0)
    for _ in range(60):
        content = bytearray(WRITTEN[name])
        content[draw.randrange(len(content))] ^= 1 << draw.randrange(8)
        path.write_bytes(content)
        with pytest.raises(StimulusError, match=r"damaged|cannot be read as an image"):
            Frame(path).load()


@pytest.mark.parametrize("depth", [8, 16])
def test_a_png_whose_pixels_end_early_is_refused(depth: int, tmp_path: Path) -> None:
    rows = rows_of(PIXELS.astype(">u2") * 257 if depth == 16 else PIXELS)
    (tmp_path / "half.png").write_bytes(png(8, 12, rows[: len(rows) // 2], depth=depth))
    with pytest.raises(
        StimulusError, match=f"half.png' is damaged: its pixels are {len(rows) // 2} bytes of {len(rows)};"
    ):
        Frame(tmp_path / "half.png").load()
