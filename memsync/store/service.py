"""The system's service: the syncer that starts by itself when its user signs in. Install, uninstall, look."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from memsync.core.autostart import Autostart, ServiceReport, System, agent, carried, is_one_line, unit
from memsync.edges import autostart
from memsync.errors import BadInput
from memsync.store.parts import folder_name

if TYPE_CHECKING:
    from pathlib import Path

    from memsync.edges.settings import Settings

_DOMAIN = "gui"


class Service:
    """One store's service. `named`: the store was named for it, and is not the settings' one, which the settings may change."""

    def __init__(self, settings: Settings, *, named: bool, system: System | None = None) -> None:
        self._settings = settings
        self.system = autostart.system_here() if system is None else system
        mark = f"-{folder_name(settings.store)[:8]}" if named else ""
        self._name = f"io.memsync.watch{mark}" if self.system is System.LAUNCHD else f"memsync{mark}"
        self._named = named

    @property
    def file(self) -> Path:
        """Where the system looks for the file."""
        return autostart.file_of(self.system, self._name, os.environ)

    def content(self) -> str:
        """Return what the file has to say. Raises BadInput for a path that no such file can hold."""
        store = ("--store", os.path.abspath(self._settings.store)) if self._named else ()
        command = (sys.executable, "-P", "-m", "memsync", *store, "watch", "--wait")
        if not all(map(is_one_line, command)):
            raise BadInput("store", "has a line end or a control character in its path")
        of = Autostart(name=self._name, command=command, environment=carried(os.environ))
        if self.system is System.LAUNCHD:
            return agent(of, log=str(self._settings.log_dir / "watch.log"))
        return unit(of)

    def install(self, *, dry_run: bool = False) -> ServiceReport:
        """Write the file and start the syncer, now and at each login. Again: brings the file up to date.

        Raises BadInput where there is no systemd or launchd, or the file is somebody else's; CannotWrite.
        """
        self._need_system()
        content = self.content()
        if dry_run:
            autostart.refuse_foreign(self.file, autostart.read(self.file))
            return replace(
                self.status(), dry_run=True, content=content, commands=self._starting(changed=True)
            )
        if self.system is System.LAUNCHD:
            self._settings.log_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        changed = autostart.write(self.file, content)
        told = [autostart.run(words) for words in self._starting(changed=changed)]
        done = replace(self.status(), changed=changed)
        if done.running:
            return done
        if self.system is System.SYSTEMD and not self._bus():
            autostart.link(self.file)
            note = "No systemd of yours runs here now: the syncer starts when you sign in. Until then: memsync watch"
            return replace(done, enabled=True, note=note)
        why = next((line for went_well, line in told if not went_well and line), "it ended at once")
        return replace(
            done, note=f"It does not run: {why}. `memsync watch` in a terminal shows what is wrong."
        )

    def uninstall(self, *, dry_run: bool = False) -> ServiceReport:
        """Stop the syncer and remove the file; where there is none, nothing. Memories and settings stay."""
        self._need_system()
        there = autostart.read(self.file)
        autostart.refuse_foreign(self.file, there)
        if dry_run or there is None:
            commands = self._ending() if there is not None else ()
            return replace(self.status(), dry_run=dry_run, commands=commands)
        stop, *rest = self._ending()
        autostart.run(stop)
        autostart.unlink(self.file)
        autostart.remove(self.file)
        for words in rest:
            autostart.run(words)
        return replace(self.status(), changed=True)

    def status(self) -> ServiceReport:
        """Look whether the file is there and current, and whether the system runs the syncer."""
        if self.system is System.NONE:
            return ServiceReport(system=self.system, name=self._name, note=self._by_hand())
        there = autostart.read(self.file)
        return ServiceReport(
            system=self.system,
            name=self._name,
            file=str(self.file),
            installed=there is not None,
            current=there == self.content(),
            enabled=self._enabled(),
            running=there is not None and self._running(),
        )

    # ---- the system's commands ------------------------------------------------------------------

    def _starting(self, *, changed: bool) -> tuple[tuple[str, ...], ...]:
        if self.system is System.LAUNCHD:
            old = (("launchctl", "bootout", self._target()),) if changed else ()
            return (*old, ("launchctl", "bootstrap", self._domain(), str(self.file)))
        again = (("systemctl", "--user", "restart", self._unit()),) if changed else ()
        return (
            ("systemctl", "--user", "daemon-reload"),
            ("systemctl", "--user", "enable", "--now", self._unit()),
            *again,
        )

    def _ending(self) -> tuple[tuple[str, ...], ...]:
        if self.system is System.LAUNCHD:
            return (("launchctl", "bootout", self._target()),)
        return (
            ("systemctl", "--user", "disable", "--now", self._unit()),
            ("systemctl", "--user", "daemon-reload"),
        )

    def _enabled(self) -> bool:
        if self.system is System.LAUNCHD:
            return self.file.exists()
        return autostart.wanted_link(self.file).is_symlink()

    def _running(self) -> bool:
        if self.system is System.LAUNCHD:
            return autostart.run(("launchctl", "print", self._target()))[0]
        return autostart.run(("systemctl", "--user", "is-active", "--quiet", self._unit()))[0]

    @staticmethod
    def _bus() -> bool:
        """Whether this user's systemd answers."""
        return autostart.run(("systemctl", "--user", "show-environment"))[0]

    def _unit(self) -> str:
        return f"{self._name}.service"

    @staticmethod
    def _domain() -> str:
        return f"{_DOMAIN}/{os.getuid()}"

    def _target(self) -> str:
        return f"{self._domain()}/{self._name}"

    def _need_system(self) -> None:
        if self.system is System.NONE:
            raise BadInput(
                "service", "there is neither systemd nor launchd on this system", hint=self._by_hand()
            )

    def _by_hand(self) -> str:
        return (
            f"Let your session start `{sys.executable} -P -m memsync watch` (cron's @reboot, runit, a login script). "
            "Without it, each `remember` and an assistant's MCP server sync by themselves."
        )
