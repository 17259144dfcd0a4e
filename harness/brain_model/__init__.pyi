from .assemblies import from_brainio as from_brainio
from .brain_model import as_brain_model as as_brain_model
from .presentations import in_order as in_order
from .presentations import record as record
from .presentations import record_first as record_first
from .protocol import BrainModel as BrainModel
