"""Finds the packages: `harness` as it lies, and `plugins/` under its import name `harness_plugins`."""

from setuptools import find_packages, setup

plugins = [f"harness_plugins.{name}" for name in find_packages("plugins")]
setup(packages=[*find_packages(include=["harness", "harness.*"]), "harness_plugins", *plugins])
