"""Fixtures for all tests: a home of their own, and recorded data where they are at hand."""

import json
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import hypothesis
import pytest

hypothesis.settings.register_profile("harness", deadline=None)  # a busy machine is no fault
hypothesis.settings.load_profile("harness")

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(variable, "1")  # networks and matrices are tiny here, and tests run side by side


def forget_configuration() -> None:
    """What a test calls of pip, uv and git reads no configuration of the machine or its user, such as a cap on a version."""
    for name in [name for name in os.environ if name.startswith(("PIP_", "UV_", "GIT_CONFIG"))]:
        del os.environ[name]
    nothing = dict.fromkeys(("PIP_CONFIG_FILE", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM"), os.devnull)
    os.environ.update(nothing, PIP_DISABLE_PIP_VERSION_CHECK="1", UV_NO_CONFIG="1")


forget_configuration()

_BESIDE = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty `HARNESS_HOME`, so that no test reads or writes the user's."""
    folder = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HARNESS_HOME", str(folder))
    for name in ("RESULTCACHING_HOME", "RESULTCACHING_DISABLE", "RESULTCACHING_CACHEDONLY", "HARNESS_PLUGINS"):
        monkeypatch.delenv(name, raising=False)
    return folder


@pytest.fixture(scope="session")
def data_folder() -> Path:
    """The folder of recorded data: `HARNESS_DATA`, or `../shared/data` beside the project."""
    folder = Path(os.environ.get("HARNESS_DATA") or _BESIDE / "data")
    if not folder.is_dir():
        pytest.skip("no recorded data here; set HARNESS_DATA to the folder that holds them")
    return folder


@pytest.fixture
def data(data_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Recorded data, with `HARNESS_DATA` pointing at them."""
    monkeypatch.setenv("HARNESS_DATA", str(data_folder))
    return data_folder


@pytest.fixture(scope="session")
def parity() -> Path:
    """The folder of reference vectors: `HARNESS_PARITY`, or `../shared/parity` beside the project."""
    folder = Path(os.environ.get("HARNESS_PARITY") or _BESIDE / "parity")
    if not folder.is_dir():
        pytest.skip("no reference vectors here; set HARNESS_PARITY to the folder that holds them")
    return folder


@pytest.fixture
def compared() -> Callable[..., None]:
    """Checks the values by which a score is compared with another: equal scores do not differ, and a clearly better one does."""
    from harness.results import Result, plain
    from harness.results.leaderboard.differences import compare

    def record(score: Any) -> Result:
        details = plain(score.attrs["details"])
        assert len(json.dumps(details)) < 200_000
        error = score.attrs["error"]
        return Result(model="m", benchmark="b", status="scored", score=float(score), error=error, details=details)

    def check(better: Any, worse: Any, of: str, names: Iterable[object] | None = None) -> None:
        results = {"better": record(better), "worse": record(worse), "equal": record(better)}
        for one in results.values():
            assert one.per_sample is not None and one.per_sample.of == of
            assert sum(one.per_sample.scores) / len(one.per_sample.scores) == pytest.approx(one.score, abs=1e-4)
            assert names is None or one.per_sample.names == [str(name) for name in names]
        how = f"paired over {results['better'].per_sample.over}"
        assert compare(results).against("better") == {"differs": ["worse"], "alike": ["equal"], "how": how}

    return check
