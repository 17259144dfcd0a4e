#!/bin/sh
# Make a virtual environment with Brain-Score's package for vision on top of another one, whose packages it sees: torch is not
# installed twice. Called by make, from the project's folder: install_brain_score.sh FOLDER BASE
set -eu

folder=$1
base=$2
stamp=$folder/.installed # holds the path of the checkout, for which everything in the environment is made
packages=$("$base/bin/python" -c "import sysconfig; print(sysconfig.get_path('purelib'))")

if ! "$base/bin/python" -c "import sys; sys.exit(sys.version_info[:2] != (3, 11))"; then
    echo "Brain-Score's package for vision needs Python 3.11, and $base has another." >&2
    exit 1
fi

rm -rf "$folder"
mkdir -p "$folder"
"$base/bin/python" -m venv "$folder"
own=$("$folder/bin/python" -c "import sysconfig; print(sysconfig.get_path('purelib'))")
echo "import site; site.addsitedir('$packages')" > "$own/base.pth"
"$folder/bin/python" -m pip install --quiet --disable-pip-version-check --no-build-isolation --editable ".[brain-score]"
pwd > "$stamp"
