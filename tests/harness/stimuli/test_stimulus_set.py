"""Stimulus sets: a table and timelines that belong together, with an identity by content."""

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from harness import load_stimuli
from harness.errors import StimulusError
from harness.stimuli.canvas import Canvas
from harness.stimuli.stimulus_set import StimulusSet
from harness.stimuli.timeline import Timeline

BLACK, GREY, WHITE = (np.full((4, 4), value) for value in (0.0, 0.5, 1.0))


def three(**arguments) -> StimulusSet:
    """Three images, each shown for 100 ms, with two conditions."""
    images = {"black": BLACK, "grey": GREY, "white": WHITE}
    return StimulusSet.from_images("three", images, 100, contrast=[0.0, 0.5, 1.0], kind=["a", "b", "b"], **arguments)


def moving() -> StimulusSet:
    """A flicker and a still."""
    timelines = [Timeline.movie([BLACK, WHITE, BLACK, WHITE], 50), Timeline.still(GREY, 200)]
    return StimulusSet("moving", pd.DataFrame({"stimulus_id": ["flicker", "still"]}), timelines)


def test_table_and_timelines_belong_together():
    stimuli = three(visual_degrees=8)
    assert len(stimuli) == 3 and stimuli.ids == ["black", "grey", "white"]
    assert list(stimuli.table.columns) == ["stimulus_id", "contrast", "kind"]
    assert stimuli.table["contrast"].tolist() == [0.0, 0.5, 1.0]
    assert dict(stimuli) == {name: stimuli.timeline(name) for name in stimuli.ids}
    assert np.array_equal(stimuli.timeline("white").at(99), WHITE)
    assert stimuli.duration == 100 and stimuli.visual_degrees == 8.0
    assert moving().duration == 200


def test_names_are_text_and_the_callers_table_is_left_alone():
    table = pd.DataFrame({"stimulus_id": [7, 8]}, index=["x", "y"])
    stimuli = StimulusSet("numbers", table, [Timeline.still(BLACK, 10), Timeline.still(WHITE, 10)])
    assert stimuli.ids == ["7", "8"] and stimuli.timeline(8) == stimuli.timelines[1]  # type: ignore[arg-type]
    assert table["stimulus_id"].tolist() == [7, 8] and list(table.index) == ["x", "y"]


def test_images_are_named_by_their_files_or_positions(tmp_path: Path):
    paths = [tmp_path / f"{name}.png" for name in ("b", "a")]
    for path in paths:
        Image.fromarray(np.zeros((4, 4, 3), dtype=np.uint8)).save(path)
    assert StimulusSet.from_images("files", paths, 50).ids == ["b", "a"]
    assert StimulusSet.from_images("arrays", [BLACK, WHITE], 50).ids == ["00000", "00001"]


def test_files_of_one_name_in_two_folders_are_not_merged(tmp_path: Path):
    paths = [tmp_path / folder / "image.png" for folder in ("one", "two")]
    for value, path in enumerate(paths):
        path.parent.mkdir()
        Image.fromarray(np.full((4, 4, 3), value, dtype=np.uint8)).save(path)
    with pytest.raises(StimulusError, match="names stimulus 'image' more than once"):
        StimulusSet.from_images("folders", paths, 50)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"table": pd.DataFrame({"name": ["a", "b"]})}, "needs a column 'stimulus_id'"),
        ({"table": pd.DataFrame({"stimulus_id": ["a"]})}, "1 rows and 2 timelines"),
        ({"table": pd.DataFrame({"stimulus_id": []}), "timelines": []}, "needs at least one"),
        ({"table": pd.DataFrame({"stimulus_id": ["1", 1]})}, "names stimulus '1' more than once"),
        ({"visual_degrees": 0}, "positive number of degrees"),
        ({"visual_degrees": math.nan}, "positive number of degrees"),
        ({"background": 1.5}, "grey or RGB"),
        ({"background": (0.5, 0.5)}, "grey or RGB"),
        ({"background": math.nan}, "grey or RGB"),
    ],
)
def test_what_does_not_fit_is_refused(arguments, message):
    good = {"table": pd.DataFrame({"stimulus_id": ["a", "b"]}), "timelines": [Timeline.still(BLACK, 10)] * 2}
    with pytest.raises(StimulusError, match=message):
        StimulusSet("bad", **(good | arguments))


def test_seconds_for_milliseconds_are_refused():
    message = "last 0.2 ms at most; durations are in milliseconds"
    with pytest.raises(StimulusError, match=message):
        StimulusSet.from_images("seconds", [BLACK, WHITE], 0.2)
    with pytest.raises(StimulusError, match=message):
        load_stimuli("gratings", duration=0.2, visual_degrees=8)


def test_a_condition_has_one_value_an_image():
    with pytest.raises(StimulusError, match="2 images and 3 values of 'contrast'"):
        StimulusSet.from_images("bad", [BLACK, WHITE], 10, contrast=[1, 2, 3])


def test_unknown_stimuli_are_named():
    with pytest.raises(StimulusError, match="'three' has no stimulus 'blue'"):
        three().timeline("blue")


def test_frames_are_unique_over_the_whole_set():
    stimuli = moving()
    assert len(stimuli.frames()) == 3
    assert list(stimuli.frames()) == [frame.digest for frame in stimuli.frames().values()]


# identity


def test_identity_is_content_not_name():
    renamed = StimulusSet("other", three().table, three().timelines)
    assert renamed.digest == three().digest
    assert three(visual_degrees=8).digest == three(visual_degrees=8.0).digest
    assert three(background=0.5).digest == three(background=(0.5, 0.5, 0.5)).digest == three().digest


def test_order_of_the_columns_does_not_count():
    table = three().table
    assert StimulusSet("three", table[table.columns[::-1]], three().timelines).digest == three().digest


@pytest.mark.parametrize(
    "other",
    [
        lambda: three(visual_degrees=8),
        lambda: three(visual_degrees=4),
        lambda: three(background=0),
        lambda: three(background=(0.5, 0.5, 0)),
        lambda: three().with_duration(101),
        lambda: three().select([1, 0, 2]),
        lambda: three().select([0, 1]),
        lambda: StimulusSet("three", three().table.assign(contrast=[0, 1, 2]), three().timelines),
        lambda: StimulusSet("three", three().table.assign(contrast=["0.0", "0.5", "1.0"]), three().timelines),
        lambda: StimulusSet("three", three().table.rename(columns={"kind": "sort"}), three().timelines),
        lambda: StimulusSet("three", three().table, three().timelines[::-1]),
    ],
)
def test_any_other_content_is_another_set(other):
    assert other().digest != three().digest


@given(st.permutations(range(3)))
def test_selecting_there_and_back_is_the_same_set(order):
    shuffled = three().select(order)
    assert shuffled.ids == [three().ids[row] for row in order]
    assert shuffled.select(np.argsort(order)).digest == three().digest


def test_conditions_of_any_plain_kind_have_an_identity():
    def with_column(values):
        return StimulusSet("three", three().table.assign(extra=values), three().timelines).digest

    columns = [
        [1, 2, 3],
        [1.0, 2.0, 3.0],
        pd.Series([1, 2, None]),
        pd.Series([1, 2, None], dtype="Int64"),
        pd.to_datetime(["2020", "2021", "2022"]),
        pd.to_timedelta([1, 2, 3]),
        pd.Categorical(["x", "y", "y"]),
        [True, False, False],
        [Path("a"), Path("b"), Path("c")],
        [(0, 1), (0, 2), (1, 2)],
        [np.arange(2000), np.arange(2000), np.arange(2000)],
        [np.arange(2000), np.arange(2000), np.where(np.arange(2000) == 1000, 0, np.arange(2000))],
        [["x"], {"x": 1}, None],
    ]
    assert len({with_column(column) for column in columns}) == len(columns)
    assert with_column(columns[2]) == with_column(columns[2])


def test_a_condition_without_identity_is_refused():
    stimuli = StimulusSet("three", three().table.assign(extra=[object()] * 3), three().timelines)
    with pytest.raises(StimulusError, match="column 'extra'"):
        _ = stimuli.digest


def test_a_changed_file_changes_the_set(tmp_path: Path):
    path = tmp_path / "image.png"
    digests = set()
    for value in (0, 1):
        Image.fromarray(np.full((4, 4, 3), value, dtype=np.uint8)).save(path)
        digests.add(StimulusSet.from_images("file", [path], 10).digest)
    assert len(digests) == 2


# parts and other exposures


def test_select_takes_positions_and_masks_and_keeps_the_rest():
    stimuli = three(visual_degrees=5, background=0.2)
    by_mask = stimuli.select(stimuli.table["kind"] == "b")
    assert by_mask.ids == ["grey", "white"] and by_mask.digest == stimuli.select([1, 2]).digest
    assert by_mask.select([True, False]).ids == ["grey"]
    assert by_mask.table.index.tolist() == [0, 1]
    assert (by_mask.identifier, by_mask.visual_degrees, by_mask.background) == ("three", 5, (0.2, 0.2, 0.2))
    assert stimuli.select([-1]).ids == ["white"]


@pytest.mark.parametrize(
    ("rows", "message"), [([], "at least one"), ([False] * 3, "at least one"), ([0, 0], "more than once")]
)
def test_selections_are_sets_too(rows, message):
    with pytest.raises(StimulusError, match=message):
        three().select(rows)


def test_another_exposure_of_static_images():
    longer = three(visual_degrees=5).with_duration(250)
    assert {timeline.duration for timeline in longer.timelines} == {250}
    assert longer.visual_degrees == 5 and longer.frames().keys() == three().frames().keys()
    with pytest.raises(StimulusError, match="moving stimuli"):
        moving().with_duration(100)


def test_the_background_is_one_pixel_of_its_colour():
    frame = three(background=(0, 0.5, 1)).background_frame()
    assert frame.load().tolist() == [[[0.0, 0.5, 1.0]]]


# contact sheets


def image(path: Path) -> np.ndarray:
    return np.asarray(Image.open(path).convert("RGB")).astype(int)


def share(pixels: np.ndarray, colour: tuple[int, int, int]) -> float:
    """Share of the image that has this colour."""
    return float((abs(pixels - colour).max(2) <= 2).mean())


def test_a_contact_sheet_shows_the_frames(tmp_path: Path):
    images = {"red": np.full((8, 8, 3), (255, 0, 0), np.uint8), "green": np.full((4, 8, 3), (0, 255, 0), np.uint8)}
    path = StimulusSet.from_images("colours", images, 50).show(tmp_path / "new folder" / "sheet.png")
    pixels = image(path)
    assert share(pixels, (255, 0, 0)) == pytest.approx(2 * share(pixels, (0, 255, 0)), rel=0.05)
    assert share(pixels, (255, 0, 0)) > 0.05


def test_time_runs_to_the_right_and_ends_in_the_background(tmp_path: Path):
    red, blue = (np.full((8, 8, 3), colour, np.uint8) for colour in ((255, 0, 0), (0, 0, 255)))
    timelines = [Timeline.of([(red, 100), (blue, 100)]), Timeline.still(blue, 100)]
    table = pd.DataFrame({"stimulus_id": ["change", "short"]})
    stimuli = StimulusSet("change", table, timelines, background=(0, 1, 0))
    pixels = image(stimuli.show(tmp_path / "sheet.png", times=[0, 150, 250]))
    columns = {
        name: np.argwhere((pixels == colour).all(2))[:, 1].mean()
        for name, colour in {"red": (255, 0, 0), "blue": (0, 0, 255), "background": (0, 255, 0)}.items()
    }
    assert columns["red"] < columns["blue"] < columns["background"]
    assert share(pixels, (0, 255, 0)) == pytest.approx(3 * share(pixels, (255, 0, 0)), rel=0.05)


def test_a_sheet_of_a_large_set_is_a_sample(tmp_path: Path):
    many = StimulusSet.from_images("many", [np.full((2, 2), i / 200) for i in range(200)], 10)
    small = image(many.show(tmp_path / "few.png", most=6))
    assert small.shape[0] < image(many.show(tmp_path / "more.png", most=24)).shape[0] < 2000


@pytest.mark.parametrize("size", [0, -1, float("nan"), float("inf"), 1e6, "8", True])
def test_a_size_that_nothing_can_have_is_refused(size):
    with pytest.raises(StimulusError, match="must be a positive number of degrees, 360 at most"):
        three(visual_degrees=size)
    with pytest.raises(StimulusError, match="visual_degrees above 0 and up to 360"):
        Canvas(visual_degrees=size)
