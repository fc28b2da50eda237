"""Where memsync's folders are on Linux is what platformdirs says."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from platformdirs import PlatformDirs

from memsync.edges.settings import _LINUX, _dir

places = st.sampled_from([None, "", "/x", "/x/", "x", "~", " ", "/a b", "//"])
VARIABLES = ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME")


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere platformdirs itself is asked")
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.fixed_dictionaries(dict.fromkeys(VARIABLES, places)))
def test_both_name_the_same_folder(monkeypatch, environment):
    """Whatever HOME and the XDG_ variables are."""
    with monkeypatch.context() as patched:
        for name, value in environment.items():
            patched.delenv(name, raising=False) if value is None else patched.setenv(name, value)
        dirs = PlatformDirs("memsync", appauthor=False)
        for name in _LINUX:
            assert Path(getattr(dirs, name)) == _dir(name), (name, dict(os.environ))
