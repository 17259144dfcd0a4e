"""Threads of numerical libraries wait asleep under the command line, and in the processes of studies."""

import json
import os
import subprocess
import sys

from harness.scoring import wait_asleep
from harness.scoring._threads import ASLEEP
from harness.studies.workers import _prepare

UNDER_THE_COMMAND = """
import json, os, sys
from harness.cli.app import main
sys.argv = ["harness", "--version"]
try:
    main()
finally:
    print(json.dumps([dict(os.environ), [name for name in ("numpy", "torch") if name in sys.modules]]))
"""


def test_they_do_under_the_command_before_anything_numerical_is_imported():
    bare = {name: value for name, value in os.environ.items() if name not in ASLEEP}
    done = subprocess.run([sys.executable, "-c", UNDER_THE_COMMAND], env=bare, capture_output=True, text=True)
    environment, imported = json.loads(done.stdout.splitlines()[-1])
    assert ASLEEP.items() <= environment.items()
    assert not imported, "a library reads them when it is imported"


def test_they_do_in_the_processes_of_a_study(monkeypatch):
    for name in ("OMP_NUM_THREADS", *ASLEEP):
        monkeypatch.setitem(os.environ, name, "")  # so that what is set is taken back
        monkeypatch.delitem(os.environ, name)
    _prepare(2)
    assert {"OMP_NUM_THREADS": "2", **ASLEEP}.items() <= os.environ.items()


def test_what_the_environment_says_is_kept(monkeypatch):
    said = {"OMP_WAIT_POLICY": "ACTIVE", "OPENBLAS_THREAD_TIMEOUT": "20"}
    for name, value in said.items():
        monkeypatch.setenv(name, value)
    wait_asleep()
    assert said.items() <= os.environ.items()
