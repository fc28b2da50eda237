"""Merge: three versions of a file, or of a whole tree, become one. Nothing is lost, and no conflict marker is ever made.

`merge_file` merges one path, `merge_all` a whole tree. Both are symmetric: who calls whom `ours` makes no difference,
so two machines that merge the same commits make the same tree.
"""

from memsync.core.merging.file import keep_both, merge_file
from memsync.core.merging.tree import (
    MergedTree,
    Note,
    TreeMerge,
    Triple,
    fold_renames,
    merge_all,
    merge_trees,
)
from memsync.core.merging.values import Merged, Twin, blob_id, is_twin_path, memory_id, twin_path

__all__ = [
    "Merged",
    "MergedTree",
    "Note",
    "TreeMerge",
    "Triple",
    "Twin",
    "blob_id",
    "fold_renames",
    "is_twin_path",
    "keep_both",
    "memory_id",
    "merge_all",
    "merge_file",
    "merge_trees",
    "twin_path",
]
