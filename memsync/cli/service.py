"""`memsync service`: the syncer as a service of the user's system."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from memsync.cli.options import Group, a_command, face_options

if TYPE_CHECKING:
    from memsync.cli.face import Face
    from memsync.core.autostart import ServiceReport
    from memsync.store.service import Service


@click.group(
    "service",
    cls=Group,
    no_args_is_help=True,
    examples=["memsync service install", "memsync service install --dry-run", "memsync service status"],
)
def command() -> None:
    """Let the system run the syncer: a systemd unit of yours on Linux, a launchd agent on macOS.

    It does what `memsync watch` does, from when you sign in.
    """


command.params += face_options()

_DRY_RUN = click.option(
    "--dry-run", is_flag=True, help="Print what would be written and run; change nothing."
)


@a_command("install", examples=["memsync service install", "memsync service install --dry-run"])
@_DRY_RUN
@click.pass_obj
def install(face: Face, dry_run: bool) -> None:
    """Write the system's file and start the syncer, now and whenever you sign in. Again: brings it up to date."""
    face.open()  # a service without a store would start in vain, again and again
    report = _service(face).install(dry_run=dry_run)
    if dry_run:
        _show_plan(face, report)
        return
    done = "Installed" if report.changed else "Was installed already"
    face.show(_shape(report), f"{done}: {report.file}\n{_state(report)}")


@a_command("uninstall", examples=["memsync service uninstall"])
@_DRY_RUN
@click.pass_obj
def uninstall(face: Face, dry_run: bool) -> None:
    """Stop the syncer and remove the system's file. Memories and settings stay; where nothing is installed, nothing is done."""
    report = _service(face).uninstall(dry_run=dry_run)
    if dry_run:
        _show_plan(face, report)
        return
    face.show(_shape(report), f"Removed: {report.file}" if report.changed else "Nothing was installed.")


@a_command("status", examples=["memsync service status", "memsync service status --json"])
@click.pass_obj
def status(face: Face) -> int:
    """Tell whether the service is installed, up to date and running; exit code 1 where it is not installed."""
    report = _service(face).status()
    text = f"{report.system}: {report.file}\n{_state(report)}" if report.installed else "Not installed."
    face.show(_shape(report), f"{text}\n{report.note}".strip())
    return 0 if report.installed else 1


for _sub in (install, uninstall, status):
    command.add_command(_sub)


def _service(face: Face) -> Service:
    from memsync.store.service import Service

    return Service(face.settings(), named=face.store_path is not None)


def _state(report: ServiceReport) -> str:
    words = [
        "running" if report.running else "not running",
        "starts when you sign in" if report.enabled else "does not start by itself",
        *([] if report.current else ["the file is not up to date: `memsync service install` again"]),
    ]
    return "; ".join(words) + (f"\n{report.note}" if report.note else "")


def _show_plan(face: Face, report: ServiceReport) -> None:
    from memsync.core.autostart import words_of

    parts = [f"# {report.file}\n{report.content}" if report.content else "", words_of(report.commands)]
    text = "\n".join(part for part in parts if part) or "Nothing is installed."
    face.show(_shape(report), text)


def _shape(report: ServiceReport) -> dict[str, Any]:
    shape: dict[str, Any] = {
        "system": str(report.system),
        "name": report.name,
        "file": report.file,
        "installed": report.installed,
        "current": report.current,
        "enabled": report.enabled,
        "running": report.running,
        "changed": report.changed,
        "note": report.note,
    }
    if report.dry_run:
        shape |= {"dry_run": True, "content": report.content, "commands": [list(c) for c in report.commands]}
    return shape
