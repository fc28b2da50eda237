"""A real sshd on this machine, for whoever wants to see ssh itself; nothing where there is none."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


def sshd_program() -> str | None:
    """Return sshd's path, or None where it or ssh-keygen is missing."""
    found = shutil.which("sshd", path=f"{os.environ['PATH']}:/usr/sbin")
    return found if shutil.which("ssh-keygen") else None


def new_key(place: Path) -> str:
    """Make a key pair; return the public half."""
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(place)], check=True)
    return Path(f"{place}.pub").read_text().strip()


@contextmanager
def real_sshd(place: Path, authorized: str) -> Iterator[int]:
    """Run an sshd that lets in what `authorized` (the text of an authorized_keys) says; yield its port, 0 if it can't run.

    Its host key is `place/host`.
    """
    program = sshd_program()
    if program is None:
        yield 0
        return
    new_key(place / "host")
    (place / "authorized").write_text(authorized)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)
    options = (f"AuthorizedKeysFile={place}/authorized", "StrictModes=no", "UsePAM=no", f"PidFile={place}/pid",
               "ListenAddress=127.0.0.1")  # fmt: skip
    command = [program, "-D", "-e", "-f", os.devnull, "-p", str(port), "-h", str(place / "host")]
    with (place / "log").open("w") as log:
        daemon = subprocess.Popen(command + [word for o in options for word in ("-o", o)], stderr=log)
    until = time.monotonic() + 10
    while (
        time.monotonic() < until and daemon.poll() is None and "listening" not in (place / "log").read_text()
    ):
        time.sleep(0.02)
    try:
        yield port if daemon.poll() is None else 0
    finally:
        daemon.terminate()
        daemon.wait()
