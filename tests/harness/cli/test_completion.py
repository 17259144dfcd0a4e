"""What the shell completes after Tab."""

import os
import subprocess
import sys

import pytest

from harness.cli import _completion


def completed(line: str) -> list[str]:
    """What bash is offered at the end of a line."""
    words = line.split(" ")
    asked = {"_HARNESS_COMPLETE": "complete_bash", "COMP_WORDS": line, "COMP_CWORD": str(len(words) - 1)}
    run = [sys.executable, "-c", "import sys; sys.argv = ['harness']; from harness.cli import main; main()"]
    return subprocess.run(run, env={**os.environ, **asked}, capture_output=True, text=True).stdout.split()


def test_identifiers_are_completed_by_the_shell():
    assert completed("harness score -m cordsnet_r2") == ["cordsnet_r2", "cordsnet_r2_digits"]


@pytest.mark.parametrize(
    ("complete", "begun", "found"),
    [
        (_completion.models, "timm/res", []),
        (_completion.models, "timm", ["timm/"]),
        (_completion.benchmarks, "TrottB", ["TrottBorn2015"]),
        (_completion.stimuli, "kap", ["kapadia"]),
        (_completion.recipes, "dynv", ["dynvision"]),
        (_completion.anything, "contras", ["contrast"]),
    ],
)
def test_a_family_is_completed_by_its_prefix(complete, begun, found):
    assert [name for name, summary in complete(begun) if summary] == found
