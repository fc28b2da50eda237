"""What READMEs of packages hold and is no secret; and forms of other scanners' tests that once slipped by."""

from __future__ import annotations

import pytest

from memsync.core.secrets import find

PLAIN = (
    "see [`:password`](https://api.example.org/password-selector), then\n",
    "- [Set the password](https://url.spec.example.org/#set-the-password): `setThePassword(urlRecord, password)`\n",
    "![Password prompt](https://cdn.example.org/28ae833)\n",
    "[![c](https://codecov.io/gh/a/b/branch/main/graph/badge.svg?token=KxR95XT3NF)](https://codecov.io/gh/a/b)\n",
    "the selectors `:file`, `:password`, `:reset`, `:radio`\n",
    "| Token | Number | Bits |\n|---|---|---|\n| `UINT16_BE` | unsigned | 16 |\n| `Float80_LE`* | float | 80 |\n",
    "return tokenizer.readToken(Token.UINT8).then(myUint8Number => {\n",
    "{pem: read('./client.pem'), passphrase: 'passphrase2'},\n",
    "curl -i -u 'test:test' https://x\n",
    'curl -XGET -i -u "${{ env.ELK_ID }}:${{ build.env.ELK_PASS }}"\n',
    'curl -H "Authorization: Bearer $(gcloud auth print-access-token)"\n',
)
VALUE = "rAoWVk6Wvt2C" + "GoZ0t9egnq4x3J4G" + "fxl6lg1k0yNz"
PASSWORD = "d2Lk" + "V78zLx!t"
FOUND = (
    (f'{{"awssecretaccess_key": "{VALUE}"}}\n', VALUE),
    (f'curl -u ":{PASSWORD}" https://localhost:9200\n', PASSWORD),
    (f'curl -L -H "Authorization: {VALUE}" https://x\n', VALUE),
    (f"| Token | for |\n|---|---|\n| `{VALUE}` | the mail job |\n", VALUE),
)


@pytest.mark.parametrize("text", PLAIN)
def test_no_false_alarm(text):
    """An ordinary line of a README has no finding that blocks."""
    assert [] == [(span.rule, span.value) for span in find(text) if span.level == "block"]


@pytest.mark.parametrize(("text", "value"), FOUND)
def test_found_whole(text, value):
    """The secret is blocked, and the span is all of it."""
    assert value in [span.value for span in find(text) if span.level == "block"]
