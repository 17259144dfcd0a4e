#!/bin/sh
# Checks the types of the core and of the built-in plugins. These are imported as `harness_plugins` but lie in `plugins/`, which mypy
# cannot be told; so it sees them through a link that is made here.
set -eu
cd "$(dirname "$0")/.."
mkdir -p build/typings
ln -sfn ../../plugins build/typings/harness_plugins
exec "${PYTHON:-.venv/bin/python}" -m mypy harness build/typings/harness_plugins
