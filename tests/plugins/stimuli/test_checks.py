"""Every stimulus plugin passes the checks of the testing kit."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from harness import load_stimuli
from harness.host import host
from harness.testing import check_stimuli

ARGUMENTS: dict[str, dict[str, Any]] = {
    "bars": {"orientation": [0, 45], "speed": 4},
    "gratings": {"orientation": [0, 90], "contrast": [0.5, 1.0], "temporal_frequency": 4},
    "noise_fields": {"exemplars": 2},
    "random_dots": {"coherence": [0.0, 1.0], "duration": 200},
}
"""Where more than the defaults shows something; files are added below."""
OF_FILES = ("images", "videos")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two images."""
    random = np.random.default_rng(0)
    for number in range(2):
        Image.fromarray(random.integers(0, 255, (8, 8, 3), dtype=np.uint8)).save(tmp_path / f"image{number}.png")
    return tmp_path


@pytest.mark.parametrize("name", [spec.identifier for spec in host().stimuli if spec.identifier not in OF_FILES])
def test_it_passes_its_checks(name: str) -> None:
    check_stimuli(lambda: load_stimuli(name, **ARGUMENTS.get(name, {}))).assert_passed()


def test_images_of_a_folder_pass_their_checks(folder: Path) -> None:
    check_stimuli(lambda: load_stimuli("images", folder=str(folder), duration=100, visual_degrees=8)).assert_passed()
    unsized = check_stimuli(lambda: load_stimuli("images", folder=str(folder), duration=100))
    assert {finding.name for finding in unsized.failures} <= {"degrees"}


def test_videos_of_a_folder_pass_their_checks(tmp_path: Path) -> None:
    av = pytest.importorskip("av", reason="av is not installed (the extra `video`)")
    frames = np.random.default_rng(0).integers(0, 255, (10, 32, 32, 3), dtype=np.uint8)
    with av.open(tmp_path / "movie.mp4", "w") as container:
        stream = container.add_stream("mpeg4", rate=25)
        stream.width = stream.height = 32
        for frame in frames:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
        container.mux(stream.encode())
    check_stimuli(lambda: load_stimuli("videos", folder=str(tmp_path), visual_degrees=8)).assert_passed()
