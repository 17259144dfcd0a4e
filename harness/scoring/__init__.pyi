from ._baselines import baselines as baselines
from ._options import RunOptions as RunOptions
from .score_pairs import Planned as Planned
from .score_pairs import plan as plan
from .score_pairs import score_each as score_each
