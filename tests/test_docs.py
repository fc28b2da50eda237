"""docs/commands.md says what `--help` says, of every command; and every command's help is one a newcomer can use.

`pytest tests/test_docs.py --update-scenarios` writes the help as it is now into the page.
"""

from __future__ import annotations

import importlib
import pathlib
import re

import click
import pytest

from memsync.cli.app import program
from memsync.cli.face import Face
from memsync.cli.table import COMMANDS

PAGE = pathlib.Path(__file__).parents[1] / "docs" / "commands.md"
_BLOCK = re.compile(r"```text memsync ?(?P<name>[a-z -]*)\n(?P<help>.*?)```\n", re.DOTALL)


def every_command() -> dict[str, click.Command]:
    """Return each command by its full name, subcommands too."""
    found: dict[str, click.Command] = {}
    for name, entry in COMMANDS.items():
        found |= _below(name, importlib.import_module(f"memsync.cli.{entry.module}").command)
    return found


def _below(name: str, command: click.Command) -> dict[str, click.Command]:
    found = {name: command}
    for sub in getattr(command, "commands", {}).values():
        found |= _below(f"{name} {sub.name}", sub)
    return found


EVERY = every_command()


def help_of(name: str) -> str:
    """Return what `memsync NAME --help` prints, 100 characters wide."""
    context = click.Context(
        program, info_name="memsync", obj=Face(), terminal_width=100, **program.context_settings
    )
    command: click.Command = program
    for word in name.split():
        command = EVERY[word] if command is program else command.commands[word]
        context = click.Context(command, info_name=word, parent=context, obj=Face(), terminal_width=100)
    return command.get_help(context) + "\n"


def test_the_page_is_the_help(request):
    """Every block of docs/commands.md is the help of its command, word for word."""
    text = PAGE.read_text(encoding="utf-8")
    now = _BLOCK.sub(lambda m: f"```text memsync {m['name']}".rstrip() + f"\n{help_of(m['name'])}```\n", text)
    if request.config.getoption("--update-scenarios"):
        PAGE.write_text(now, encoding="utf-8")
        return

    assert now == text


def test_every_command_is_on_the_page():
    """No command is missing from docs/commands.md, and none is there that does not exist."""
    named = {match["name"].strip() for match in _BLOCK.finditer(PAGE.read_text(encoding="utf-8"))}

    assert {"", *EVERY} == named


@pytest.mark.parametrize("name", EVERY)
def test_a_command_has_help_with_an_example(name):
    """Each command says what it does in a sentence, and shows at least one line to type that calls it."""
    command = EVERY[name]

    assert command.help
    assert command.examples
    assert all(f"memsync {name}" in example for example in command.examples)


@pytest.mark.parametrize("name", EVERY)
def test_every_option_says_what_it_is_for(name):
    """No option is without help, and every command takes --json and --store."""
    options = [p for p in EVERY[name].params if isinstance(p, click.Option) and not p.hidden]

    assert [] == [o.name for o in options if not o.help]
    assert {"json", "store"} <= {o.name for o in options}


@pytest.mark.parametrize("name", COMMANDS)
def test_the_table_names_its_command(name):
    """A command's name in the table is its own."""
    assert name == EVERY[name].name
    assert COMMANDS[name].summary.endswith(".")


def test_docs_name_no_command_that_is_not_there():
    """What README, docs and examples call in backticks or after a prompt exists."""
    pages = [
        PAGE.parents[1] / "README.md",
        *PAGE.parent.glob("*.md"),
        *(PAGE.parents[1] / "examples").glob("*.md"),
    ]
    called = {
        (page.name, word)
        for page in pages
        for word in re.findall(
            r"(?:`|\$ )memsync (?:--json )?([a-z][a-z-]*)", page.read_text(encoding="utf-8")
        )
    }

    assert [] == sorted((page, word) for page, word in called if word not in COMMANDS)
