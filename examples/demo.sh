#!/bin/sh
# The main job on one computer: two machines (two HOME folders) that share a bare git remote.
# Needs git and Python 3.11 or newer; installs memsync into .venv (or $MEMSYNC_VENV) and touches nothing else.
set -eu
cd "$(dirname "$0")/.."
venv=${MEMSYNC_VENV:-.venv}
if [ ! -x "$venv/bin/memsync" ]; then
    echo "Installing memsync into $venv …"
    "${PYTHON:-python3}" -m venv "$venv"
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check .
fi
PATH="$(cd "$venv/bin" && pwd):$PATH"
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
git init --quiet --bare --initial-branch=main "$stage/remote.git"
mkdir "$stage/A" "$stage/B"
unset XDG_CONFIG_HOME XDG_DATA_HOME XDG_STATE_HOME XDG_CACHE_HOME MEMSYNC_STORE MEMSYNC_CONFIG 2>/dev/null || true
export MEMSYNC_BACKGROUND=0

on() {  # on MACHINE COMMAND…: shows the command, then runs it with that machine's HOME
    machine=$1; shift
    printf '\n%s$ %s\n' "$machine" "$*" | sed "s|$stage/||g"
    (cd "$stage/$machine" && HOME="$stage/$machine" "$@" 2>&1 | sed "s|$stage/||g")
}

on A memsync init --remote "$stage/remote.git"
on A memsync remember "We use React Query, not SWR: better types" --category decision --tag frontend
on A memsync sync
on B memsync join "$stage/remote.git"
on B memsync recall "why not swr"
printf '\nA memory was remembered on machine A and recalled on machine B, through nothing but git.\n'
