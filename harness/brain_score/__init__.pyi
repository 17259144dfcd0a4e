from ._package import MissingPackage as MissingPackage
from ._package import is_installed as is_installed
from .commitment import Commitment as Commitment
from .commitment import to_brain_score as to_brain_score
