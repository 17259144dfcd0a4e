"""docs/stimuli.md: every stimulus plugin has its line, its command and its image."""

import runpy
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

DOCS = Path(__file__).parents[3] / "docs"
PAGE = (DOCS / "stimuli.md").read_text()
SCRIPT = runpy.run_path(str(DOCS / "make_stimuli.py"))


def test_the_page_is_what_its_script_writes():
    assert SCRIPT["write"](PAGE) == PAGE, "run python docs/make_stimuli.py with the names of what is new"


@pytest.mark.parametrize("name", SCRIPT["specs"]())
def test_every_plugin_has_a_small_image(name):
    image = DOCS / "stimuli" / f"{name}.png"
    assert f"](stimuli/{name}.png)" in PAGE and name in SCRIPT["commands"](PAGE)
    assert image.is_file(), f"run python docs/make_stimuli.py {name}"
    assert image.stat().st_size < 100_000
    assert np.ptp(np.asarray(Image.open(image).convert("L"))) > 100


def test_no_image_is_left_over():
    assert {path.stem for path in (DOCS / "stimuli").glob("*")} == set(SCRIPT["specs"]())


def test_a_command_draws_its_image_and_a_wrong_one_is_named(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "image").mkdir()
    SCRIPT["draw"]("harness show bars --args size_px=32 --out bars.png", tmp_path / "image" / "bars.png")
    assert (tmp_path / "image" / "bars.png").is_file()
    with pytest.raises(SystemExit, match="failed: harness show bars --args size_px=1"):
        SCRIPT["draw"]("harness show bars --args size_px=1 --out bars.png", tmp_path / "bars.png")


def test_the_files_that_commands_are_about_are_made(tmp_path):
    pytest.importorskip("av")
    SCRIPT["make_files"](tmp_path)
    from harness_plugins.stimuli.images.images import images

    assert set(images(str(tmp_path / "digits")).table["image_label"]) == {str(digit) for digit in range(10)}
    assert {path.name for path in (tmp_path / "clips").iterdir()} == {"frames", "video.mkv"}
