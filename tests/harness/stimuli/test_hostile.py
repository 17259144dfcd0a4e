"""Image files that would exhaust memory, or that are damaged so that a decoder trips: each is one sentence, none is shown."""

import struct
import zlib
from pathlib import Path

import pytest

from harness.errors import StimulusError
from harness.stimuli import Frame


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png(width: int, height: int) -> bytes:
    """A small file that says it is large."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")


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
