#!/bin/sh
# An environment with the peers that performance/peers.py compares with: sh performance/peers.sh FOLDER
# PyTorch and what else is installed for this harness are not installed again: the environment sees them. Peers come without their
# own dependencies, except those that are named here.
set -e
folder=${1:?the folder of the environment}
python=${PYTHON:-python}
$python -m venv "$folder"
site=$("$folder/bin/python" -c 'import site; print(site.getsitepackages()[0])')
$python -c 'import site; print(site.getsitepackages()[0])' > "$site/harness.pth"
"$folder/bin/python" -m pip install -q --no-deps dynvision==0.1.0 brainscore-vision==2.4.2 thingsvision==2.7.3
"$folder/bin/python" -m pip install -q --no-deps result_caching h5py "opencv-python-headless<4.12" torchtyping typeguard seaborn torchsummary
for peer in dynvision brainscore_vision thingsvision himalaya; do
    "$folder/bin/python" -c "import $peer" 2> /dev/null && echo "$peer: imported" || echo "$peer: not importable"
done
