from .decoding import DecodingBenchmark as DecodingBenchmark
from .decoding import equal_bins as equal_bins
from .regression import RegressionBenchmark as RegressionBenchmark
