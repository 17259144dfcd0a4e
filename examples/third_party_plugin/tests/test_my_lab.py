"""The whole test of the package: each class is a dozen tests of one thing that it registers."""

from harness.testing import BenchmarkTests, ModelTests, StimuliTests


class TestLeaky(ModelTests):
    identifier = "my_lab_leaky"


class TestFastLeaky(ModelTests):
    identifier, arguments = "my_lab_leaky", {"tau": 20.0}


class TestFlashes(StimuliTests):
    identifier = "my_lab_flashes"


class TestSummation(BenchmarkTests):
    identifier = "MyLab2026-summation"
