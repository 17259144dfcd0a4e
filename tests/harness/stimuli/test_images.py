"""Images of temporal experiments: noise of the band and contrast that was asked for, images as they were given."""

import numpy as np
import pytest
from PIL import Image

from harness import StimulusSet, Timeline
from harness.errors import StimulusError
from harness.stimuli.canvas import Canvas
from harness.stimuli.images import at_contrast, band_pass_noise, michelson_contrast, rms_contrast, source_images

CANVAS = Canvas(8, 128)


@pytest.mark.parametrize(("frequency", "bandwidth"), [(1.0, 1.0), (3.0, 1.0), (3.0, 2.0)])
def test_noise_has_its_band(frequency, bandwidth):
    power = sum(np.abs(np.fft.fft2(band_pass_noise(CANVAS, frequency, bandwidth, seed))) ** 2 for seed in range(8))
    cycles = np.fft.fftfreq(128, CANVAS.pixel)
    radius = np.hypot(*np.meshgrid(cycles, cycles))
    edge = 2 ** (bandwidth * 0.75)
    inside = (radius > frequency / edge) & (radius < frequency * edge)
    assert power[inside].sum() / power.sum() > 0.85
    centroid = 2 ** ((power[radius > 0] * np.log2(radius[radius > 0])).sum() / power[radius > 0].sum())
    assert centroid == pytest.approx(frequency, rel=0.2)
    angle = np.arctan2(*np.meshgrid(cycles, cycles))
    assert abs((power * np.exp(2j * angle))[inside].sum()) / power[inside].sum() < 0.15  # no orientation prevails


def test_noise_contrast_is_michelson_and_its_rms_that_of_groen_2022():
    noise = band_pass_noise(CANVAS)
    for contrast, measured in [(1.0, 0.166), (0.5, 0.086), (0.25, 0.043), (0.125, 0.022), (0.0625, 0.011)]:
        luminance = at_contrast(noise, contrast, 0.5)
        assert michelson_contrast(luminance) == pytest.approx(contrast, abs=1e-6)
        assert rms_contrast(luminance, 0.5) * 0.5 == pytest.approx(measured, rel=0.08)
        assert luminance.mean() == pytest.approx(0.5, abs=1e-4)


def test_noise_is_seeded():
    assert np.array_equal(band_pass_noise(CANVAS, seed=1), band_pass_noise(CANVAS, seed=1))
    one, two = source_images(None, CANVAS, exemplars=2).values()
    assert abs(np.corrcoef(one.ravel(), two.ravel())[0, 1]) < 0.1
    other = source_images(None, CANVAS, exemplars=1, seed=1)["noise0"]
    assert not np.array_equal(one, other)


def test_images_come_from_arrays_files_folders_and_stimulus_sets(tmp_path):
    pixels = np.random.default_rng(0).integers(0, 256, (20, 30, 3)).astype(np.uint8)
    for name in ("a", "b"):
        Image.fromarray(pixels).save(tmp_path / f"{name}.png")
    (tmp_path / "notes.txt").write_text("not an image")
    stimuli = StimulusSet.from_images("two", {"a": pixels, "b": pixels[::-1].copy()}, 100)
    for source in (tmp_path, [tmp_path / "a.png", tmp_path / "b.png"], {"a": pixels, "b": pixels}, stimuli):
        shown = source_images(source, CANVAS)
        assert list(shown) == ["a", "b"] and shown["a"].shape == (20, 30, 3)
        assert np.allclose(at_contrast(shown["a"], 1.0, 0.5), pixels / 255, atol=1e-6)
    assert list(source_images([np.full((4, 4), 0.2)], CANVAS)) == ["image0"]


def test_contrast_scales_about_the_background():
    image = np.array([[0.0, 0.2], [0.9, 1.0]])
    modulation = source_images({"x": image}, Canvas(8, 64, 0.4))["x"]
    assert np.allclose(at_contrast(modulation, 0.5, 0.4), 0.4 + 0.5 * (image - 0.4), atol=1e-6)
    assert np.array_equal(at_contrast(modulation, 0, 0.4), np.full((2, 2), 0.4, dtype=np.float32))


def test_what_cannot_be_shown_is_refused(tmp_path):
    moving = StimulusSet.from_images("x", [np.zeros((2, 2))], 10)
    moving = StimulusSet("x", moving.table, [Timeline.of([(np.zeros((2, 2)), 10), (np.ones((2, 2)), 10)])])
    for source, reason in [(moving, "still"), (tmp_path, "no image"), ({}, "no images")]:
        with pytest.raises(StimulusError, match=reason):
            source_images(source, CANVAS)
    with pytest.raises(StimulusError, match="exemplar"):
        source_images(None, CANVAS, exemplars=0)
    with pytest.raises(StimulusError, match="pixels"):
        band_pass_noise(CANVAS, spatial_frequency=7)
    with pytest.raises(StimulusError, match="between 0 and 1"):
        at_contrast(np.ones((2, 2)), 1.2, 0.5)
    with pytest.raises(StimulusError, match="displayed"):
        at_contrast(np.ones((2, 2)), 1.0, 0.7)
