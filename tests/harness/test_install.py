"""The environment's Python is found by version, and one sentence says which is missing."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OWN = f"{sys.version_info.major}.{sys.version_info.minor}"


def shell(script: str, *arguments: str, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    command = ["sh", str(ROOT / "tools" / script), *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, env={**os.environ, "PATH": path})


def test_the_first_version_that_is_here_is_taken() -> None:
    found = shell("find_python.sh", "3.99", OWN).stdout.strip()
    version = "import sys; print('%d.%d' % sys.version_info[:2])"
    assert subprocess.run([found, "-c", version], capture_output=True, text=True).stdout.strip() == OWN


def test_a_missing_python_is_named_and_nothing_is_made(tmp_path: Path) -> None:
    assert shell("find_python.sh", "3.99").returncode == 1
    done = shell("install.sh", str(tmp_path / "environment"), "3.98", "3.99")
    assert done.returncode == 1
    assert done.stderr == "Python 3.98 or 3.99 is needed and none was found; install it, or put it on the PATH.\n"
    assert not list(tmp_path.iterdir())
