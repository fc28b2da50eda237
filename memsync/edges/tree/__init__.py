"""The memory files of one store."""

from memsync.edges.tree.files import MemoryTree
from memsync.edges.tree.walk import Survey

__all__ = ["MemoryTree", "Survey"]
