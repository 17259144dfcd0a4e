"""`harness show`: the contact sheet of a stimulus set."""

import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from harness import StimuliSpec, StimulusSet, Timeline
from harness.cli import app
from harness.host.plugin_host import host
from harness.host.registry import Plugin


def fields(levels: tuple[float, ...] = (0.0, 1.0)) -> StimulusSet:
    import pandas as pd

    grey = np.full((4, 4), 0.5)
    timelines = [Timeline.of([(grey, 50), (np.full((4, 4), float(level)), 50)]) for level in levels]
    return StimulusSet("fields", pd.DataFrame({"stimulus_id": [f"to_{level}" for level in levels]}), timelines, 4)


@pytest.fixture(autouse=True)
def registered(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """A host with one stimulus set, and a folder to write into."""
    host.cache_clear()
    monkeypatch.setenv("HARNESS_PLUGINS", "-vision-dynamics-harness")
    monkeypatch.chdir(tmp_path)
    module = type(sys)("a_lab")
    module.fields = fields
    monkeypatch.setitem(sys.modules, "a_lab", module)
    spec = StimuliSpec("lab/fields", load="a_lab:fields", summary="fields", parameters={"levels": "luminance"})
    host().stimuli.add(spec, Plugin("lab", "some-lab", "1.2", "lab.plugin"))
    yield
    host.cache_clear()


def size(*arguments: str) -> tuple[int, int]:
    result = CliRunner().invoke(app, ["show", "lab/fields", *arguments])
    assert result.exit_code == 0, result.output
    with Image.open(Path(result.stdout.strip())) as image:
        return image.size


def test_the_sheet_is_written_where_asked_for_and_named_after_the_set_otherwise(tmp_path: Path) -> None:
    size()
    assert (tmp_path / "lab_fields.png").is_file()
    size("--out", "new/sheet.png")
    assert (tmp_path / "new" / "sheet.png").is_file()


def test_arguments_times_and_number_shape_the_sheet() -> None:
    two = size()
    assert size("--time", "0", "--time", "20", "--time", "70")[0] == two[0] * 3 / 2
    assert size("--args", "levels=[0,0.25,0.5,0.75,1,0.1,0.2]")[1] > two[1]
    assert size("--args", "levels=[0,0.25,0.5,0.75,1,0.1,0.2]", "--most", "1")[0] == two[0] / 2


@pytest.mark.parametrize("out", [".", "sheet.txt", "sheet"])
def test_what_is_no_name_of_an_image_is_refused(out: str) -> None:
    result = CliRunner().invoke(app, ["show", "lab/fields", "--out", out])
    assert result.exit_code and "a file whose name ends in .png" in result.output.replace("\n", " ")
