"""One store under processes that are killed at random: values right, nothing lost, nothing stuck, nothing left."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

SECONDS = float(os.environ.get("HARNESS_STRESS_SECONDS", "60"))
"""An hour by HARNESS_STRESS_SECONDS=3600."""


@pytest.mark.slow
def test_a_store_survives_processes_that_are_killed_at_random():
    script = Path(__file__).with_name("stress.py")
    run = subprocess.run([sys.executable, str(script), str(SECONDS)], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr[-4000:]
    done = json.loads(run.stdout.splitlines()[-1])
    assert done["killed"] > SECONDS / 10 and done["extract_some"] > 10
