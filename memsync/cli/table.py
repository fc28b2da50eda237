"""Every command of the terminal, on one page. Only the chosen one is imported."""

from __future__ import annotations

from typing import NamedTuple


class Entry(NamedTuple):
    """A command of the table: the module of `memsync.cli` whose `command` it is, and what it does in one line."""

    module: str
    summary: str


SECTIONS: dict[str, dict[str, Entry]] = {
    "Begin": {
        "init": Entry("init", "Make a store of memories, or adopt a folder or clone."),
        "join": Entry("join", "Fetch your store onto a new machine."),
    },
    "Every day": {
        "remember": Entry("remember", "Write a memory."),
        "recall": Entry("recall", "Find memories that answer a question."),
        "list": Entry("list_", "List memories, newest first."),
        "show": Entry("show", "Print one memory."),
        "revise": Entry("revise", "Change a memory."),
        "forget": Entry("forget", "Take a memory away; history keeps it."),
        "restore": Entry("restore", "Bring back a forgotten memory or an earlier version."),
        "history": Entry("history", "Show a memory's versions."),
        "related": Entry("related", "Show the memories most like one."),
        "timeline": Entry("timeline", "Show what was learnt when."),
        "stats": Entry("stats", "Count memories, and tell how recall served."),
        "review": Entry("review", "Look again at memories that may be wrong."),
        "task": Entry("task", "Keep the list of current tasks."),
        "decide": Entry("decide", "Write a decision into the log."),
    },
    "Sync": {
        "sync": Entry("sync", "Commit, fetch, merge and push, now."),
        "watch": Entry("watch", "Sync whenever something changes, until stopped."),
        "wait": Entry("wait", "Tell when a repository's branches move: a doorbell."),
        "status": Entry("status", "Show how the store is."),
        "resolve": Entry("resolve", "End a contradiction: keep one text, or both."),
        "undo": Entry("undo", "Take back the last change made through memsync."),
        "ack": Entry("ack", "Let sync go on where a guard halted it."),
        "resume": Entry("resume", "Ask a remote again that had refused."),
        "doctor": Entry("doctor", "Check everything memsync needs."),
    },
    "Secrets": {
        "scan": Entry("scan", "Look for secrets in files, in what is staged, in history."),
        "allow": Entry("allow", "Allow a finding that a person has looked at."),
        "vault": Entry("vault", "Keep values outside git; say who may open sealed memories."),
        "purge": Entry("purge", "Take a secret out of this machine, history and all."),
    },
    "Set up": {
        "setup": Entry("setup", "Make an assistant know memsync."),
        "learn": Entry("learn", "Learn from what was said to assistants and waits."),
        "claude-md": Entry("claude_md", "Keep a short block in CLAUDE.md or AGENTS.md."),
        "import": Entry("import_", "Take in a folder of markdown, or an export."),
        "export": Entry("export", "Write the memories to a plain folder or a JSON file."),
        "service": Entry("service", "Let the system run the syncer."),
        "mcp": Entry("mcp", "Serve the memories to an assistant over MCP (stdio)."),
        "serve": Entry("serve", "Serve the memories over MCP to your other machines (HTTP)."),
        "hook": Entry("hook_command", "Answer a hook of git or of an assistant."),
        "eval": Entry("eval_", "Measure recall on questions with known answers."),
        "project": Entry("project", "Show or link the project this folder belongs to."),
        "config": Entry("config", "Read and change settings."),
        "completion": Entry("completion", "Print the completion script of a shell."),
    },
}
"""Every command on one page, in the order of `memsync --help`."""

COMMANDS: dict[str, Entry] = {name: entry for section in SECTIONS.values() for name, entry in section.items()}
