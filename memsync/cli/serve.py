"""`memsync serve`: the MCP server over HTTP."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from memsync.cli.options import a_command
from memsync.core.listening import PORT, listening
from memsync.errors import BadInput

if TYPE_CHECKING:
    from memsync.cli.face import Face


@a_command(
    "serve",
    examples=[
        "memsync serve",
        "memsync serve --host 0.0.0.0 --name desk.lan --vault-key serve",
        "memsync serve --host 0.0.0.0 --name desk.lan --key-file ~/.config/memsync/serve.key",
    ],
)
@click.option("--host", default="127.0.0.1", help="The address to listen on (default: only this machine).")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=PORT, help=f"Default: {PORT}; 0: any free one."
)
@click.option("--name", "names", multiple=True, help="A host name clients use; may be repeated.")
@click.option("--key-file", type=click.Path(), help="A file, mode 0600, with the key clients must send.")
@click.option("--vault-key", metavar="NAME", help="The vault's name of that key, instead of a file.")
@click.pass_obj
def command(
    face: Face, *, host: str, port: int, names: tuple[str, ...], key_file: str | None, vault_key: str | None
) -> int:
    """Serve the memories over MCP at http://HOST:PORT/mcp, until stopped: for your other machines.

    Beyond this machine a key is a must (clients send it as `Authorization: Bearer KEY`), and private memories are not
    served. The traffic is plain HTTP: outside of a network you trust, go through ssh or a proxy that speaks TLS.
    `/health` answers without a key.
    """
    key = _key(face, key_file, vault_key)
    if face.serve_mcp is None:
        return 2
    return face.serve_mcp(face.store_path, listening(host=host, port=port, names=names, key=key))


def _key(face: Face, key_file: str | None, vault_key: str | None) -> str | None:
    from memsync.store import key_in

    if key_file and vault_key:
        raise BadInput("--vault-key", "and --key-file name two keys", hint="Give one of them.")
    if key_file:
        return key_in(Path(key_file).expanduser())
    if vault_key is None:
        return None
    from memsync.store.vault import Vault

    return Vault(face.settings()).get(vault_key)
