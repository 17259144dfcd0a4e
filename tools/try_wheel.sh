#!/bin/sh
# Use the harness that an environment holds, away from the checkout: list, score, board. try_wheel.sh ENVIRONMENT
set -eu

cd "$1"
HARNESS_HOME=$(pwd)/home
export HARNESS_HOME
unset PYTHONPATH
bin/python -c 'import sys, harness; sys.exit(0 if harness.__file__.startswith(sys.prefix) else f"{harness.__file__} is not in {sys.prefix}")'
bin/harness list benchmarks "Digits*"
bin/harness score -m pixels -m dyrcnn_x4_masking -b Digits-decoding --benchmark-args per_digit=10
bin/harness leaderboard --out "$HARNESS_HOME/board"
