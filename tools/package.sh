#!/bin/sh
# Build an sdist and a wheel into FOLDER, install the wheel into an environment that holds nothing else and sees what PYTHON's holds, and
# use it there. In half a minute this finds what the wheel lacks; what it asks for in vain, only `make release` does.
# package.sh FOLDER PYTHON, called from the project's folder
set -eu

sh tools/build.sh "$1" "$2"
clean=$1/clean
rm -rf "$clean"
"$2" -m venv --without-pip "$clean"
"$2" -m pip --python "$clean/bin/python" install --quiet --disable-pip-version-check --no-deps --no-index "$1"/*.whl
# Behind its own packages it finds those of PYTHON; the editable project is not among them, as its .pth file is not read.
"$2" -c 'import site; print(site.getsitepackages()[0])' >"$("$clean/bin/python" -c 'import site; print(site.getsitepackages()[0])')/zz_libraries.pth"
sh tools/try_wheel.sh "$clean"
