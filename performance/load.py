"""Large leaderboards, caches, stimulus sets and movies: CPU seconds, wall seconds and peak memory, in processes of their own.

python performance/load.py                       # everything
python performance/load.py board_100x50 cache    # some of it
"""

import argparse
import importlib
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

NEURONS, STIMULI = 150, 60
"""Units of each synthetic result that models are compared over."""
PARTS, PARTS_PER_ENTRY = 100_000, 100
ROWS = 50_000
MOVIE_SECONDS = 180
"""Of the movie, whose figure is scaled to 30 minutes."""


def _board(models: int, benchmarks: int) -> Callable[[Path], dict[str, Any]]:
    """A board of results that are compared over neurons and stimuli at once in one half, over neurons in the other."""

    def measure(folder: Path) -> dict[str, Any]:
        from harness.results import Result, load_all, write, write_leaderboard

        random = np.random.default_rng(0)
        for model in range(models):
            for benchmark in range(benchmarks):
                scores = 0.3 + 0.001 * model + 0.1 * random.standard_normal(NEURONS)
                sample: dict[str, Any] = {
                    "of": "neurons",
                    "names": [f"n{i}" for i in range(NEURONS)],
                    "scores": scores.tolist(),
                }
                if benchmark % 2:
                    stimuli = {"of": "stimuli", "names": [f"s{i}" for i in range(STIMULI)]}
                    values = scores.mean() + 0.1 * random.standard_normal(STIMULI)
                    sample |= {
                        "crossed": [stimuli | {"scores": values.tolist()}],
                        "twice": (0.01 * random.standard_normal(64)).tolist(),
                    }
                write(
                    Result(
                        model=f"model{model:03d}",
                        benchmark=f"Lab{benchmark:03d}-ridge",
                        benchmark_version=1,
                        status="scored",
                        score=float(scores.mean()),
                        error=0.01,
                        ceiling=0.9,
                        raw=float(scores.mean()),
                        details={"per_sample": sample},
                    )
                )
        parts = _timed(
            "harness.results.leaderboard.build",
            {
                "tabulate": "table",
                "comparisons": "comparisons",
                "ranking": "ranking",
                "write_side_files": "details",
                "_held": "details",
                "_render": "page",
                "csv_text": "csv",
                "json_text": "json",
            },
        )
        began = _clock()
        found, _ = load_all()
        parts["load"] = _since(began)["cpu_s"]
        loaded = _clock()
        page = write_leaderboard(folder / "board.html", results=found, suite=_suite(benchmarks), figures=False)
        whole = _since(loaded)
        sizes = {kind: page.with_suffix(f".{kind}").stat().st_size for kind in ("html", "csv", "json", "md")}
        beside = page.with_name("board_files")
        sizes["beside"] = sum(path.stat().st_size for path in beside.iterdir()) if beside.is_dir() else 0
        if keep := os.environ.get("HARNESS_KEEP_BOARD"):
            shutil.copytree(folder, keep, ignore=shutil.ignore_patterns("home"), dirs_exist_ok=True)
        return {
            "results": len(found),
            "cpu_s": {name: round(seconds, 2) for name, seconds in parts.items()},
            "whole": whole,
            "MiB": {kind: round(size / 2**20, 1) for kind, size in sizes.items()},
        }

    return measure


def _suite(benchmarks: int) -> Any:
    from harness import SuiteSpec

    return SuiteSpec("lab-v1", summary="", benchmarks=tuple(f"Lab{at:03d}-ridge" for at in range(benchmarks)))


def _timed(module: str, functions: dict[str, str]) -> dict[str, float]:
    """Replace functions of a module by ones that add their CPU seconds to the figure of a name; gives the figures."""
    home, seconds = importlib.import_module(module), dict.fromkeys(functions.values(), 0.0)

    def timed(function: Callable[..., Any], name: str) -> Callable[..., Any]:
        def measured(*args: Any, **kwargs: Any) -> Any:
            began = time.process_time()
            try:
                return function(*args, **kwargs)
            finally:
                seconds[name] += time.process_time() - began

        return measured

    for function, name in functions.items():
        setattr(home, function, timed(getattr(home, function), name))
    return seconds


def _filled() -> Any:
    """A store of many small parts, written as the engine writes them but for the flush to disk."""
    from harness.store import Store

    os.fsync = lambda descriptor: None  # type: ignore[assignment]
    store = Store()
    values = np.zeros((4, 1, 8), dtype="float32")
    for entry in range(PARTS // PARTS_PER_ENTRY):
        place = store.entry(f"{entry:02x}"[-2:] + f"{entry:062x}", {"model": "net", "layer": "conv"})
        for part in range(PARTS_PER_ENTRY):
            writer = place.writer((1, 8), "float32", {})
            writer.append([f"{part}-{row}" for row in range(4)], values)
            writer.finish()
    return store


def _cache(folder: Path) -> dict[str, Any]:
    """List and verify all parts, find a row in each entry without and with an index, merge a tenth of the entries, prune."""
    import gc

    from harness.store import compact, parts

    store = _filled()
    gc.collect()
    found, began = {"parts": PARTS}, _clock()
    size = sum(entry.nbytes for entry in store.entries())
    found["list"] = _since(began) | {"MiB": round(size / 2**20, 1)}
    began = _clock()
    checked = store.verify()
    found["verify"] = _since(began) | {"sound": checked.sound}
    for name in ("row of each entry, first", "row of each entry, with an index"):
        parts._verified.clear()
        began = _clock()
        for entry in store.entries():
            assert len(entry.index(["50-1"])) == 1
        found[name] = _since(began)
    entries = store.entries()
    began = _clock()
    for entry in entries[: len(entries) // 10]:
        assert compact(entry).parts_after == 1
    found["compact a tenth"] = _since(began)
    began = _clock()
    assert store.prune(older_than=1e9) == (0, 0)
    found["prune nothing"] = _since(began)
    began = _clock()
    removed, _ = store.prune(larger_than=0)
    found["prune all"] = _since(began) | {"entries": removed}
    return found


def _extraction(folder: Path) -> dict[str, Any]:
    """Rows of a network that costs nothing: what the engine and the store cost a row."""
    import torch

    from harness import FrameModel, Preprocessing, Recording, StimulusSet, extract

    torch.set_num_threads(1)
    model = FrameModel(
        "pixels",
        torch.nn.Sequential(torch.nn.AdaptiveAvgPool2d(2)),
        preprocessing=Preprocessing(8),
        layers=["0"],
        layouts={"0": "CHW"},
    )
    images = np.random.default_rng(0).integers(0, 256, (ROWS, 8, 8, 3), dtype=np.uint8)
    began = _clock()
    stimuli = StimulusSet.from_images("noise", list(images), 10.0)
    made = _clock()
    extract(model, stimuli, Recording(), device="cpu", batch_size=512)
    computed = _clock()
    responses = extract(model, stimuli, Recording(), device="cpu")
    assert responses.provenance["hits"] == ROWS
    each = {"set": _since(began, made), "extract": _since(made, computed), "again": _since(computed)}
    return {"rows": ROWS} | {
        name: figure | {"us per row": figure["cpu_s"] / ROWS * 1e6} for name, figure in each.items()
    }


def _movie(folder: Path) -> dict[str, Any]:
    """Decoding at 25 frames per second, with a line of progress every ten seconds."""
    import logging

    import av

    from harness.data import timeline

    told: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: told.append(record.getMessage())  # type: ignore[method-assign]
    logging.getLogger("harness").addHandler(handler)
    logging.getLogger("harness").setLevel(logging.INFO)
    random = np.random.default_rng(0)
    base = random.integers(0, 256, (120, 160, 3), dtype=np.uint8)
    with av.open(str(folder / "movie.mp4"), "w") as container:
        stream = container.add_stream("mpeg4", rate=25)
        stream.width, stream.height = 160, 120
        for frame in range(25 * MOVIE_SECONDS):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(np.roll(base, frame, 1), format="rgb24")))
        container.mux(stream.encode())
    began = _clock()
    shown = timeline(folder / "movie.mp4")
    figure = _since(began)
    scale = 1800 / MOVIE_SECONDS
    scaled = {name: round(value * scale, 1) for name, value in figure.items() if name.endswith("_s")}
    return {"frames": len(shown.frames), "decode": figure, "of 30 minutes": scaled, "lines of progress": len(told)}


CASES: dict[str, Callable[[Path], dict[str, Any]]] = {
    "board_20x50": _board(20, 50),
    "board_100x50": _board(100, 50),
    "board_100x100": _board(100, 100),
    "board_500x20": _board(500, 20),
    "cache": _cache,
    "extraction": _extraction,
    "movie": _movie,
}


def _clock() -> tuple[float, float]:
    return time.process_time(), time.perf_counter()


def _since(began: tuple[float, float], end: tuple[float, float] | None = None) -> dict[str, float]:
    processor, wall = end or _clock()
    return {"cpu_s": round(processor - began[0], 2), "wall_s": round(wall - began[1], 2)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", nargs="*", metavar="CASE", help=", ".join(CASES))
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if unknown := set(arguments.cases) - set(CASES):
        parser.error(f"there is no case {', '.join(sorted(unknown))}; there are {', '.join(CASES)}")
    for name in arguments.cases or CASES:
        if not arguments.here:
            subprocess.run([sys.executable, __file__, name, "--here"], check=True)
            continue
        with tempfile.TemporaryDirectory(prefix="harness-load-") as folder:
            os.environ["HARNESS_HOME"] = str(Path(folder) / "home")
            found = CASES[name](Path(folder))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
        print(json.dumps({"case": name, "peak_GiB": round(peak, 2)} | found), flush=True)


if __name__ == "__main__":
    main()
