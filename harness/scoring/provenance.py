"""What a result depends on besides its inputs: versions, revisions, source code and recorded data."""

import platform
import subprocess
from collections.abc import Iterable
from functools import cache
from importlib import import_module, metadata
from importlib.util import find_spec
from pathlib import Path

from harness.host import host
from harness.identity import digest, package_digest

_DISTRIBUTIONS = (
    "vision-dynamics-harness",
    "brainscore-core",
    "torch",
    "torchvision",
    "timm",
    "numpy",
    "scipy",
    "scikit-learn",
    "pandas",
    "xarray",
    "pillow",
    "stimupy",
)


@cache
def versions() -> dict[str, str]:
    """Version of Python and of every library that numbers pass through."""
    found = {"python": platform.python_version()}
    for name in _DISTRIBUTIONS:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


@cache
def platform_name() -> str:
    """Operating system and processor of this machine."""
    return f"{platform.system()} {platform.release()} {platform.machine()}"


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
    plugin, folder = entries.plugin(identifier), _source_folder(entries.get(identifier).load)
    at = revision(folder) if folder else None
    return f"{plugin.distribution} {plugin.version}" + (f" ({at})" if at else "")


def _source_folder(target: str) -> Path | None:
    spec = find_spec(target.partition(":")[0])
    return Path(spec.origin).parent if spec and spec.origin else None


def source_digest(target: str) -> str:
    """Identity of the source behind `module:object` (its whole package, if that is not ours) and of every stimulus plugin.

    Stimulus plugins count because a benchmark may show what any of them makes.
    """
    module = target.partition(":")[0]
    package = module.partition(".")[0]
    modules = {module, *(spec.load.partition(":")[0] for spec in host().stimuli)}
    if package != "harness_plugins":
        modules.add(package)
    return digest({name: code(name) for name in modules})


def code(module: str) -> str:
    """Identity of the source of a module's package, as it was when this process first asked: that is the code that runs."""
    import_module(module)
    return package_digest(module)


def data_digests(identifiers: Iterable[str]) -> dict[str, str]:
    """Identity by content of data sets: every file in their folders.

    Raises:
        MissingData: if one is not on this machine; the message says how to get it.
    """
    from harness.data import locate
    from harness.store import folder_digest

    return {identifier: folder_digest(locate(identifier)) for identifier in identifiers}
