"""Whether an image file is whole, as far as its format tells: decoders fill in what is missing without a word.

A PNG has checksums and states how many bytes its pixels are; a GIF is a chain of blocks that ends with one of its own; a TIFF says
where the descriptions of its pages lie. Other formats have no such marks, and Pillow refuses them where their data end early.
"""

import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

from harness.checks import checked
from harness.errors import StimulusError

_PNG = b"\x89PNG\r\n\x1a\n"
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
"""Of the colour types of PNG."""
_INTERLACED = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
"""Column and row of the first pixel of each of Adam7's passes, and the steps to the next."""
_TRAILER, _IMAGE, _EXTENSION = 0x3B, 0x2C, 0x21
"""Blocks of GIF."""
_MOST_PAGES = 100_000
_AT_ONCE = 1 << 20


@checked(StimulusError)
def check_whole(content: bytes, path: Path) -> None:
    """Refuse the bytes of an image file that shows that they are not all, or not those, that were written.

    Args:
        path: its name, for the message.

    Raises:
        StimulusError: with the first thing that shows it.
    """
    if fault := _damage(content):
        raise StimulusError(f"'{path}' is damaged: {fault}; get the file again")


def _damage(content: bytes) -> str:
    try:
        if content.startswith(_PNG):
            return _of_png(content)
        if content[:6] in (b"GIF87a", b"GIF89a"):
            return _of_gif(content)
        if content[:4] in (b"II*\0", b"MM\0*"):
            return _of_tiff(content)
    except (IndexError, struct.error):
        return "it is cut short"
    return ""


def _of_png(content: bytes) -> str:
    shape: tuple[int, int] = (0, 0)
    layout, streams = (0, 0, 0), list[tuple[tuple[int, int], list[bytes]]]()
    for kind, data, sound in _chunks(content):
        if not sound:
            return f"the checksum of its part {kind.decode('latin-1')!r} is not the one it was written with"
        if kind == b"IHDR":
            width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", data)
            shape, layout = (width, height), (depth, colour, interlaced)
        elif kind == b"fcTL":  # of the frames of an animation, of which the first may be the image
            shape = struct.unpack(">II", data[4:12])
            streams.append((shape, []))
        elif kind in (b"IDAT", b"fdAT"):
            streams = streams or [(shape, [])]
            streams[-1][1].append(data if kind == b"IDAT" else data[4:])
        elif kind == b"IEND":
            return next((fault for shape, data in streams if (fault := _unfilled(shape, layout, data))), "")
    return "it is cut short"


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes, bool]]:
    """(kind, data, whether its checksum is right) of the chunks of a PNG that are all there."""
    at = len(_PNG)
    while at + 12 <= len(content):
        length, kind = struct.unpack_from(">I4s", content, at)
        if at + 12 + length > len(content):
            return
        data = content[at + 8 : at + 8 + length]
        (stated,) = struct.unpack_from(">I", content, at + 8 + length)
        yield kind, data, zlib.crc32(data, zlib.crc32(kind)) == stated
        at += 12 + length


def _unfilled(shape: tuple[int, int], layout: tuple[int, int, int], data: list[bytes]) -> str:
    """Whether compressed pixels are fewer than those of an image."""
    wanted, found = _bytes_of(shape, layout), 0
    stream = zlib.decompressobj()
    try:
        for part in data:
            while part and found < wanted:
                found += len(stream.decompress(part, _AT_ONCE))
                part = stream.unconsumed_tail
    except zlib.error:
        return "its pixels cannot be unpacked"
    return f"its pixels are {found} bytes of {wanted}" if found < wanted else ""


def _bytes_of(shape: tuple[int, int], layout: tuple[int, int, int]) -> int:
    """Bytes of the rows of an image, each after one that says how it is filtered."""
    (width, height), (depth, colour, interlaced) = shape, layout
    passes = _INTERLACED if interlaced else ((0, 0, 1, 1),)
    total = 0
    for column, row, across, down in passes:
        columns, rows = -(-max(0, width - column) // across), -(-max(0, height - row) // down)
        total += rows * (1 + -(-columns * depth * _CHANNELS.get(colour, 1) // 8)) if columns else 0
    return total


def _of_gif(content: bytes) -> str:
    at = 13 + _colours(content[10])
    while (block := content[at]) != _TRAILER:
        if block == _EXTENSION:
            at += 2
        elif block == _IMAGE:
            at += 11 + _colours(content[at + 9])
        else:
            return "it has a block of no known kind"
        while length := content[at]:
            at += 1 + length
        at += 1
    return ""


def _colours(flags: int) -> int:
    """Bytes of a table of colours."""
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _of_tiff(content: bytes) -> str:
    order = "<" if content[:1] == b"I" else ">"
    (at,) = struct.unpack_from(f"{order}I", content, 4)
    for _ in range(_MOST_PAGES):
        if not at:
            return ""
        (entries,) = struct.unpack_from(f"{order}H", content, at)
        (at,) = struct.unpack_from(f"{order}I", content, at + 2 + 12 * entries)
    return "its pages have no end"
