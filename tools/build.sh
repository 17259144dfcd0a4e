#!/bin/sh
# Build an sdist of what is committed, and from it the wheel, into FOLDER: build.sh FOLDER PYTHON, called from the project's folder.
set -eu

mkdir -p "$1"
folder=$(cd "$1" && pwd)
python=$(cd "$(dirname "$2")" && pwd)/$(basename "$2") # absolute, as some steps run in other folders
rm -rf "$folder"/*.whl "$folder"/*.tar.gz "$folder/source"
mkdir "$folder/source" # a build in place leaves a build/ whose old files get into later wheels
git archive HEAD | tar -x -C "$folder/source"
(cd "$folder/source" && "$python" setup.py --quiet sdist --dist-dir "$folder")
rm -rf "$folder/source"
"$python" -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir "$folder" "$folder"/*.tar.gz
