"""Which folders hold installed libraries."""

import sysconfig
from pathlib import Path

from harness.identity._installed import site_packages


def test_libraries_of_the_environment_below_are_installed_and_a_folder_of_code_is_not(tmp_path, monkeypatch):
    below, code = tmp_path / "base" / "site-packages", tmp_path / "code"
    monkeypatch.syspath_prepend(str(below))
    monkeypatch.syspath_prepend(str(code))
    found = site_packages()
    assert below.resolve() in found and code.resolve() not in found
    assert Path(sysconfig.get_path("purelib")).resolve() in found and len(set(found)) == len(found)
