import pytest

from harness import load_model
from harness.store import Store


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "store")


@pytest.fixture
def linear():
    return load_model("linear_network")
