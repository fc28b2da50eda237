"""`memsync mcp`: the other door, opened from this one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from memsync.cli.options import a_command

if TYPE_CHECKING:
    from memsync.cli.face import Face


@a_command("mcp", examples=["memsync mcp", "claude mcp add --scope user memsync -- memsync mcp"])
@click.pass_obj
def command(face: Face) -> int:
    """Serve the memories to an assistant over MCP, on standard input and output, until these close.

    It starts also where there is no store yet; its tools then say how to make one.
    """
    if face.serve_mcp is None:
        return 2
    return face.serve_mcp(face.store_path, None)
