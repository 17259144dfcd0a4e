"""The example that trains a DyRCNN on digits: it learns them, and is scored."""

import importlib.util
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

EXAMPLE = Path(__file__).parents[4] / "examples" / "dyrcnn_digits.py"


@pytest.fixture
def example() -> Any:
    spec = importlib.util.spec_from_file_location("dyrcnn_digits", EXAMPLE)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.slow
@pytest.mark.skipif(find_spec("lightning") is None, reason="training needs Lightning (the extra [train])")
def test_it_learns_digits_and_is_scored(example: Any, tmp_path: Path) -> None:
    accuracy, score = example.main(tmp_path)
    assert accuracy > 0.9
    assert score > 0.9
