"""How the threads of numerical libraries wait for each other."""

import os

ASLEEP = {"OMP_WAIT_POLICY": "PASSIVE", "OPENBLAS_THREAD_TIMEOUT": "4"}
"""For OpenMP, which torch uses, and for OpenBLAS, which numpy and scipy use: there, the power of 2 of the cycles spent awake."""


def wait_asleep() -> None:
    """Let threads of OpenMP and OpenBLAS wait asleep, unless the environment says how. Call before numpy and torch are imported.

    By default they wait awake. Where another process wants the same core, each parallel piece of work then lasts until the
    scheduler takes turns: a small ReLU on two busy cores took 8 ms, and 0.15 ms with threads that sleep. On idle cores they cost
    time without doing anything: a logistic read-out took 4.2 CPU seconds, and 2.2 with threads that sleep.
    """
    for variable, value in ASLEEP.items():
        os.environ.setdefault(variable, value)
