#!/bin/sh
# Make .venv with Python 3.11 and install the project and its test tools into it. Called by make, from the project's folder.
set -eu

stamp=.venv/.installed # holds the path of the checkout, for which everything in .venv is made

for candidate in python3.11 python3 python; do
    if "$candidate" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' >/dev/null 2>&1; then
        python=$candidate
        break
    fi
done
if [ -z "${python:-}" ]; then
    echo "Python 3.11 is needed and none was found on the PATH; install it, or put it first on the PATH." >&2
    exit 1
fi

if [ -f $stamp ] && [ "$(cat $stamp)" != "$(pwd)" ]; then
    rm -rf .venv # made for a checkout that was then moved, or not finished
fi
mkdir -p .venv
echo unfinished > $stamp
[ -x .venv/bin/python ] || "$python" -m venv .venv
python=.venv/bin/python

# uv resolves and installs in a fifth of pip's time; where it cannot reach a package index, pip with its own settings may.
# Bytecode is compiled at once, because uv leaves none and the first import of torch would pay for it.
if ! { "$python" -m pip install --quiet --disable-pip-version-check uv &&
    "$python" -m uv pip install --quiet --compile-bytecode --python "$python" "setuptools>=75" wheel &&
    "$python" -m uv pip install --quiet --compile-bytecode --no-build-isolation --python "$python" --editable ".[test,video,data]"; }; then
    echo "uv could not install the packages; trying pip, which takes some minutes." >&2
    "$python" -m pip install --quiet --disable-pip-version-check "setuptools>=75" wheel
    "$python" -m pip install --quiet --disable-pip-version-check --no-build-isolation --editable ".[test,video,data]"
fi
pwd > $stamp
