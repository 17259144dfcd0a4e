"""The simulated fMRI recordings: what is said to be true of them is."""

import numpy as np
import pytest

from harness.data import check, is_available, load, locate
from harness.data.remarks import remarks
from harness.errors import MissingData
from harness.metrics.statistics.ceilings import split_half_reliability
from harness.metrics.statistics.correlation import pearson
from harness_plugins.benchmarks._contrast_energy import contrast_energy
from harness_plugins.benchmarks.fake_fmri.betas import CYCLES, PLACES
from harness_plugins.benchmarks.fake_fmri.recording import NOISE_AUTOCORRELATION, generate


@pytest.fixture(scope="module")
def made():
    return generate(n_subjects=2, n_movies=20, seconds=120, n_voxels=30, reliability=0.6)


def concatenated(data, candidate):
    """(repeats, movies x seconds, voxels)."""
    repeats = data.repeats(candidate).transpose(0, 1, 3, 2)
    return repeats.reshape(len(repeats), -1, repeats.shape[-1])


def test_it_is_a_recording(made):
    data, truth = made
    assert data.regions == ("V1", "control") and data.names == ("s1", "s2")
    assert data.subjects[0].responses.shape == (80, 60, 120) and truth.drive.shape == (20, 120, 2)
    assert len(data.stimuli) == 20 and data.stimuli.duration == 120_000
    assert not remarks(data)


def test_the_screen_is_what_drives_it(made):
    data, truth = made
    movie = data.stimuli.timeline("film3")
    shown = np.mean([movie.at(7000 + 250 * i).mean() / 255 for i in range(4)])
    assert truth.drive[3, 7, 0] == pytest.approx(shown, abs=1e-6)


def test_a_perfect_model_reaches_the_ceiling_and_control_voxels_have_nothing(made):
    data, truth = made
    repeats = concatenated(data, "s2")
    signal = truth.signal["s2"].reshape(-1, 60)
    v1, control = slice(0, 30), slice(30, 60)
    r = pearson(signal[:, v1], repeats.mean(0)[:, v1])
    assert np.mean(r) == pytest.approx(truth.ceiling, abs=0.02)
    assert np.mean(split_half_reliability(repeats[..., v1], partitions=20)) == pytest.approx(
        truth.reliability, abs=0.03
    )
    assert abs(np.mean(split_half_reliability(repeats[..., control], partitions=20))) < 0.05
    assert abs(np.mean(pearson(signal[:, v1], repeats.mean(0)[:, control]))) < 0.03


def test_the_noise_is_autocorrelated_like_bold(made):
    data, _ = made
    noise = data.select("control").subjects[0].responses
    lagged = np.mean(noise[..., 1:] * noise[..., :-1]) / np.mean(noise**2)
    assert lagged == pytest.approx(NOISE_AUTOCORRELATION, abs=0.01)


def test_it_has_a_name_and_needs_no_files():
    assert is_available("fake-fmri") and load("fake-fmri", seed=3).names == ("s1", "s2", "s3")
    report = check("fake-fmri")
    assert not report.faults and report.contents["regions"] == {"V1": 60, "control": 60}
    with pytest.raises(MissingData, match="has no files; it is generated"):
        locate("fake-fmri")


def test_the_same_seed_gives_the_same(made):
    again, _ = generate(n_subjects=2, n_movies=20, seconds=120, n_voxels=30, reliability=0.6)
    other, _ = generate(n_subjects=2, n_movies=20, seconds=120, n_voxels=30, reliability=0.6, seed=1)
    np.testing.assert_array_equal(again.subjects[1].responses, made[0].subjects[1].responses)
    assert again.stimuli.digest == made[0].stimuli.digest != other.stimuli.digest


def test_betas_follow_contrast_energy_and_not_luminance():
    data = load("simulated-betas", images=60)
    assert data.names == ("s1", "s2", "s3") and data.measurement.modality == "beta"
    images = np.stack([timeline.at(0.0) for timeline in data.stimuli.timelines])
    energy = contrast_energy(images, CYCLES, PLACES)
    luminance = images.reshape(60, PLACES, 12, PLACES, 12).mean((2, 4)).reshape(60, -1)
    means = data.repeats("s1")[..., 0].mean(0)
    best = lambda drive, voxels: np.corrcoef(drive.T, means[:, voxels].T)[: drive.shape[1], drive.shape[1] :].max(0)
    v1, control = slice(0, 12), slice(12, 24)
    assert best(energy, v1).mean() > 0.6 > 0.4 > max(best(luminance, v1).mean(), best(energy, control).mean())


def test_the_same_seed_gives_the_same_betas():
    first, again, other = (load("simulated-betas", images=10, seed=seed) for seed in (0, 0, 1))
    np.testing.assert_array_equal(first.subjects[2].responses, again.subjects[2].responses)
    assert first.stimuli.digest == again.stimuli.digest != other.stimuli.digest
