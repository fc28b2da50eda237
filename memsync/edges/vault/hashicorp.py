"""A HashiCorp Vault (or OpenBao) server, through `hvac`: values in its key-value store, version 2, each a secret of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit, urlunsplit

from memsync.edges.vault.bounded import TookTooLong, bounded
from memsync.errors import BadInput, NoSuchSecret, OutOfReach, RemoteRefused, VaultUnusable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

T = TypeVar("T")

_TIMEOUT = 5.0  # seconds for a connection, and for each read
_PATIENCE = 20.0  # seconds for a whole answer, however slowly it drips
_FIELD = "value"
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_LARGEST_TOKEN = 64 * 1024


class Hashicorp:
    """Values below one path of a key-value store. Nothing is kept open between calls."""

    def __init__(
        self, *, address: str, token: str, path: str, namespace: str = "", patience: float = _PATIENCE
    ) -> None:
        self._address = address
        self._token = token
        self._mount, _, self._below = path.strip("/").partition("/")
        self._namespace = namespace
        self._patience = patience

    def names(self) -> tuple[str, ...]:
        """Return the names of all values below the path, sorted. Raises OutOfReach, RemoteRefused, VaultUnusable."""
        try:
            said = self._asked(
                "",
                lambda kv: kv.list_secrets(path=self._below, mount_point=self._mount),
                nothing=NoSuchSecret,
            )
        except NoSuchSecret:
            return ()
        keys = self._within(said, "data", "keys")
        if not isinstance(keys, list):
            raise VaultUnusable(self._shown(), _OTHERWISE)
        return tuple(sorted(str(name) for name in keys if not str(name).endswith("/")))

    def get(self, name: str) -> str:
        """Return a value. Raises NoSuchSecret, OutOfReach, RemoteRefused, VaultUnusable."""
        said = self._asked(
            name,
            lambda kv: kv.read_secret_version(
                path=self._path(name), mount_point=self._mount, raise_on_deleted_version=True
            ),
            nothing=NoSuchSecret,
        )
        value = self._within(said, "data", "data", _FIELD)
        if not isinstance(value, str):
            raise VaultUnusable(
                self._shown(), f"{self._path(name)} has no text named {_FIELD!r}: memsync did not write it"
            )
        return value

    def keep(self, name: str, value: str) -> None:
        """Keep a value as the newest version. Raises OutOfReach, RemoteRefused, VaultUnusable."""
        self._asked(
            name,
            lambda kv: kv.create_or_update_secret(
                path=self._path(name), secret={_FIELD: value}, mount_point=self._mount
            ),
            nothing=None,
        )

    def remove(self, name: str) -> None:
        """Take a value away with every version of it. Raises NoSuchSecret, OutOfReach, RemoteRefused, VaultUnusable."""
        self.get(name)
        self._asked(
            name,
            lambda kv: kv.delete_metadata_and_all_versions(path=self._path(name), mount_point=self._mount),
            nothing=NoSuchSecret,
        )

    def _within(self, said: object, *keys: str) -> object:
        """Return what stands below these keys of an answer; None for a last one that is not there. Raises VaultUnusable."""
        for key in keys:
            if not isinstance(said, dict):
                raise VaultUnusable(self._shown(), _OTHERWISE)
            said = said.get(key)
        return said

    # ---- the library ----

    def _path(self, name: str) -> str:
        return f"{self._below}/{name}" if self._below else name

    def _shown(self) -> str:
        """Return the address without a user or password in it."""
        parts = urlsplit(self._address)
        return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))

    def _asked(self, name: str, call: Callable[[Any], T], *, nothing: type[NoSuchSecret] | None) -> T:
        """Ask the server; each way it can fail is told in memsync's words, without what it answered: that may be a value."""
        hvac, requests = _libraries()
        where = self._shown()
        try:
            return bounded(lambda: call(self._store(hvac)), seconds=self._patience)
        except TookTooLong:
            raise OutOfReach(where, f"no whole answer within {self._patience:g} seconds") from None
        except hvac.exceptions.InvalidPath:
            if nothing is not None:
                raise nothing(name) from None
            raise VaultUnusable(
                where, f"there is no key-value store (version 2) at {self._mount!r}", hint=_MOUNT
            ) from None
        except (hvac.exceptions.Forbidden, hvac.exceptions.Unauthorized):
            raise RemoteRefused(
                where, "the token may not do that", hint="Log in again (vault login), or set VAULT_TOKEN."
            ) from None
        except (hvac.exceptions.VaultDown, hvac.exceptions.BadGateway, hvac.exceptions.InternalServerError):
            raise OutOfReach(where, "it is sealed or not ready") from None
        except hvac.exceptions.RateLimitExceeded:
            raise OutOfReach(where, "it is asked too often") from None
        except (requests.exceptions.ConnectionError, requests.exceptions.Timeout) as error:
            raise OutOfReach(where, type(error).__name__) from None
        except (hvac.exceptions.VaultError, requests.exceptions.RequestException, ValueError) as error:
            raise VaultUnusable(where, f"{_OTHERWISE} ({type(error).__name__})") from None

    def _store(self, hvac: Any) -> Any:
        client = hvac.Client(
            url=self._address,
            token=self._token,
            namespace=self._namespace or None,
            timeout=_TIMEOUT,
            allow_redirects=False,
        )
        return client.secrets.kv.v2


_OTHERWISE = "answers otherwise than a Vault"
_MOUNT = "Name its mount and a path: memsync config set vault_path secret/memsync"


def _libraries() -> tuple[Any, Any]:
    try:
        import hvac  # noqa: PLC0415  # start-up is a feature
        import requests  # noqa: PLC0415  # what hvac raises where nobody answers
    except ImportError:
        raise VaultUnusable(
            "HashiCorp Vault", "the package hvac is not installed", hint="pip install 'memsync[hashicorp]'"
        ) from None
    return hvac, requests


def from_environment(environ: Mapping[str, str], *, home: Path, path: str, plain: Sequence[str]) -> Hashicorp:
    """Return the server that Vault's own variables name: VAULT_ADDR, VAULT_TOKEN (or ~/.vault-token), VAULT_NAMESPACE.

    `plain`: hosts that may be asked over http; loopback always may. Raises BadInput.
    """
    address = environ.get("VAULT_ADDR", "")
    if not address:
        raise BadInput(
            "VAULT_ADDR", "is not set", hint="It is the server's address, as https://vault.example"
        )
    parts = urlsplit(address)
    host = parts.hostname or ""
    if parts.scheme not in ("http", "https") or not host:
        raise BadInput("VAULT_ADDR", "is no http or https address")
    if parts.scheme == "http" and host not in (*_LOOPBACK, *plain):
        raise BadInput(
            "VAULT_ADDR",
            f"would send the token to {host} over plain http",
            hint=f"Use https, or allow it: memsync config set http_hosts {host}",
        )
    token = environ.get("VAULT_TOKEN") or _token_file(home)
    if not token:
        raise BadInput("VAULT_TOKEN", "is not set, and there is no ~/.vault-token", hint="vault login")
    return Hashicorp(address=address, token=token, path=path, namespace=environ.get("VAULT_NAMESPACE", ""))


def _token_file(home: Path) -> str:
    try:
        with (home / ".vault-token").open("rb") as file:
            return file.read(_LARGEST_TOKEN).decode("ascii", "ignore").strip()
    except OSError:
        return ""
