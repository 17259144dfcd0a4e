"""Timelines: canonical however they are put together, and exact about what is on the screen."""

import math
import os
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from harness.errors import StimulusError
from harness.stimuli.timeline import Frame, Timeline, refreshes

GREYS = [Frame(np.full((2, 3), grey)) for grey in (0.0, 0.25, 0.5, 1.0)]
GREY = st.sampled_from(range(len(GREYS)))
DURATION = st.integers(1, 400_000).map(lambda ticks: ticks / 1000)  # ms, on a grid of microseconds
SHOWN = st.lists(st.tuples(GREY, DURATION), min_size=1, max_size=6)


def timeline(shown: list[tuple[int, float]]) -> Timeline:
    return Timeline.of([(GREYS[grey], duration) for grey, duration in shown])


def noise(seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (5, 4, 3), dtype=np.uint8)


# canonical form


@given(SHOWN, st.data())
def test_cutting_a_run_in_pieces_changes_nothing(shown, data):
    pieces = []
    for grey, duration in shown:
        parts = data.draw(st.lists(st.integers(1, 100), min_size=1, max_size=4))
        pieces += [(grey, duration * part / sum(parts)) for part in parts]
    whole, cut = timeline(shown), timeline(pieces)
    assert cut == whole and cut.digest == whole.digest and hash(cut) == hash(whole)
    assert cut.runs == whole.runs


@given(SHOWN)
def test_equal_frames_are_one_frame_whatever_object_holds_them(shown):
    copies = Timeline.of([(np.array(GREYS[grey].load(), dtype=np.float64), duration) for grey, duration in shown])
    one_by_one = Timeline.still(GREYS[shown[0][0]], shown[0][1])
    for grey, duration in shown[1:]:
        one_by_one = one_by_one.then(GREYS[grey], duration)
    assert timeline(shown).digest == copies.digest == one_by_one.digest
    assert len(copies.frames) == len({grey for grey, _ in shown})


@given(SHOWN)
def test_the_form_is_canonical(shown):
    made = timeline(shown)
    indices = [index for index, _ in made.runs]
    assert all(one != other for one, other in pairwise(indices))
    assert list(dict.fromkeys(indices)) == list(range(len(made.frames)))
    assert Timeline(made.frames, made.runs) == made
    assert Timeline(made.frames, made.runs).runs == made.runs


SHORT = st.lists(st.tuples(GREY, st.integers(1, 3)), min_size=1, max_size=4)


@given(SHORT, SHORT)
def test_digests_are_equal_exactly_when_the_screen_is(one, other):
    def screen(shown):
        return [grey for grey, duration in shown for _ in range(duration)]

    assert (timeline(one).digest == timeline(other).digest) == (screen(one) == screen(other))


def test_repeated_movie_frames_are_one_still():
    movie = Timeline.movie([GREYS[1]] * 7, frame_rate=60)
    assert movie == Timeline.still(GREYS[1], 7 * 1000 / 60)
    assert movie.runs == ((0, pytest.approx(116.666667)),)


@given(st.integers(1, 2000), st.sampled_from([23.976, 24, 29.97, 30, 60, 75, 85, 144]))
def test_a_long_movie_does_not_drift(count, rate):
    alternating = Timeline.movie([GREYS[i % 2] for i in range(count)], frame_rate=rate)
    assert alternating.duration == pytest.approx(count * 1000 / rate, abs=1e-6)
    assert alternating.onsets == pytest.approx([i * 1000 / rate for i in range(count)], abs=1e-6)


# what is on the screen


@given(SHOWN, st.floats(0, 1, exclude_max=True))
def test_at_shows_the_frame_of_the_run(shown, share):
    made = timeline(shown)
    time = share * made.duration
    run = max(index for index, onset in enumerate(made.onsets) if onset <= time)
    assert np.array_equal(made.at(time), made.shown()[run][0].load())


def test_a_frame_is_on_the_screen_from_its_onset_to_just_before_its_end():
    made = Timeline.of([(GREYS[0], 10), (GREYS[1], 20)])
    times = [0, 9.999, 10, 29.999]
    assert [made.index_at(time) for time in times] == [0, 0, 1, 1]
    for outside in (-0.1, 30, math.nan):
        with pytest.raises(StimulusError, match="shows nothing"):
            made.at(outside)


@given(SHOWN)
def test_onsets_meet_the_ends(shown):
    made = timeline(shown)
    for onset, (frame, duration) in zip(made.onsets, made.shown(), strict=True):
        assert made.frames[made.index_at(onset)] == frame
        assert made.overlaps(onset, onset + duration) == {made.frames.index(frame): pytest.approx(duration)}


@given(SHOWN, st.lists(st.floats(0, 3000), min_size=2, max_size=6))
def test_overlaps_sum_to_the_durations(shown, cuts):
    made = timeline(shown)
    edges = sorted({0.0, made.duration, *(cut for cut in cuts if cut < made.duration)})
    total: dict[int, float] = {}
    for start, end in pairwise(edges):
        part = made.overlaps(start, end)
        assert math.fsum(part.values()) == pytest.approx(end - start, abs=1e-5)
        for index, overlap in part.items():
            total[index] = total.get(index, 0) + overlap
    expected: dict[int, float] = {}
    for index, duration in made.runs:
        expected[index] = expected.get(index, 0) + duration
    assert total == pytest.approx(expected, abs=1e-5)


@given(st.integers(1, 50), st.sampled_from([23.976, 24, 29.97, 60, 75]))
def test_a_bin_as_long_as_a_movie_frame_sees_that_frame_only(count, rate):
    movie = Timeline.movie([GREYS[i % 3] for i in range(count)], frame_rate=rate)
    for i in range(count):
        start, end = i * 1000 / rate, (i + 1) * 1000 / rate
        assert movie.overlaps(start, end) == {i % 3: pytest.approx(end - start, abs=1e-5)}


@given(SHOWN, st.none() | st.integers(1, 500).map(float))
def test_shuffled_frames_are_shown_for_as_long(shown, window):
    one = timeline(shown)
    if window is not None and one.duration / window > 200:
        window = one.duration / 3
    other = one.shuffled(window)
    assert other.duration == pytest.approx(one.duration, abs=1e-4) and other == one.shuffled(window)
    lengths = [{t.frames[i].digest: ms for i, ms in t.overlaps(0, math.inf).items()} for t in (one, other)]
    assert lengths[0].keys() == lengths[1].keys()
    assert all(lengths[1][frame] == pytest.approx(ms, abs=1e-4) for frame, ms in lengths[0].items())


def test_what_does_not_move_is_not_shuffled():
    still, movie = Timeline.still(GREYS[1], 300), Timeline.movie([np.full((2, 2), i / 20) for i in range(20)], 10)
    assert still.shuffled() == still == still.shuffled(70)
    assert movie.shuffled() != movie and movie.shuffled().digest == movie.shuffled().digest


def test_nothing_overlaps_beyond_the_end():
    made = Timeline.still(GREYS[0], 50)
    assert made.overlaps(50, 90) == {} == made.overlaps(-10, 0)
    assert made.overlaps(40, 90) == {0: pytest.approx(10)}


@given(SHOWN, DURATION)
def test_until_lasts_exactly_that_long_and_is_what_was_shown(shown, end):
    made, blank = timeline(shown), Frame(np.full((1, 1, 3), 0.5))
    cut = made.until(end, blank)
    assert cut.duration == end
    for time in np.linspace(0, end, 7, endpoint=False) + 1e-4 * end:
        expected = made.at(time) if time < made.duration else blank.load()
        assert np.array_equal(cut.at(time), expected)


@given(SHOWN, DURATION, DURATION)
def test_until_twice_is_until_the_earlier_end_or_the_later_blank(shown, one, other):
    made, blank = timeline(shown), GREYS[2]
    early, late = sorted((one, other))
    assert made.until(late, blank).until(early, blank) == made.until(early, blank)
    assert made.until(made.duration, blank) == made


def test_until_prolongs_the_background_if_it_was_shown_last():
    assert Timeline.still(GREYS[2], 10).until(30, GREYS[2]) == Timeline.still(GREYS[2], 30)


@pytest.mark.parametrize("end", [0, -5, math.nan, math.inf])
def test_until_needs_a_length(end):
    with pytest.raises(StimulusError, match="positive number of milliseconds"):
        Timeline.still(GREYS[0], 10).until(end, GREYS[1])


@pytest.mark.parametrize(
    "duration", [0, -1, math.nan, math.inf, 1e-9, None, "100", True, np.bool_(True), 1j, [1], np.array(1.0)]
)
def test_a_duration_is_a_positive_finite_number(duration):
    with pytest.raises(StimulusError, match="positive number of milliseconds"):
        Timeline.still(GREYS[0], duration)


def test_numpy_numbers_are_durations():
    assert (
        Timeline.still(GREYS[0], np.float32(100))
        == Timeline.still(GREYS[0], np.int64(100))
        == Timeline.still(GREYS[0], 100)
    )


def test_empty_timelines_and_impossible_rates_are_refused():
    with pytest.raises(StimulusError, match="at least one frame"):
        Timeline.of([])
    with pytest.raises(StimulusError, match="at least one frame"):
        Timeline.movie([], 60)
    with pytest.raises(StimulusError, match="frame rate"):
        Timeline.movie([GREYS[0]], 0)


# frames


def test_pixels_are_copied_and_cannot_be_changed():
    pixels = noise()
    frame = Frame(pixels)
    before = frame.digest
    pixels[:] = 0
    assert frame.load().any() and Frame(frame.load()).digest == before
    with pytest.raises(ValueError):
        frame.load()[0] = 0


def test_identity_of_pixels_is_type_shape_and_content():
    grey = np.full((4, 4), 0.5)
    frames = [
        Frame(grey),
        Frame(np.full((4, 4, 3), 0.5)),
        Frame(np.full((2, 8), 0.5)),
        Frame(np.full((4, 4, 3), 128, dtype=np.uint8)),
        Frame(np.full((4, 4), 0.5000001)),
    ]
    assert len(set(frames)) == len(frames)
    assert Frame(grey) == Frame(grey.astype(np.float32)) == Frame(np.asfortranarray(grey))
    assert Frame(np.zeros((2, 2))) == Frame(np.array([[-0.0, 0.0], [0.0, -0.0]]))
    assert Frame(grey) != "an image"


@pytest.mark.parametrize(
    "array",
    [
        np.zeros((4, 4), dtype=np.uint8),
        np.zeros((4, 4, 4), dtype=np.uint8),
        np.zeros((4, 4), dtype=np.int64),
        np.zeros((0, 4)),
        np.zeros(4),
        np.zeros((2, 4, 4, 3)),
        np.array([[object()]]),
    ],
)
def test_other_arrays_are_no_frames(array):
    with pytest.raises(StimulusError, match="a frame is uint8 RGB"):
        Frame(array)


@pytest.mark.parametrize("value", [-0.1, 1.1, math.nan, math.inf])
def test_floats_lie_between_black_and_white(value):
    with pytest.raises(StimulusError, match=r"\[0, 1\]"):
        Frame(np.full((2, 2), value))


def test_a_file_is_read_when_needed_and_not_kept(tmp_path: Path):
    path = tmp_path / "image.png"
    Image.fromarray(noise()).save(path)
    frame = Frame(str(path))
    assert np.array_equal(frame.load(), noise())
    assert frame.path == path and frame.load() is not frame.load()


@pytest.mark.parametrize("mode", ["L", "P", "RGBA", "1", "CMYK"])
def test_every_8_bit_mode_becomes_rgb(tmp_path: Path, mode: str):
    path = tmp_path / "image.tiff"
    image = Image.fromarray(noise()).convert(mode)
    image.save(path)
    assert np.array_equal(Frame(path).load(), np.asarray(image.convert("RGB")))


def test_numbers_whose_white_is_not_known_are_refused(tmp_path: Path):
    path = tmp_path / "deep.tiff"
    for pixels, why in ((np.int32(1000), "of which white is not known"), (np.float32(1000), "holds floats from 1000")):
        Image.fromarray(np.full((4, 4), pixels)).save(path)
        with pytest.raises(StimulusError, match=why):
            Frame(path).load()


def test_the_bytes_of_a_file_count_not_its_name(tmp_path: Path):
    one, copy = tmp_path / "one.png", tmp_path / "folder" / "two.png"
    copy.parent.mkdir()
    Image.fromarray(noise()).save(one)
    copy.write_bytes(one.read_bytes())
    assert Frame(one) == Frame(copy)
    assert Frame(one) != Frame(noise()), "a decoder stands between a file and its pixels"


def test_a_file_changed_in_place_has_another_digest(tmp_path: Path):
    path = tmp_path / "image.png"
    Image.fromarray(noise(0)).save(path, compress_level=0)
    before, times = Frame(path), path.stat()
    shown = Timeline.still(before, 100)
    Image.fromarray(noise(1)).save(path, compress_level=0)
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))  # same size and same time: only the content tells
    assert path.stat().st_size == times.st_size
    assert Frame(path).digest != before.digest
    with pytest.raises(StimulusError, match="has changed since"):
        shown.at(0)


def test_files_that_are_missing_or_damaged_are_named(tmp_path: Path):
    with pytest.raises(StimulusError, match=r"no image file .*nowhere\.png"):
        Frame(tmp_path / "nowhere.png")
    damaged = tmp_path / "damaged.png"
    damaged.write_bytes(b"this is no image")
    with pytest.raises(StimulusError, match=r"damaged\.png.*cannot be read as an image"):
        Frame(damaged).load()
    vanished = Frame(damaged)
    damaged.unlink()
    with pytest.raises(StimulusError, match=r"damaged\.png.*cannot be read"):
        vanished.load()


@given(duration=st.floats(0.1, 5000), frame_rate=st.sampled_from([24, 60, 85.0, 120]))
def test_refreshes_fill_the_duration_and_only_the_last_is_cut(duration: float, frame_rate: float) -> None:
    shown = refreshes(duration, frame_rate)
    assert math.fsum(length for _, length in shown) == pytest.approx(duration, abs=1e-6)
    assert all(length == pytest.approx(1000 / frame_rate) for _, length in shown[:-1]) and shown[-1][1] > 0
    assert [onset for onset, _ in shown] == pytest.approx([i * 1000 / frame_rate for i in range(len(shown))])


@pytest.mark.parametrize(("duration", "frame_rate"), [(0, 60), (-1, 60), (100, 0), (100, math.inf), (math.nan, 60)])
def test_refreshes_of_nothing_are_refused(duration: float, frame_rate: float) -> None:
    with pytest.raises(StimulusError, match=r"positive number"):
        refreshes(duration, frame_rate)
