"""How the tokens of many vendors are shaped, as templates: no value is here, each is made when a test runs.

`{X:n}` stands for n characters of class X (see CLASSES), `{u}` for a UUID, `{j}` for a base64 JSON segment. Written from
what the vendors say of their formats, not from memsync's rules.
"""

from __future__ import annotations

import base64
import json
import re
import uuid
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random

LOWER = "abcdefghijklmnopqrstuvwxyz"
UPPER = LOWER.upper()
DIGITS = "0123456789"
CLASSES = {
    "D": DIGITS,
    "H": DIGITS + "abcdef",
    "X": DIGITS + "ABCDEF",
    "C": LOWER,
    "U": UPPER + DIGITS,
    "L": LOWER + DIGITS,
    "M": UPPER + LOWER,
    "A": UPPER + LOWER + DIGITS,
    "W": UPPER + LOWER + DIGITS + "_",
    "T": UPPER + LOWER + DIGITS + "_-",
    "B": UPPER + LOWER + DIGITS + "+/",
    "2": UPPER + "234567",
    "Q": UPPER + LOWER + DIGITS + "_~.-",
    "8": "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L",
    "5": "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz",
}

SHAPES: dict[str, tuple[str, ...]] = {
    # clouds
    "aws-access-key": ("AKIA{2:16}", "ASIA{2:16}"),
    "aws-bedrock": ("ABSK{B:109}=",),
    "gcp-api-key": ("AIza{T:35}",),
    "gcp-oauth-access": ("ya29.{T:140}", "ya29.a0{T:180}"),
    "google-client-secret": ("GOCSPX-{T:28}",),
    "google-refresh-token": ("1//0{D:1}{T:60}",),
    "azure-ad": ("{A:3}8Q~{Q:33}A",),
    "azure-devops": ("{A:76}AZDO{A:4}",),
    "azure-registry": ("{A:42}+ACR{A:6}",),
    "azure-cosmos": ("{A:76}ACDb{A:6}==",),
    "azure-sas": (
        "https://acme.blob.core.windows.net/c/f.csv?sv=2023-01-03&se=2027-01-01T00%3A00%3A00Z&sr=b&sp=r&sig={A:40}%2B{A:2}%3D",
    ),
    "digitalocean": ("dop_v1_{H:64}", "doo_v1_{H:64}", "dor_v1_{H:64}"),
    "cf-origin-ca": ("v1.0-{H:24}-{H:146}",),
    "alibaba": ("LTAI{A:20}",),
    "tencent": ("AKID{A:32}",),
    "yandex": ("AQVN{T:36}", "y0_{T:57}", "YCAJ{T:36}"),
    "fly": ("fo1_{T:43}", "FlyV1 fm2_{B:120}"),
    "heroku": ("HRKU-AA{T:58}",),
    "netlify": ("nfp_{A:36}", "nfc_{A:36}"),
    "vercel": ("vcp_{A:56}", "vck_{A:56}"),
    "supabase": ("sbp_{H:40}", "sb_secret_{T:31}"),
    "planetscale": ("pscale_tkn_{T:43}", "pscale_pw_{T:43}", "pscale_oauth_{T:43}"),
    "neon": ("napi_{L:64}",),
    "render": ("rnd_{A:28}",),
    "databricks": ("dapi{H:32}", "dapi{H:32}-2"),
    "mongodb-atlas": ("mdb_sa_sk_{T:40}",),
    # code hosts and registries
    "github-pat": ("ghp_{A:36}",),
    "github-oauth": ("gho_{A:36}",),
    "github-app": ("ghs_{A:36}", "ghu_{A:36}"),
    "github-refresh": ("ghr_{A:76}",),
    "github-fine": ("github_pat_{A:22}_{A:59}",),
    "gitlab-pat": ("glpat-{T:20}", "glpat-{T:27}.01.{L:9}"),
    "gitlab-other": (
        "gldt-{T:20}",
        "glrt-{T:20}",
        "glptt-{H:40}",
        "glcbt-1a_{T:20}",
        "gloas-{H:64}",
        "glsoat-{T:20}",
        "glft-{T:20}",
    ),
    "bitbucket": ("ATBB{A:32}",),
    "npm": ("npm_{A:36}",),
    "pypi": ("pypi-AgEIcHlwaS5vcmc{T:150}",),
    "rubygems": ("rubygems_{H:48}",),
    "crates": ("cio{A:32}",),
    "nuget": ("oy2{L:43}",),
    "dockerhub": ("dckr_pat_{T:27}", "dckr_oat_{T:32}"),
    "artifactory": ("AKCp{D:1}{A:68}",),
    "clojars": ("CLOJARS_{H:60}",),
    "sourcegraph": ("sgp_{H:16}_{H:40}", "sgp_{H:40}"),
    # language models
    "openai-legacy": ("sk-{A:20}T3BlbkFJ{A:20}",),
    "openai-proj": ("sk-proj-{T:74}T3BlbkFJ{T:74}", "sk-proj-{A:48}"),
    "openai-admin": ("sk-admin-{T:74}T3BlbkFJ{T:74}",),
    "openai-svc": ("sk-svcacct-{T:74}T3BlbkFJ{T:74}",),
    "anthropic": ("sk-ant-api03-{T:93}AA",),
    "anthropic-admin": ("sk-ant-admin01-{T:93}AA",),
    "anthropic-oauth": ("sk-ant-oat01-{T:93}AA", "sk-ant-ort01-{T:93}AA", "sk-ant-sid01-{T:93}AA"),
    "openrouter": ("sk-or-v1-{H:64}",),
    "deepseek": ("sk-{H:32}",),
    "groq": ("gsk_{A:52}",),
    "huggingface": ("hf_{M:34}", "api_org_{M:34}"),
    "replicate": ("r8_{A:37}",),
    "perplexity": ("pplx-{A:48}",),
    "xai": ("xai-{A:80}",),
    "langsmith": ("lsv2_pt_{H:32}_{H:10}", "lsv2_sk_{H:32}_{H:10}"),
    "langfuse": ("sk-lf-{u}",),
    "tavily": ("tvly-{A:32}", "tvly-dev-{A:32}"),
    "fireworks": ("fw_{A:24}",),
    "nvidia": ("nvapi-{T:64}",),
    "cerebras": ("csk-{L:48}",),
    "elevenlabs": ("sk_{H:48}",),
    "pinecone": ("pcsk_{A:6}_{A:63}",),
    "jina": ("jina_{H:32}{T:28}",),
    "firecrawl": ("fc-{H:32}",),
    "e2b": ("e2b_{H:40}",),
    "voyage": ("pa-{T:43}",),
    # secrets and infrastructure
    "vault": ("hvs.{T:95}", "hvb.{T:140}", "hvs.{A:24}"),
    "terraform": ("{A:14}.atlasv1.{T:67}",),
    "pulumi": ("pul-{H:40}",),
    "doppler": ("dp.pt.{A:43}", "dp.st.dev.{A:43}", "dp.sa.{A:43}"),
    "onepassword": ("ops_eyJ{B:250}", "A3-{U:6}-{U:6}-{U:5}-{U:5}-{U:5}-{U:5}"),
    "age": ("AGE-SECRET-KEY-1{8:58}",),
    "tailscale": ("tskey-auth-k{A:11}CNTRL-{A:32}", "tskey-api-k{A:11}CNTRL-{A:32}"),
    "ngrok": ("2{A:26}_{A:21}",),
    "sentry-org": ("sntrys_eyJ{B:120}=_{B:43}",),
    "sentry-user": ("sntryu_{H:64}",),
    "grafana": ("glsa_{A:32}_{H:8}", "glc_eyJ{B:120}="),
    "newrelic": ("NRAK-{U:27}", "NRII-{T:32}", "{H:36}NRAL"),
    "dynatrace": ("dt0c01.{2:24}.{2:64}",),
    "sonar": ("sqp_{H:40}", "squ_{H:40}", "sqa_{H:40}"),
    "buildkite": ("bkua_{H:40}",),
    "circleci": ("CCIPAT_{A:22}_{H:40}",),
    "launchdarkly": ("sdk-{u}", "api-{u}"),
    "prefect": ("pnu_{A:36}",),
    "posthog": ("phx_{A:43}",),
    "postman": ("PMAK-{H:24}-{H:34}",),
    "octopus": ("API-{U:26}",),
    "contentful": ("CFPAT-{T:43}",),
    "nats": ("SUA{2:55}",),
    # chat and mail
    "slack-bot": ("xoxb-{D:12}-{D:13}-{A:24}",),
    "slack-user": ("xoxp-{D:12}-{D:12}-{D:13}-{H:32}",),
    "slack-app": ("xapp-1-A{U:10}-{D:13}-{H:64}",),
    "slack-config": ("xoxe.xoxp-1-{B:160}", "xoxe-1-{A:146}"),
    "slack-webhook": ("https://hooks.slack.com/services/T{U:8}/B{U:10}/{A:24}",),
    "discord-bot": ("M{A:25}.{A:6}.{T:38}", "N{A:23}.{A:6}.{T:27}"),
    "discord-webhook": (
        "https://discord.com/api/webhooks/{D:18}/{T:68}",
        "https://discordapp.com/api/webhooks/{D:19}/{T:68}",
    ),
    "teams-webhook": ("https://acme.webhook.office.com/webhookb2/{u}@{u}/IncomingWebhook/{H:32}/{u}",),
    "telegram": ("{D:10}:AA{T:33}",),
    "mailgun": ("key-{H:32}",),
    "mailchimp": ("{H:32}-us14",),
    "mandrill": ("md-{T:22}",),
    "sendgrid": ("SG.{T:22}.{T:43}",),
    "brevo": ("xkeysib-{H:64}-{A:16}", "xsmtpsib-{H:64}-{A:16}"),
    "resend": ("re_{A:8}_{A:24}",),
    "twilio": ("SK{H:32}",),
    "intercom": ("dG9rO{B:54}=",),
    "zapier-hook": ("https://hooks.zapier.com/hooks/catch/{D:7}/{L:7}/",),
    # money and commerce
    "stripe": ("sk_live_{A:24}", "sk_live_51{A:97}", "rk_live_51{A:97}"),
    "stripe-test": ("sk_test_{A:24}", "sk_test_51{A:97}"),
    "stripe-webhook": ("whsec_{A:32}",),
    "shopify": ("shpat_{H:32}", "shpss_{H:32}", "shpca_{H:32}", "shppa_{H:32}"),
    "square": ("sq0csp-{T:43}", "sq0atp-{T:22}", "EAAA{T:60}"),
    "braintree": ("access_token$production${L:16}${H:32}",),
    "plaid": ("access-production-{u}", "access-sandbox-{u}"),
    "flutterwave": ("FLWSECK-{H:32}-X", "FLWSECK_TEST-{H:32}-X"),
    "razorpay": ("rzp_live_{A:14}",),
    "shippo": ("shippo_live_{H:40}",),
    "easypost": ("EZAK{A:54}",),
    "duffel": ("duffel_live_{T:43}",),
    # work
    "linear": ("lin_api_{A:40}",),
    "linear-oauth": ("lin_oauth_{H:64}",),
    "notion": ("ntn_{A:46}", "secret_{A:43}"),
    "airtable": ("pat{A:14}.{H:64}",),
    "atlassian": ("ATATT3xFfGF0{T:170}={X:8}",),
    "asana": ("1/{D:16}:{H:32}", "2/{D:16}/{D:16}:{H:32}"),
    "clickup": ("pk_{D:8}_{U:32}",),
    "figma": ("figd_{T:40}", "figu_{T:40}"),
    "hubspot": ("pat-na1-{u}", "pat-eu1-{u}"),
    "salesforce": ("00D{A:12}!AQ{A:94}",),
    "dropbox": ("sl.{T:136}", "sl.u.{T:150}"),
    "typeform": ("tfp_{T:44}_{A:14}",),
    "readme": ("rdme_{L:70}",),
    "mapbox": ("sk.{j}.{T:22}",),
    "adobe": ("p8e-{L:32}",),
    "frameio": ("fio-u-{T:64}",),
    "maxmind": ("{A:6}_{A:29}_mmk",),
    "rapidapi": ("{L:10}msh{L:15}p1{L:6}jsn{L:12}",),
    "facebook": ("EAA{A:160}",),
    "twitter-bearer": ("AAAAAAAAAAAAAAAAAAAAA{A:89}",),
    "jwt": ("{j}.{j}.{T:43}",),
    "bitcoin-xprv": ("xprv9{5:106}",),
}


def make(template: str, rng: random.Random) -> str:
    """Return a value of this shape; letters and digits are mixed wherever the class has both."""
    return re.sub(r"\{(\w)(?::(\d+))?\}", lambda m: _piece(m[1], int(m[2] or 0), rng), template)


def _piece(kind: str, count: int, rng: random.Random) -> str:
    if kind == "u":
        return str(uuid.UUID(int=rng.getrandbits(128), version=4))
    if kind == "j":
        claims = json.dumps(
            {"alg": "HS256", "u": f"user{rng.randrange(10**6)}", "n": rng.getrandbits(60)}
        ).encode()
        return base64.urlsafe_b64encode(claims).decode().rstrip("=")
    letters = CLASSES[kind]
    made = "".join(rng.choice(letters) for _ in range(count))
    if (
        made and made[-1] in "-_.~"
    ):  # a value seldom ends so, and where it does, nobody can tell it from the text
        made = made[:-1] + rng.choice(DIGITS + "AEZ" if "A" in letters else DIGITS)
    return made
