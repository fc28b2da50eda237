"""Where a text comes from."""

from __future__ import annotations

import pathlib
import sys

import pytest

from memsync.cli.face import Face
from memsync.cli.sources import Given, editor_command, given_text
from memsync.core.memory import MAX_BYTES
from memsync.errors import BadInput


@pytest.fixture
def take(tmp_path):
    """Return a function that takes a text from words, a file or an editor."""

    def take(*words, file=None, edit=False, begin_with=""):
        return given_text(words, file=file, edit=edit, face=Face(), begin_with=begin_with)

    return take


@pytest.fixture
def editor(tmp_path, monkeypatch):
    """Return a function that makes an editor of Python code; `path` is the file it is given."""

    def make(code):
        script = tmp_path / "editor.py"
        script.write_text(f"import pathlib, sys\npath = pathlib.Path(sys.argv[-1])\n{code}\n")
        monkeypatch.setenv("EDITOR", f"{sys.executable} {script}")

    return make


def test_words_are_joined(take):
    """Words of the command line are one text, and it is known where they stood."""
    assert Given(text="we use pnpm", on_command_line=True) == take("we", "use", "pnpm")


def test_nothing_given_is_none(take):
    """No words, no file and no editor is no text."""
    assert take() is None


def test_a_file_is_read_without_its_byte_order_mark(take, tmp_path):
    """A UTF-8 file's text is taken as it is, but for a mark at its start."""
    (tmp_path / "a.md").write_bytes(b"\xef\xbb\xbf# T\r\n\xc3\xa4\n")

    assert Given(text="# T\r\nä\n") == take(file=str(tmp_path / "a.md"))


@pytest.mark.parametrize(
    ("content", "problem"),
    [(b"\xff\xfe\x00a", "is not UTF-8 (byte 0)"), (b"x" * (MAX_BYTES + 1), "has more than 1,048,576 bytes")],
)
def test_a_file_that_is_no_text_is_refused(take, tmp_path, content, problem):
    """Bytes that are no UTF-8, or more than a memory may have, are an error that says so."""
    (tmp_path / "a.md").write_bytes(content)
    with pytest.raises(BadInput) as caught:
        take(file=str(tmp_path / "a.md"))

    assert problem == caught.value.problem


@pytest.mark.parametrize("name", ["missing.md", ".", "a\x00b"])
def test_a_file_that_cannot_be_read_is_refused(take, tmp_path, name):
    """A missing file, a folder and a name with a NUL are bad input, not a crash."""
    with pytest.raises(BadInput):
        take(file=str(tmp_path / name))


def test_two_sources_are_refused(take, tmp_path):
    """Words and a file at once are an error: one of them would be lost."""
    with pytest.raises(BadInput):
        take("a", file=str(tmp_path / "a.md"))


def test_the_editor_begins_with_the_text_and_gives_the_new_one(take, editor):
    """The editor gets what there is and its file's content is the text."""
    editor("path.write_text(path.read_text() + ' now')")

    assert Given(text="old now") == take(edit=True, begin_with="old")


def test_the_editors_file_is_private_and_gone_afterwards(take, editor, tmp_path):
    """The file lies in a folder of mode 0700, has mode 0600, and nothing is left of either."""
    seen = tmp_path / "seen"
    editor(
        f"pathlib.Path({str(seen)!r}).write_text(f'{{path}} {{path.stat().st_mode & 0o777:o}} {{path.parent.stat().st_mode & 0o777:o}}')"
    )
    take(edit=True)
    path, file_mode, folder_mode = seen.read_text().split()

    assert ("600", "700") == (file_mode, folder_mode)
    assert not pathlib.Path(path).parent.exists()


@pytest.mark.parametrize("code", ["sys.exit(1)", "path.unlink()"])
def test_an_editor_that_fails_is_an_error(take, editor, code):
    """An editor that ends badly, or takes its file away, leaves nothing done."""
    editor(code)
    with pytest.raises(BadInput):
        take(edit=True)


@pytest.mark.parametrize("setting", ["", "   ", "'unbalanced", "/no/such/editor"])
def test_an_editor_that_cannot_start_is_an_error(take, monkeypatch, setting):
    """An editor that can't be started, or a setting that can't be read, is named."""
    monkeypatch.setenv("VISUAL", setting or " ")
    with pytest.raises(BadInput) as caught:
        take(edit=True)

    assert "editor" == caught.value.field


def test_vim_leaves_nothing_behind():
    """Vim is started without swap, backup, undo and history files; others as they are set."""
    assert ["vim", "-n", "-i", "NONE", "-c", "set nobackup nowritebackup noundofile"] == editor_command("vim")
    assert ["code", "--wait"] == editor_command("code --wait")


def test_without_a_terminal_no_editor_is_guessed(take, monkeypatch):
    """Where neither VISUAL nor EDITOR is set and there is no terminal, nothing is started."""
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.delenv("EDITOR", raising=False)
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(BadInput) as caught:
        take(edit=True)

    assert "there is no terminal to edit in" == caught.value.problem
