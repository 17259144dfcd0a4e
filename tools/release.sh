#!/bin/sh
# Build an sdist and a wheel into FOLDER, beside them the site, install the wheel into a clean environment with all that it asks for, and use
# it there. `make release` calls it from the project's folder.
# release.sh FOLDER PYTHON SITE: the last is the folder of the built site
set -eu

mkdir -p "$1"
folder=$(cd "$1" && pwd)
python=$(cd "$(dirname "$2")" && pwd)/$(basename "$2") # absolute, as some steps run in other folders
site=$3
test -f "$site/index.html" || { echo "There is no site in $site; run make site first." >&2; exit 1; }
sh tools/build.sh "$folder" "$python"
version=$("$python" setup.py --version)
tar -czf "$folder/vision_dynamics_harness-$version-site.tar.gz" -C "$site" .

rm -rf "$folder/clean"
"$python" -m venv "$folder/clean"
"$folder/clean/bin/python" -m pip install --quiet --disable-pip-version-check uv
"$folder/clean/bin/python" -m uv pip install --quiet --python "$folder/clean/bin/python" "$folder"/*.whl

sh tools/try_wheel.sh "$folder/clean"
ls -l "$folder"/*.whl "$folder"/*.tar.gz
