"""Image files as they are meant to be seen: upright, on the background, one frame, 8 bits per channel."""

import numpy as np
import pytest
from PIL import Image

from harness.errors import StimulusError
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
