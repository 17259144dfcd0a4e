"""pip, uv and git are called by tests as on a machine that nobody has configured."""

import os
import subprocess
import sys
from pathlib import Path

import pytest


def output(*command: str, folder: Path) -> list[str]:
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout.split()


def test_pip_has_no_settings(tmp_path: Path) -> None:
    options = {
        line.partition("=")[0] for line in output(sys.executable, "-m", "pip", "config", "list", folder=tmp_path)
    }
    assert options <= {":env:.config-file", ":env:.disable-pip-version-check"}


def test_git_has_no_settings(tmp_path: Path) -> None:
    assert output("git", "config", "--list", folder=tmp_path) == []


def test_settings_of_the_environment_are_forgotten(
    monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    conftest = request.config.pluginmanager.getplugin(str(Path(__file__).parents[1] / "conftest.py"))
    for name in ("PIP_CONSTRAINT", "UV_CONSTRAINT", "GIT_CONFIG_COUNT", "PIP_CONFIG_FILE"):
        monkeypatch.setenv(name, "/somewhere")
    conftest.forget_configuration()
    assert not {"PIP_CONSTRAINT", "UV_CONSTRAINT", "GIT_CONFIG_COUNT"} & set(os.environ)
    assert os.environ["PIP_CONFIG_FILE"] == os.devnull and os.environ["UV_NO_CONFIG"] == "1"
