"""Images of a folder: which, labelled how, for how long."""

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from harness.errors import StimulusError
from harness_plugins.stimuli.images.images import images


def save(path, grey):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.full((4, 6, 3), grey, dtype=np.uint8)).save(path)


@pytest.fixture
def classes(tmp_path):
    for number, name in enumerate(["cat/10.png", "cat/2.png", "dog/a.jpeg", "dog/deeper/b.PNG"]):
        save(tmp_path / name, 50 * number)
    (tmp_path / "notes.txt").write_text("no image")
    return tmp_path


def test_a_folder_of_classes(classes):
    stimuli = images(str(classes), duration=80, visual_degrees=6, background=0.3)
    assert stimuli.ids == ["cat/2", "cat/10", "dog/a", "dog/deeper/b"]
    assert stimuli.table["image_label"].tolist() == ["cat", "cat", "dog", "dog"]
    assert stimuli.visual_degrees == 6 and stimuli.background == (0.3, 0.3, 0.3) and stimuli.duration == 80
    assert (stimuli.timeline("cat/2").at(0) == 50).all() and stimuli.timeline("cat/10").frames[0].path is not None


def test_without_sub_folders_there_are_no_labels_and_equal_names_keep_their_suffix(tmp_path):
    for name in ("a.png", "a.bmp", "b.png"):
        save(tmp_path / name, 0)
    stimuli = images(str(tmp_path))
    assert stimuli.ids == ["a.bmp", "a.png", "b"] and "image_label" not in stimuli.table
    assert stimuli.table["duration"].tolist() == [200] * 3


def test_several_durations(classes):
    stimuli = images(str(classes), duration=[50, 100])
    assert len(stimuli) == 8 and stimuli.ids[0] == "cat/2_duration=50"
    assert (
        [timeline.duration for timeline in stimuli.timelines]
        == [50] * 4 + [100] * 4
        == stimuli.table["duration"].tolist()
    )


def test_a_table_chooses_orders_and_describes(classes):
    (classes / "list.csv").write_text(
        "filename,contrast,image_label,duration\ndog/a.jpeg,0.5,hund,30\ncat/2.png,1.0,katze,\n"
    )
    for table in ("list.csv", str(classes / "list.csv"), pd.read_csv(classes / "list.csv")):
        stimuli = images(str(classes), table)
        assert stimuli.ids == ["dog/a", "cat/2"] and stimuli.table["image_label"].tolist() == ["hund", "katze"]
        assert stimuli.table["contrast"].tolist() == [0.5, 1.0] and stimuli.table["duration"].tolist() == [30, 200]
    with pytest.raises(StimulusError, match="leave the argument 'duration' out"):
        images(str(classes), "list.csv", duration=20)
    with pytest.raises(StimulusError, match="leave the argument 'duration' out"):
        images(str(classes), "list.csv", duration=[20, 30])


def test_the_labels_make_a_task(classes):
    from torch import nn

    from harness import FrameModel, as_brain_model
    from harness.models import Preprocessing

    model = FrameModel("flat", nn.Sequential(nn.Flatten()), preprocessing=Preprocessing(4), layers=["0"])
    candidate = as_brain_model(model, behavioural_layer="0")
    stimuli = images(str(classes))
    candidate.start_task("probabilities", stimuli)
    assert set(candidate.look_at(stimuli)["choice"].values) == {"cat", "dog"}


def test_what_is_not_there_is_said(classes, tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "wrong.csv").write_text("image\ncat/2.png\n")
    (tmp_path / "missing.csv").write_text("file\ncat/3.png\n")
    for arguments, reason in [
        ((str(tmp_path / "nowhere"),), "there is no folder"),
        ((str(tmp_path / "empty"),), "there is no image"),
        ((str(classes), "none.csv"), "there is no table"),
        ((str(classes), "wrong.csv"), "needs rows and a column 'file'"),
        ((str(classes), "missing.csv"), "'cat/3.png' of the table is not in"),
        ((str(classes), None, 0), "milliseconds"),
    ]:
        with pytest.raises(StimulusError, match=reason):
            images(*arguments)
