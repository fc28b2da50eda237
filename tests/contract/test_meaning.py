"""Meanings: what the packaged model, a folder's and Ollama's give; how vectors are kept; what damage costs. Nothing is fetched."""

from __future__ import annotations

import importlib.util
import json
import sqlite3
import struct
import subprocess
import sys
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

np = pytest.importorskip("numpy")
if importlib.util.find_spec("wordllama") is None:
    pytest.skip("the extra is not installed", allow_module_level=True)

from memsync.edges.meaning import Meaning, is_installed  # noqa: E402  # skipped above where the extra is not installed

TEXTS = {
    11: ("Backups", "The database is dumped every night and kept for a month."),
    12: ("Maria", "She is on vacation until March."),
    13: ("Sign in", "Users log in with a password and a code."),
}
DIGESTS = [11, 12, 13]


@pytest.fixture
def meaning(tmp_path):
    made = Meaning(tmp_path / "cache")
    made.learn(TEXTS.items(), seconds=60)
    return made


def best(meaning: Meaning, question: str) -> int:
    near = meaning.near(question, DIGESTS, among=range(3), most=3)
    return max(near, key=lambda d: near[d])


@pytest.mark.parametrize(
    ("question", "document"),
    [("restoring lost data", 0), ("a holiday trip", 1), ("authentication of customers", 2)],
)
def test_what_means_the_same_is_near(meaning, question, document):
    """A question without a shared word finds the text that means the same."""
    assert document == best(meaning, question)


def test_the_packaged_model_is_read_without_its_package(tmp_path, meaning):
    """Neither the package around the weights nor anything that could fetch is imported."""
    assert best(meaning, "backup") == 0
    asked = (
        "import sys; from memsync.edges.meaning import Meaning; from pathlib import Path; "
        "Meaning(Path(sys.argv[1])).near('backup', [11], among=[0], most=1); print(*sys.modules)"
    )
    told = subprocess.run(
        [sys.executable, "-P", "-c", asked, str(tmp_path / "other")],
        capture_output=True,
        text=True,
        check=True,
    )
    assert not {"wordllama", "requests", "huggingface_hub", "torch"} & set(told.stdout.split())
    assert "tokenizers" in told.stdout.split()


def test_a_text_is_learned_once(tmp_path, meaning):
    """What one process has learned, the next one has; only what is new is lacking."""
    other = Meaning(tmp_path / "cache")
    assert [3] == list(other.lacking([*DIGESTS, 99], among=range(4)))


def test_a_neighbour_s_work_is_taken_over(tmp_path, meaning):
    """What another process learns meanwhile is not worked out again."""
    other = Meaning(tmp_path / "cache")
    assert not other.lacking(DIGESTS, among=range(3))
    meaning.learn([(14, ("New", "Something else"))], seconds=60)
    assert not other.lacking([*DIGESTS, 14], among=range(4))


def test_a_cosine_hardly_moves_by_being_kept_small(meaning):
    """Kept as bytes, a cosine differs by less than a hundredth from the model's own."""
    from memsync.edges.meaning import model_of

    def unit(v):
        return v / np.sqrt(v @ v)

    model = model_of("")
    question = unit(model.embed(["restoring lost data"])[0])
    exact = [float(question @ unit(sum(unit(v) for v in model.embed(parts)))) for parts in TEXTS.values()]
    kept = meaning.near("restoring lost data", DIGESTS, among=range(3), most=3)
    assert exact == pytest.approx([kept[d] for d in range(3)], abs=0.01)


def test_only_the_nearest_among_those_asked_for(meaning):
    """No document is given that was not asked for, and no more than were asked for."""
    assert {1} == set(meaning.near("restoring lost data", DIGESTS, among=[1], most=3))
    assert {0} == set(meaning.near("restoring lost data", DIGESTS, among=range(3), most=1))


@pytest.mark.parametrize("harm", ["torn", "garbage", "empty", "gone", "of another width"])
def test_damage_costs_only_the_work(tmp_path, meaning, harm):
    """A damaged file of vectors is begun anew; the answers are the same after learning again."""
    before = meaning.near("lost data", DIGESTS, among=range(3), most=3)
    (path,) = (tmp_path / "cache").glob("meaning-*.db")
    match harm:
        case "torn":
            path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
        case "garbage":
            path.write_bytes(b"\x00nonsense" * 1000)
        case "empty":
            path.write_bytes(b"")
        case "gone":
            path.unlink()
        case _:
            with sqlite3.connect(path) as db:
                db.execute("UPDATE meaning SET vector = zeroblob(7) WHERE number = 12")
    other = Meaning(tmp_path / "cache")
    lacking = other.lacking(DIGESTS, among=range(3))
    other.learn([(DIGESTS[d], TEXTS[DIGESTS[d]]) for d in lacking], seconds=60)
    assert before == other.near("lost data", DIGESTS, among=range(3), most=3)
    assert not Meaning(tmp_path / "cache").lacking(DIGESTS, among=range(3))


def test_a_folder_that_cannot_be_written_is_no_trouble(tmp_path):
    """Where nothing can be kept, meanings are worked out for this process alone."""
    (tmp_path / "cache").write_text("a file where the folder should be")
    made = Meaning(tmp_path / "cache")
    made.learn(TEXTS.items(), seconds=60)
    assert best(made, "restoring lost data") == 0


def test_what_is_kept_is_bounded(tmp_path, meaning):
    """Vectors of contents that no memory has any more are forgotten once they are many."""
    meaning.learn([(1000 + n, (f"old {n}",)) for n in range(1_500)], seconds=60)
    meaning.lacking(DIGESTS, among=range(3))
    assert [3] == list(Meaning(tmp_path / "cache").lacking([*DIGESTS, 1000], among=range(4)))
    assert best(meaning, "restoring lost data") == 0


def test_learning_stops_when_its_time_is_over(tmp_path):
    """Learning ends soon after its time, with some learned and the rest left for later."""
    made = Meaning(tmp_path / "cache")
    count = made.learn(((n, (f"text {n}",)) for n in range(100_000)), seconds=0.0)
    assert 0 < count < 100


def test_threads_share_it(meaning):
    """Eight threads that learn and ask at once get what one would."""
    expected = meaning.near("lost data", DIGESTS, among=range(3), most=3)
    wrong = []

    def work(start: int) -> None:
        for n in range(20):
            meaning.learn([(start + n, (f"text {n}",))], seconds=60)
            if meaning.near("lost data", DIGESTS, among=range(3), most=3) != expected:
                wrong.append(n)

    threads = [threading.Thread(target=work, args=(1000 * i,)) for i in range(1, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [] == wrong


def folder_of_a_model(folder):
    """Make a model of four words in a folder, as model2vec saves it."""
    from tokenizers import Tokenizer, models, pre_tokenizers

    words = {"cat": 0, "dog": 1, "sql": 2, "[UNK]": 3}
    tokenizer = Tokenizer(models.WordLevel(words, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    folder.mkdir()
    tokenizer.save(str(folder / "tokenizer.json"))
    vectors = np.array([[1, 0.1, 0], [1, -0.1, 0], [0, 0, 1], [0, 0, 0]], "<f4").tobytes()
    told = {"embeddings": {"dtype": "F32", "shape": [4, 3], "data_offsets": [0, len(vectors)]}}
    head = json.dumps(told).encode()
    (folder / "model.safetensors").write_bytes(struct.pack("<Q", len(head)) + head + vectors)
    return folder


def test_a_folder_s_model_is_used(tmp_path):
    """A model the user names by its folder answers instead of the packaged one."""
    made = Meaning(tmp_path / "cache", str(folder_of_a_model(tmp_path / "model")))
    made.learn([(1, ("dog",)), (2, ("sql",))], seconds=60)
    near = made.near("cat", [1, 2], among=range(2), most=2)
    assert near[0] > 0.9 > near[1]


@pytest.mark.parametrize("harm", ["no tokenizer", "a torn table", "a lying head", "nothing"])
def test_a_broken_folder_is_told(tmp_path, harm):
    """A folder that is no model gives no answer, and the problem in words; never an exception."""
    folder = folder_of_a_model(tmp_path / "model")
    table = folder / "model.safetensors"
    match harm:
        case "no tokenizer":
            (folder / "tokenizer.json").write_text("{}")
        case "a torn table":
            table.write_bytes(table.read_bytes()[:-5])
        case "a lying head":
            table.write_bytes(struct.pack("<Q", 1 << 60) + b"{}")
        case _:
            table.unlink()
    made = Meaning(tmp_path / "cache", str(folder))
    assert {} == made.near("cat", [1], among=[0], most=1)
    assert str(folder) in made.problem


@contextmanager
def ollama(reply):
    """Serve one answer to every question on loopback, as Ollama would; gives its address and what was asked."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            status, body = reply(asked[-1])
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/some-model", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def lengths(asked):
    return 200, json.dumps({"embeddings": [[len(t), 1.0, 0.0] for t in asked["input"]]}).encode()


def test_ollama_is_asked(tmp_path):
    """A model of Ollama's on this machine is asked by its name, with the texts."""
    with ollama(lengths) as (url, asked):
        made = Meaning(tmp_path / "cache", url)
        made.learn([(1, ("a" * 50,)), (2, ("b",))], seconds=60)
        near = made.near("c" * 60, [1, 2], among=range(2), most=2)
    assert near[0] > 0.99 > near[1]
    assert {"some-model"} == {question["model"] for question in asked}


@pytest.mark.parametrize(
    "reply",
    [
        lambda _: (404, b"{}"),
        lambda _: (200, b"no json"),
        lambda _: (200, b'{"embeddings": []}'),
        lambda _: (200, b'{"embeddings": [1]}'),
        lambda _: (200, b"[]"),
    ],
)
def test_an_answer_that_is_none_is_told(tmp_path, reply):
    """An answer that is no list of vectors is as good as none; it is told, and not asked for again at once."""
    with ollama(reply) as (url, asked):
        made = Meaning(tmp_path / "cache", url)
        assert {} == made.near("question", [1], among=[0], most=1)
        assert url in made.problem
        assert {} == made.near("question", [1], among=[0], most=1)
    assert len(asked) == 1


@pytest.mark.parametrize(
    "url", ["http://192.0.2.1/m", "http://example.com/m", "https://127.0.0.1/m", "http://127.0.0.1"]
)
def test_no_other_machine_is_asked(tmp_path, url):
    """Memories are sent to no other machine, whatever the settings say."""
    made = Meaning(tmp_path / "cache", url)
    assert {} == made.near("question", [1], among=[0], most=1)
    assert "this machine" in made.problem


def test_it_can_be_turned_off():
    """`off` is as if the extra were not installed."""
    assert (True, False) == (is_installed(""), is_installed("off"))
