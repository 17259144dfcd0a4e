#!/bin/sh
# Build a wheel and an sdist into FOLDER, beside them the site, install the wheel into a clean environment with all that it asks for, and use
# it there, away from the checkout: list, score, board. `make release` calls it from the project's folder.
# release.sh FOLDER PYTHON SITE: the last is the folder of the built site
set -eu

mkdir -p "$1"
folder=$(cd "$1" && pwd)
python=$(cd "$(dirname "$2")" && pwd)/$(basename "$2") # absolute, as some steps run in other folders
site=$3
test -f "$site/index.html" || { echo "There is no site in $site; run make site first." >&2; exit 1; }
rm -rf "$folder"/*.whl "$folder"/*.tar.gz "$folder/clean"
copy=$folder/source # a build in place leaves a build/ whose old files get into later wheels
rm -rf "$copy"
mkdir "$copy"
git archive HEAD | tar -x -C "$copy"
"$python" -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir "$folder" "$copy"
(cd "$copy" && "$python" setup.py --quiet sdist --dist-dir "$folder")
version=$(cd "$copy" && "$python" setup.py --version)
rm -rf "$copy"
tar -czf "$folder/vision_dynamics_harness-$version-site.tar.gz" -C "$site" .

"$python" -m venv "$folder/clean"
"$folder/clean/bin/python" -m pip install --quiet --disable-pip-version-check uv
"$folder/clean/bin/python" -m uv pip install --quiet --python "$folder/clean/bin/python" "$folder"/*.whl

cd "$folder"
HARNESS_HOME=$folder/clean/home
export HARNESS_HOME
clean/bin/harness list benchmarks "Digits*"
clean/bin/harness score -m pixels -m dyrcnn_x4_masking -b Digits-decoding --benchmark-args per_digit=10
clean/bin/harness leaderboard --out "$folder/clean/board"
ls -l "$folder"/*.whl "$folder"/*.tar.gz
