"""Image files as they are meant to be seen: upright, on the background, one frame, 8 bits per channel."""

import numpy as np
import pytest
from PIL import Image

from harness.errors import MissingData, StimulusError
from harness.identity import digest
from harness.stimuli import Frame, Timeline

SHAPE = (4, 6)
CORNERS = {1: (0, 0), 2: (0, 5), 3: (3, 5), 4: (3, 0), 5: (0, 0), 6: (0, 3), 7: (5, 3), 8: (5, 0)}


@pytest.fixture
def pixels():
    pixels = np.zeros((*SHAPE, 3), np.uint8)
    pixels[0, 0] = 255
    return pixels


@pytest.mark.parametrize("orientation", CORNERS)
@pytest.mark.parametrize("suffix", ["png", "tif", "webp", "jpg"])
def test_stored_rotation_is_applied(tmp_path, pixels, orientation, suffix):
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = tmp_path / f"image.{suffix}"
    options = {"quality": 100, "subsampling": 0} if suffix == "jpg" else {"lossless": True} if suffix == "webp" else {}
    Image.fromarray(pixels).save(path, exif=exif, **options)
    shown = Frame(path).load()
    assert shown.shape[:2] == (SHAPE if orientation < 5 else SHAPE[::-1])
    assert np.unravel_index(shown[..., 0].argmax(), shown.shape[:2]) == CORNERS[orientation]


def test_alpha_shows_the_background(tmp_path, pixels):
    alpha = np.full((*SHAPE, 1), 255, np.uint8)
    alpha[0, 0], alpha[1, 1] = 0, 51
    Image.fromarray(np.concatenate([pixels, alpha], -1)).save(tmp_path / "a.png")
    shown = Frame(tmp_path / "a.png").load((1.0, 0.5, 0.0))
    assert shown[0, 0].tolist() == [255, 128, 0]
    assert shown[1, 1].tolist() == [204, 102, 0]
    assert not shown[2:].any()


def test_a_palette_and_grey_with_transparency_show_the_background(tmp_path, pixels):
    Image.fromarray(pixels).convert("P").save(tmp_path / "p.png", transparency=0)
    Image.fromarray(np.stack([pixels[..., 0], np.zeros(SHAPE, np.uint8)], -1)).save(tmp_path / "la.png")
    assert Frame(tmp_path / "p.png").load(0.2)[1, 1].tolist() == [51] * 3
    assert (Frame(tmp_path / "la.png").load(0.2) == 51).all()
    assert (Timeline.still(tmp_path / "la.png", 10).at(0, 0.2) == 51).all()


def test_an_opaque_image_is_what_it_was(tmp_path, pixels):
    Image.fromarray(pixels).save(tmp_path / "rgb.png")
    Image.fromarray(pixels).convert("RGBA").save(tmp_path / "rgba.png")
    assert (Frame(tmp_path / "rgb.png").load(0.2) == pixels).all()
    assert (Frame(tmp_path / "rgba.png").load(0.2) == pixels).all()


@pytest.mark.parametrize("suffix", ["gif", "png", "webp", "tif"])
def test_several_frames_are_no_image(tmp_path, pixels, suffix):
    Image.fromarray(pixels).save(tmp_path / f"m.{suffix}", save_all=True, append_images=[Image.fromarray(255 - pixels)])
    with pytest.raises(StimulusError, match="has 2 frames, and an image has one"):
        Frame(tmp_path / f"m.{suffix}").load()


def test_the_old_decoding_does_not_answer_for_the_new(tmp_path, pixels):
    import PIL

    Image.fromarray(pixels).save(tmp_path / "a.png")
    content = (tmp_path / "a.png").read_bytes()
    assert Frame(tmp_path / "a.png").digest != digest("file", PIL.__version__, content)


def _png16(pixels: np.ndarray) -> bytes:
    """A PNG of 16 bits per channel, which Pillow writes in grey only."""
    import struct
    import zlib

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    height, width, channels = pixels.shape
    header = struct.pack(">IIBBBBB", width, height, 16, {1: 0, 2: 4, 3: 2, 4: 6}[channels], 0, 0, 0)
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in pixels)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_16_bits_keep_their_full_range(tmp_path, channels):
    pixels = np.random.default_rng(0).integers(0, 65536, (4, 6, channels)).astype(np.uint16)
    (tmp_path / "deep.png").write_bytes(_png16(pixels))
    shown = Frame(tmp_path / "deep.png").load((0.2, 0.4, 0.6))
    colour = pixels[..., : channels - 1 + channels % 2] / 65535
    if channels % 2 == 0:
        opacity = pixels[..., -1:] / 65535
        colour = colour * opacity + np.array([0.2, 0.4, 0.6]) * (1 - opacity)
    assert shown.dtype == np.float32
    np.testing.assert_allclose(shown, colour[..., 0] if channels == 1 else colour, atol=1e-6)
    assert not Frame(tmp_path / "deep.png").is_plain


def test_tiff_of_16_bits_and_of_floats_keeps_its_numbers(tmp_path):
    pixels = np.random.default_rng(0).integers(0, 65536, SHAPE).astype(np.uint16)
    for content in (pixels, (pixels / 65535).astype(np.float32)):
        Image.fromarray(content).save(tmp_path / "deep.tif")
        np.testing.assert_allclose(Frame(tmp_path / "deep.tif").load(), pixels / 65535, atol=1e-6)


@pytest.mark.parametrize("orientation", CORNERS)
def test_deep_images_are_turned_as_well(tmp_path, orientation):
    pixels = np.zeros(SHAPE, np.uint16)
    pixels[0, 0] = 65535
    exif = Image.Exif()
    exif[0x0112] = orientation
    Image.fromarray(pixels).save(tmp_path / "deep.tif", exif=exif)
    shown = Frame(tmp_path / "deep.tif").load()
    assert np.unravel_index(shown.argmax(), shown.shape) == CORNERS[orientation]


@pytest.mark.parametrize("write", ["uint16", "float32"])
def test_tiff_of_deep_colour(tmp_path, monkeypatch, write):
    tifffile = pytest.importorskip("tifffile", reason="tifffile is in the extra files")
    pixels = np.random.default_rng(0).integers(0, 65536, (*SHAPE, 3)).astype(np.uint16)
    content = pixels if write == "uint16" else (pixels / 65535).astype(np.float32)
    tifffile.imwrite(tmp_path / "deep.tif", content, photometric="rgb")
    np.testing.assert_allclose(Frame(tmp_path / "deep.tif").load(), pixels / 65535, atol=1e-6)
    monkeypatch.setitem(__import__("sys").modules, "tifffile", None)
    with pytest.raises(MissingData, match="read by the package tifffile"):
        Frame(tmp_path / "deep.tif").load()


@pytest.mark.parametrize(("suffix", "why"), [("svg", "a drawing without pixels"), ("heic", "a photograph of Apple's")])
def test_what_is_no_image_is_refused_with_how_to_convert(tmp_path, suffix, why):
    (tmp_path / f"x.{suffix}").write_bytes(b"<svg/>")
    with pytest.raises(StimulusError, match=f"is {why}.*PNG"):
        Frame(tmp_path / f"x.{suffix}").load()
