"""What other scanners' corpora taught: names after values, declarations, Kubernetes' Secrets, prefixes nobody knows, vendors' names."""

from __future__ import annotations

import base64
import random

import pytest

from memsync.core.secrets import find
from secretshapes import make

KEY = "{A:8}4x{A:20}Q7"
NAMED = (
    'var stripeToken string = "§"', 'val apiToken: String = "§"', "acme_TOKEN ?= '§'", 'acme_TOKEN ::= "§"', '$acmeToken .= "§"', '\\"acme_token\\": \\"§\\"', "acmeToken,§,", "<acmeToken>§</acmeToken>",
    "<acmeToken>\n    §\n</acmeToken>", "We use § as the acme key on staging.", "`§` is our acme api key", "acmeKey: §", "datadog = §", "okta: '§'", "algolia private §", "fullstory token §",
)  # fmt: skip
ALONE = (
    "acme_pat_{A:32}", "zed-live-{A:4}7{A:30}", "samsara_api_{A:28}", "qx_{A:4}7K{A:30}p3", "hf_{M:34}", "SK{H:32}", "s-s4t2ud-{H:64}", "tskey-api-{A:24}", "cmVmd{A:59}", "FwoGZXIvYXdz{A:120}",
    "secret-token:acme_{A:24}", "sk-helicone-{A:7}-{A:7}-{A:7}", "xau_{A:40}", "npg_{A:16}", "ATTA{A:72}", "sec-c-{A:48}", "os_v2_app_" + "{L:10}" * 8, "PRD-{H:12}-{H:4}-{H:4}-{H:4}-{H:4}", "hcaik_{L:32}",
    "snyk_uat.{H:8}.{A:40}.{A:20}", "dbtc_{A:40}", "ory_pat_{A:32}", "pdl_live_apikey_{L:26}_{A:22}_{A:3}", "bxt_{A:36}", "TEST_API_KEY:{H:32}:{H:32}", "pbkdf2_sha256$600000${A:22}${A:43}=", "1000.{H:32}.{H:32}", "RGAPI-{u}", "cosmo_{H:32}",
)  # fmt: skip
NOT_SECRET = (
    "default:default.{H:12}", "kind: ConfigMap\ndata:\n  foo: d2ludGVyMjAyNA==\n", "kind: Secret\nmetadata:\n  name: db\n", "kind: Secret\ndata:\n  password: <base64>\n", "kind: SealedSecret\ndata:\n  a: AgBy\n",
    "cacheKey: {H:32}", "primaryKey = {A:24}", "datadog commit {H:40}", "sentry: {u}", "msg_{A:24}", "chatcmpl-{A:29}", "phc_{A:43}", "sha512-{A:86}", "the hash is {H:64}", "css-{L:8}", "00{H:38}", "object_key: {A:32}",
    "We use {H:40} as the cache key.", "It runs on m5.2xlarge; the password is rotated on Tuesdays", "echo $(pwd)/Build-1/lib2", "password with CRAM-MD5", "use 'PSK:-PSK:HIGH' as cipher",
    "PASS: gas/i386/align-branch-2b", "PASS: x86_64", "(pass_waccess::check_pointer_uses): Fix the 2nd query", "Token::Bearer_v2 and password::hash_sha256", "token: `Basic ${Buffer.from('username:password').toString('base64')}`", "* **password** `string` (optional) - SOCKS5 proxy password", "通常のパスワードファイル・グループファイルと", "shadow パスワード・グループへの変換や", "the date of the last password change\\&. This", "normalize the password according to rfc7613", "ask for a password when exporting to PKCS#8 implicitly", "the password goes to Db1-Prod first", "PASS: gdb.base/hbreak2.exp: set Break on (2)", "Pass: test_login_42", ".a{-webkit-user-select:none;user-select:none;z-index:0}", "x(`${enc(name)}:${enc(password)}`).toString('base64')", "\x1b[31mred\x1b[0m text",
)  # fmt: skip


def blocked(text: str) -> list[str]:
    return [span.value for span in find(text) if span.level == "block"]


@pytest.mark.parametrize("form", NAMED)
def test_a_value_by_its_name_is_blocked(form: str) -> None:
    """A drawn value that a declaration, a sentence or a vendor's name calls a key is blocked, in whole."""
    for seed in range(10):
        value = make(KEY, random.Random(seed))
        assert [value] == blocked(form.replace("§", value) + "\n")


@pytest.mark.parametrize("template", ALONE)
def test_a_token_by_its_form_is_blocked(template: str) -> None:
    """A token with a known beginning, or with one as keys have it, is blocked in a sentence, in whole."""
    for seed in range(10):
        value = make(template, random.Random(seed))
        text = f"Kim sent {value} for the deploy.\n"
        assert any(value in text[span.start : span.end] for span in find(text) if span.level == "block")


@pytest.mark.parametrize("template", NOT_SECRET)
def test_what_only_looks_alike_passes(template: str) -> None:
    """Ids, digests, public keys and look-alikes of the forms above are no finding at all."""
    for seed in range(10):
        assert () == find(make(template, random.Random(seed)) + "\n")


@pytest.mark.parametrize(
    "manifest",
    [
        "kind: Secret\nmetadata:\n  name: x\ndata:\n  foo: §\n",
        "```yaml\ndata:\n  foo: '§'\nkind: Secret\n```\n",
        "> kind: Secret\n> data:\n>   foo: §\n",
        '{"kind": "Secret", "data": {"beta": "§"}}',
    ],
)
def test_a_kubernetes_secret_is_blocked_under_any_name(manifest: str) -> None:
    """What a Secret holds in base64 is a secret, also under a name that says nothing and where it is a plain word."""
    value = base64.b64encode(b"plain" + b"word").decode()
    assert [value] == blocked(manifest.replace("§", value))


def test_colours_of_a_terminal_hide_nothing() -> None:
    """A token in a terminal's colours, as pasted from a log, is blocked."""
    token = make("ghp" + "_{A:36}", random.Random(1))
    assert [token] == blocked(f"\x1b[36m{token}\x1b[0m\n")
