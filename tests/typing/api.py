"""The public names as people write them; checked by mypy --strict (tests/typing/test_api.py) and never run."""

from __future__ import annotations

from pathlib import Path

from memsync import (
    Answer,
    Category,
    Draft,
    Memory,
    MemsyncError,
    OnSecret,
    Query,
    Revision,
    Store,
    SyncReport,
)


def remember_and_ask() -> Memory | None:
    store = Store.open(Path("~/shared-memory"))
    done = store.remember(
        Draft(body="React Query, not SWR: better types", category=Category.DECISION, tags=("frontend",)),
        on_secret=OnSecret.REDACT,
    )
    answer: Answer = store.recall(Query(text="why react query", scopes=store.visible([], cwd=Path.cwd())))
    for hit in answer.hits:
        print(hit.memory.key, hit.score)
    store.revise(done.memory.key, Revision(tags=("frontend", "data")))
    report: SyncReport = store.sync(wait=10)
    print(report.sent, report.held)
    return answer.hits[0].memory if answer.hits else None


def careful(store: Store) -> int:
    try:
        store.forget("nothing")
    except MemsyncError as error:
        return error.exit_code
    return 0
