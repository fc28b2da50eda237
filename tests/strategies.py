"""Hypothesis strategies that several test folders share: memory files, edits of them, and texts that are hard to merge."""

from __future__ import annotations

from hypothesis import strategies as st

WORDS = st.sampled_from(["alpha", "beta", "gamma", "delta", "eins", "zwei", "日本", "ß", "git", "cache"])
SENTENCES = st.lists(WORDS, min_size=1, max_size=4).map(" ".join)
TIMES = st.integers(0, 59).map(lambda minute: f"2026-01-21T10:{minute:02}:00Z")
ULIDS = st.integers(0, 5).map(lambda n: f"01KDP3{n:020}")


@st.composite
def blocks(draw) -> str:
    """One block of markdown, with its final newline."""
    words = draw(SENTENCES)
    return draw(
        st.sampled_from(
            [
                f"- {words}\n",
                f"  - {words}\n",
                f"- {words}\n  and on\n",
                f"1. {words}\n",
                f"{words}\n",
                f"{words}\n{words}\n",
                f"## {words}\n",
                f"```sh\n{words}\n\n- {words}\n```\n",
                f"| {words} | x |\n",
                f"> {words}\n",
                "---\n",
            ],
        ),
    )


@st.composite
def bodies(draw, *, max_size: int = 7) -> str:
    """A markdown body: blocks with nothing, one or two blank lines between them."""
    parts = draw(st.lists(st.tuples(blocks(), st.sampled_from(["", "\n", "\n\n"])), max_size=max_size))
    return "".join(block + gap for block, gap in parts)


@st.composite
def headers(draw, *, memory: str | None = None) -> dict[str, str]:
    """A header's lines by key."""
    lists = st.lists(WORDS, unique=True, max_size=4).map(lambda words: f"[{', '.join(words)}]")
    optional = {
        "title": SENTENCES,
        "category": st.sampled_from(["fact", "decision", "note"]),
        "tags": lists,
        "keywords": lists,
        "importance": st.sampled_from(["0.5", "0.9"]),
        "created": TIMES,
        "updated": TIMES,
        "status": st.sampled_from(["active", "superseded"]),
        "mood": SENTENCES,
        "views": st.integers(0, 99).map(str),
    }
    fields = {"id": draw(ULIDS) if memory is None else memory}
    for key, values in optional.items():
        if draw(st.booleans()):
            fields[key] = draw(values)
    return fields


def file_of(fields: dict[str, str], body: str) -> str:
    """Return a memory's text; without fields there is no header."""
    lines = "".join(f"{key}: {value}\n" for key, value in fields.items())
    return f"---\n{lines}---\n{body}" if fields else body


@st.composite
def edited(draw, fields: dict[str, str], body: str) -> str:
    """A version of a file after some edits of its header and body."""
    fields = dict(fields)
    for key, value in draw(headers(memory=fields.get("id", ""))).items():
        if key != "id" and draw(st.integers(0, 3)) == 0:
            fields[key] = value
    if len(fields) > 1 and draw(st.integers(0, 4)) == 0:
        fields.pop(draw(st.sampled_from([k for k in fields if k != "id"])))
    lines = body.split("\n")
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(lines)))
        match draw(st.sampled_from(["insert", "change", "remove"])):
            case "insert":
                lines[at:at] = (draw(blocks()) + draw(st.sampled_from(["", "\n"]))).split("\n")[:-1]
            case "change" if at < len(lines) and lines[at].strip():
                lines[at] += " " + draw(WORDS)
            case "remove" if at < len(lines):
                del lines[at]
    return file_of(fields, "\n".join(lines))


def _encoded(text: str, form: str) -> bytes:
    match form:
        case "crlf":
            return text.replace("\n", "\r\n").encode()
        case "bom":
            return ("\ufeff" + text).encode()
        case "no final newline":
            return text.rstrip("\n").encode()
        case "invalid":
            return text.encode() + b"\xff\n"
    return text.encode()


FORMS = st.sampled_from(["plain"] * 12 + ["crlf", "bom", "no final newline", "invalid"])


@st.composite
def triples(draw, *, base: bool | None = None) -> tuple[bytes | None, bytes | None, bytes | None]:
    """Base and two edits of it. Now and then there is no base, a side is gone, or a side is written in another form."""
    fields = draw(st.one_of(headers(), st.just({})))
    body = draw(bodies())
    there = draw(st.integers(0, 3)) > 0 if base is None else base
    sides = []
    for _ in range(2):
        text = draw(edited(fields, body))
        if not there and draw(st.booleans()):
            text = draw(edited(draw(headers()), draw(bodies())))
        gone = there and draw(st.integers(0, 9)) == 0
        sides.append(None if gone else _encoded(text, draw(FORMS)))
    return (_encoded(file_of(fields, body), draw(FORMS)) if there else None), sides[0], sides[1]


PATHS = st.sampled_from(
    [
        "global/fact/x.md",
        "decisions-log.md",
        "global/session-notes/2026-01-21-cli.md",
        "projects/app-0123456789abcdef/decision/x.md",
        "global/fact/x.conflict-0123abcd.md",
        "global/code-snippets/x.ts",
    ],
)
