"""A labelled set of fake secrets in markdown, and of texts that only look like secrets; every value is made at run time.

Written before the rules, from the vendors' formats and from how people write notes. `positives()` and `negatives()` are
the same for the same seed.
"""

from __future__ import annotations

import base64
import random
from dataclasses import dataclass

from secretshapes import CLASSES, DIGITS, LOWER, SHAPES, UPPER, make

ALNUM = UPPER + LOWER + DIGITS


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """A text; `start` and `end` are the secret's place in it (both 0 in a negative). `kind` is its class, `type` what it is."""

    text: str
    kind: str
    type: str
    start: int = 0
    end: int = 0


CONTEXTS = {
    "prose": ("The deploy of the billing job uses ", " and it worked on the first try.\n"),
    "sentence-end": (
        "Ops gave us a new one for the staging cluster, it is ",
        ". Ask Mara before you change it.\n",
    ),
    "code-span": ("Use `", "` when the build asks for it.\n"),
    "env": ("```\nDEBUG=1\nSERVICE_VALUE=", "\nPORT=8080\n```\n"),
    "yaml": ("service:\n  region: eu-1\n  value: ", "\n  retries: 3\n"),
    "json": ('{"region": "eu-1", "value": "', '", "retries": 3}\n'),
    "table": ("| service | value |\n|---|---|\n| billing | ", " |\n| mail | none |\n"),
    "bullet": ("# Setup\n\n- clone the repo\n- ", "\n- run make\n"),
    "quote": ("> Mara wrote: take ", " for now\n\nWe did.\n"),
    "python": ('```python\nclient = Client("', '", timeout=3)\nclient.ping()\n```\n'),
    "parens": ("We moved it (", ") to the other account.\n"),
}


def put(before: str, secret: str, after: str, kind: str, what: str) -> Labelled:
    """Return the text with its secret's place."""
    return Labelled(
        text=before + secret + after, kind=kind, type=what, start=len(before), end=len(before) + len(secret)
    )


def letters(rng: random.Random, alphabet: str, count: int) -> str:
    """Return so many characters of an alphabet."""
    return "".join(rng.choice(alphabet) for _ in range(count))


def strong(rng: random.Random, count: int = 16) -> str:
    """Return a password as a password manager makes it: letters, digits and signs, ending in a letter."""
    return (
        letters(rng, ALNUM + "!@#%^*_-+=", count - 3)
        + rng.choice(DIGITS)
        + rng.choice(UPPER)
        + rng.choice(LOWER)
    )


def human(rng: random.Random) -> str:
    """Return a password as people make them."""
    words = (
        "Sunshine",
        "winter",
        "Dragon",
        "tiger",
        "Bratwurst",
        "correct",
        "Horse",
        "blue",
        "Monkey",
        "falcon",
        "Pizza",
        "rocket",
    )
    word, other = rng.sample(words, 2)
    form = rng.randrange(6)
    number = rng.randrange(10, 99)
    return (
        f"{word}{2015 + number % 11}!",
        f"{word}_{other}{number}",
        f"{word}{number}{other}",
        f"{word.replace('o', '0').replace('i', '1')}#{number}x",
        f"{word}-{other}-{number}",
        f"{number}{word}?{other}",
    )[form]


def positives(seed: int = 7) -> list[Labelled]:
    """Return every positive, all classes."""
    rng = random.Random(seed)
    made: list[Labelled] = []
    for part in (_shaped, _contextual, _assign, _natural, _url_db, _url_basic, _header, _pem, _evasive):
        made += part(rng)
    return made


def _shaped(rng: random.Random) -> list[Labelled]:
    made = []
    for what, templates in SHAPES.items():
        for number, (before, after) in enumerate(CONTEXTS.values()):
            made.append(put(before, make(templates[number % len(templates)], rng), after, "shaped", what))
    return made


VENDOR = {
    # what it is: (how its name is written in a variable, how it is said, the value's template)
    "aws-secret": ("AWS_SECRET_ACCESS_KEY", "AWS secret access key", "{B:40}"),
    "azure-storage": ("AZURE_STORAGE_KEY", "storage account key", "{B:86}=="),
    "datadog": ("DD_API_KEY", "Datadog API key", "{H:32}"),
    "datadog-app": ("DATADOG_APP_KEY", "Datadog application key", "{H:40}"),
    "twilio-token": ("TWILIO_AUTH_TOKEN", "Twilio auth token", "{H:32}"),
    "cloudflare": ("CLOUDFLARE_API_TOKEN", "Cloudflare API token", "{T:40}"),
    "heroku": ("HEROKU_API_KEY", "Heroku API key", "{u}"),
    "algolia": ("ALGOLIA_ADMIN_KEY", "Algolia admin key", "{H:32}"),
    "cohere": ("COHERE_API_KEY", "Cohere API key", "{A:40}"),
    "mistral": ("MISTRAL_API_KEY", "Mistral API key", "{A:32}"),
    "together": ("TOGETHER_API_KEY", "Together API key", "{H:64}"),
    "okta": ("OKTA_API_TOKEN", "Okta API token", "00{T:40}"),
    "fastly": ("FASTLY_API_TOKEN", "Fastly API token", "{T:32}"),
    "vercel-old": ("VERCEL_TOKEN", "Vercel token", "{A:24}"),
    "hetzner": ("HCLOUD_TOKEN", "Hetzner Cloud token", "{A:64}"),
    "linode": ("LINODE_TOKEN", "Linode token", "{H:64}"),
    "gitea": ("GITEA_TOKEN", "Gitea token", "{H:40}"),
    "spotify": ("SPOTIFY_CLIENT_SECRET", "Spotify client secret", "{H:32}"),
    "wandb": ("WANDB_API_KEY", "Weights & Biases API key", "{H:40}"),
    "pagerduty": ("PAGERDUTY_API_KEY", "PagerDuty API key", "{T:20}"),
    "openweather": ("OPENWEATHER_API_KEY", "OpenWeather API key", "{H:32}"),
    "django": ("DJANGO_SECRET_KEY", "Django secret key", "{A:20}$&#{A:27}"),
    "mixpanel": ("MIXPANEL_SECRET", "Mixpanel secret", "{H:32}"),
    "eth-key": ("PRIVATE_KEY", "wallet's private key", "0x{H:64}"),
    "session-secret": ("SESSION_SECRET", "session secret", "{A:40}"),
}


def _contextual(rng: random.Random) -> list[Labelled]:
    made = []
    for what, (name, said, template) in VENDOR.items():
        forms = (
            (f"```\n{name}=", "\n```\n"),
            (f"export {name}='", "'\n"),
            (f"Our {said} is `", "`, kept here until the vault works.\n"),
            (f"- **{said}:** ", "\n- region: eu\n"),
            (f'{{"{name.lower()}": "', '"}\n'),
        )
        made += [put(before, make(template, rng), after, "contextual", what) for before, after in forms]
    return made


ASSIGN = (
    ("DB_PASSWORD=", "\n"),
    ("export ADMIN_PASSWORD='", "'\n"),
    ("password: ", "\nuser: admin\n"),
    ('  "password": "', '",\n'),
    ("db_pass = '", "'\n"),
    ("| root password | ", " |\n"),
    ("| user | password |\n|---|---|\n| admin | ", " |\n"),
    ("spring.datasource.password=", "\n"),
    ("<password>", "</password>\n"),
    ('$env:APP_SECRET = "', '"\n'),
    ("SET PGPASSWORD=", "\n"),
    ("- client_secret: ", "\n"),
    ("passwd = ", "\n"),
    ("auth_token: '", "'\n"),
    ('const apiKey = "', '";\n'),
    ('API_SECRET := "', '"\n'),
    ("mysql -u root -p'", "' shop\n"),
    ("ENV ROOT_PASSWORD ", "\n"),
    ("--password ", " --host db1\n"),
    ("--token=", " --yes\n"),
    ('encryption_key: "', '"\n'),
    ("jwt.secret = ", "\n"),
    ("machine git.acme.dev login bot password ", "\n"),
    ("**Password**: `", "`\n"),
    ("smtp_pass: ", "\n"),
    ('config.webhook_secret = "', '"\n'),
    ("set_password('", "')\n"),
    ("[auth]\npass = ", "\n"),
    ('ACCESS_KEY_SECRET: "', '"\n'),
    ("redis-cli -a ", " ping\n"),
)


def _assign(rng: random.Random) -> list[Labelled]:
    made = []
    for before, after in ASSIGN:
        for number in range(4):
            value = (
                letters(rng, ALNUM, 24)
                if number == 0
                else strong(rng).replace("#", "x").replace("=", "y")
                if number < 3
                else human(rng).replace("#", "_")
            )
            made.append(put(before, value, after, "assign", before.strip()[:24] or "table"))
    return made


NATURAL = (
    ("The staging password is ", ", please rotate it next week.\n"),
    ("Login with admin / ", " on the test box.\n"),
    ('the wifi password is "', '"\n'),
    ("Root's password was changed to ", " yesterday.\n"),
    ("use password ", " for the demo account\n"),
    ("My passphrase is '", "' for the backup disk.\n"),
    ("pw: ", "\n"),
    ("The password for the NAS: ", "\n"),
    ("You can log in as `demo` with password `", "`.\n"),
    ("password of the router = ", "\n"),
    ("I set the DB password to `", "` on db2.\n"),
    ("Credentials: admin:", " (grafana)\n"),
    ("The PIN-protected key has the passphrase ", "\n"),
    ("creds are bob / ", "\n"),
    ("username: kim, password: ", "\n"),
    ("The API key we use is ", " until May.\n"),
    ("Jenkins admin pwd ", " (do not share)\n"),
    ("Das Passwort für den Server ist ", "\n"),
    ("Passwort: ", "\n"),
    ("Das Kennwort lautet „", "“.\n"),
    ("Le mot de passe est ", "\n"),
    ("mot de passe : ", "\n"),
    ("La contraseña es ", "\n"),
    ("contraseña: ", "\n"),
    ("la clave del servidor es ", "\n"),
    ("La password è ", "\n"),
    ("A senha do banco é ", "\n"),
    ("senha: ", "\n"),
    ("Het wachtwoord is ", "\n"),
    ("wachtwoord: ", "\n"),
    ("Hasło do bazy to ", "\n"),
    ("hasło: ", "\n"),
    ("Пароль от сервера: ", "\n"),
    ("пароль ", "\n"),
    ("密码是 ", "\n"),
    ("密码：", "\n"),
    ("パスワードは ", " です\n"),
    ("비밀번호는 ", " 입니다\n"),
    ("Lösenordet är ", "\n"),
    ("Adgangskoden er ", "\n"),
    ("Salasana on ", "\n"),
    ("Şifre: ", "\n"),
    ("Heslo je ", "\n"),
)


def _natural(rng: random.Random) -> list[Labelled]:
    made = []
    for number, (before, after) in enumerate(NATURAL):
        made.append(put(before, strong(rng, 12 + number % 6), after, "nl-password", before.strip()))
        made.append(put(before, human(rng), after, "nl-password", before.strip()))
    return made


DB_URLS = (
    "postgres://app:{}@db.acme.internal:5432/shop",
    "postgresql+asyncpg://app:{}@10.0.0.4/shop",
    "mysql://root:{}@mysql:3306/x",
    "mongodb+srv://svc:{}@c0.ab1cd.mongodb.net/t",
    "redis://:{}@cache.acme.internal:6379/0",
    "amqp://mq:{}@rabbit/vhost",
    "Server=tcp:sql.acme.net,1433;Database=shop;User ID=app;Password={};Encrypt=True;",
    "Host=db;Username=app;Password={};Database=shop",
    "jdbc:postgresql://db/shop?user=app&password={}",
    "jdbc:oracle:thin:scott/{}@//ora1:1521/XE",
    "DefaultEndpointsProtocol=https;AccountName=acme;AccountKey={};EndpointSuffix=core.windows.net",
    "clickhouse://u:{}@ch:9000/d",
    "mssql+pyodbc://sa:{}@sql1/d",
)


def _url_db(rng: random.Random) -> list[Labelled]:
    made = []
    for form in DB_URLS:
        before, after = form.split("{}")
        for shell in ("`{}`", "DATABASE_URL={}", "The worker connects to {} from the pod."):
            left, right = shell.split("{}")
            value = (
                make("{B:86}==", rng)
                if "AccountKey" in form
                else make("{A:18}", rng)
                if shell != "DATABASE_URL={}"
                else human(rng).replace("#", "_").replace("?", "")
            )
            made.append(put(left + before, value, after + right + "\n", "url-db", before.split(":")[0]))
    return made


def _url_basic(rng: random.Random) -> list[Labelled]:
    forms = (
        ("git clone https://deploy:", "@git.acme.dev/app.git\n"),
        ("https://oauth2:", "@gitlab.acme.dev/x.git\n"),
        ("curl https://bob:", "@api.acme.dev/v1\n"),
        ("ftp://files:", "@ftp.acme.dev/in\n"),
        ("proxy is http://px:", "@10.1.1.1:3128 for all\n"),
        ("https://", ":x-oauth-basic@github.com/a/b.git\n"),
        ("pip install --index-url https://ci:", "@pypi.acme.dev/simple x\n"),
        ("sftp://in:", "@files.acme.dev\n"),
        ("smtp://mailer%40acme.dev:", "@mx:587\n"),
    )
    return [
        put(
            before,
            make("{A:22}", rng) if n else human(rng).replace("#", "").replace("?", "x"),
            after,
            "url-basic",
            before.split(":")[0],
        )
        for before, after in forms
        for n in (0, 1)
        if n or "x-oauth" not in after
    ]


def _header(rng: random.Random) -> list[Labelled]:
    forms = (
        ("curl -H 'Authorization: Bearer ", "' https://x\n", "{A:40}"),
        ("Authorization: Basic ", "\n", "b64"),
        ("X-Api-Key: ", "\n", "{A:32}"),
        ('-H "X-Auth-Token: ', '"\n', "{H:40}"),
        ("Cookie: sessionid=", "; theme=dark\n", "{L:32}"),
        ("`Authorization: token ", "`\n", "{H:40}"),
        ("curl -u bob:", " https://x/y\n", "{A:18}"),
        ("PRIVATE-TOKEN: ", "\n", "{A:20}"),
        ("headers = {'Authorization': 'Bearer ", "'}\n", "{T:48}"),
        ("Set-Cookie: auth_session=", "; HttpOnly\n", "{A:40}"),
        ("curl --user admin:", " https://x\n", "{A:16}"),
        ("Proxy-Authorization: Basic ", "\n", "b64"),
        ('"x-api-key": "', '"\n', "{T:40}"),
        ('Authorization: Digest username="b", response="', '"\n', "{H:32}"),
        ("Ocp-Apim-Subscription-Key: ", "\n", "{H:32}"),
    )
    made = []
    for before, after, template in forms:
        for _ in range(2):
            value = (
                base64.b64encode(f"user{rng.randrange(99)}:{make('{A:14}', rng)}".encode()).decode()
                if template == "b64"
                else make(template, rng)
            )
            made.append(put(before, value, after, "header", before.strip()))
    return made


KEY_KINDS = (
    "RSA PRIVATE KEY",
    "EC PRIVATE KEY",
    "OPENSSH PRIVATE KEY",
    "PRIVATE KEY",
    "ENCRYPTED PRIVATE KEY",
    "DSA PRIVATE KEY",
    "PGP PRIVATE KEY BLOCK",
)


def _block(rng: random.Random, kind: str, lines: int = 8) -> tuple[str, list[str], str]:
    body = [make("{B:64}", rng) for _ in range(lines - 1)] + [make("{B:40}", rng) + "=="]
    return "-----BEGIN " + kind + "-----", body, "-----END " + kind + "-----"


def _pem(rng: random.Random) -> list[Labelled]:
    made = []
    for kind in KEY_KINDS:
        begin, body, end = _block(rng, kind)
        whole = [begin, *body, end]
        made += [
            put("The deploy key:\n\n", "\n".join(whole), "\n\nKeep it.\n", "pem", kind),
            put("```\n", "\n".join(whole), "\n```\n", "pem", kind + " fenced"),
            put('{"private_key": "', "\\n".join(whole) + "\\n", '", "id": 1}\n', "pem", kind + " escaped"),
            put("key: |\n    ", "\n    ".join(whole), "\nother: 1\n", "pem", kind + " indented"),
            put("> ", "\n> ".join(whole), "\n\ntext\n", "pem", kind + " quoted"),
            put("Cut off:\n\n", "\n".join(whole[:6]), "\n", "pem", kind + " truncated"),
        ]
    for _ in range(2):
        made.append(put("saved as x.ppk:\n\n", _ppk(rng), "\n\nDone.\n", "pem", "putty"))
        made.append(
            put(
                "KEY='",
                " ".join(
                    (
                        "-----BEGIN " + "RSA PRIVATE KEY-----",
                        *[make("{B:64}", rng) for _ in range(5)],
                        "-----END " + "RSA PRIVATE KEY-----",
                    )
                ),
                "'\n",
                "pem",
                "one line",
            )
        )
        made.append(
            put(
                "[Interface]\nPrivateKey = ",
                make("{B:42}", rng) + "8=",
                "\nAddress = 10.0.0.2\n",
                "pem",
                "wireguard",
            )
        )
    return made


def _ppk(rng: random.Random) -> str:
    public = "\n".join(make("{B:64}", rng) for _ in range(2))
    private = "\n".join(make("{B:64}", rng) for _ in range(4))
    return f"PuTTY-User-Key-File-{3}: ssh-rsa\nEncryption: none\nComment: me\nPublic-Lines: 2\n{public}\nPrivate-Lines: 4\n{private}\nPrivate-MAC: {make('{H:64}', rng)}"


def _evasive(rng: random.Random) -> list[Labelled]:
    shapes = (
        "ghp_{A:36}",
        "sk-ant-api03-{T:93}AA",
        "glpat-{A:20}",
        "AKIA{2:16}",
        "xoxb-{D:12}-{D:13}-{A:24}",
        "sk_live_{A:24}",
        "npm_{A:36}",
        "hf_{M:34}",
        "AIza{A:35}",
        "SG.{A:22}.{A:43}",
        "github_pat_{A:22}_{A:59}",
        "dop_v1_{H:64}",
    )
    return [sample for shape in shapes for sample in _evasions(make(shape, rng), rng)]


def _evasions(secret: str, rng: random.Random) -> list[Labelled]:
    third = len(secret) // 2
    head, tail = secret[:third], secret[third:]
    raw = secret.encode()
    b64 = base64.b64encode(raw).decode()
    forms = {
        "zero-width": head + "\u200b" + tail,
        "soft-hyphen": head + "\u00ad" + tail,
        "full-width": "".join(chr(ord(c) + 0xFEE0) if c.isalnum() else c for c in secret),
        "md-escape": secret.replace("_", "\\_").replace("-", "\\-").replace(".", "\\.")
        if not secret.isalnum()
        else head + "**" + tail + "**",
        "bold-inside": head + "**" + tail + "**",
        "percent": secret.replace("_", "%5F").replace("-", "%2D")
        if not secret.isalnum()
        else "".join(f"%{ord(c):02X}" if i % 6 == 0 else c for i, c in enumerate(secret)),
        "wrapped": head + "\n" + tail,
        "folded": head + "\n    " + tail,
        "concat": head + '" + "' + tail,
        "concat-lines": head + '"\n    "' + tail,
        "backslash": head + "\\\n" + tail,
        "base64": b64,
        "base64-twice": base64.b64encode(b64.encode()).decode(),
        "hex": raw.hex(),
        "entity": secret.replace("_", "&#95;").replace("-", "&#45;").replace(".", "&#46;")
        if not secret.isalnum()
        else head + "&#8203;" + tail,
    }
    return [
        put('Kept for later: "', shown, '"\nand nothing more.\n', "evasive", name)
        for name, shown in forms.items()
    ]


def negatives(seed: int = 11) -> list[Labelled]:
    """Return every hard negative, all classes."""
    from secretnegatives import CLASSES_OF_NEGATIVES

    rng = random.Random(seed)
    return [
        Labelled(text=text, kind=kind, type=kind)
        for kind, build in CLASSES_OF_NEGATIVES.items()
        for text in build(rng)
    ]


__all__ = ["CLASSES", "CONTEXTS", "Labelled", "human", "letters", "negatives", "positives", "put", "strong"]
