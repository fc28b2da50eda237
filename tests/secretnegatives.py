"""Texts that look like secrets and are none, by class; made at run time from a seed."""

from __future__ import annotations

import base64
import uuid
from typing import TYPE_CHECKING

from secretshapes import CLASSES, make

if TYPE_CHECKING:
    import random
    from collections.abc import Callable


def _git_shas(rng: random.Random) -> list[str]:
    forms = (
        "Fixed in {H:40}.",
        "commit {H:40}\nAuthor: Kim\n",
        "see {H:7} and {H:12}",
        "git checkout {H:40}",
        "Reverts commit {H:40}.",
        "key: {H:40}",
        "the key commit is {H:40}",
        "actions/checkout@{H:40}",
        "- `{H:40}` is the last good one",
        "HEAD is at {H:40}, tag v1.2.0",
        "bisect: good {H:40} bad {H:40}",
        "token budget fixed in {H:8}",
    )
    return [make(form, rng) for form in forms for _ in range(6)]


def _digests(rng: random.Random) -> list[str]:
    forms = (
        "sha256:{H:64}",
        "image: nginx@sha256:{H:64}",
        "md5 {H:32}  file.iso",
        "sha512-{B:86}==",
        "The checksum is {H:64}.",
        'integrity="sha384-{B:64}"',
        'etag: "{H:32}"',
        "| file | sha1 |\n|---|---|\n| a | {H:40} |",
        "fingerprint SHA256:{B:43}",
        "Content-MD5: {B:22}==",
        "hashed_secret: {H:40}",
        "cache key: {H:32}",
        "crc32 {H:8}",
    )
    return [make(form, rng) for form in forms for _ in range(5)]


def _uuids(rng: random.Random) -> list[str]:
    forms = (
        "id: {}",
        "request {} failed",
        "Tenant {} is ours",
        "correlation_id={}",
        "- user {} (Kim)",
        "https://app.acme.dev/doc/{}",
        "session id {}",
        "primary key {}",
        '"uuid": "{}"',
        "key: {}",
    )
    return [form.format(uuid.UUID(int=rng.getrandbits(128), version=4)) for form in forms for _ in range(5)]


def _lockfiles(rng: random.Random) -> list[str]:
    forms = (
        '"node_modules/left-pad": {{"version": "1.3.0", "resolved": "https://registry.npmjs.org/left-pad/-/left-pad-1.3.0.tgz", "integrity": "sha512-{0}=="}}',
        'lodash@^4.17.21:\n  version "4.17.21"\n  integrity sha512-{0}==',
        '[[package]]\nname = "serde"\nversion = "1.0.1"\nchecksum = "{1}"',
        "github.com/pkg/errors v0.9.1 h1:{2}=",
        '{{file = "a.whl", hash = "sha256:{1}"}}',
        "requests==2.32.0 --hash=sha256:{1}",
        '    sha256 "{1}"',
        "token-types@4.2.1:\n  integrity sha512-{0}==",
        "oauth-sign@0.9.0 sha1-{3}=",
    )
    return [
        form.format(make("{B:86}", rng), make("{H:64}", rng), make("{B:43}", rng), make("{B:27}", rng))
        for form in forms
        for _ in range(7)
    ]


CODE = (
    "password = get_password(user)",
    "token = request.headers['Authorization']",
    "const apiKey = process.env.OPENAI_API_KEY;",
    'secret := os.Getenv("APP_SECRET")',
    "password: str = Field(min_length=8)",
    "if token is None: raise ValueError('token missing')",
    "auth_token = self.session.auth_token",
    'passwd := flag.String("passwd", "", "the password")',
    "def login(username, password):",
    "api_key=settings.API_KEY,",
    "client_secret=var.client_secret",
    'password = "${DB_PASSWORD}"',
    "token: ${{ secrets.GITHUB_TOKEN }}",
    "PASSWORD=$(cat /run/secrets/db)",
    "password=$1",
    "this.password = password;",
    "val token = jwtProvider.createToken(auth)",
    "cursor.execute(sql, (password_hash,))",
    'API_KEY = os.environ["API_KEY"]',
    "secretKeyRef:\n  name: db\n  key: password",
    "private_key_path: ~/.ssh/id_ed25519",
    "password_field = 'user_password'",
    "tokenizer = AutoTokenizer.from_pretrained('bert-base-uncased')",
    "max_tokens: 4096",
    "token_count = len(tokens)",
    "const key = Object.keys(map)[0];",
    "SECRET_NAME = 'prod/db/password'",
    "authorization: `Bearer ${token}`",
    "headers['X-Api-Key'] = apiKey",
    "Authorization: Bearer $TOKEN",
    'curl -u "$USER:$PASS" https://x',
    "postgres://$USER:$PASSWORD@localhost/db",
    "DATABASE_URL=postgres://user:password@localhost:5432/db",
    "mysql -u root -p shop",
    "new Promise((resolve) => resolve(password))",
    "password?: string;",
    "password VARCHAR(255) NOT NULL",
    "grant_type=password&username=",
    "TOKEN_EXPIRE_MINUTES = 30",
    "secret_key_base: <%= ENV['SECRET'] %>",
    'type="password" autocomplete="current-password"',
    "@RequestParam String password",
    "token.split('.')[1]",
    "hash_password(plain_password.encode('utf-8'))",
    "key=lambda pair: pair[1]",
    "password = input('Password: ')",
    "PASSWORD_RESET_TIMEOUT = 259200",
    "aws_access_key_id = var.access_key",
    "api_key: !secret openweather_api_key",
    "monkeypatch.setenv('TOKEN', 'test')",
    "passwordInput.value = ''",
    "self.token = token or os.getenv('HF_TOKEN')",
    "secrets: inherit",
    '"token": token.access_token',
    "credentials=service_account.Credentials.from_file(path)",
    "const { password, ...rest } = user",
    "auth: { user, pass: config.smtp.password }",
    "vault kv get -field=password secret/db",
    "password: op://Private/db/password",
    "token = next(lexer)",
)
PLACEHOLDERS = (
    "password: changeme",
    "API_KEY=your-api-key-here",
    "token: <your token>",
    "AWS_ACCESS_KEY_ID=AKIA" + "IOSFODNN7" + "EXAMPLE",
    "sk-ant-api03-xxxxxxxxxxxxxxxxxxxxxxxx",
    "password=********",
    "ghp_" + "x" * 36,
    "OPENAI_API_KEY=sk-...",
    "postgres://user:password@host/db",
    "https://user:pass@example.com",
    "Authorization: Bearer <token>",
    "Authorization: Bearer YOUR_ACCESS_TOKEN",
    "secret: REPLACE_ME",
    'password: ""',
    "password: null",
    "password = None",
    "token: TODO",
    "password: hidden",
    "the password is [REDACTED:password]",
    "password: {{ vault_db_password }}",
    "PASSWORD=<set in CI>",
    "glpat-" + "x" * 20,
    "xoxb-your-token",
    "sk_live_...",
    "sk_test_" + "0" * 24,
    "AIza" + "A" * 35,
    "SG.xxxx.yyyy",
    "npm_" + "1234567890" * 3 + "abcdef",
    "password: secret",
    "password: password",
    "passwd: example",
    "API_KEY: ${API_KEY}",
    'api_key = "INSERT_KEY_HERE"',
    "hf_" + "A" * 34,
    "client_secret: dummy-secret",
    "DB_PASSWORD=postgres",
    "redis://:password@localhost:6379",
    "mongodb://username:password@cluster0",
    "token=abc123",
    '"apiKey": "abcdefghijklmnopqrstuvwxyz"',
    "secret_access_key = 0123456789abcdef0123456789abcdef",
    "Bearer eyJ...",
    "ghp_************************************",
    "password: test1234",
    "key: ABCDEFGHIJKLMNOP",
    "-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----",
    "`-----BEGIN RSA PRIVATE KEY-----` is how it begins",
    "dapi" + "0" * 32,
    "token: fake-token-for-tests",
    "pw = 'n/a'",
    "password: (see 1Password)",
    "secret://stripe-live is where it lives",
    "password: secret://db-prod",
)
FORMAT_TALK = (
    "GitHub tokens begin with `ghp_` and have 36 more characters.",
    "A Stripe live key starts with sk_live_ and a test key with sk_test_.",
    "AWS ids are AKIA plus 16 characters.",
    "The regex is `ghp_[A-Za-z0-9]{36}`.",
    "`AKIA[0-9A-Z]{16}` finds AWS keys",
    "Slack bot tokens look like xoxb-<digits>-<digits>-<letters>",
    "We scan for `-----BEGIN OPENSSH PRIVATE KEY-----` headers",
    "A JWT has three parts: header.payload.signature",
    "pattern: (?i)(password|passwd|pwd)\\s*[:=]\\s*\\S+",
    "Use `Authorization: Bearer TOKEN`",
    "Passwords must be at least 12 characters.",
    "The password is stored in 1Password.",
    "The password is hashed with bcrypt.",
    "The password is required.",
    "The token is valid for 30 minutes.",
    "API key is passed in the X-Api-Key header.",
    "Basic auth is `user:password` in base64.",
    "The secret is mounted at /run/secrets/db_password.",
    "Password is case-sensitive",
    "Your password is too short",
    "The password was changed yesterday.",
    "the password is the same as on staging",
    "password policy: minimum 14",
    "token: a short-lived credential",
    "password: see the vault entry `db-prod`",
    "The API key is read from OPENAI_API_KEY",
    "The password is rotated every 90 days.",
    "Das Passwort ist im Tresor.",
    "Le mot de passe est obligatoire.",
    "La contraseña es obligatoria.",
    "Passwort: siehe Tresor",
    "contraseña: pregunta a Ana",
    "The private key is in ~/.ssh/id_ed25519.",
    "passphrase is asked for at start",
    "Passwords are compared in constant time.",
    "The password is not checked here",
    "secret scanning is enabled",
    'the password is "correct" when the hash matches',
    "Ask Kim for the password, she is on call.",
    "pwd: prints the working directory",
    "pwd is /home/kim/project",
    "The PIN is printed on the card.",
    "The API token is a UUID.",
    "auth: basic",
    "credentials: include",
    "token: string",
    "key: value",
    "secret santa is on 2026-12-20",
    "password-protected file",
    "keyboard: querty-us-intl-2",
    "the secret to success is patience",
    "A key decision is to use Postgres15.",
    "The key is composite: tenant_id + order_id",
    "login as root with sudo -i",
    "username / password form",
    "admin / operator roles",
)
ARNS = (
    "arn:aws:iam::123456789012:role/deploy",
    "arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/db-AbCdEf",
    "projects/acme/secrets/db-pass/versions/3",
    "AROAEXAMPLEID",
    "cus_{A:14}",
    "pi_{A:24}",
    "price_{A:24}",
    "pk_live_{A:24}",
    "pk_test_{A:24}",
    "ca-app-pub-{D:16}/{D:10}",
    "UA-{D:8}-1",
    "G-{U:10}",
    "GTM-{U:7}",
    "AC{H:32}",
    "phc_{A:43}",
    "i-{H:17}",
    "vpc-{H:17}",
    "sg-{H:17}",
    "ami-{H:17}",
    "projects/p-{D:12}/locations/eu",
    "https://sentry.io/{D:7}",
    "https://{H:32}@o{D:6}.ingest.sentry.io/{D:7}",
    "ULID 01KDP3{8:20}",
    "order ORD-{D:10}",
    "AIDA{2:16}",
    "{D:12}-{L:32}.apps.googleusercontent.com",
    "evt_{A:24}",
    "prod_{A:14}",
    "PROJ-{D:4}",
)


def _arns(rng: random.Random) -> list[str]:
    return [f"It is {make(form, rng)} now." for form in ARNS for _ in range(2)]


PROSE = (
    "We chose React Query over SWR because its types are better and cache keys are explicit.",
    "Kim prefers tabs. Mara owns the token service; ask her before a release.",
    "The secret gate runs before a file is written.",
    "Key takeaways: 1) cache warmly 2) measure first 3) keep it simple",
    "Passing the baton: the pass rate of the suite is 98.7% as of 2026-10-02.",
    "Authentication uses OAuth 2.1 with PKCE; refresh tokens rotate.",
    "Der Schlüssel zum Erfolg ist Geduld; das Passwort-Feld hat jetzt ein Icon.",
    "La clave es medir antes de optimizar.",
    "La clave del éxito es la paciencia",
    "O segredo é a paciência.",
    "Kluczem jest cierpliwość.",
    "The build takes 12m30s on m5.2xlarge and 4m10s on c7g.8xlarge.",
    "Call me at +49 170 5550199 or mail kim@acme.dev.",
    "Meeting 2026-11-21T10:00:00Z in room B-204/C-17.",
    "ISBN 978-3-16-148410-0, DOI 10.1000/xyz123456789",
    "IBAN DE89 3704 0044 0532 0130 00",
    "MAC 00:1A:2B:3C:4D:5E and IPv6 2001:0db8:85a3:0000:0000:8a2e:0370:7334",
    "The word supercalifragilisticexpialidocious has 34 letters.",
    "Donaudampfschifffahrtsgesellschaftskapitaen",
    "Use `getUserByAuthenticationTokenOrThrowUnauthorizedException` here.",
    "THE_QUICK_BROWN_FOX_JUMPS_OVER_THE_LAZY_DOG_AGAIN",
    "useInfiniteQueryWithOptimisticUpdatesAndRollback",
    "password manager: 1Password; token ring is history",
    "We keep secrets in Vault, never in git; the pre-commit hook refuses them.",
    "login / logout buttons moved",
    "pass the salt",
    "The user / admin split is by role",
    "credentials are / were rotated",
    "密码必须至少12位。",
    "パスワードは必須です",
    "Пароль обязателен.",
    "пароль должен быть длинным",
    "비밀번호는 필수입니다",
    "Hasło jest wymagane.",
    "Het wachtwoord is verplicht.",
    "La password è obbligatoria.",
    "A senha é obrigatória.",
    "Lösenordet är för kort.",
    "the password is strong",
    "the api key is invalid",
    "password is incorrect",
)


def _prose(rng: random.Random) -> list[str]:
    return [*PROSE, *(" ".join(rng.sample(PROSE, 3)) for _ in range(40))]


def _images(rng: random.Random) -> list[str]:
    made = []
    for _ in range(40):
        blob = base64.b64encode(bytes(rng.getrandbits(8) for _ in range(rng.randrange(300, 3000)))).decode()
        made.append(
            rng.choice(
                (
                    "![x](data:image/png;base64,{})",
                    '<img src="data:image/jpeg;base64,{}">',
                    "url(data:font/woff2;base64,{})",
                )
            ).format("iVBORw0KGgo" + blob)
        )
    return made


PATHS = (
    "/usr/lib/python3.11/site-packages/detect_secrets/plugins/basic_auth.py",
    "C:\\Users\\kim\\AppData\\Local\\Programs\\Token",
    "src/components/password-reset/PasswordResetForm.tsx",
    "./node_modules/@acme/auth-token-provider/dist/index.mjs",
    "s3://acme-backups-eu-west-1/2026/11/21/db_password_hashes.tar.gz",
    "https://github.com/org/app/blob/{H:40}/src/secret.py#L10-L20",
    "/nix/store/{L:32}-glibc-2.39",
    "https://www.youtube.com/watch?v={T:11}",
    "https://docs.google.com/document/d/1{T:43}/edit",
    "https://pypi.org/project/detect-secrets/1.5.0/#files",
    "file:///home/kim/.config/token/config.toml",
    "key: config/keys/production.key",
    "password_file=/etc/postgres/pass.txt",
    "ssh deploy@host1.acme.dev:2222",
    "git@github.com:org/app.git",
    "https://kim@bitbucket.org/acme/app.git",
    "ssh://git@github.com:22/org/app",
    "docker pull ghcr.io/acme/api@sha256:{H:64}",
    "https://figma.com/file/{A:22}/Design",
    "https://unpkg.com/react@18.2.0/umd/react.production.min.js",
    "registry.acme.dev:5000/team/app:1.2.3-{H:7}",
    "s3.amazonaws.com/bucket/{H:32}/part-00001.parquet",
    "https://x.dev/reset?step=2&next=%2Fhome%3Ftab%3D1",
)


def _paths(rng: random.Random) -> list[str]:
    return [f"See {make(form, rng)} for more." for form in PATHS for _ in range(3)]


VERSIONS = (
    "password-hash 2.1.0-beta.4+build.{D:6}",
    "python 3.11.7, git 2.39.5, node v22.11.0",
    "secret-store==4.12.3.post1",
    "api-key-manager v1.0.0-rc.{D:2}",
    "Token 2022 program",
    "commit-{H:7}-20261121.{D:4}",
    "key: 1.2.3-alpha.7",
    "token: v2",
    "apiVersion: secrets-store.csi.x-k8s.io/v1",
    "kernel 6.1.0-18-amd64 #1 SMP Debian 6.1.76-1",
    "java 21.0.2+13-58",
    "password: >=8 chars, 1 digit",
    "GPT-4o-mini-2024-07-18",
    "claude-sonnet-4-5-20250929",
    "sk-learn 1.5.2",
    "sk-SK locale",
    "hf_transfer 0.1.8",
    "npm_config_cache=/tmp/npm",
    "npm_lifecycle_script_name_for_builds",
    "gsk_build_target_for_testing_only",
    "re_compile_pattern_with_options",
    "SG.health.check",
    "key-value-store-implementation-notes",
    "sl.isolation.level.read.committed",
    "AKIA is a prefix",
    "EAAA is hex for 60074",
    "dapi.acme.dev",
    "pat-na1 is the prefix",
    "fw_update_script_version_two_final",
    "fc-list prints fonts",
    "pa-risc is an old architecture and pa-lowercase-words-joined-by-hyphens-are-not-keys",
    "xai-explainable-artificial-intelligence-methods-overview-and-survey-of-recent-works",
    "csk-not-a-key",
    "e2b_test_suite_for_integration_of_the_sandbox",
)


def _versions(rng: random.Random) -> list[str]:
    return [f"We run {make(form, rng)} today." for form in VERSIONS for _ in range(2)]


def _repeat(texts: tuple[str, ...]) -> Callable[[random.Random], list[str]]:
    return lambda _rng: [form.format(text) for text in texts for form in ("{}\n", "- note\n- {}\n")]


LABELS = (
    "The staging password", "Staging password is", "The password for db is", "Passwort:", "The password (old)", "API key", "The staging password `x`", "**Password**",
    "Client secret", "The token", "Wachtwoord", "мой пароль", "数据库密码", "DB password, staging", "Where the password is", "The staging password is Mara's", "Database credentials",
)  # fmt: skip
TARGETS = (
    "fact/x.md", "fact/the-staging-password.md", "../fact/Staging_Password-2.md", "global/facts/Db2-password.md#Rotate-1", "x.md", "fact/{8:26}.md", "fact/пароль1.md", "fact/a%20B2.md",
    "fact/x&y_2.md", "./fact/X!1.md", "#The-Password1", "docs/{A:22}.html", "https://wiki.acme.dev/x/{A:22}", "?page=Db2&tab=3", "Runbooks/Db-Prod1/Password.pdf",
)  # fmt: skip
LINKS = (
    "- [{l}]({t})", "- [{l}]({t}): who may read it, and when", "* [[{t}|{l}]]", "* [[{l}]]", "- **[{l}]({t})** (decision, 2026-11-21)", "| [{l}]({t}) | Mara |\n|---|---|\n| [x]({t}) | 3 |",
    "| {l} | where |\n|---|---|\n| [{t}]({t}) | [[{t}]] |", "See [{l}]({t}), [{l}]({t}).", "[{l}]: {t}", '[{l}]: <{t}> "Title 1"', "## [{l}]({t})", "> [{l}]({t})", "![{l}]({t})",
    "- [{l}][Ref-1] and [{l}][]", "- [{l}] ({t})", "{l}: see [{t}]({t})", "- {l}: [[{t}]]", "- {l} → [Db2]({t})", '<a href="{t}">{l}</a>', "1. [{l}]( {t} )\n2. [{l}]({t})", "## {l}\n\n[Db2]({t})\n",
    "{l}[^Note1]", "- [x] [{l}]({t})", "[![{l}]({t})]({t})",
)  # fmt: skip


def _links(rng: random.Random) -> list[str]:
    return [
        form.format(l=rng.choice(LABELS), t=make(rng.choice(TARGETS), rng)) + "\n"
        for form in LINKS
        for _ in range(5)
    ]


CLASSES_OF_NEGATIVES: dict[str, Callable[[random.Random], list[str]]] = {
    "git-sha": _git_shas,
    "digest": _digests,
    "uuid": _uuids,
    "lockfile": _lockfiles,
    "code": _repeat(CODE),
    "placeholder": _repeat(PLACEHOLDERS),
    "format-talk": _repeat(FORMAT_TALK),
    "arn-ids": _arns,
    "prose": _prose,
    "base64-image": _images,
    "paths": _paths,
    "versions": _versions,
    "links": _links,
}

__all__ = ["CLASSES", "CLASSES_OF_NEGATIVES"]
