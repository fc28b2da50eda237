"""One who writes memories all the time: a process of its own, and every write it was told is done stands in its log.

    python fivewriter.py LOG NUMBER SEED SECONDS WRITES_PER_SECOND

Lines of the log are JSON: what was done, when it was acknowledged, at which path, and which tokens came and went by it.
"""

from __future__ import annotations

import json
import random
import re
import sys
import time
from pathlib import Path

from memsync.core.memory import Draft
from memsync.core.report import Revision
from memsync.edges.settings import load
from memsync.errors import MemsyncError
from memsync.store import Store

TOKEN = re.compile(r"\bq\d+k\b")


class Writer:
    """Remembers, adds to what others wrote, forgets what is its own, and writes files by hand."""

    def __init__(self, store: Store, log: Path, number: int, dice: random.Random) -> None:
        self.store, self.dice, self.number = store, dice, number
        self.log = log.open("a", encoding="utf-8")
        self.count = 0
        self.own: list[str] = []

    def token(self) -> str:
        self.count += 1
        return f"q{self.number}{self.count:06}k"

    def note(self, op: str, path: str, born: list[str], gone: list[str]) -> None:
        self.log.write(
            json.dumps({"op": op, "at": time.time(), "path": path, "born": born, "gone": gone}) + "\n"
        )
        self.log.flush()

    def remember(self) -> None:
        """A new memory; now and then under a key that the others use too."""
        token = self.token()
        key = (
            f"shared {self.dice.randrange(20)}"
            if self.dice.random() < 0.15
            else f"by {self.number} {self.count}"
        )
        done = self.store.remember(Draft(body=f"- {token} began\n", title=key))
        self.note("remember", done.memory.path, [token], [])

    def append(self) -> None:
        """A line more in any memory but somebody's own, with the version that was read."""
        folder = self.store.root / "global" / "fact"
        names = [p.name for p in folder.glob("*.md") if not p.name.startswith("own-")]
        if not names:
            return
        path = f"global/fact/{self.dice.choice(names)}"
        token = self.token()
        read = self.store.get(path)
        body = read.memory.body.rstrip("\n") + f"\n- {token} more\n"
        self.store.revise(path, Revision(body=body), rev=read.rev)
        self.note("append", path, [token], [])

    def keep(self) -> None:
        """A memory of its own, which nobody else touches."""
        token = self.token()
        done = self.store.remember(
            Draft(body=f"- {token} for a while\n", title=f"own {self.number} {self.count}")
        )
        self.own.append(done.memory.path)
        self.note("remember", done.memory.path, [token], [])

    def forget(self) -> None:
        """Take away one of its own."""
        if not self.own:
            return
        path = self.own.pop(self.dice.randrange(len(self.own)))
        gone = TOKEN.findall((self.store.root / path).read_text())
        self.store.forget(path)
        self.note("forget", path, [], gone)

    def by_hand(self) -> None:
        """A file that no memsync wrote, saved as an editor saves."""
        token = self.token()
        path = f"global/fact/hand-{token}.md"
        place = self.store.root / path
        beside = place.with_name(f".{place.name}.tmp")
        beside.write_text(f"# Written by hand\n\n{token} stands here.\n")
        beside.replace(place)
        self.note("by hand", path, [token], [])

    def act(self) -> None:
        doing = self.dice.choices(
            [self.remember, self.append, self.keep, self.forget, self.by_hand], [10, 6, 3, 2, 1]
        )
        try:
            doing[0]()
        except MemsyncError as error:  # not acknowledged, so nothing is owed; which ones is told at the end
            self.note("refused", f"{doing[0].__name__}: {type(error).__name__}: {error}", [], [])


def main() -> None:
    log, number, seed, seconds, rate = sys.argv[1:]
    dice = random.Random(f"{seed} {number}")
    settings = load()
    (settings.store / "global" / "fact").mkdir(parents=True, exist_ok=True)
    writer = Writer(Store.open(settings=settings), Path(log), int(number), dice)
    ends = time.monotonic() + float(seconds)
    while time.monotonic() < ends:
        writer.act()
        time.sleep(dice.expovariate(float(rate)))


if __name__ == "__main__":
    main()
