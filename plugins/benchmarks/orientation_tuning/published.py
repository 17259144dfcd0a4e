"""Published orientation tuning in macaque V1, each number with its source and confidence.

The confidence marks: H, seen in the paper itself or computed from its authors' own data; M, a secondary source; L, from memory.
Only H and M are scored.

The distributions are counts over the authors' public database of the 308 cells of the paper ("the raw data for all the figures",
ringachlab.net), read in the copy at github.com/neuroailab/TDANN, commit 80c585d, spacetorch/datasets/ringach_2002_db.mat (SHA-256
2fd5279b...ba427053f1), variables `orivar` and `bw`. They replace two figures that were known from memory, medians of 0.61 and 23.5
degrees, which they confirm (0.605 and 23.5). The database itself is not part of this project.
"""

from dataclasses import asdict, dataclass

from harness.metrics.statistics import Histogram

PAPER = "Ringach, Shapley & Hawken 2002, J. Neurosci. 22:5639-5651"
DATABASE = "authors' database of 308 cells"


@dataclass(frozen=True)
class Published:
    """One published figure."""

    quantity: str
    value: float | str
    confidence: str
    source: str


CIRCULAR_VARIANCE = Histogram(
    edges=tuple(edge / 25 for edge in range(26)),
    counts=(0, 4, 13, 11, 11, 15, 9, 9, 10, 16, 9, 12, 12, 13, 9, 14, 18, 22, 13, 13, 20, 22, 17, 11, 5),
)
BANDWIDTH = Histogram(  # half-width in degrees; cells that never fall to the criterion count as 180
    edges=(0, 14, 15, 16, 17, 18, 19, 20, 22, 24, 26, 28, 30, 32, 34, 36, 40, 45, 50, 60, 90, 180),
    counts=(2, 10, 15, 19, 14, 15, 15, 34, 38, 17, 22, 11, 13, 9, 10, 19, 10, 7, 11, 9, 8),
)

FIGURES = [
    Published("circular variance is broadly distributed between 0 and 1", "statement", "H", f"{PAPER}, abstract"),
    Published("histogram of circular variance", "scored", "H", f"{PAPER}; {DATABASE}"),
    Published("histogram of bandwidth", "scored", "H", f"{PAPER}; {DATABASE}"),
    Published("median circular variance", 0.605, "H", f"{PAPER}; {DATABASE}"),
    Published("median bandwidth in degrees", 23.5, "H", f"{PAPER}; {DATABASE}"),
    Published("correlation of circular variance and bandwidth", 0.51, "H", f"{PAPER}; {DATABASE}"),
]


def as_details() -> list[dict[str, float | str]]:
    """The published numbers as plain dictionaries, for the result."""
    return [asdict(figure) for figure in FIGURES]
