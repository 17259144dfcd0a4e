from .code import code_digest as code_digest
from .code import package_digest as package_digest
from .digests import digest as digest
from .networks import configuration_digest as configuration_digest
from .networks import weights_digest as weights_digest
