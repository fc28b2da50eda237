"""Trouble: what git, ssh and the servers say, and what it means. tests/system/test_trouble_real.py produces what it can."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsync.core.trouble import Effect, TroubleKind, classify, safe

REJECTED = "To /tmp/remote.git\n!\trefs/heads/main:refs/heads/main\t{}\nDone\nerror: failed to push some refs to '/tmp/remote.git'\n"

CASES = [
    # Somebody was faster.
    ("push", REJECTED.format("[rejected] (fetch first)"), "race", "retry"),
    ("push", REJECTED.format("[rejected] (non-fast-forward)"), "race", "retry"),
    ("push", REJECTED.format("[remote rejected] (failed to update ref)"), "race", "retry"),
    ("push", REJECTED.format("[remote rejected] (incorrect old value provided)"), "race", "retry"),
    ("push", REJECTED.format("[rejected] (stale info)"), "race", "retry"),
    ("push", "remote: error: cannot lock ref 'refs/heads/main': is at 9d4e1e2 but expected 1234567        \n" + REJECTED.format("[remote rejected] (failed to update ref)"), "race", "retry"),
    ("push", "remote: error: cannot lock ref 'refs/heads/main': Unable to create '/srv/r.git/./refs/heads/main.lock': File exists.\n" + REJECTED.format("[remote rejected] (failed to update ref)"), "race", "retry"),
    # The server's rules.
    ("push", "remote: no, thanks\n" + REJECTED.format("[remote rejected] (pre-receive hook declined)"), "refused", "suspend-push"),
    ("push", REJECTED.format("[remote rejected] (hook declined)"), "refused", "suspend-push"),
    ("push", "remote: error: GH006: Protected branch update failed for refs/heads/main.\n" + REJECTED.format("[remote rejected] (protected branch hook declined)"), "refused", "suspend-push"),
    ("push", "remote: error: GH013: Repository rule violations found for refs/heads/main.\n" + REJECTED.format("[remote rejected] (push declined due to repository rule violations)"), "refused", "suspend-push"),
    ("push", REJECTED.format("[remote rejected] (branch is currently checked out)"), "refused", "suspend-push"),
    ("push", "fatal: unable to access 'https://h/r.git/': The requested URL returned error: 403\n", "refused", "suspend-push"),
    ("fetch", "fatal: unable to access 'https://h/r.git/': The requested URL returned error: 403\n", "refused", "suspend"),
    ("push", "remote: Permission to o/r.git denied to u.\nfatal: unable to access 'https://github.com/o/r.git/': The requested URL returned error: 403\n", "refused", "suspend-push"),
    ("push", "ERROR: Permission to o/r.git denied to deploy key\nfatal: Could not read from remote repository.\n", "refused", "suspend-push"),
    # Who are you?
    ("fetch", "fatal: could not read Username for 'https://github.com': terminal prompts disabled\n", "auth", "suspend"),
    ("push", "remote: Invalid username or token. Password authentication is not supported for Git operations.\nfatal: Authentication failed for 'https://github.com/o/r.git/'\n", "auth", "suspend"),
    ("fetch", "git@github.com: Permission denied (publickey).\nfatal: Could not read from remote repository.\n\nPlease make sure you have the correct access rights\nand the repository exists.\n", "auth", "suspend"),
    ("ls-remote", "error: RPC failed; HTTP 401 curl 22 The requested URL returned error: 401\n", "auth", "suspend"),
    # Is it there?
    ("fetch", "remote: Repository not found.\nfatal: repository 'https://github.com/o/r.git/' not found\n", "not-found", "suspend"),
    ("clone", "fatal: '/tmp/x' does not appear to be a git repository\nfatal: Could not read from remote repository.\n", "not-found", "suspend"),
    ("fetch", "ERROR: Repository not found.\nfatal: Could not read from remote repository.\n", "not-found", "suspend"),
    ("clone", "fatal: repository '/tmp/x' does not exist\n", "not-found", "suspend"),
    ("fetch", "fatal: couldn't find remote ref refs/heads/main\n", "empty", "none"),
    # Is it who it was?
    ("fetch", "@@@@@@@@@@@\n@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @\n@@@@@@@\nHost key verification failed.\nfatal: Could not read from remote repository.\n", "security", "suspend"),
    ("fetch", "Host key verification failed.\nfatal: Could not read from remote repository.\n", "security", "suspend"),
    ("fetch", "fatal: unable to access 'https://h/': SSL certificate problem: self-signed certificate\n", "security", "suspend"),
    ("push", "fatal: unable to access 'https://h/': server certificate verification failed. CAfile: none CRLfile: none\n", "security", "suspend"),
    # May pass by itself.
    ("fetch", "fatal: unable to access 'https://h/': The requested URL returned error: 429\n", "throttled", "backoff"),
    ("fetch", "fatal: unable to access 'https://h/': The requested URL returned error: 500\n", "offline", "backoff"),
    ("push", "error: RPC failed; HTTP 502 curl 22 The requested URL returned error: 502\nsend-pack: unexpected disconnect while reading sideband packet\nfatal: the remote end hung up unexpectedly\n", "offline", "backoff"),
    ("fetch", "fatal: unable to access 'https://nohost/': Could not resolve host: nohost\n", "offline", "backoff"),
    ("fetch", "fatal: unable to access 'https://h/': Failed to connect to h port 443 after 2 ms: Couldn't connect to server\n", "offline", "backoff"),
    ("fetch", "fatal: unable to access 'https://h/': Operation too slow. Less than 1000 bytes/sec transferred the last 15 seconds\n", "offline", "backoff"),
    ("fetch", "ssh: connect to host h port 22: Connection timed out\nfatal: Could not read from remote repository.\n", "offline", "backoff"),
    ("fetch", "ssh: Could not resolve hostname h: Name or service not known\nfatal: Could not read from remote repository.\n", "offline", "backoff"),
    ("fetch", "kex_exchange_identification: read: Connection reset by peer\nfatal: Could not read from remote repository.\n", "offline", "backoff"),
    ("fetch", "fatal: early EOF\nfatal: fetch-pack: invalid index-pack output\n", "offline", "backoff"),
    ("fetch", "error: 1234 bytes of body are still expected\nfetch-pack: unexpected disconnect while reading sideband packet\nfatal: early EOF\n", "offline", "backoff"),
    ("fetch", "fatal: https://h/info/refs not valid: is this a git repository?\n", "offline", "backoff"),
    ("fetch", "fatal: Could not read from remote repository.\n", "offline", "backoff"),
    ("fetch", "", "offline", "backoff"),
    # Here.
    ("fetch", "error: file write error: No space left on device\nfatal: unable to write sha1 file\n", "disk", "block"),
    ("fetch", "fatal: write error: Disk quota exceeded\n", "disk", "block"),
    ("push", "remote: fatal: write error: No space left on device        \nerror: remote unpack failed: index-pack abnormal exit\n" + REJECTED.format("[remote rejected] (unpacker error)"), "offline", "backoff"),
    ("fetch", "error: insufficient permission for adding an object to repository database .git/objects\n", "permission", "block"),
    ("fetch", "error: unable to create temporary file: Read-only file system\n", "permission", "block"),
    ("fetch", "error: cannot open '.git/FETCH_HEAD': Permission denied\n", "permission", "block"),
    ("fetch", "fatal: Unable to create '/h/.git/shallow.lock': File exists.\n\nAnother git process seems to be running in this repository\n", "lock", "wait"),
    ("fetch", "error: cannot lock ref 'refs/memsync/incoming': Unable to create '/h/.git/refs/memsync/incoming.lock': File exists.\n", "lock", "wait"),
    ("fetch", "fatal: detected dubious ownership in repository at '/h'\n", "config", "suspend"),
    ("fetch", "fatal: transport 'ext' not allowed\n", "config", "suspend"),
    ("fetch", "fatal: Unable to find remote helper for 'foo'\n", "config", "suspend"),
    ("fetch", "error: object file .git/objects/ab/cd is empty\nfatal: loose object abcd (stored in .git/objects/ab/cd) is corrupt\n", "corrupt", "heal"),
    ("push", "fatal: bad object refs/heads/main\n", "corrupt", "heal"),
    ("fetch", "error: object 2a5f57b8a8bd12ae0d9d8dca3f7e1b1ea0e56d2f: hasDotdot: contains '..'\nfatal: fsck error in packed object\nfatal: fetch-pack: invalid index-pack output\n", "hostile", "halt"),
    ("fetch", "error: object 1c: hasDotgit: contains '.git'\nfatal: fsck error in pack objects\n", "hostile", "halt"),
    # Too large.
    ("push", "remote: error: File big.md is 120.00 MB; this exceeds GitHub's file size limit of 100.00 MB        \nremote: error: GH001: Large files detected.\n" + REJECTED.format("[remote rejected] (pre-receive hook declined)"), "too-large", "suspend-push"),
    ("push", "error: RPC failed; HTTP 413 curl 22 The requested URL returned error: 413\n", "too-large", "suspend-push"),
    ("push", "remote: fatal: pack exceeds maximum allowed size (1.00 KiB)\n" + REJECTED.format("[remote rejected] (unpacker error)"), "too-large", "suspend-push"),
    ("fetch", "fatal: pack exceeds maximum allowed size (100.00 MiB)\n", "too-large", "suspend"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("operation", "output", "kind", "effect"), CASES, ids=[f"{c[0]}-{c[2]}-{n}" for n, c in enumerate(CASES)]
)
def test_what_the_words_mean(operation, output, kind, effect):
    """Each text that git or a server is known to say has its class and its effect on the lanes."""
    trouble = classify(operation, 128, output)

    assert (kind, effect) == (trouble.kind, trouble.effect)
    assert trouble.hint


@pytest.mark.parametrize("returncode", [-9, -15, 124, 137])
def test_a_command_that_was_ended_was_too_slow(returncode):
    """A timeout is a network that may come back."""
    assert classify("fetch", returncode, "").kind is TroubleKind.OFFLINE


def test_every_kind_can_happen():
    """The table above reaches every class."""
    assert {str(k) for k in TroubleKind} == {case[2] for case in CASES}


def test_a_servers_own_words_are_shown():
    """Where a hook refuses, what it said is in the reason."""
    trouble = classify(
        "push",
        1,
        "remote: Only on weekdays.\n" + REJECTED.format("[remote rejected] (pre-receive hook declined)"),
    )

    assert "Only on weekdays." in trouble.reason
    assert "pre-receive hook declined" in trouble.reason


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "fatal: unable to access 'https://u:p@h/r.git/': x",
            "fatal: unable to access 'https://h/r.git/': x",
        ),
        ("https://t%40ken@h and ssh://git:x@h:22/p", "https://h and ssh://h:22/p"),
        ("https://a:b@c@h/", "https://h/"),
        ("Authorization: Basic abc\nnext", "Authorization: …"),
        ("https://h/r?private_token=abc&x=1", "https://h/r?private_token=…&x=1"),
        ("a\x1b[31mred\x1b]0;title\x07b\x9b2J\rc\u202ed", "aredb 2J c d"),
    ],
)
def test_what_is_shown_of_a_text(text, expected):
    """No user, password, token or terminal escape of a remote's text is shown or stored."""
    assert expected == safe(text)


@given(
    st.sampled_from(["fetch", "push", "clone", "ls-remote"]), st.integers(-64, 255), st.text(max_size=2000)
)
def test_any_text_has_a_class_and_a_harmless_reason(operation, returncode, output):
    """Whatever a server sends: a class, one line of bounded length, nothing that steers a terminal."""
    trouble = classify(operation, returncode, output)

    assert len(trouble.reason) <= 300
    assert "\n" not in trouble.reason
    assert not any(ord(c) < 32 or 0x7F <= ord(c) < 0xA0 for c in trouble.reason)


@given(st.from_regex(r"[a-zA-Z0-9:@%._-]{1,40}", fullmatch=True), st.sampled_from(["https", "ssh", "http"]))
def test_a_password_in_an_address_is_never_shown(userinfo, scheme):
    """Whatever stands before the host of an address is taken out."""
    shown = classify(
        "fetch", 128, f"fatal: unable to access '{scheme}://{userinfo}@host.example/r': no"
    ).reason

    assert f"{scheme}://host.example/r" in shown
    assert f"{userinfo}@" not in shown


def test_transient_kinds():
    """Only what may pass by itself is tried again by itself."""
    transient = {case[2] for case in CASES if classify(case[0], 128, case[1]).transient}

    assert {"race", "offline", "throttled", "lock"} == transient
    assert Effect.HALT is classify("fetch", 128, "fatal: fsck error in packed object").effect
