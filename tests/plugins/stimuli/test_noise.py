"""Images in noise, and fields of noise: measured power, spectra and distributions."""

import numpy as np
import pytest
from PIL import Image
from scipy import stats

from harness.errors import StimulusError
from harness_plugins.stimuli.noise.fields import noise_fields
from harness_plugins.stimuli.noise.images_in_noise import images_in_noise
from harness_plugins.stimuli.noise.kinds import KINDS

ALL = tuple(KINDS)
FAINT = {"contrast": 0.1, "size_px": 96}  # nothing is clipped


def shown(stimuli, name):
    return stimuli.timeline(name).at(0).astype(float)


@pytest.fixture
def ramp():
    """An image of all luminances from 0.2 to 0.8."""
    return {"ramp": np.linspace(0.2, 0.8, 96 * 96).reshape(96, 96)}


@pytest.mark.parametrize("kind", ALL)
@pytest.mark.parametrize("ssnr", [0.3, 0.5, 0.8])
def test_signal_to_noise_as_measured(kind, ssnr):
    stimuli = images_in_noise(kind, [ssnr, 1.0], **FAINT)
    noisy, clean = (timeline.at(0).astype(float) for timeline in stimuli.timelines)
    assert stimuli.table["clipped"].tolist() == [0, 0]
    snr = clean.var() / ((noisy - clean) ** 2).mean()
    assert snr == pytest.approx(ssnr / (1 - ssnr), rel=0.06)
    assert abs(np.corrcoef((noisy - clean).ravel(), clean.ravel())[0, 1]) < (0.5 if kind == "salt_and_pepper" else 0.06)
    measured = stimuli.table.loc[0, ["signal_variance", "noise_variance", "shown_ssnr"]].astype(float)
    assert measured.tolist() == pytest.approx([clean.var(), ((noisy - clean) ** 2).mean(), ssnr], rel=0.06)


@pytest.mark.parametrize("kind", ALL)
def test_both_ends_of_the_scale(kind):
    stimuli = images_in_noise(kind, [0, 1], pure_variance=0.01, size_px=96)
    alone, clean = (timeline.at(0).astype(float) for timeline in stimuli.timelines)
    assert alone.mean() == pytest.approx(0.5, abs=0.005) and alone.var() == pytest.approx(0.01, rel=0.05)
    assert abs(np.corrcoef(alone.ravel(), clean.ravel())[0, 1]) < 0.1
    assert np.array_equal(clean, images_in_noise("uniform", 1, size_px=96).timelines[0].at(0))
    assert stimuli.table["shown_ssnr"].tolist() == [0, 1]


@pytest.mark.parametrize("kind", ALL)
def test_strong_noise_is_clipped_and_the_table_says_how_much(kind):
    row = images_in_noise(kind, 0.15, size_px=96).table.iloc[0]
    image = images_in_noise(kind, 0.15, size_px=96).timelines[0].at(0)
    assert image.min() >= 0 and image.max() <= 1
    if kind == "salt_and_pepper":
        assert row["clipped"] == 0
    else:
        assert 0.01 < row["clipped"] < 0.5 and row["clipped"] <= ((image == 0) | (image == 1)).mean()
        assert row["shown_ssnr"] > 0.155


def added(kind, image, ssnr=0.5, **arguments):
    stimuli = images_in_noise(kind, [ssnr, 1], image, **arguments)
    noisy, clean = (timeline.at(0).astype(float) for timeline in stimuli.timelines)
    return noisy - clean, clean


def test_distributions(ramp):
    uniform, _ = added("uniform", ramp, contrast=0.3)
    limit = np.sqrt(3 * uniform.var())
    assert np.abs(uniform).max() == pytest.approx(limit, rel=0.02)
    gaussian, _ = added("gaussian", ramp, contrast=0.3)
    assert stats.kstest(gaussian.ravel() / gaussian.std(), "norm").pvalue > 0.01
    replaced, clean = added("salt_and_pepper", ramp, ssnr=0.8, contrast=0.3)
    values = (clean + replaced)[replaced != 0]
    assert set(np.round(values, 5)) == set(np.round([clean.min(), clean.max()], 5))
    assert (values > 0.5).mean() == pytest.approx(0.5, abs=0.05)


def test_poisson_noise_grows_with_luminance(ramp):
    """Variance is proportional to the mean, as of counts."""
    noise, clean = added("poisson", ramp, ssnr=0.6, contrast=0.8)
    slope, intercept = np.polyfit(clean.reshape(8, -1).mean(1), noise.reshape(8, -1).var(1), 1)
    assert slope * clean.mean() == pytest.approx(noise.var(), rel=0.15) and abs(intercept) < 0.15 * noise.var()


def test_correlated_noise_is_correlated_over_the_degrees_asked_for():
    """The autocorrelation of noise smoothed by a Gaussian of SD s is exp(-d^2 / 4 s^2)."""
    noise, _ = added("correlated", None, correlation=0.25, **FAINT)
    four_pixels = np.corrcoef(noise[:, :-4].ravel(), noise[:, 4:].ravel())[0, 1]  # of a twelfth of a degree
    assert four_pixels == pytest.approx(np.exp(-((1 / 3) ** 2) / (4 * 0.25**2)), abs=0.05)
    fine, _ = added("correlated", None, **FAINT)
    assert fine[:, :2].var() == pytest.approx(fine.var(), rel=0.3)  # also at the border


def test_phase_scrambled_noise_has_the_spectrum_of_its_image():
    noise, clean = added("phase_scrambled", None, **FAINT)
    ours, theirs = (np.abs(np.fft.fft2(each - each.mean())) for each in (noise, clean))
    assert np.allclose(ours, theirs, atol=1e-3 * theirs.max())


def test_pink_noise_falls_as_one_over_f_in_power():
    noise, _ = added("pink", None, contrast=0.1, size_px=192)
    assert slope_of_amplitude(noise, 192) == pytest.approx(-0.5, abs=0.05)


def test_noise_belongs_to_its_image_and_not_to_the_set():
    """Power is that of each image; other images, kinds or levels in the set change nothing."""
    rng = np.random.default_rng(0)
    images = {"weak": 0.5 + 0.02 * rng.standard_normal((64, 64)), "strong": 0.5 + 0.1 * rng.standard_normal((64, 64))}
    both = images_in_noise(["gaussian", "pink"], [0.5, 0.8], images)
    one = images_in_noise("gaussian", 0.5, {"strong": images["strong"]})
    rows = both.table[(both.table["kind"] == "gaussian") & (both.table["ssnr"] == 0.5)].set_index("image")
    assert rows["noise_variance"].tolist() == pytest.approx([0.02**2, 0.1**2], rel=0.1)
    assert both.timelines[both.ids.index(rows.loc["strong", "stimulus_id"])] == one.timelines[0]
    assert images_in_noise("gaussian", 0.5, images, seed=1).digest != images_in_noise("gaussian", 0.5, images).digest


def test_dynamic_noise_is_drawn_anew_every_frame():
    stimuli = images_in_noise("gaussian", [0.5, 1], mode=["static", "dynamic"], duration=100, frame_rate=100, **FAINT)
    frames = {
        tuple(row): timeline.frames
        for row, timeline in zip(stimuli.table[["ssnr", "mode"]].to_numpy(), stimuli.timelines, strict=True)
    }
    assert {key: len(value) for key, value in frames.items()} == {
        (0.5, "static"): 1,
        (0.5, "dynamic"): 10,
        (1.0, "static"): 1,
        (1.0, "dynamic"): 1,
    }
    first, second = (frame.load() for frame in frames[0.5, "dynamic"][:2])
    clean = frames[1.0, "static"][0].load()
    assert abs(np.corrcoef((first - clean).ravel(), (second - clean).ravel())[0, 1]) < 0.05


@pytest.mark.parametrize("kind", ALL)
def test_colour_images_from_files(kind, tmp_path):
    rng = np.random.default_rng(0)
    Image.fromarray(rng.integers(90, 160, (40, 60, 3), dtype=np.uint8)).save(tmp_path / "colour.png")
    for chromatic in (False, True):
        stimuli = images_in_noise(kind, [0.6, 1], str(tmp_path), chromatic=chromatic, duration=50)
        noisy, clean = (timeline.at(0).astype(float) for timeline in stimuli.timelines)
        noise = noisy - clean
        assert noise.shape == (40, 60, 3)
        assert np.allclose(noise[..., 0], noise[..., 1], atol=1e-6) is not chromatic
        assert stimuli.table["shown_ssnr"][0] == pytest.approx(0.6, abs=0.05)


def test_a_image_without_contrast_has_no_ratio():
    with pytest.raises(StimulusError, match="no contrast"):
        images_in_noise("gaussian", 0.5, {"grey": np.full((8, 8), 0.5)})


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ({"kind": "brown"}, "kind is one of"),
        ({"ssnr": 1.2}, "ssnr"),
        ({"contrast": 0}, "contrast"),
        ({"pure_variance": 0}, "pure_variance"),
        ({"correlation": 0}, "correlation"),
        ({"mode": "slow"}, "mode"),
        ({"duration": 0}, "milliseconds"),
        ({"exemplars": 0}, "exemplar"),
    ],
)
def test_what_cannot_be_shown_is_refused(arguments, reason):
    with pytest.raises(StimulusError, match=reason):
        images_in_noise(**{"size_px": 96, **arguments})


# Fields of noise


def slope_of_amplitude(image, size):
    """Of log amplitude over log frequency, between 1/24 and 1/4 of the sampling rate."""
    frequency = np.hypot(np.fft.fftfreq(size)[:, None], np.fft.fftfreq(size))
    band = (frequency > 1 / 24) & (frequency < 1 / 4)
    amplitude = np.abs(np.fft.fft2(image - image.mean()))[band]
    return np.polyfit(np.log(frequency[band]), np.log(amplitude), 1)[0]


def field(**arguments):
    return noise_fields(**arguments).timelines[0].at(0).astype(float)


@pytest.mark.parametrize("spectrum", ["white", "one_over_f", "band_pass"])
@pytest.mark.parametrize("background", [0.3, 0.5])
def test_mean_and_rms_contrast(spectrum, background):
    image = field(spectrum=spectrum, contrast=0.15, background=background, size_px=128)
    assert image.mean() == pytest.approx(background, abs=0.002)
    assert image.std() / background == pytest.approx(0.15, rel=0.02)


def test_slopes_of_the_spectra_are_those_of_stimupy():
    naturals = pytest.importorskip("stimupy.noises.naturals")
    for exponent in (0.5, 1.0, 2.0):
        peer = naturals.one_over_f(
            visual_size=(8, 8), ppd=16, exponent=exponent, rng=np.random.default_rng(1), intensity_range=(0, 1)
        )["img"]
        ours = field(spectrum="one_over_f", exponent=exponent, size_px=128, contrast=0.05)
        assert slope_of_amplitude(ours, 128) == pytest.approx(-exponent, abs=0.1)
        assert slope_of_amplitude(peer, 128) == pytest.approx(slope_of_amplitude(ours, 128), abs=0.15)
    assert slope_of_amplitude(field(size_px=128, contrast=0.05), 128) == pytest.approx(0, abs=0.05)


def test_band_pass_noise_has_its_band():
    image = field(spectrum="band_pass", spatial_frequency=3, bandwidth=1, size_px=192, contrast=0.1)
    frequency = np.hypot(np.fft.fftfreq(192, 8 / 192)[:, None], np.fft.fftfreq(192, 8 / 192))
    amplitude = np.abs(np.fft.fft2(image - image.mean()))
    mean_at = lambda low, high: np.sqrt((amplitude[(frequency > low) & (frequency < high)] ** 2).mean())
    top = mean_at(2.9, 3.1)
    half_octave = 2**0.5
    assert mean_at(3 / half_octave - 0.1, 3 / half_octave + 0.1) / top == pytest.approx(0.5, abs=0.06)
    assert mean_at(3 * half_octave - 0.1, 3 * half_octave + 0.1) / top == pytest.approx(0.5, abs=0.06)


@pytest.mark.parametrize("orientation", [0, 30, 90, 150])
def test_noise_of_one_orientation(orientation):
    image = field(spectrum="band_pass", orientation=orientation, size_px=128, contrast=0.1)
    power = np.abs(np.fft.fft2(image - image.mean())) ** 2
    right, up = np.meshgrid(np.fft.fftfreq(128), -np.fft.fftfreq(128))
    doubled = (power * np.exp(2j * (np.arctan2(up, right) - np.pi / 2))).sum()
    assert abs((np.rad2deg(np.angle(doubled)) / 2 - orientation + 90) % 180 - 90) < 2


def test_fields_come_once_with_windows_exemplars_and_clipping():
    stimuli = noise_fields(["white", "one_over_f"], exponent=[1, 2], aperture=[None, 4], exemplars=2, size_px=64)
    assert len(stimuli) == 3 * 2 * 2 and len(stimuli.frames()) == 12
    assert (stimuli.timelines[2].at(0)[:8] == 0.5).all()
    assert field(contrast=1.0, size_px=64).max() == 1
    assert noise_fields(contrast=1.0, size_px=64).table["clipped"][0] == pytest.approx(0.317, abs=0.02)
    assert len(noise_fields(mode="dynamic", duration=100, frame_rate=50, size_px=32).timelines[0].frames) == 5


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ({"spectrum": "green"}, "spectrum"),
        ({"contrast": -1}, "contrast"),
        ({"spectrum": "band_pass", "bandwidth": 0}, "bandwidth"),
        ({"spectrum": "band_pass", "spatial_frequency": 50}, "pixels"),
        ({"orientation": 0, "orientation_bandwidth": 0}, "orientation_bandwidth"),
        ({"aperture": 20}, "aperture"),
        ({"exemplars": 0}, "exemplar"),
    ],
)
def test_fields_that_cannot_be_shown_are_refused(arguments, reason):
    with pytest.raises(StimulusError, match=reason):
        noise_fields(size_px=64, **arguments)
