"""The program `memsync`: a group that knows its commands by a table and imports the one that is called."""

from __future__ import annotations

import difflib
import importlib
import sys
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem

from memsync.cli.boundary import STOPPED, Usage, guarded
from memsync.cli.face import Face
from memsync.cli.options import Group, face_options
from memsync.cli.table import COMMANDS, SECTIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from memsync.core.listening import Listening


class Program(Group):
    """The lazy group."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  (click's signature)
        """Return the commands' names in the table's order."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  # click's signature
        """Import and return one command."""
        entry = COMMANDS.get(cmd_name)
        if entry is None:
            return None
        command: click.Command = importlib.import_module(f"memsync.cli.{entry.module}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command called; say which one was meant where there is none."""
        name = args[0]
        if name not in COMMANDS and not name.startswith("-"):
            near = difflib.get_close_matches(name, COMMANDS, n=3)
            hint = f"Did you mean {', '.join(near)}?" if near else "`memsync --help` lists the commands."
            raise Usage(f"{name!r} is no command", hint=hint)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002  # click's signature
        """List the commands by section, without importing them."""
        for section, entries in SECTIONS.items():
            with formatter.section(section):
                formatter.write_dl([(name, entry.summary) for name, entry in entries.items()])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Complete a command's name from the table, without importing any."""
        if incomplete.startswith("-"):
            return click.Command.shell_complete(self, ctx, incomplete)
        return [
            CompletionItem(name, help=entry.summary)
            for name, entry in COMMANDS.items()
            if name.startswith(incomplete)
        ]


@click.pass_context
def _alone(ctx: click.Context) -> int | None:
    """Print the status where no command is named."""
    if ctx.invoked_subcommand is not None:
        return None
    from memsync.cli.status import show_status

    return show_status(ctx.obj)


def _print_version(ctx: click.Context, _param: click.Parameter, value: bool) -> None:
    if not value or ctx.resilient_parsing:
        return
    from memsync.cli.version import version

    ctx.obj.show({"version": version()}, f"memsync {version()}")
    ctx.exit()


program = Program(
    "memsync",
    callback=_alone,
    invoke_without_command=True,
    subcommand_metavar="[COMMAND] [ARGS]...",
    help="Shared memory for AI assistants: plain markdown in git.\n\nWithout a command: the status of the store.",
    params=[
        *face_options(),
        click.Option(
            ["--version"],
            is_flag=True,
            expose_value=False,
            callback=_print_version,
            help="Print the version.",
        ),
    ],
    epilog="Exit codes: 0 done; 1 nothing matched; 2 bad input; 3 a secret was found; 4 a guard needs a person; "
    "5 the remote refused; 70 a bug; 75 busy.",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


def run(
    argv: list[str], *, from_git: Mapping[str, str], serve_mcp: Callable[[str | None, Listening | None], int]
) -> int:
    """Run a command line (without the program's name) and return its exit code. Nothing is raised."""
    face = Face(from_git=from_git, serve_mcp=serve_mcp)
    face.json = "--json" in argv[: argv.index("--")] if "--" in argv else "--json" in argv
    return guarded(lambda: _invoke(argv, face), face)


def _invoke(argv: list[str], face: Face) -> int:
    streams = (sys.stdout, sys.stderr)
    try:
        result: Any = program.main(args=argv, prog_name="memsync", standalone_mode=False, obj=face)
    except click.UsageError as error:
        raise Usage(error.format_message(), hint=_help_of(error)) from error
    except (
        SystemExit
    ) as end:  # how click ends a completion; at a closed pipe it also puts other streams in place
        if (sys.stdout, sys.stderr) != streams:
            sys.stdout, sys.stderr = streams
            raise BrokenPipeError from None
        return end.code if isinstance(end.code, int) else 0
    except click.exceptions.Abort:
        face.talk("memsync: stopped")
        return STOPPED
    return result if isinstance(result, int) else 0


def _help_of(error: click.UsageError) -> str:
    return f"`{error.ctx.command_path} --help` shows how." if error.ctx else "`memsync --help` shows how."
