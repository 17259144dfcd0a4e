from ._baselines import baselines as baselines
from .provenance import code as code
from .provenance import source_digest as source_digest
from .provenance import versions as versions
from .score_pairs import Planned as Planned
from .score_pairs import RunOptions as RunOptions
from .score_pairs import plan as plan
from .score_pairs import score_each as score_each
