"""Models that listen, and movies shown to models of other rates."""

import numpy as np
import pandas as pd
import pytest
import torch
from scipy.io import wavfile
from torch import nn

from harness import ClipModel, Recording, StimulusSet, Timeline, extract, load_model
from harness.errors import ModelError, RecordingError, StimulusError
from harness.models import Hearing, Preprocessing
from harness.stimuli import Sound

RATE = 1000


class Listener(nn.Module):
    """Gives the mean of what it sees (`eyes`), and the first and the last sample and the mean of what it hears (`ears`)."""

    def __init__(self):
        super().__init__()
        self.eyes, self.ears = nn.Identity(), nn.Identity()

    def forward(self, clip: torch.Tensor, sound: torch.Tensor | None = None) -> torch.Tensor:
        self.eyes(clip.mean((1, 2, 3, 4))[:, None])
        sound = clip.new_zeros(len(clip), 100) if sound is None else sound
        return self.ears(torch.stack([sound[:, 0], sound[:, -1], sound.mean(1)], 1))


def listener(**arguments) -> ClipModel:
    options = {"frame_rate": 20, "window": 2, "hears": Hearing(RATE, 200), **arguments}
    return ClipModel("listener", Listener(), preprocessing=Preprocessing(8), layers=("eyes", "ears"), **options)


def shown(*sounds: Sound | None) -> StimulusSet:
    """The same grey screen for 200 ms, with each of these sounds."""
    grey = Timeline.still(np.full((8, 8), 0.5), 200)
    table = pd.DataFrame({"stimulus_id": [str(number) for number in range(len(sounds))]})
    return StimulusSet("heard", table, [grey.with_sound(sound) for sound in sounds])


RAMP = Sound(np.arange(200) / 1000, RATE)


def test_a_model_hears_the_sound_up_to_the_end_of_each_window():
    recording = Recording(["ears"], [(0, 100), (100, 200)])
    heard = extract(listener(), shown(RAMP, None), recording)["ears"].array()
    assert np.allclose(heard[0, 0], [0, 0.099, np.r_[np.zeros(100), np.arange(100) / 1000].mean()], atol=1e-6)
    assert np.allclose(heard[0, 1], [0, 0.199, RAMP.samples.mean()], atol=1e-6)
    assert np.array_equal(heard[1], np.zeros((2, 3)))


def test_sound_is_content_for_those_who_listen_and_nothing_for_others():
    with_sound, silent = shown(RAMP), shown(None)
    assert with_sound.digest != silent.digest
    recording = Recording(["eyes"], [(0, 200)])
    deaf = listener(hears=None)
    first, second = (extract(deaf, stimuli, recording) for stimuli in (with_sound, silent))
    assert second.provenance["hits"] == 1 and np.array_equal(first["eyes"].array(), second["eyes"].array())
    assert extract(listener(), with_sound, recording).provenance["hits"] == 0
    assert extract(listener(), silent, recording).provenance["hits"] == 0
    assert listener().digest() != deaf.digest() != listener(hears=Hearing(RATE, 100)).digest()


def test_a_timeline_keeps_its_sound_when_it_is_cut_or_goes_on():
    timeline = Timeline.still(np.zeros((4, 4)), 100).with_sound(RAMP)
    assert timeline.then(np.ones((4, 4)), 50).sound == RAMP
    assert np.array_equal(timeline.until(50, np.zeros((4, 4))).sound.samples, RAMP.samples[:50])
    assert timeline.with_sound(None) == Timeline.still(np.zeros((4, 4)), 100)
    assert timeline.digest != timeline.with_sound(None).digest


def test_sounds_are_read_resampled_and_checked(tmp_path):
    wavfile.write(tmp_path / "stereo.wav", 8000, np.array([[16384, -16384], [32767, 32767]], np.int16))
    sound = Sound.from_file(tmp_path / "stereo.wav")
    assert sound.rate == 8000 and np.allclose(sound.samples, [0, 32767 / 32768])
    tone = Sound(np.sin(2 * np.pi * 50 * np.arange(2000) / 2000), 2000)
    slower = tone.heard(0, 1000, 1000)
    assert len(slower) == 1000
    assert np.allclose(slower[100:900], np.sin(2 * np.pi * 50 * np.arange(100, 900) / 1000), atol=0.01)
    assert np.array_equal(tone.heard(-10, 0, 1000), np.zeros(10)) and tone.duration == 1000
    with pytest.raises(StimulusError, match="cannot be read as a WAV file"):
        Sound.from_file(tmp_path / "none.wav")
    with pytest.raises(StimulusError, match="finite samples of one channel"):
        Sound(np.full(3, np.nan), 10)
    with pytest.raises(ModelError, match="a model hears a positive number of samples"):
        Hearing(0, 10)


def test_movies_of_other_rates_are_refused_or_subsampled_as_authors_do():
    frames = [np.full((8, 8), value / 10) for value in range(10)]
    movie = StimulusSet("movie", pd.DataFrame({"stimulus_id": ["a"]}), [Timeline.movie(frames, 50)])
    recording = Recording(["eyes"], [(0, 100), (100, 200)])
    with pytest.raises(RecordingError, match="resample='nearest'"):
        extract(listener(), movie, recording)
    nearest = extract(listener(resample="nearest"), movie, recording)
    expected = np.array([(frames[0][0, 0] + frames[2][0, 0]) / 2, (frames[5][0, 0] + frames[7][0, 0]) / 2])
    assert np.allclose(nearest["eyes"].array()[0, :, 0], expected, atol=1e-6)
    assert nearest.provenance["resample"] == "nearest"
    assert listener(resample="nearest").digest() != listener().digest()
    model = load_model("convlstm", resample="nearest", size=32, channels=[8], kernel=3)
    assert model.resample == model.arguments["resample"] == "nearest"
