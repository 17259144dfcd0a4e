"""Loaders of human choices, each on a small copy of the layout in which it is published."""

from pathlib import Path

import pytest

from harness.data import check, load
from harness.errors import DataError, MissingData

ILIC = """,GroundTruth,Prediction,Correct,Fps,NumberOfFrames,Modality,UserID,VideoPath
0,Swing,Swing <-------,1,25,80,ucf5,u1,data/TRIAL/ucf5/Swing/v_Swing_g01_c01.avi
1,Swing,Lunges,0,25,80,ucf5,u1,data/ucf5/Swing/v_Swing_g02_c01.avi
2,PullUps,PullUps,1,10,60,ucf5af,u1,data/ucf5af/PullUps/v_PullUps_g03_c02.avi
"""
HAN = """ID,BMP Condition,Video Path,Ground Truth,Human Response,extra
1,RGB,videos/S013C003P018R001A027_rgb.mp4,jump up,jump up,0
1,J-6P-S,joints/S001C003P018R001A027_6P.mp4,jump up,kick, 0
2,RGB,videos/S013C003P018R001A031_rgb.mp4,point,,0
"""


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HARNESS_DATA", str(tmp_path))
    return tmp_path


@pytest.fixture
def ilic(root: Path) -> Path:
    (root / "ilic2022" / "responses").mkdir(parents=True)
    (root / "ilic2022" / "responses" / "u1.csv").write_text(ILIC)
    (root / "ilic2022" / "responses" / "u2.csv").write_text(ILIC.replace("u1", "u2"))
    return root / "ilic2022"


def test_ilic_drops_the_warm_up_and_names_the_conditions(ilic: Path):
    choices = load("ilic2022")
    assert len(choices.trials) == 4 and choices.subjects == ("u1", "u2") and len(choices.alternatives) == 5
    assert choices.of(condition="ucf5").trials["stimulus_id"].unique().tolist() == ["Swing/v_Swing_g02_c01"]
    assert choices.of(condition="afd5").correct.all() and not choices.of(condition="ucf5").correct.any()
    assert choices.of(condition="afd5").trials["fps"].tolist() == [10, 10]
    report = check("ilic2022")
    assert not report.faults and report.contents["trials"] == 4


def test_ilic_says_what_is_wrong(ilic: Path):
    (ilic / "responses" / "u3.csv").write_text("a,b\n1,2\n")
    with pytest.raises(DataError, match="has no column 'GroundTruth'; it is not a file of this study"):
        load("ilic2022")
    (ilic / "responses" / "u3.csv").write_text(ILIC.replace("Lunges", "Flying"))
    with pytest.raises(DataError, match="the choice 'Flying', which is none of JumpingJack"):
        load("ilic2022")
    for path in (ilic / "responses").iterdir():
        path.unlink()
    with pytest.raises(MissingData, match="ask the authors for the choices"):
        load("ilic2022")


def test_han_knows_conditions_and_actions(root: Path):
    (root / "han2024").mkdir()
    (root / "han2024" / "qualified_human_data.csv").write_text(HAN)
    choices = load("han2024")
    assert choices.trials["action"].tolist() == ["A027", "A027", "A031"]
    assert choices.correct.tolist() == [True, False, False] and choices.subjects == ("1", "2")
    assert choices.of(condition="J-6P-S").trials["choice"].tolist() == ["kick"]
    (root / "han2024" / "qualified_human_data.csv").write_text(HAN.replace("jump up,kick", "throw,kick"))
    with pytest.raises(DataError, match="gives videos of A027 the actions jump up and throw"):
        load("han2024")
    (root / "han2024" / "qualified_human_data.csv").write_text("ID\n1\n")
    with pytest.raises(DataError, match="has no column 'BMP Condition'"):
        load("han2024")


@pytest.mark.parametrize("name", ["ilic2022", "han2024", "crcns_pvc1", "crcns_mt2"])
def test_without_data_it_says_what_to_do(root: Path, name: str):
    with pytest.raises(MissingData, match=f"the data set '{name}' is not here"):
        load(name)
