from .benchmark import FMRIBenchmark as FMRIBenchmark
from .dynamic_vision import DynamicVisionBenchmark as DynamicVisionBenchmark
