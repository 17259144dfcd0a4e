from .atomic import write_bytes as write_bytes
from .atomic import write_text as write_text
from .file_digests import KnownFiles as KnownFiles
from .parts import PartWriter as PartWriter
from .results_cache import ResultStorage as ResultStorage
from .store import Entry as Entry
from .store import Location as Location
from .store import Store as Store
