"""Several fMRI recordings pooled by the protocol of Dynamic-Vision."""

from harness import BenchmarkSpec, hookimpl
from harness_plugins.benchmarks._expectations import LEAKING_MOVIES
from harness_plugins.benchmarks._fmri import SCHEME

BIBTEX = """@misc{dynamicvision2025,
  title = {dynamic-vision},
  author = {{EPFL NeuroAI Laboratory}},
  year = {2025},
  howpublished = {github.com/epflneuroailab/dynamic-vision, commit e66f5a7}
}"""


@hookimpl
def register_benchmarks() -> list[BenchmarkSpec]:
    return [
        BenchmarkSpec(
            "Pooled-fmri-dynamic_vision",
            aliases=("fmri-dynamic_vision",),
            load="harness.benchmarks.fmri.dynamic_vision:PooledDynamicVision",
            summary="several fMRI recordings in one regression, as in Dynamic-Vision, which LEAKS; for comparison only",
            tags=("neural", "fmri", "human", "movies", "clips", "leaks"),
            parameters={
                "recordings": "data sets, or [data set, {argument: value}]; those on fsaverage5 that are at hand if not given",
                "match": "vertices, of one name in one space, or regions of one name, each the mean of its voxels",
                **SCHEME,
            },
            expects=LEAKING_MOVIES,
            bibtex=BIBTEX,
        )
    ]
