#!/bin/sh
# Sets up a virtual environment (.venv, or $MEMSYNC_VENV) and runs the tests in it: sh tests/run.sh [pytest's options]
set -eu
cd "$(dirname "$0")/.."
venv=${MEMSYNC_VENV:-.venv}
if [ ! -x "$venv/bin/pytest" ]; then
    "${PYTHON:-python3}" -m venv "$venv"
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --upgrade "pip>=25.1"
    "$venv/bin/python" -m pip install --no-compile --quiet --disable-pip-version-check --editable . --group dev
    # On all cores, which pip does not; some packages carry files that are for other Pythons.
    "$venv/bin/python" -m compileall -qq -j 0 "$venv"/lib/python3*/site-packages || true
fi
# The tests' processes write no bytecode, so without this each of some thousand would compile memsync for itself.
"$venv/bin/python" -m compileall -q memsync
[ -n "${MEMSYNC_SETUP_ONLY:-}" ] && exit 0
exec "$venv/bin/python" -m pytest "$@"
