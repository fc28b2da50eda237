"""Faults on purpose: a process with disks of its own, system calls that fail, and what came of it."""

from __future__ import annotations

import ctypes
import os
import pickle
import shutil
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

_NEW_MOUNTS = 0x00020000  # CLONE_NEWNS of linux/sched.h


def apart(work: Callable[[], Any], *, strace: tuple[str, ...] = (), log: Path | None = None) -> Any:
    """Do something in a forked process and return what it returned; under strace with these options, where any are given."""
    gate_in, gate_out = os.pipe()
    told_in, told_out = os.pipe()
    child = os.fork()
    if not child:
        os.close(gate_out)
        os.read(gate_in, 1)
        try:
            told = (True, work())
        except BaseException as error:  # noqa: BLE001  # it is told to the test, which fails with it
            told = (False, repr(error))
        os.write(told_out, pickle.dumps(told))
        os._exit(0)
    os.close(gate_in)
    os.close(told_out)
    tracer = _traced(child, strace, log) if strace else None
    os.write(gate_out, b"x")
    os.close(gate_out)
    with os.fdopen(told_in, "rb") as pipe:
        raw = pipe.read()
    os.waitpid(child, 0)
    if tracer is not None:
        tracer.wait(timeout=60)
    if not raw:
        return None  # it was killed
    well, result = pickle.loads(raw)  # our own child wrote it
    assert well, result
    return result


def _traced(child: int, options: tuple[str, ...], log: Path | None) -> subprocess.Popen[bytes]:
    command = ["strace", "-f", "-qq", "-p", str(child), "-o", str(log or os.devnull), *options]
    tracer = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    while "TracerPid:\t0\n" in Path(f"/proc/{child}/status").read_text() and tracer.poll() is None:
        time.sleep(0.002)
    return tracer


def needs_strace() -> None:
    """Skip where no process may be traced."""
    if shutil.which("strace") is None:
        pytest.skip("no strace here")
    done = subprocess.run(["strace", "-qq", "-o", os.devnull, "true"], capture_output=True, check=False)
    if done.returncode:
        pytest.skip("strace may not trace here")


def with_mounts(work: Callable[[], Any]) -> Any:
    """Do something in a process whose mounts are its own; skip where that is not allowed."""

    def mounting() -> Any:
        if ctypes.CDLL(None, use_errno=True).unshare(_NEW_MOUNTS):
            return pytest.skip
        mount("--make-rprivate", "/")
        return work()

    result = apart(mounting)
    if result is pytest.skip:
        pytest.skip("may not mount here")
    return result


def mount(*words: str) -> None:
    """Mount something, by the words of the command."""
    subprocess.run(["mount", *words], check=True, capture_output=True)


def small_disk(folder: Path, options: str) -> None:
    """Put a small tmpfs in the place of a folder, with what the folder held."""
    aside = folder.with_name(f"{folder.name}.aside")
    folder.rename(aside)
    folder.mkdir(mode=0o700)
    mount("-t", "tmpfs", "-o", f"mode=700,{options}", "tmpfs", str(folder))
    shutil.copytree(aside, folder, dirs_exist_ok=True, symlinks=True)


def fill(folder: Path) -> Path:
    """Fill a disk to the last byte, and return the file that does so."""
    filler = folder / ".filler"
    with filler.open("wb", buffering=0) as file:
        for size in (65536, 4096, 512, 1):
            try:
                while True:
                    file.write(b"\0" * size)
            except OSError:
                continue
    return filler
