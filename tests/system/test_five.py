"""Five processes on one store, five clones on one remote, all writing: nothing that was acknowledged is missing anywhere.

FIVE_SECONDS=600 FIVE_SEED=1 pytest -m slow tests/system/test_five.py -s        # ten minutes; prints the figures
"""

from __future__ import annotations

import os

import pytest

from fivekit import Outcome, Terms, run, share

pytestmark = pytest.mark.system


def told(outcome: Outcome) -> str:
    """Return a run's figures, a line each."""
    rows = [
        ("acknowledged to pushed", outcome.pushed),
        ("pushed to another machine", outcome.arrived),
        ("in all", outcome.whole),
    ]
    times = [
        f"{name}: p50 {share(v, 0.5):.2f} s, p95 {share(v, 0.95):.2f} s, most {share(v, 1):.2f} s ({len(v)})"
        for name, v in rows
    ]
    found = outcome.figures
    lines = (
        f"acknowledged: {dict(sorted(outcome.acked.items()))}",
        f"must {found.must}, lost {found.lost}, stray {found.stray}, came back {found.back}, twins {found.twins}",
        f"halts {found.halts}, markers {found.markers}, broken {found.broken}, damaged {found.damaged}",
        f"quiet after {outcome.settled:.1f} s; not seen everywhere by then: {outcome.unseen}; fell: {outcome.fell}",
    )
    return "\n".join((*lines, *times))


def sound(outcome: Outcome) -> None:
    """Hold a run against what may never happen."""
    print(told(outcome))
    assert [] == outcome.fell
    assert [] == outcome.figures.problems
    assert outcome.figures.must > 20


def test_a_short_while(tmp_path):
    """Some seconds of it, with short times, over a bare repository on the disk and its doorbell."""
    sound(
        run(
            tmp_path,
            Terms(seconds=5, rate=1.5, poll=1.0, quiet=0.3, ceiling=1.0, clones=3, writers=5, patience=60),
        )
    )


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_a_long_while(tmp_path):
    """FIVE_SECONDS (600) of it with the times a user has; FIVE_REMOTE is file, http or ssh, FIVE_BELL on or off."""
    asked = {
        name: os.environ.get(f"FIVE_{name.upper()}")
        for name in ("seconds", "seed", "rate", "remote", "bell", "poll")
    }
    terms = Terms(
        seconds=float(asked["seconds"] or 600),
        seed=int(asked["seed"] or 0),
        rate=float(asked["rate"] or 0.5),
        remote=asked["remote"] or "ssh",
        bell=(asked["bell"] or "on") == "on",
        poll=float(asked["poll"] or 15),
        patience=300,
    )
    sound(run(tmp_path, terms))
