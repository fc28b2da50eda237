"""The long tail: forms in which notes and files hold secrets, one sample each, collected without a look at the rules.

When these were first scanned, 45 of the then 98 were found; what was missing was then built by class. It is no longer a
fair measure of what the rules do to unseen text, but it keeps what was won.
"""

from __future__ import annotations

import base64
import random

from secretkit import Labelled, put
from secretshapes import make

PLAIN = "{M:2}{D:2}{C:4}{D:1}"  # a password of letters and digits
SIGNED = "{M:2}{D:1}!{C:3}{D:1}{M:1}"  # … with a sign
FORMS: tuple[tuple[str, str], ...] = (
    ('<Pass encoding="base64">§</Pass>', "b64"), ("localhost:5432:shop:app:§\n", PLAIN), ("//registry.npmjs.org/:_password=§\n", "b64"), ("define('DB_PASSWORD', '§');", SIGNED),
    ("define( 'AUTH_KEY', '§' );", "{A:5}!{A:6}&{A:4}^{A:8}#{A:9}"), ('"auth": "§"', "basic"), ('{"auths":{"ghcr.io":{"auth":"§"}}}', "basic"), ("AdminPassword=§\n", PLAIN),
    ("$cfg['Servers'][$i]['password'] = '§';", PLAIN), ('<add key="ApiSecret" value="§" />', "{A:32}"), ('<setting name="Password" value="§"/>', PLAIN), ("  password: §  # rotate in June\n", PLAIN),
    ("password=§&grant_type=password", PLAIN), ("sshpass -p § ssh root@10.0.0.4", PLAIN), ("net use Z: \\\\srv\\share /user:acme\\bob §", SIGNED), ("echo '§' | docker login -u bob --password-stdin", SIGNED),
    ("docker login -u bob -p § registry.acme.dev", PLAIN), ("htpasswd -b file bob §", PLAIN), ("ALTER USER app WITH PASSWORD '§';", PLAIN), ("CREATE USER 'app'@'%' IDENTIFIED BY '§';", PLAIN),
    ("GRANT ALL ON *.* TO app IDENTIFIED BY '§'", PLAIN), ("requirepass §\n", PLAIN), ("client = OpenAI(api_key='§')", "sk-{A:48}"), ('openai.api_key = "§"', "{A:40}"), ("AZURE_OPENAI_KEY=§", "{H:32}"),
    ("MY_OPENAI_KEY=§", "{H:32}"), ("the key for the maps API: §", "AIza{A:35}"), ("GitHub PAT for CI (expires in May): §", "{H:40}"), ("token=§", "{H:40}"), ("access_token: §", "{A:64}"), ("Bearer §", "{A:64}"),
    ("?api_key=§&q=1", "{H:32}"), ("https://api.acme.dev/v1?token=§", "{A:32}"), ("https://api.acme.dev/v1?key=§", "{A:32}"), ("x-functions-key: §", "{A:54}=="), ("VAULT_UNSEAL_KEY_1=§", "{B:43}="),
    ("Unseal Key 1: §", "{B:43}="), ("Initial Root Token: §", "hvs.{A:24}"), ('Our mnemonic is "§"', "words"), ("seed phrase: §", "words"), ("totp secret §", "{2:24}"), ("2FA secret: §", "{2:24}"),
    ("WIFI:S:home;T:WPA;P:§;;", PLAIN), ("wpa_passphrase=§", PLAIN), ('psk="§"', PLAIN), ("snmp community string is §", SIGNED), ("admin:§ @ grafana.acme.dev", SIGNED), ("user root, pass §", SIGNED), ("root/§", SIGNED),
    ("I logged in as root with §", SIGNED), ("Login: kim\nPassword: §\n", PLAIN), ("Password:\n§\n", SIGNED), ("Password:\n\n    §\n", SIGNED), ("Username: kim\nPW: §\n", "sommer{D:4}"), ("## Password\n\n`§`\n", SIGNED),
    ("| Password |\n|---|\n| § |\n", PLAIN), ("password is now § everywhere", SIGNED), ("new password: § (old one was revoked)", SIGNED), ("We changed the root password from x to § last night", SIGNED), ("mein Passwort für Jira lautet §", SIGNED),
    ("Zugangsdaten: kim / §", SIGNED), ("identifiants : bob / §", SIGNED), ("Parola este §", SIGNED), ("Κωδικός: §", SIGNED), ("Mật khẩu là §", SIGNED), ("パスワード：§", SIGNED), ("passwort=§", PLAIN), ("secret key base: §", "{H:128}"),
    ("SECRET_KEY_BASE=§", "{H:128}"), ("-e MYSQL_ROOT_PASSWORD=§ -p 3306", PLAIN), ('Environment="DB_PASS=§"', PLAIN), ("- name: DB_PASSWORD\n  value: §\n", PLAIN), ('- name: API_TOKEN\n  value: "§"\n', "{A:40}"),
    ('"name": "DB_PASSWORD", "value": "§"', PLAIN), ("password = '''§'''", PLAIN), ("password: >-\n  §\n", SIGNED), ("Password => §", PLAIN), (":password => '§'", PLAIN), ("password := `§`", PLAIN), ('conn.login("bob", "§")', PLAIN),
    ("auth=('bob', '§')", PLAIN), ("HTTPBasicAuth('bob', '§')", PLAIN), ('new NetworkCredential("bob", "§")', PLAIN), ('(setq erc-password "§")', PLAIN), ("machine x login y\npassword §\n", PLAIN), ("fernet_key = §", "{A:43}="),
    ("encryption: aes-256 key §", "{H:64}"), ("jwt_secret: §", "my-very-long-jwt-secret-{D:4}"), ("NEXTAUTH_SECRET=§", "{B:43}="), ("private key 0x§", "{H:64}"), ("wallet: 5§", "{5:50}"), ("ssh -i k bob@h # pw §", SIGNED),
    ("pass: §", SIGNED), ("KEY = b'§'", "{A:43}="), ("license key: §", "{U:5}-{U:5}-{U:5}-{U:5}-{U:5}"), ("the pw for it's §", SIGNED), ("Recovery codes: §", "{H:5}-{H:5}"), ("remember: pin code of the alarm is §", "{D:6}"),
)  # fmt: skip
WORDS = "legal winner thank year wave sausage worth useful ocean pilot river stone tiger urban velvet window yellow zebra anchor bridge candle dragon ember forest".split()


def tail(seed: int = 3) -> list[Labelled]:
    """Return one sample of each form."""
    rng = random.Random(seed)
    made = []
    for form, template in FORMS:
        before, after = form.split("§")
        made.append(put(before, _value(template, rng), after, "tail", form.strip()[:30]))
    return made


def _value(template: str, rng: random.Random) -> str:
    if template == "words":
        return " ".join(rng.sample(WORDS, 12))
    if template in ("b64", "basic"):
        plain = make(SIGNED, rng) if template == "b64" else "admin:" + make(SIGNED, rng)
        return base64.b64encode(plain.encode()).decode()
    return make(template, rng)
