"""The memory files of one store."""

from memsync.edges.tree.files import MemoryTree
from memsync.edges.tree.meanwhile import Meanwhile
from memsync.edges.tree.walk import Survey

__all__ = ["Meanwhile", "MemoryTree", "Survey"]
