"""YAML files of users: a mapping, in which a key stands once."""

from collections.abc import Hashable
from pathlib import Path
from typing import Any

import yaml

from harness.checks import checked
from harness.errors import DataError


@checked(DataError)
def read_yaml(path: Path) -> dict[str, Any]:
    """The entries of a YAML file.

    Raises:
        DataError: if it cannot be read, is not UTF-8 or not YAML, holds no mapping, or names an entry twice.
    """
    if path.exists() and not path.is_file():
        raise DataError(f"'{path}' is a folder or device, and no file of YAML; check the path")
    try:
        entries = yaml.load(path.read_text(encoding="utf-8"), _Once)
    except OSError as error:
        raise DataError(f"'{path}' cannot be read ({error.strerror or error})") from error
    except UnicodeDecodeError as error:
        raise DataError(f"'{path}' is not UTF-8 ({error}); save it in that encoding") from error
    except _Twice as error:
        raise DataError(f"'{path}' {error}; leave one of them") from error
    except yaml.YAMLError as error:
        raise DataError(f"'{path}' is not YAML: {' '.join(str(error).split())}") from error
    except RecursionError as error:
        raise DataError(f"'{path}' has entries within entries without end; write it anew") from error
    if not isinstance(entries, dict):
        raise DataError(f"'{path}' must hold lines of the form name: value")
    return entries


class _Twice(yaml.YAMLError):
    """A key that stands in one mapping twice."""


class _Once(yaml.SafeLoader):
    """YAML in which a key stands in a mapping once: PyYAML takes the last one, without a word."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[Hashable] = set()
        for key in (key for key, _ in node.value if isinstance(key, yaml.ScalarNode)):
            value = self.construct_object(key)  # yes and true, 1 and 0x1 are one
            if value in seen:
                raise _Twice(f"has the entry '{key.value}' twice, the second time in line {key.start_mark.line + 1}")
            seen.add(value)
        return super().construct_mapping(node, deep)
