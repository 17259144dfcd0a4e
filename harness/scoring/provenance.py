"""Provenance of a result: revisions of code, the machine, recorded data."""

import platform
import resource
import subprocess
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from harness.checks import checked
from harness.errors import ArgumentError
from harness.host import DatasetSpec, host
from harness.identity import module_file


@cache
def platform_name() -> str:
    """Operating system and processor of this machine."""
    return f"{platform.system()} {platform.release()} {platform.machine()}"


def peak_memory() -> int:
    """The most that this process had in memory so far, in bytes."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


@checked(ArgumentError)
@cache
def revision(folder: Path = Path(__file__).parents[1]) -> str | None:
    """Git revision of the checkout that a folder of source belongs to; "-dirty" if it differs. None if git does not track it."""
    if not _git(folder, "ls-files", "--error-unmatch", "."):
        return None
    commit = _git(folder, "rev-parse", "HEAD")
    return f"{commit}-dirty" if _git(folder, "status", "--porcelain", "--", ".") else commit


def _git(folder: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, text=True, timeout=10, check=True)
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip()


def plugin_version(registry: str, identifier: str) -> str:
    """Distribution, version and git revision of the plugin that offers an identifier.

    Args:
        registry: "models" or "benchmarks".
    """
    entries = getattr(host(), registry)
    plugin, folder = entries.plugin(identifier), _folder(entries.get(identifier).load)
    at = revision(folder) if folder else None
    return f"{plugin.distribution} {plugin.version}" + (f" ({at})" if at else "")


def _folder(target: str) -> Path | None:
    path = module_file(target.partition(":")[0])
    return path.parent if path else None


def data_digests(identifiers: Iterable[str]) -> dict[str, str]:
    """Identity by content of data sets: every file in their folders; none of those that are generated, whose code is theirs.

    Raises:
        MissingData: if one is not on this machine; the message says how to get it.
    """
    from harness.data import is_generated, locate, spec_of
    from harness.store import folder_digest

    kept = (identifier for identifier in identifiers if not is_generated(spec_of(identifier)))
    return {identifier: folder_digest(locate(identifier)) for identifier in kept}


def dataset_specs(identifiers: Iterable[str]) -> list[DatasetSpec]:
    """The descriptions of data sets."""
    from harness.data import spec_of

    return [spec_of(identifier) for identifier in identifiers]
