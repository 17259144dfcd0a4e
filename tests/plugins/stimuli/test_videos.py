"""Videos: frames at their own presentation times, and folders of frames."""

from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from scipy.io import wavfile

from harness.errors import StimulusError
from harness_plugins.stimuli.videos.videos import videos

GREYS = [20, 80, 140, 200, 250]
TIMES = [0, 40, 120, 130, 500]  # ms, at no constant rate


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("HARNESS_HOME", str(tmp_path / "home"))


def write(path, times=TIMES, greys=GREYS, size=(32, 48)):
    """A video without loss whose frames are grey fields at given times."""
    av = pytest.importorskip("av")
    path.parent.mkdir(parents=True, exist_ok=True)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("ffv1", rate=25)
        stream.height, stream.width, stream.pix_fmt = *size, "bgr0"
        stream.time_base = stream.codec_context.time_base = Fraction(1, 1000)
        for time, grey in zip(times, greys, strict=True):
            frame = av.VideoFrame.from_ndarray(np.full((*size, 3), grey, dtype=np.uint8), format="rgb24").reformat(
                format="bgr0"
            )
            frame.pts, frame.time_base = time, Fraction(1, 1000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def greys(timeline):
    return [int(timeline.frames[index].load().mean()) for index, _ in timeline.runs]


def test_frames_have_the_times_of_the_file(tmp_path):
    write(tmp_path / "movies" / "one.mkv")
    stimuli = videos(str(tmp_path / "movies"), visual_degrees=10)
    timeline = stimuli.timeline("one")
    assert timeline.onsets == pytest.approx(TIMES) and greys(timeline) == GREYS
    assert timeline.duration > 500 and stimuli.visual_degrees == 10
    assert (timeline.at(125) == 140).all() and timeline.at(125).shape == (32, 48, 3)
    assert stimuli.table["duration"].tolist() == [timeline.duration]


def test_frames_that_are_coded_out_of_order_are_shown_in_order(tmp_path):
    """H.264 with frames that are predicted from later ones, in ticks of a 90 kHz clock."""
    av = pytest.importorskip("av")
    if "libx264" not in av.codecs_available:
        pytest.skip("this build of FFmpeg writes no H.264")
    times = [0, 4500, 7500, 10500, 15000, 18000, 21000, 25500]
    with av.open(str(tmp_path / "film.mp4"), "w") as container:
        stream = container.add_stream("libx264", rate=30, options={"bf": "2"})
        stream.width, stream.height, stream.pix_fmt = 32, 32, "yuv420p"
        stream.codec_context.time_base = Fraction(1, 90000)
        for number, time in enumerate(times):
            grey = np.full((32, 32, 3), 20 + 30 * number, dtype=np.uint8)
            frame = av.VideoFrame.from_ndarray(grey, format="rgb24").reformat(format="yuv420p")
            frame.pts, frame.time_base = time, Fraction(1, 90000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    timeline = videos(str(tmp_path)).timelines[0]
    assert timeline.onsets == pytest.approx([time / 90 for time in times], abs=1e-3)
    assert greys(timeline) == pytest.approx([20 + 30 * number for number in range(8)], abs=4)


def test_parts_of_a_video(tmp_path):
    write(tmp_path / "movies" / "one.mkv")
    part = videos(str(tmp_path / "movies"), start=100, duration=60).timelines[0]
    assert (
        part.onsets == pytest.approx([0, 20, 30])
        and part.duration == pytest.approx(60)
        and greys(part) == [80, 140, 200]
    )
    table = pd.DataFrame(
        {"stimulus_id": ["early", "late"], "file": ["one.mkv"] * 2, "start": [0, 120], "category": [1, 2]}
    )
    stimuli = videos(str(tmp_path / "movies"), table, duration=50)
    assert [greys(timeline) for timeline in stimuli.timelines] == [[20, 80], [140, 200]]
    assert stimuli.table["start"].tolist() == [0, 120] and stimuli.table["category"].tolist() == [1, 2]
    for wrong in ({"start": 5000}, {"duration": 0}, {"start": -1}):
        with pytest.raises(StimulusError, match="lasts"):
            videos(str(tmp_path / "movies"), **wrong)


def test_a_frame_rate_replaces_the_times_of_a_file(tmp_path):
    write(tmp_path / "movies" / "one.mkv")
    timeline = videos(str(tmp_path / "movies"), frame_rate=50).timelines[0]
    assert timeline.onsets == pytest.approx([0, 20, 40, 60, 80]) and timeline.duration == pytest.approx(100)


def frames(folder, numbers):
    folder.mkdir(parents=True)
    for number in numbers:
        Image.fromarray(np.full((8, 8, 3), 10 * number, dtype=np.uint8)).save(folder / f"frame{number}.png")


def test_folders_of_frames_in_the_order_of_their_numbers(tmp_path):
    frames(tmp_path / "movies" / "run" / "a", [1, 2, 10])
    frames(tmp_path / "movies" / "walk" / "b.2", [4, 5])
    stimuli = videos(str(tmp_path / "movies"), frame_rate=25)
    assert stimuli.ids == ["run/a", "walk/b.2"] and stimuli.table["image_label"].tolist() == ["run", "walk"]
    assert greys(stimuli.timeline("run/a")) == [10, 20, 100] and stimuli.timeline("run/a").duration == pytest.approx(
        120
    )
    alone = videos(str(tmp_path / "movies" / "run" / "a"), frame_rate=25)
    assert alone.ids == ["a"] and alone.timelines[0] == stimuli.timelines[0]
    with pytest.raises(StimulusError, match="give frame_rate"):
        videos(str(tmp_path / "movies"))


def test_files_and_folders_side_by_side(tmp_path):
    write(tmp_path / "movies" / "one.mkv")
    frames(tmp_path / "movies" / "two", [1, 2])
    stimuli = videos(str(tmp_path / "movies"), frame_rate=10)
    assert stimuli.ids == ["one", "two"] and "image_label" not in stimuli.table


def test_a_video_that_is_to_be_turned(tmp_path):
    """Telephones write their movies lying on the side, with a note how to turn them."""
    av = pytest.importorskip("av")
    from harness.data import video

    class Frame:
        rotation = 90

        def to_image(self):
            return Image.fromarray(np.repeat(np.arange(12, dtype=np.uint8).reshape(3, 4)[..., None], 3, 2))

    turned = np.asarray(video._upright(Frame(), Fraction(1)))[..., 0]
    assert np.array_equal(turned, np.rot90(np.arange(12).reshape(3, 4)))
    assert video._upright(Frame(), Fraction(2)).size == (3, 8)
    assert av.VideoFrame(4, 4, "rgb24").rotation == 0


def test_what_is_not_there_or_no_video_is_said(tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "a.mp4").write_bytes(b"not a video")
    pytest.importorskip("av")
    for folder, reason in [("nowhere", "no folder"), ("empty", "no video"), ("broken", "cannot be decoded")]:
        with pytest.raises(StimulusError, match=reason):
            videos(str(tmp_path / folder))


def test_sound_is_that_of_a_file_beside_a_video_or_its_own(tmp_path):
    av = pytest.importorskip("av")
    movies = tmp_path / "movies"
    movies.mkdir()
    wave = np.sin(np.arange(4000) / 20).astype(np.float32)
    with av.open(str(movies / "own.mkv"), "w") as container:
        pictures = container.add_stream("ffv1", rate=10)
        pictures.height, pictures.width, pictures.pix_fmt = 16, 16, "bgr0"
        track = container.add_stream("pcm_s16le", rate=8000, layout="mono")
        for number in range(5):
            image = av.VideoFrame.from_ndarray(np.full((16, 16, 3), 40 * number, np.uint8), format="rgb24")
            container.mux(pictures.encode(image.reformat(format="bgr0")))
        heard = av.AudioFrame.from_ndarray((wave[None] * 32767).astype(np.int16), format="s16", layout="mono")
        heard.rate = 8000
        for stream, frame in ((track, heard), (track, None), (pictures, None)):
            container.mux(stream.encode(frame))
    write(movies / "beside.mkv")
    write(movies / "silent.mkv")
    wavfile.write(movies / "beside.wav", 1000, np.arange(600, dtype=np.float32) / 1000)
    assert all(timeline.sound is None for timeline in videos(str(movies)).timelines)
    beside, own, silent = videos(str(movies), sound=True).timelines
    assert silent.sound is None
    assert own.sound.rate == 8000 and np.allclose(own.sound.samples, wave, atol=1e-3)
    assert beside.sound.rate == 1000 and len(beside.sound.samples) == round(beside.duration)
    part = videos(str(movies), sound=True, start=100, duration=50).timelines[0]
    assert np.allclose(part.sound.samples, np.arange(100, 150) / 1000)
