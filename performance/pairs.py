"""Many small pairs end to end: what the harness costs a pair besides the network and the benchmark.

python performance/pairs.py                  # 20 models on 50 benchmarks, in two processes of this machine
python performance/pairs.py --models 5 --benchmarks 10 --jobs 1

A study of networks with one layer on benchmarks that show ten images of 8 pixels each and take a mean, as `harness run` runs it:
workers are started, models built and hashed, responses computed and stored, scores, results and the log of the run written. CPU
seconds are of all processes, what importing takes in each of them included.
"""

import argparse
import json
import os
import resource
import sys
import tempfile
import time
from pathlib import Path

LAB = """
import numpy as np
import torch
from harness import Benchmark, BenchmarkSpec, FrameModel, ModelSpec, Preprocessing, StimulusSet, Weights, hookimpl
from harness.benchmarks import make_score

@hookimpl
def register_models():
    return [ModelSpec("small", load="small_lab:small", summary="one layer", parameters={"seed": "of its weights"})]

@hookimpl
def register_benchmarks():
    return [
        BenchmarkSpec(f"Small{number:03d}-mean", load="small_lab:Mean", summary="", arguments={"number": number})
        for number in range(1000)
    ]

def small(seed=0):
    torch.manual_seed(seed)
    return FrameModel(
        "small", torch.nn.Sequential(torch.nn.Conv2d(3, 4, 3)), preprocessing=Preprocessing(size=8), regions={"V1": "0"},
        weights=Weights("random", seed=seed), visual_degrees=8,
    )

class Mean(Benchmark):
    version, parent = 1, "in-silico"

    def __init__(self, number):
        self.number, self.identifier = number, f"Small{number:03d}-mean"

    def run(self, candidate):
        images = np.random.default_rng(self.number).integers(0, 256, (10, 8, 8, 3), dtype=np.uint8)
        shown = StimulusSet.from_images(self.identifier, list(images), 10.0, visual_degrees=8)
        values = candidate.record(shown, "V1", [(0, 10)])
        return make_score(float(values.mean()), error=0.1)
"""


def installed(folder: Path) -> None:
    """Put the plugin where this process and those of the study find it."""
    (folder / "small_lab.py").write_text(LAB)
    about = folder / "small_lab-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: small-lab\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text("[harness]\nsmall_lab = small_lab\n")
    sys.path.insert(0, str(folder))
    os.environ |= {
        "PYTHONPATH": os.pathsep.join(filter(None, [str(folder), os.environ.get("PYTHONPATH")])),
        "HARNESS_PLUGINS": "small_lab",
        "HARNESS_HOME": str(folder / "home"),
    }


def cpu() -> float:
    """CPU seconds of this process and of those that it has started and that have ended."""
    return sum(
        used.ru_utime + used.ru_stime
        for used in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", type=int, default=20)
    parser.add_argument("--benchmarks", type=int, default=50)
    parser.add_argument("--jobs", type=int, default=2)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="harness-pairs-") as folder:
        installed(Path(folder))
        from harness.results import load_all, write_leaderboard
        from harness.studies import Study, run_study

        study = Study.model_validate(
            {
                "study": "pairs",
                "models": [{"model": "small", "seeds": list(range(arguments.models))}],
                "benchmarks": [f"Small{number:03d}-mean" for number in range(arguments.benchmarks)],
                "run": {"jobs": arguments.jobs},
            }
        )
        pairs = arguments.models * arguments.benchmarks
        for call in ("first call", "second call"):
            began, used = time.perf_counter(), cpu()
            ended = list(run_study(study))
            assert [one.status for one in ended] == ["scored"] * pairs, [
                one for one in ended if one.status != "scored"
            ][:3]
            assert {one.cached for one in ended} == {call == "second call"}
            spent, passed = cpu() - used, time.perf_counter() - began
            told = {"cpu_s": round(spent, 1), "cpu_s per pair": round(spent / pairs, 4), "wall_s": round(passed, 1)}
            print(json.dumps({"case": call, "pairs": pairs} | told), flush=True)
        used = cpu()
        write_leaderboard(Path(folder) / "board.html", results=load_all()[0])
        print(json.dumps({"case": "leaderboard", "cpu_s": round(cpu() - used, 1)}))


if __name__ == "__main__":
    main()
