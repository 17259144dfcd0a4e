"""A bound on the memory of the process: what is free, as the system tells it, and batches that are halved at it."""

import subprocess
import sys
from pathlib import Path

import pytest

from harness.engine.free_memory import free_memory, memory_bounded

resource = pytest.importorskip("resource", reason="there are no limits of a process here")
GIB = 2**30

HUNGRY = """
import sys
import numpy as np
import torch
from harness import FrameModel, Preprocessing, Recording, StimulusSet, extract
from harness.engine import free_memory
from harness.store import Store

class Hungry(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.mean = torch.nn.Identity()

    def forward(self, images):
        print(len(images))
        wide = images.mean((1, 2, 3))[:, None].expand(-1, 10_000_000).clone()  # 40 MB an image
        return self.mean(wide[:, :4])

free_memory.free_memory = lambda: 400 * 2**20
images = list(np.random.default_rng(0).integers(0, 256, (32, 16, 16, 3), dtype=np.uint8))
stimuli = StimulusSet.from_images("noise", images, 100.0)
model = FrameModel("hungry", Hungry(), preprocessing=Preprocessing(16), layers=["mean"])
values = extract(model, stimuli, Recording("mean"), store=Store(sys.argv[1])).array()
expected = [model.preprocessing.place(image, 1.0, (0.5, 0.5, 0.5)).mean() for image in images]
assert values.shape[0] == 32 and np.allclose(values[:, 0, 0], expected, atol=1e-5)
"""


def test_a_batch_that_does_not_fit_into_what_is_free_is_halved(tmp_path):
    script = tmp_path / "hungry.py"
    script.write_text(HUNGRY)
    done = subprocess.run([sys.executable, str(script), str(tmp_path / "store")], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    sizes = [int(line) for line in done.stdout.split()]
    assert 32 in sizes and max(sizes[sizes.index(32) + 1 :]) <= 16 and sizes[-1] <= 8  # 360 MB are nine images


def test_the_bound_is_gone_afterwards_and_shared_by_those_inside():
    before = resource.getrlimit(resource.RLIMIT_DATA)
    first, second = memory_bounded(), memory_bounded()
    first.__enter__()
    bound = resource.getrlimit(resource.RLIMIT_DATA)[0]
    assert bound != before[0] and bound > 0
    second.__enter__()
    first.__exit__(None, None, None)
    assert resource.getrlimit(resource.RLIMIT_DATA)[0] == bound
    second.__exit__(None, None, None)
    assert resource.getrlimit(resource.RLIMIT_DATA) == before


def _told(folder: Path, groups: str, files: dict[str, str]) -> int | None:
    """Free memory of a system that tells this."""
    files = {"proc/meminfo": "MemTotal: 99 kB\nMemAvailable: 8388608 kB\n", "proc/self/cgroup": groups, **files}
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return free_memory(folder / "proc", folder / "groups")


def test_free_is_what_the_machine_or_a_control_group_leaves(tmp_path):
    assert _told(tmp_path / "a", "0::/\n", {}) == 8 * GIB
    job = {"groups/slurm/memory.max": f"{4 * GIB}\n", "groups/slurm/memory.current": f"{3 * GIB}\n"}
    step = {"groups/slurm/step/memory.max": "max\n", "groups/slurm/step/memory.current": "1\n"}
    assert _told(tmp_path / "b", "0::/slurm/step\n", {**job, **step}) == GIB
    files = {"groups/slurm/memory.stat": f"anon 5\ninactive_file {GIB}\n"}
    assert _told(tmp_path / "c", "0::/slurm/step\n", {**job, **step, **files}) == 2 * GIB
    first = {
        "groups/memory/job/memory.limit_in_bytes": f"{GIB}\n",
        "groups/memory/job/memory.usage_in_bytes": f"{GIB // 2}\n",
    }
    assert _told(tmp_path / "d", "4:memory:/job\n0::/\n", first) == GIB // 2
    full = {"groups/slurm/memory.max": "100\n", "groups/slurm/memory.current": "200\n"}
    assert _told(tmp_path / "e", "0::/slurm\n", full) == 0
    assert free_memory(tmp_path / "nothing", tmp_path) is None
