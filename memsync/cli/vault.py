"""`memsync vault`: values that live outside git, and who may open the store's sealed memories."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from memsync.cli.face import is_terminal
from memsync.cli.options import Command, Group, a_command, face_options
from memsync.cli.plain import escaped, one_line
from memsync.cli.render import counted
from memsync.errors import BadInput, GuardHalted

if TYPE_CHECKING:
    from memsync.cli.face import Face
    from memsync.core.recipients import Recipient
    from memsync.core.report import Resealed
    from memsync.store.seals import Listed
    from memsync.store.vault import Vault

_LONGEST = 64 * 1024  # bytes of a value, as core.vault has it; one more is read, to tell


@click.group(
    "vault",
    cls=Group,
    no_args_is_help=True,
    examples=[
        "memsync vault set stripe-live",
        "memsync vault get stripe-live",
        "memsync vault recipient add",
    ],
)
def command() -> None:
    """Keep secret values outside git, and say who may open sealed memories.

    A memory writes secret://NAME in a value's place; nothing but `memsync vault get NAME` ever says the value.
    """


command.params += face_options()


def _vault(face: Face) -> Vault:
    from memsync.store.vault import Vault

    return Vault(face.settings())


@click.command(
    "set",
    cls=Command,
    examples=["memsync vault set stripe-live", "pass show stripe | memsync vault set stripe-live -"],
    context_settings={"ignore_unknown_options": True},  # whatever is typed in a value's place is not repeated
)
@click.argument("name")
@click.argument("source", nargs=-1, metavar="[-]")
@click.pass_obj
def set_value(face: Face, *, name: str, source: tuple[str, ...]) -> None:
    """Keep a value under NAME. It is asked for without showing it, or read from standard input with `-`.

    A value is never taken from the command line, where every other program and the shell's history see it. One line end
    at its end is not part of it.
    """
    from memsync.core.vault import check_name, reference

    bare = check_name(name)
    if source not in ((), ("-",)):
        raise BadInput(
            "value",
            "can't be given on the command line",
            hint=f"Rotate it if it was real: it is in your shell's history. Then: memsync vault set {bare}",
        )
    vault = _vault(face)
    value = _from_stdin() if source else _prompted(bare)
    where = vault.set(bare, value)
    face.show(
        {"name": bare, "kept_in": where, "reference": reference(bare)},
        f"kept {bare} in the {_WORDS[where]}; write {reference(bare)} in a memory",
    )


_WORDS = {"keyring": "system's keyring", "file": "sealed file", "hashicorp": "HashiCorp Vault"}


def _from_stdin() -> str:
    if sys.stdin is None or is_terminal(sys.stdin):
        raise BadInput(
            "value", "standard input is a terminal", hint="Leave out the `-` to be asked for it unseen."
        )
    raw = sys.stdin.buffer.read(_LONGEST + 3)
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        raise BadInput(
            "value", "is not UTF-8 text", hint="Encode it: base64 FILE | memsync vault set NAME -"
        ) from None
    return text.removesuffix("\n").removesuffix("\r")


def _prompted(name: str) -> str:
    """Ask for the value twice, unseen."""
    if not (is_terminal(sys.stdin) and is_terminal(sys.stderr)):
        raise BadInput("value", "there is no terminal to ask for it", hint=f"… | memsync vault set {name} -")
    value: str = click.prompt(
        f"Value of {name}", hide_input=True, confirmation_prompt="The same again", err=True
    )
    return value


@a_command(
    "get",
    examples=["memsync vault get stripe-live", 'curl -H "Authorization: Bearer $(memsync vault get api)" …'],
)
@click.argument("name")
@click.pass_obj
def get_value(face: Face, *, name: str) -> None:
    """Print the value kept under NAME, a line end after it, and nothing else."""
    from memsync.core.vault import check_name

    bare = check_name(name)
    value = _vault(face).get(bare)
    if face.json:
        face.say_json({"name": bare, "value": value})
    elif face.on_terminal:
        face.say(escaped(value))
    else:  # its own bytes, whatever a terminal's encoding would make of them
        sys.stdout.flush()
        sys.stdout.buffer.write(f"{value}\n".encode())
        sys.stdout.buffer.flush()


@a_command("list", examples=["memsync vault list"])
@click.pass_obj
def list_names(face: Face) -> None:
    """List the names of all values, never a value."""
    names = _vault(face).names()
    face.show({"names": list(names)}, "\n".join(names))
    if not names:
        face.talk("The vault is empty. `memsync vault set NAME` keeps a value.")


@a_command("rm", examples=["memsync vault rm stripe-live"])
@click.argument("name")
@click.pass_obj
def remove_value(face: Face, *, name: str) -> None:
    """Take the value kept under NAME away. No history keeps it."""
    from memsync.core.vault import check_name

    bare = check_name(name)
    _vault(face).remove(bare)
    face.show({"removed": bare}, f"removed {bare}")


# ---- who may open sealed memories ---------------------------------------------------------------

_PRIVATE = click.option("--private", is_flag=True, help="Of the private store, instead of the default one.")


@click.group(
    "recipient",
    cls=Group,
    no_args_is_help=True,
    examples=["memsync vault recipient add", "memsync vault recipient list"],
)
def recipient() -> None:
    """Say who may open the sealed memories of the store.

    The list stands in the store, .memsync/recipients, and holds public keys only. Your own key is made on this machine
    when it is first needed and never leaves it: keep a copy, nothing else opens what is sealed for you.
    """


recipient.params += face_options()


@a_command("list", examples=["memsync vault recipient list"])
@_PRIVATE
@click.pass_obj
def list_recipients(face: Face, *, private: bool) -> None:
    """List who may open sealed memories."""
    found = face.open().seals.recipients(private=private)
    face.show({"recipients": [_listed_shape(one) for one in found]}, "\n".join(_line(one) for one in found))
    if not found:
        face.talk("Nobody is listed. `memsync vault recipient add` puts you on the list.")


@a_command(
    "add",
    examples=["memsync vault recipient add --label laptop", "memsync vault recipient add age1… --label Bob"],
)
@click.argument("key", required=False)
@click.option("--label", default="", help="Whose key it is, in words.")
@_PRIVATE
@click.pass_obj
def add_recipient(face: Face, *, key: str | None, label: str, private: bool) -> None:
    """Put KEY (an age1… or ssh public key; none: your own) on the list and seal every sensitive memory for it too.

    What you can't open yourself is left as it is. To give your memories to another key, a person must say yes.
    """
    seals = face.open().seals
    if key is not None:
        _ask(f"Seal every sensitive memory for {one_line(key)[:80]} too?")
    new, done = seals.add(key, label=label, private=private)
    face.show({"added": _recipient_shape(new), **_resealed_shape(done)}, f"added {_named(new)}")
    _tell(done, face)


@a_command("rm", examples=["memsync vault recipient rm laptop"])
@click.argument("key")
@_PRIVATE
@click.pass_obj
def remove_recipient(face: Face, *, key: str, private: bool) -> None:
    """Take KEY (a key, its beginning, or a label) off the list and seal every sensitive memory for the others only.

    What was sealed before stays open to it in git's history: rotate what it may have read.
    """
    gone, done = face.open().seals.remove(key, private=private)
    face.show({"removed": _recipient_shape(gone), **_resealed_shape(done)}, f"removed {_named(gone)}")
    _tell(done, face)
    face.talk("History still opens for that key: rotate what it may have read.")


@a_command("trust", examples=["memsync vault recipient trust"])
@_PRIVATE
@click.pass_obj
def trust_recipients(face: Face, *, private: bool) -> None:
    """Agree to those whom somebody else put on the list, and seal every sensitive memory for them too."""
    seals = face.open().seals
    strangers = [one for one in seals.recipients(private=private) if not one.trusted]
    if strangers:
        for one in strangers:
            face.talk(_line(one))
        _ask("Seal every sensitive memory for these too?")
    done = seals.trust(private=private)
    shape = {"trusted": [_recipient_shape(one.recipient) for one in strangers], **_resealed_shape(done)}
    face.show(shape, f"agreed to {counted(len(strangers), 'recipient')}")
    _tell(done, face)


@a_command("seal", examples=["memsync vault seal"])
@_PRIVATE
@click.pass_obj
def seal_again(face: Face, *, private: bool) -> None:
    """Seal every sensitive memory again, for the list of recipients as it is now."""
    done = face.open().seals.seal_again(private=private)
    face.show(_resealed_shape(done), f"sealed {counted(done.sealed, 'memory', 'memories')}")
    if done.closed:
        face.talk(
            f"{counted(len(done.closed), 'memory', 'memories')} can't be opened here, and stayed as they are."
        )


def _ask(question: str) -> None:
    if not (is_terminal(sys.stdin) and is_terminal(sys.stderr)):
        raise GuardHalted(
            "recipient",
            "who may open sealed memories is decided by a person at a terminal",
            hint="Run it in a terminal of yours.",
        )
    if not click.confirm(question, err=True):
        raise GuardHalted("recipient", "nothing was changed", hint="Ask whose key it is.")


def _tell(done: Resealed, face: Face) -> None:
    if done.sealed:
        face.talk(f"{counted(done.sealed, 'memory', 'memories')} sealed for the list as it is now.")
    if done.closed:
        face.talk(
            f"{counted(len(done.closed), 'memory', 'memories')} can't be opened here and stayed as they are: "
            "somebody who can open them runs `memsync vault recipient trust`."
        )


def _named(one: Recipient) -> str:
    return f"{one_line(one.key)} {one_line(one.label)}".strip()


def _line(one: Listed) -> str:
    notes = [word for word, there in (("you", one.own), ("not agreed to yet", not one.trusted)) if there]
    return _named(one.recipient) + (f"  ({', '.join(notes)})" if notes else "")


def _recipient_shape(one: Recipient) -> dict[str, Any]:
    return {"key": one.key, "label": one.label}


def _listed_shape(one: Listed) -> dict[str, Any]:
    return _recipient_shape(one.recipient) | {"own": one.own, "trusted": one.trusted}


def _resealed_shape(done: Resealed) -> dict[str, Any]:
    return {"sealed": done.sealed, "closed": list(done.closed)}


for _sub in (list_recipients, add_recipient, remove_recipient, trust_recipients):
    recipient.add_command(_sub)
for _sub in (set_value, get_value, list_names, remove_value, seal_again):
    command.add_command(_sub)
command.add_command(recipient)
