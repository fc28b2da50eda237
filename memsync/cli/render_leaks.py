"""What history holds, and what a purge did: as text for people and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from memsync.cli.plain import one_line
from memsync.cli.render import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from memsync.core.leaks import HistoryReport, Leak, Purged, Traces


def history_shape(report: HistoryReport) -> dict[str, Any]:
    """Return `{"findings"}`, each as `scan` has it and with `commit`, `blob`, `excerpt`, `sent`; `unreadable` where any."""
    shape: dict[str, Any] = {"findings": [leak.to_json() for leak in report.leaks]}
    if report.unreadable:
        shape["unreadable"] = [{"object": oid, "reason": why} for oid, why in report.unreadable]
    return shape


def history_text(report: HistoryReport) -> str:
    """Return two lines a finding, and how much was looked at."""
    texts = counted(report.scanned, "text")
    if not report.leaks:
        return f"no secret found in history ({texts} looked at)"
    return (
        f"{leaks_text(report.leaks)}\n{counted(len(report.leaks), 'finding')} in history ({texts} looked at)"
    )


def leaks_text(leaks: Sequence[Leak]) -> str:
    """Return for each finding where it is, since which commit, by which rule, whether it was sent; and its redacted line."""
    return "\n".join(_leak(leak) for leak in leaks)


def _leak(leak: Leak) -> str:
    found = leak.finding
    commit = leak.commit[:12] if leak.commit else "in no commit"
    sent = ", sent" if leak.sent else ""
    first = f"{commit}  {one_line(found.path) or leak.blob[:12]}:{found.line}  {found.rule}  ({found.level}{sent})"
    return f"{first}\n    {one_line(leak.excerpt)}" if leak.excerpt else first


def traces_text(traces: Sequence[Traces]) -> str:
    """Return what a purge would take out, store by store."""
    return "\n".join(_traces(one) for one in traces)


def _traces(traces: Traces) -> str:
    lines = [one_line(traces.store)]
    if traces.leaks:
        lines.append(leaks_text(traces.leaks))
    lines += [f"  file: {one_line(path)}" for path in traces.files]
    lines += [
        f"  memory in the folder: {one_line(path)} (stays as it is but for --redact)"
        for path in traces.in_folder
    ]
    return "\n".join(lines if len(lines) > 1 else [*lines, "  no secret found"])


def purged_shape(done: Sequence[Purged]) -> dict[str, Any]:
    """Return `{"stores"}`, each with counts, `in_folder`, `left`, `searched`, `sent`, `prepared`, `lease`."""
    return {
        "stores": [
            {
                "store": p.store,
                "objects": p.objects,
                "refs": p.refs,
                "files": p.files,
                "unstaged": p.unstaged,
                "redacted": list(p.redacted),
                "in_folder": list(p.in_folder),
                "left": list(p.left),
                "searched": {"objects": p.searched[0], "files": p.searched[1]},
                "sent": [leak.to_json() for leak in p.sent],
                "prepared": p.prepared,
                "lease": p.lease,
            }
            for p in done
        ]
    }


def purged_text(done: Sequence[Purged]) -> str:
    """Return what was done, what is left, and what a person must do about what a remote has."""
    return "\n".join(line for p in done for line in _purged(p))


def _purged(p: Purged) -> list[str]:
    counts = [
        f"{counted(number, name)} {verb}"
        for number, name, verb in (
            (p.objects, "object", "removed"),
            (p.refs, "ref", "moved"),
            (p.files, "file", "cleaned"),
            (p.unstaged, "path", "unstaged"),
            (len(p.redacted), "memory" if len(p.redacted) == 1 else "memorie", "redacted"),
        )
        if number
    ]
    lines = [f"{one_line(p.store)}: {', '.join(counts) if counts else 'nothing to take out'}"]
    if any(p.searched):
        lines.append(
            f"  searched afterwards: {counted(p.searched[0], 'object')}, {counted(p.searched[1], 'file')}"
        )
    lines += [f"  still there: {one_line(place)}" for place in p.left]
    lines += [f"  still in your folder: {one_line(path)} (take it out, or --redact)" for path in p.in_folder]
    return [*lines, *_steps(p)] if p.sent else lines


def _steps(p: Purged) -> list[str]:
    """Return what only people can do: in this order, because nothing else helps before the first."""
    return [
        leaks_text(p.sent),
        "A remote has these. Whoever may read it has them for good, and forks and caches keep them. In this order:",
        "  1. Rotate: make the secret useless where it is used. Nothing below helps before that.",
        "  2. Let everybody run `memsync sync` once, so that nothing of theirs is on the way.",
        f"  3. The history without them is prepared in {one_line(p.prepared)}; look at it with git log.",
        f"     Put its branches in the place of the remote's, forced with a lease on {p.lease[:12]} for main:",
        "     docs/security.md, “If a secret was pushed”, has the words. memsync never does this by itself.",
        "  4. On every clone, this one too: `memsync sync` follows the new history and sends nothing of the old again;",
        "     then `memsync purge` removes the old one from that machine.",
        "  5. Ask the host to drop what it still holds (dangling objects, pull requests, forks).",
    ]
