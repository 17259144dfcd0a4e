#!/bin/sh
# Make a virtual environment and install the project and its test tools into it. Called by make, from the project's folder.
# install.sh FOLDER VERSION...: the first of these versions of Python that is at hand is taken.
set -eu

folder=$1
shift
stamp=$folder/.installed # holds the path of the checkout, for which everything in the environment is made

if ! python=$(sh tools/find_python.sh "$@"); then
    echo "Python $(echo "$*" | sed 's/ / or /g') is needed and none was found; install it, or put it on the PATH." >&2
    exit 1
fi

if [ -f "$stamp" ] && [ "$(cat "$stamp")" != "$(pwd)" ]; then
    rm -rf "$folder" # made for a checkout that was then moved, or not finished
fi
mkdir -p "$folder"
echo unfinished > "$stamp"
[ -x "$folder/bin/python" ] || "$python" -m venv "$folder"
python=$folder/bin/python

# uv resolves and installs in a fifth of pip's time; where it cannot reach a package index, pip with its own settings may.
# Bytecode is compiled at once, because uv leaves none and the first import of torch would pay for it.
if ! { "$python" -m pip install --quiet --disable-pip-version-check uv &&
    "$python" -m uv pip install --quiet --compile-bytecode --python "$python" "setuptools>=75" wheel &&
    "$python" -m uv pip install --quiet --compile-bytecode --no-build-isolation --python "$python" --editable ".[test,video,data]"; }; then
    echo "uv could not install the packages; trying pip, which takes some minutes." >&2
    "$python" -m pip install --quiet --disable-pip-version-check "setuptools>=75" wheel
    "$python" -m pip install --quiet --disable-pip-version-check --no-build-isolation --editable ".[test,video,data]"
fi
pwd > "$stamp"
