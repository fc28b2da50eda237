"""What git, ssh and servers say when something goes wrong, and what each text means: the table behind core.trouble.

The texts are git's own (2.30 to 2.47, LC_ALL=C), ssh's, and those of GitHub, GitLab and Gitea. The first rule that
matches a line holds, so the order matters: who the other end is, then what is wrong here, then what the other end said.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class TroubleKind(StrEnum):
    """The classes of failure."""

    RACE = "race"  # somebody pushed first
    OFFLINE = "offline"  # may pass by itself
    THROTTLED = "throttled"  # the server wants to be left alone for a while
    EMPTY = "empty"  # the remote has no branch yet: no failure at all
    AUTH = "auth"  # no or wrong credentials
    REFUSED = "refused"  # the server's rules say no
    NOT_FOUND = "not-found"
    SECURITY = "security"  # the other end may not be who it was
    DISK = "disk"  # full, here
    PERMISSION = "permission"  # a file here
    LOCK = "lock"  # another git works here
    CORRUPT = "corrupt"  # objects or refs are damaged
    HOSTILE = "hostile"  # what came in breaks git's own rules
    CONFIG = "config"  # git, as set up here, can't do it
    TOO_LARGE = "too-large"  # the server takes no pack or file of this size


class Effect(StrEnum):
    """What a failure means for the lanes."""

    NONE = "none"
    RETRY = "retry"  # fetch, merge and push again, now
    WAIT = "wait"  # a moment, with jitter
    BACKOFF = "backoff"  # this lane, longer each time
    SUSPEND_PUSH = "suspend-push"  # pull goes on
    SUSPEND = "suspend"  # pull and push, until something changes
    BLOCK = "block"  # nothing can be written here for now
    HALT = "halt"  # pull and push, until a person looks
    HEAL = "heal"  # fetch anew, put again


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A pattern that a line of output is searched for, and what it means for these operations."""

    pattern: re.Pattern[str]
    kind: TroubleKind
    effect: Effect
    hint: str
    operations: frozenset[str] = frozenset({"fetch", "push", "clone", "ls-remote"})


def _rules(
    kind: TroubleKind, effect: Effect, hint: str, *patterns: str, only: Iterable[str] = ()
) -> list[Rule]:
    operations = frozenset(only) or frozenset({"fetch", "push", "clone", "ls-remote"})
    return [
        Rule(pattern=re.compile(p, re.IGNORECASE), kind=kind, effect=effect, hint=hint, operations=operations)
        for p in patterns
    ]


_K, _E = TroubleKind, Effect
RULES: tuple[Rule, ...] = (
    # The other end may be somebody else: louder than anything that follows it.
    *_rules(
        _K.SECURITY,
        _E.SUSPEND,
        "The server's key is not the known one. Ask its owner, then mend ~/.ssh/known_hosts; `memsync resume` goes on.",
        r"REMOTE HOST IDENTIFICATION HAS CHANGED",
        r"host key verification failed",
        r"POSSIBLE DNS SPOOFING",
    ),
    *_rules(
        _K.SECURITY,
        _E.SUSPEND,
        "The server's certificate does not hold. Is this machine's clock right? Is a proxy in between?",
        r"SSL certificate problem",
        r"server certificate verification failed",
        r"certificate has expired",
        r"self[- ]signed certificate",
        r"unable to get local issuer certificate",
        r"SSL: no alternative certificate subject name",
    ),
    # Here: the disk, a permission, a lock, damage.
    *_rules(
        _K.DISK,
        _E.BLOCK,
        "Free some space; memsync goes on by itself.",
        r"^(?!remote:).*no space left on device",
        r"^(?!remote:).*disk quota exceeded",
        r"unable to write loose object file",
        r"sha1 file .* write error",
    ),
    *_rules(
        _K.CONFIG,
        _E.SUSPEND,
        "Git does not trust this folder's owner. Take the folder over, or mark it safe yourself.",
        r"dubious ownership",
    ),
    *_rules(
        _K.LOCK,
        _E.WAIT,
        "Another git command works here; memsync waits for it.",
        r"^(?!remote:|.*\[remote rejected\]).*unable to create '.*\.lock': file exists",
        r"^(?!remote:).*another git process seems to be running",
        r"could not lock config file",
    ),
    *_rules(
        _K.HOSTILE,
        _E.HALT,
        "The remote holds objects that git itself rejects. Look at who pushed them; `memsync ack` tries again.",
        r"fsck error in (?:packed|pack) object",
        r"fsck error in pack",
        r"has(?:Dotdot|Dotgit|Dot|FullPathname|NullSha1)\b",
        r"object [0-9a-f]{40,64}: \w+: contains '\.(?:git|\.)'",
        r"invalid path '",
        r"gitmodules\w*:",
        only=("fetch", "clone"),
    ),
    *_rules(
        _K.TOO_LARGE,
        _E.SUSPEND_PUSH,
        "The server takes no file or push of this size. Smaller pushes may pass; a large memory may have to go.",
        r"GH001",
        r"exceeds GitHub's file size limit",
        r"pack exceeds maximum allowed size",
        r"requested URL returned error: 413",
        r"HTTP 413",
        r"file size limit of",
        r"push size exceeds",
        r"object .* is larger than",
        r"HTTP code = 413",
        only=("push",),
    ),
    *_rules(
        _K.TOO_LARGE,
        _E.SUSPEND,
        "What the remote sends is larger than memsync takes in.",
        r"pack exceeds maximum allowed size",
        r"packsize limit",
        only=("fetch", "clone"),
    ),
    # Damage here comes before what the server makes of the half pack that it got.
    *_rules(
        _K.CORRUPT,
        _E.HEAL,
        "memsync fetches what is damaged anew; `memsync doctor` looks closer.",
        r"^(?!remote:).*object file .* is empty",
        r"^(?!remote:).*loose object .* is corrupt",
        r"^(?!remote:).*packfile .* (?:cannot be|does not match|is corrupt)",
        r"^(?!remote:).*inflate: data stream error",
        r"^(?!remote:).*bad object",
    ),
    # Somebody was faster.
    *_rules(
        _K.RACE,
        _E.RETRY,
        "Another machine pushed first; memsync merges and tries again.",
        r"\[rejected\].*\((?:fetch first|non-fast-forward|stale info|needs force)\)",
        r"failed to update ref",
        r"cannot lock ref",
        r"incorrect old value provided",
        r"reference already exists",
        r"is at [0-9a-f]+ but expected [0-9a-f]+",
        r"failed to lock",
        only=("push",),
    ),
    *_rules(
        _K.OFFLINE,
        _E.BACKOFF,
        "The server could not store what it got (its disk may be full). memsync tries again by itself.",
        r"\[remote rejected\].*\(unpacker error\)",
        r"remote:.*(?:no space left on device|disk quota exceeded)",
        only=("push",),
    ),
    # The server says no, and will say so again.
    *_rules(
        _K.REFUSED,
        _E.SUSPEND_PUSH,
        "The server's rules refuse this push; what is fetched still comes in. Ask who runs it; `memsync resume` tries again.",
        r"pre-receive hook declined",
        r"hook declined",
        r"protected branch",
        r"GH0(?:06|13|09|02)",
        r"deny(?:ing)? .*push",
        r"refusing to update checked out branch",
        r"\[remote rejected\].*\((?:denied|prohibited|read-only|not allowed)",
        r"you are not allowed to push",
        r"shallow update not allowed",
        r"push declined",
        r"repository (?:was|is) archived",
        r"\[remote rejected\]",
        only=("push",),
    ),
    # Who are you?
    *_rules(
        _K.AUTH,
        _E.SUSPEND,
        "Sign in to the remote (credential helper or SSH key), then `memsync resume`.",
        r"could not read (?:Username|Password)",
        r"terminal prompts disabled",
        r"authentication failed",
        r"invalid username or (?:password|token)",
        r"Permission denied \((?:publickey|password|keyboard)",
        r"too many authentication failures",
        r"requested URL returned error: 401",
        r"HTTP Basic: Access denied",
        r"could not read from .*askpass",
    ),
    *_rules(
        _K.REFUSED,
        _E.SUSPEND_PUSH,
        "You may read this remote but not write to it. Ask its owner; `memsync resume` tries again.",
        r"requested URL returned error: 403",
        r"write access to repository not granted",
        r"Permission to .* denied to",
        r"you don't have permission",
        r"key .* (?:is )?read[- ]only",
        r"deploy key .* (?:not|read)",
        only=("push",),
    ),
    *_rules(
        _K.REFUSED,
        _E.SUSPEND,
        "The remote refuses this account. Ask its owner; `memsync resume` tries again.",
        r"requested URL returned error: 403",
        r"write access to repository not granted",
        r"Permission to .* denied to",
        r"access denied",
    ),
    *_rules(
        _K.EMPTY,
        _E.NONE,
        "The remote is empty; the first push fills it.",
        r"couldn't find remote ref",
        r"remote ref .* not found",
        r"remote branch .* not found in upstream",
        only=("fetch", "clone", "ls-remote"),
    ),
    *_rules(
        _K.NOT_FOUND,
        _E.SUSPEND,
        "Check the remote's address, and that this account may see it.",
        r"repository '.*' not found",
        r"repository not found",
        r"does not appear to be a git repository",
        r"project you were looking for could not be found",
        r"requested URL returned error: (?:404|410)",
        r"repository '.*' does not exist",
        r"no such (?:remote|project)",
        r"not a git repository: ",
        r"'.*' does not exist",
    ),
    # May pass by itself.
    *_rules(
        _K.THROTTLED,
        _E.BACKOFF,
        "The server asks for fewer requests; memsync waits a minute or more.",
        r"returned error: 429",
        r"too many requests",
        r"rate limit",
        r"HTTP 429",
    ),
    *_rules(
        _K.CONFIG,
        _E.SUSPEND,
        "Use an https, ssh or file address.",
        r"transport '.*' not allowed",
        r"unable to find remote helper",
        r"'remote-[\w.+-]+' is not a git command",
        r"remote helper .* aborted session",
        r"is not a valid (?:URL|ref)",
        r"protocol '.*' is not supported",
        r"Unsupported (?:protocol|proxy)",
        r"cannot run ssh",
        r"bad config",
    ),
    *_rules(
        _K.OFFLINE,
        _E.BACKOFF,
        "memsync tries again by itself.",
        r"requested URL returned error: 5\d\d",
        r"RPC failed",
        r"early EOF|broken pipe",
        r"hung up unexpectedly",
        r"could not resolve (?:host|proxy)|temporary failure in name resolution",
        r"failed to connect|couldn't connect to server",
        r"operation too slow|operation timed out",
        r"connection (?:timed out|refused|reset|closed)",
        r"network is unreachable|no route to host",
        r"name or service not known",
        r"unexpected disconnect",
        r"ssh: connect to host",
        r"kex_exchange_identification",
        r"gnutls_handshake\(\) failed",
        r"SSL_(?:read|connect|ERROR_SYSCALL)",
        r"OpenSSL SSL_connect",
        r"recv failure|send failure",
        r"transfer closed with|empty reply from server",
        r"proxy CONNECT aborted",
        r"HTTP/2 stream",
        r"the remote end hung up",
        r"invalid server response",
        r"not valid: is this a git repository",
        r"protocol error: bad (?:line length|pack header)",
        r"bad line length character",
        r"expected flush after ref listing",
        r"unexpected response",
        r"is this a git repository\?",
    ),
    *_rules(
        _K.CORRUPT,
        _E.HEAL,
        "memsync fetches what is damaged anew; `memsync doctor` looks closer.",
        r"unable to read tree",
        r"missing (?:blob|tree|commit)",
        r"index-pack failed",
        r"unresolved deltas?",
        r"unable to parse object",
        r"not a valid object",
        r"reference broken",
        r"bad signature",
        r"invalid sha1 pointer",
        r"did not send all necessary objects",
        r"remote did not send",
    ),
    *_rules(
        _K.PERMISSION,
        _E.BLOCK,
        "memsync may not write its own files; check who owns the folder.",
        r"insufficient permission for adding an object",
        r"read-only file system",
        r"unable to (?:create|write|open|append).*permission denied",
        r"cannot (?:open|update|create) .*permission denied",
        r": permission denied$",
    ),
)
