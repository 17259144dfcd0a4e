#!/bin/sh
# Print the first Python of the versions asked for that runs here, on the PATH or among pyenv's: find_python.sh 3.11 3.12

for version in "$@"; do
    for candidate in "python$version" python3 python "${PYENV_ROOT:-$HOME/.pyenv}/versions/$version".*/bin/python; do
        if "$candidate" -c "import sys; sys.exit('%d.%d' % sys.version_info[:2] != '$version')" >/dev/null 2>&1; then
            "$candidate" -c "import sys; print(sys.executable)"
            exit
        fi
    done
done
exit 1
