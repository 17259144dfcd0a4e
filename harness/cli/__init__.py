"""The command line: `harness`."""

from harness.cli.app import app, main

__all__ = ["app", "main"]
