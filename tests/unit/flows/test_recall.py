"""recall, end to end over fakes: what is found, what is not, and what is told with it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from memsync.core.answer import Query, Sort
from memsync.core.category import Category
from memsync.core.recall.evaluate import parse_cases
from memsync.core.recall.view import Refreshed
from memsync.core.scope import GLOBAL, PRIVATE, Scope, ScopeKind
from memsync.errors import BadInput, IndexLost
from memsync.flows.evaluate import evaluate_cases
from memsync.flows.recall import Place, recall, related, take_in
from memsync.testing import FakeIndex, FakeTree

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
APP = Scope(kind=ScopeKind.PROJECT, name="app-0123456789abcdef")
OTHER = Scope(kind=ScopeKind.PROJECT, name="other-fedcba9876543210")


def memory(title: str, body: str, **fields: str) -> bytes:
    lines = "".join(f"{k}: {v}\n" for k, v in ({"title": title} | fields).items())
    return f"---\n{lines}---\n{body}\n".encode()


FILES = {
    "global/decision/query.md": memory(
        "Use React Query, not SWR",
        "Better TypeScript support.\n\nIt also retries.",
        category="decision",
        created="2026-03-05T10:00:00Z",
        tags="[frontend]",
        instance="ide",
        importance="0.9",
    ),
    "global/fact/cellar.md": memory(
        "Apples", "Apples keep for weeks in the cellar.", created="2026-10-02T10:00:00Z", instance="cli"
    ),
    f"{APP.folder}/note/deploy.md": memory(
        "Deploying", "Deploy with `make ship`, never by hand on Fridays.", created="2026-11-12T10:00:00Z"
    ),
    f"{OTHER.folder}/note/deploy.md": memory(
        "Deploying there", "Deploy with the blue button.", created="2026-11-13T10:00:00Z"
    ),
    "project-context.md": b"# Context\n\nA rocket is steered by Kubernetes operators.\n",
    "global/note/broken.md": b"---\ntitle: [oops\n---\nThe zeppelin is moored at pier nine.\n",
    "global/note/latin.md": "Die Brücke heißt Götaälvbron\n".encode("latin-1"),
    "MEMORY.md": b"zeppelin apples deploy\n",
    ".memsync/store.json": b"{}",
}


@dataclass
class World:
    """A default store and a private one."""

    tree: FakeTree = field(default_factory=lambda: FakeTree(files=dict(FILES)))
    secret: FakeTree = field(default_factory=FakeTree)
    index: FakeIndex = field(default_factory=FakeIndex)
    held: set[str] = field(default_factory=set)

    def ask(self, text: str, **kwargs):
        kwargs.setdefault("scopes", (APP, GLOBAL, PRIVATE))
        return recall(Query(text=text, **kwargs), places=self.places(), now=NOW)

    def paths(self, text: str, **kwargs) -> list[str]:
        return [hit.memory.path for hit in self.ask(text, **kwargs).hits]

    def places(self) -> list[Place]:
        def admit(path: str, raw: bytes) -> bool:
            return path not in self.held

        return [
            Place(label="", private=False, tree=self.tree, index=self.index, admit=admit),
            Place(label="private", private=True, tree=self.secret, index=FakeIndex(), admit=admit),
        ]


@pytest.fixture
def world() -> World:
    return World()


def test_words_find_a_memory(world):
    """A question in other forms of the words finds the memory, with the line that answers."""
    [hit, *_] = world.ask("why do we retry queries with react?").hits
    assert (hit.memory.path, hit.line, hit.snippet) == ("global/decision/query.md", 11, "It also retries.")


def test_nothing_relevant_is_nothing(world):
    """A question no memory answers has no hits."""
    answer = world.ask("quantum chromodynamics lattice")
    assert (answer.hits, answer.more, answer.weak) == ((), 0, False)


def test_little_covered_is_weak(world):
    """A question of which the best memory says only a part is answered, and called weak."""
    answer = world.ask("steer the periscope through fjords")
    assert [hit.memory.path for hit in answer.hits] == ["project-context.md"]
    assert answer.weak


@pytest.mark.parametrize(
    ("text", "listed"),
    [("what is the", False), ("-", False), ("???", False), ("   ", True), ("\x00\x07", True)],
)
def test_empty_words(world, text, listed):
    """Only empty words find nothing; no words at all list the newest."""
    assert bool(world.ask(text).hits) is listed


def test_an_empty_question_lists_the_newest(world):
    """Without words memories come newest first, and filters apply."""
    newest = world.paths("", since=datetime(2026, 1, 1, tzinfo=UTC), until=NOW)
    assert newest == [f"{APP.folder}/note/deploy.md", "global/fact/cellar.md", "global/decision/query.md"]
    assert world.paths("", tags=("frontend",)) == ["global/decision/query.md"]


def test_paging(world):
    """Offset and limit walk through the list, and `more` says what is left."""
    full = world.paths("", limit=50)
    first, rest = world.ask("", limit=2), world.ask("", limit=50, offset=2)
    assert [h.memory.path for h in (*first.hits, *rest.hits)] == full
    assert first.more == len(full) - 2


def test_another_project_is_not_visible(world):
    """A project's memory stays in its project, unless all are asked for."""
    assert world.paths("deploy") == [f"{APP.folder}/note/deploy.md"]
    assert set(world.paths("deploy", all_projects=True)) == {
        f"{APP.folder}/note/deploy.md",
        f"{OTHER.folder}/note/deploy.md",
    }


def test_feedback_lends_no_words_of_another_project(world):
    """What another project says has no part in a question it may not answer."""
    world.tree.files[f"{OTHER.folder}/note/x.md"] = memory("Deploy", "Deploy apples apples apples")
    assert world.paths("deploy") == [f"{APP.folder}/note/deploy.md"]


def test_the_private_store_is_asked_only_with_its_scope(world):
    """Private memories are found with the private scope among the asker's, and say which store they are of."""
    world.secret.files["global/note/diary.md"] = memory("Diary", "Salary talk about apples")
    assert [(h.store, h.memory.scope) for h in world.ask("salary").hits] == [("private", PRIVATE)]
    assert world.paths("salary", scopes=(APP, GLOBAL)) == []
    assert world.paths("salary", scopes=(APP, GLOBAL), all_projects=True) == []
    assert world.paths("apples", scopes=(PRIVATE,)) == ["global/note/diary.md"]


def test_a_private_memory_beside_an_empty_store_is_private(world):
    """Where the default store has nothing, hits of the private one are still said to be of that."""
    world.tree.files.clear()
    world.secret.files["global/note/diary.md"] = memory("Diary", "Salary talk about apples")
    assert [(h.store, h.memory.scope) for h in world.ask("salary").hits] == [("private", PRIVATE)]


def test_no_scopes_mean_global(world):
    """A question without scopes sees what is global only."""
    assert world.paths("deploy", scopes=()) == []
    assert world.paths("apples", scopes=()) == ["global/fact/cellar.md"]


def test_scope_in_the_text_narrows(world):
    """`scope:` narrows to one of the scopes that may be seen, and never widens."""
    assert world.paths("deploy scope:project") == [f"{APP.folder}/note/deploy.md"]
    assert world.paths("apples scope:project") == []
    assert world.paths("deploy scope:project:other") == []


@pytest.mark.parametrize(
    ("text", "kwargs", "found"),
    [
        ("query category:decision", {}, True),
        ("query category:fact", {}, False),
        ("query", {"categories": (Category.DECISION,)}, True),
        ("query tag:frontend", {}, True),
        ("query tag:FrontEnd", {}, True),
        ("query tag:backend", {}, False),
        ("query by:ide", {}, True),
        ("query by:cli", {}, False),
        ("query since:2026-03-01 before:2026-03-31", {}, True),
        ("query since:2026-04-01", {}, False),
        ("query before:2026-03-01", {}, False),
        ("query path:decision/", {}, True),
        ("query path:src/", {}, False),
        ("query -swr", {}, False),
        ("query -zebra", {}, True),
        ('"typescript support"', {}, True),
        ('"support typescript"', {}, False),
        ('query -"typescript support"', {}, False),
        ("query in March", {}, True),
    ],
)
def test_filters(world, text, kwargs, found):
    """Operators and options narrow what is found."""
    assert ("global/decision/query.md" in world.paths(text, **kwargs)) is found


def test_unknown_operator(world):
    """An unknown operator is an error, not an empty answer."""
    with pytest.raises(BadInput, match="author"):
        world.ask("x author:me")


def test_standing_documents_and_broken_files_are_found(world):
    """Standing documents, broken frontmatter and files that are no UTF-8 are found by their text; indexes are not."""
    assert world.paths("rocket") == ["project-context.md"]
    assert world.paths("zeppelin") == ["global/note/broken.md"]
    assert world.paths("heißt Brücke Götaälvbron latin") == ["global/note/latin.md"]


def test_held_files_are_not_found(world):
    """A file the gate does not admit is not found, also when it was admitted before and has changed."""
    assert world.paths("apples") == ["global/fact/cellar.md"]
    world.held.add("global/fact/cellar.md")
    world.tree.files["global/fact/cellar.md"] += b"password"
    assert world.paths("apples") == []


def test_a_change_is_found_at_once(world):
    """What was written before the question is found by it."""
    world.ask("apples")
    world.tree.files["global/note/new.md"] = b"narwhal"
    assert world.paths("narwhal") == ["global/note/new.md"]
    del world.tree.files["global/note/new.md"]
    assert world.paths("narwhal") == []


def test_a_typo_in_a_rare_word(world):
    """A slip of the pen in a word nothing has still finds what was meant."""
    assert world.paths("zepplin") == ["global/note/broken.md"]
    assert world.paths("kubrenetes") == ["project-context.md"]


def test_sorting(world):
    """Matches can be ordered by time or by importance."""
    world.tree.files["global/note/apple2.md"] = memory(
        "Apple pie", "Apples again", created="2026-11-01T00:00:00Z", importance="0.1"
    )
    assert world.paths("apples", sort=Sort.RECENCY) == ["global/note/apple2.md", "global/fact/cellar.md"]
    assert world.paths("apples", sort=Sort.IMPORTANCE) == ["global/fact/cellar.md", "global/note/apple2.md"]


def test_a_superseded_memory_leads_to_its_successor(world):
    """The successor comes first though it shares no word with the question, and the old one says what replaced it."""
    world.tree.files["global/fact/cellar.md"] = memory(
        "Apples", "Apples in the cellar.", id="01KDP3ABCDEFGHJKMNPQRSTVW0", status="superseded"
    )
    world.tree.files["global/fact/loft.md"] = memory(
        "Loft", "All fruit is kept upstairs.", supersedes="[01KDP3ABCDEFGHJKMNPQRSTVW0]"
    )
    first, second = world.ask("apples").hits
    assert (first.memory.path, second.memory.path) == ("global/fact/loft.md", "global/fact/cellar.md")
    assert second.notes == ("superseded by global/fact/loft.md",)


def test_a_refuted_memory_says_so(world):
    """A refuted memory is shown as one."""
    world.tree.files["global/fact/cellar.md"] = memory("Apples", "Apples in the cellar.", status="refuted")
    [hit] = world.ask("apples").hits
    assert hit.notes == ("refuted: do not rely on it",)


def test_contested_twins_come_together(world):
    """Both versions of a conflict are shown, side by side."""
    world.tree.files["global/fact/cellar.conflict-0123abcd.md"] = memory("Apples", "Plums only.")
    hits = world.ask("weeks cellar").hits
    assert [h.memory.path for h in hits[:2]] == [
        "global/fact/cellar.md",
        "global/fact/cellar.conflict-0123abcd.md",
    ]
    assert all(any("contested" in n for n in h.notes) for h in hits[:2])


def test_near_duplicates_fold(world):
    """Two memories that say the same are one hit that names the other; a differing number keeps them apart."""
    world.tree.files["global/note/a.md"] = memory(
        "Port", "The staging database listens on port 5433 behind the bastion host."
    )
    world.tree.files["global/note/b.md"] = memory(
        "Port", "The staging database listens on port 5433 behind the bastion host!"
    )
    world.tree.files["global/note/c.md"] = memory(
        "Port", "The staging database listens on port 5434 behind the bastion host."
    )
    hits = world.ask("staging database port").hits
    assert len(hits) == 2
    assert sorted(n for h in hits for n in h.notes) == ["says the same: global/note/b.md"]


def test_a_budget_gives_whole_memories(world):
    """Within a budget memories are whole, and what did not fit is counted."""
    for n in range(5):
        world.tree.files[f"global/note/fig{n}.md"] = memory(f"Fig {n}", f"figs {'lorem' * n * 40} {n}")
    everything = world.ask("figs", limit=10)
    some = world.ask("figs", limit=10, budget=120)
    assert 0 < len(some.hits) < len(everything.hits)
    assert some.more == len(everything.hits) - len(some.hits)
    assert sum(len(h.memory.body) for h in some.hits) < 480


def test_a_budget_too_small_says_what_is_needed(world):
    """Where not even the best fits, the answer says how much it needs."""
    answer = world.ask("apples", budget=5)
    assert (answer.hits, answer.more) == ((), 1)
    assert "cellar.md, needs about" in answer.problems[0]


def test_explain_tells_why(world):
    """With explain each hit says its words, their fields, and the factors of its score."""
    [hit, *_] = world.ask("react query", explain=True).hits
    assert "react (title)" in hit.why
    assert "score" in hit.why
    assert world.ask("react query").hits[0].why == ""


def test_the_file_s_time_stands_in(world):
    """A memory without dates is as old as its file."""
    [hit] = world.ask("rocket").hits
    assert hit.updated == datetime.fromtimestamp(
        world.tree.listing()["project-context.md"].mtime_ns / 1e9, UTC
    )


@dataclass
class LostIndex(FakeIndex):
    """An index that can't be read, and takes nothing in."""

    problem: str = "the index can't be written (read-only)"

    def refresh(self, listing, read, *, limit=None, rules=0):  # the port
        return Refreshed(left=tuple(listing), problem=self.problem)

    def view(self):
        raise IndexLost("damaged")


def test_without_an_index_the_files_are_read(world):
    """A damaged index that can't be mended gives the same answer, and the answer says so."""
    with_index = world.ask("why react query")
    world.index = LostIndex()
    without = world.ask("why react query")
    assert [h.memory.path for h in without.hits] == [h.memory.path for h in with_index.hits]
    assert without.problems == ("the index can't be written (read-only)",)


def test_a_scan_of_many_files_finds_the_same(world):
    """A scan that looks at the words first finds what the index finds."""
    for n in range(400):
        world.tree.files[f"global/note/n{n}.md"] = memory(
            f"Note {n}", f"Filler about topic{n} and apples" if n % 50 == 0 else f"Filler {n}"
        )
    questions = ["why react query", "zeppelin", "topic250", "typescript", "deploying", "in March query"]
    indexed = [world.paths(q)[:1] for q in questions]
    world.index = LostIndex()
    assert [world.paths(q)[:1] for q in questions] == indexed


def test_files_that_vanish_while_they_are_read(world):
    """A file that is gone by the time it is read is no hit and no error."""

    class Vanishing(FakeTree):
        def read(self, path):
            return None if path == "global/fact/cellar.md" and self.gone else super().read(path)

    tree = Vanishing(files=dict(FILES))
    tree.gone = False
    world.tree = tree
    world.ask("apples")
    tree.gone = True
    assert world.paths("apples") == []


def test_a_clock_in_the_future(world):
    """Memories dated after now are found like others."""
    world.tree.files["global/fact/cellar.md"] = memory(
        "Apples", "Apples.", created=(NOW + timedelta(days=4000)).isoformat()
    )
    assert world.paths("apples") == ["global/fact/cellar.md"]


def test_a_question_of_a_hundred_kilobytes(world):
    """A pasted log as a question is answered."""
    assert "global/fact/cellar.md" in world.paths("apples cellar " + "x1 y2 error at line\n" * 5_000)


def test_the_best_of_a_project_beats_the_same_in_global(world):
    """Of two that answer alike, the nearer scope's comes first."""
    world.tree.files["global/note/ship.md"] = memory("Ship it", "Run the ship script twice a day.")
    world.tree.files[f"{APP.folder}/note/ship.md"] = memory("Ship it", "Run the ship script twice a week.")
    assert world.paths("ship script")[0] == f"{APP.folder}/note/ship.md"


def test_answers_are_the_same_every_time(world):
    """The same question gives the same answer."""
    assert replace(world.ask("deploy apples query"), problems=()) == replace(
        world.ask("deploy apples query"), problems=()
    )


# ---- related, eval ------------------------------------------------------------------------------


def test_related_memories_share_telling_words(world):
    """What is like a memory is found by that memory's own words; itself is no hit, and another project's is not seen."""
    world.tree.files["global/note/storage.md"] = memory(
        "Storage", "The cellar is where pears and apples are kept."
    )
    query = Query(text="", scopes=(APP, GLOBAL), limit=3)
    answer = related("global/fact/cellar.md", query, places=world.places(), private=False, now=NOW)
    assert answer.hits[0].memory.path == "global/note/storage.md"
    assert "global/fact/cellar.md" not in [h.memory.path for h in answer.hits]
    assert related("global/none.md", query, places=world.places(), private=False, now=NOW).hits == ()


def test_an_evaluation_measures_recall(world):
    """Questions with known answers, by key, path or id, give R@k, MRR and nDCG; what is missed is named."""
    cases = parse_cases(
        '{"query": "apples cellar", "relevant": ["cellar"]}\n\n'
        '{"query": "react query", "relevant": ["global/decision/query.md"]}\n'
        '{"query": "zeppelin", "relevant": "nowhere"}\n{"query": "quantum lattice", "relevant": []}\n'
    )
    result = evaluate_cases(cases, Query(text="", scopes=(APP, GLOBAL)), places=world.places(), now=NOW)
    assert (result.questions, result.unanswerable, result.refused, result.missed) == (
        3,
        1,
        1.0,
        ("zeppelin",),
    )
    assert result.recall_5 == result.recall_10 == result.mrr == result.ndcg == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    "text", ["", "\n", "not json", "[]", '{"query": 1, "relevant": []}', '{"query": "x"}', "[" * 100_000]
)
def test_a_file_of_questions_that_is_none(text):
    """A line that is no question is refused by its number."""
    with pytest.raises(BadInput, match=r"line 1|none"):
        parse_cases(text)


def test_everything_is_taken_in(world):
    """take_in brings all files into the index, batch after batch, but not what the gate holds."""
    world.held.add("global/fact/cellar.md")
    done = take_in(world.places()[0], batch=2)
    assert (done.left, done.problem) == ((), "")
    assert (
        world.index.view().count == len([p for p in FILES if p.endswith(".md")]) - 2
    )  # MEMORY.md, and the held one


def test_taking_in_ends_where_nothing_can_be_written(world):
    """An index that can't be written ends it, and says why."""
    world.index = LostIndex()
    assert take_in(world.places()[0]).problem == "the index can't be written (read-only)"
