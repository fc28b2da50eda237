"""Claude Code with this repository as its plugin: installed, run, and what of a request is words."""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).parent.parent.parent
QUIET = {
    "DISABLE_AUTOUPDATER": "1",
    "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
    "ANTHROPIC_API_KEY": "sk-ant-" + "scripted",
}


def run(claude, *words, cwd, url="http://127.0.0.1:9"):
    """Run Claude Code and return what it printed; it must succeed."""
    done = subprocess.run([claude, *words], cwd=cwd, env={**os.environ, **QUIET, "ANTHROPIC_BASE_URL": url},
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120, check=False)  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def put_on_path(home):
    """Put a `memsync` where pipx and uv put it; return it."""
    script = home / ".local/bin/memsync"
    script.parent.mkdir(parents=True, exist_ok=True)
    script.write_text(f'#!/bin/sh\nexec {sys.executable} -P -m memsync "$@"\n')
    script.chmod(0o755)
    return script


def plug_in(claude, project, home):
    """Install the plugin from this repository, as its README says."""
    put_on_path(home)
    run(claude, "plugin", "marketplace", "add", str(ROOT), cwd=project)
    run(claude, "plugin", "install", "memsync@memsync", cwd=project)


def said(body):
    """Return everything in a request but the tools, as one text."""
    return json.dumps({k: v for k, v in body.items() if k != "tools"}, ensure_ascii=False)
