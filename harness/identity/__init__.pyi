from .code import code_digest as code_digest
from .code import package_digest as package_digest
from .digests import digest as digest
from .networks import configuration_digest as configuration_digest
from .networks import weights_digest as weights_digest
from .sources import Closure as Closure
from .sources import source_closure as source_closure
from .sources import source_digest as source_digest
