"""Where libraries are installed: also those of an environment below the one that runs, such as a notebook server's."""

import sys
import sysconfig
from pathlib import Path

STANDARD_LIBRARY = Path(sysconfig.get_path("stdlib")).resolve()


def site_packages() -> tuple[Path, ...]:
    """The folders of installed libraries on the module search path, which an environment on top of another one has two of."""
    own = [Path(sysconfig.get_path(kind)) for kind in ("purelib", "platlib")]
    others = [Path(entry) for entry in sys.path if Path(entry).name in ("site-packages", "dist-packages")]
    return tuple(dict.fromkeys(folder.resolve() for folder in (*own, *others)))
