"""Tokens that name their vendor, continued: what vendors publish of their keys' beginnings, lengths and letters.

Of a vendor that is in another table too, this is a form that one lacks.
"""

from __future__ import annotations

from memsync.core.secrets.rules import shape

_A = "[A-Za-z0-9]"
_L = "[a-z0-9]"
_T = "[A-Za-z0-9_-]"
_H = "[0-9a-fA-F]"
_END = f"(?!{_T})"
_UUID = "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"

CLOUD_FORMS = (
    shape("aws-session-token", "FwoGZXIvYXdz IQoJb3JpZ2luX2 FQoGZXIvYXdz", r"(?:FwoGZXIvYXdz|IQoJb3JpZ2luX2|FQoGZXIvYXdz)[A-Za-z0-9+/%]{80,4000}={0,2}"),
    shape("aws-cognito-secret", "amzn1.oa2-cs.", rf"amzn1\.oa2-cs\.v1\.{_H}{{40,80}}"),
    shape("google-hmac-key", "GOOG1E GOOG", rf"GOOG(?:1E[A-Z0-9]{{55,57}}|[A-Z0-9]{{20}}){_END}", "random"),
    shape("azure-sas-signature", "SharedAccessSignature", r"SharedAccessSignature sr=[^\s\"'<>]{10,400}?&sig=[A-Za-z0-9%+/=]{30,120}"),
    shape("azure-connection-secret", ";Secret= AccessKey=", r"(?:;Secret|AccessKey)=([A-Za-z0-9+/_-]{32,120}={0,2})(?![A-Za-z0-9])", "random"),
    shape("azure-storage-key", "==", r"(?:[kK]ey|KEY)[\"']?\s{0,2}[:= ]\s{0,2}[\"']?([A-Za-z0-9+/]{86}==)", "random"),
    shape("alibaba-sts-token", "CAIS", r"CAIS[A-Za-z0-9+/_=-]{60,1000}", "random"),
    shape("volcengine-key", "AKLT", rf"AKLT{_A}{{28,60}}={{0,2}}", "random"),
    shape("baidu-key", "bce-v3/", r"bce-v3/ALTAK-[A-Za-z0-9]{10,40}/[0-9a-f]{40}"),
    shape("exoscale-key", "EXO", rf"EXO[0-9a-f]{{24,32}}{_END}", "random"),
    shape("backblaze-key", "K00", r"K00[0-9][A-Za-z0-9/+]{27}(?![A-Za-z0-9/+])", "random"),
    shape("tigris-key", "tsec_", r"tsec_[A-Za-z0-9_+/-]{40,80}", "random"),
    shape("porkbun-key", "sk1_ pk1_", rf"[sp]k1_{_H}{{64}}{_END}"),
    shape("clickhouse-key", "4b1d", rf"4b1d{_A}{{38}}{_END}", "random"),
    shape("neon-password", "npg_", rf"npg_{_A}{{12,40}}{_END}"),
    shape("xata-key", "xau_", rf"xau_{_A}{{30,80}}", "random"),
    shape("edgedb-token", "nbwt_ edbt_ nbwt1_", rf"(?:nbwt1?|edbt)_{_T}{{40,2000}}", "random"),
    shape("fauna-secret", "fnA", rf"fn[A-Z]{_T}{{37,60}}{_END}", "random"),
    shape("redis-cloud-key", "redis_", rf"redis_(?:cloud_)?(?:api|secret)_?[a-z]{{0,8}}_{_A}{{24,80}}", "random"),
    shape("ovh-secret", "ovh_", rf"ovh_[a-z]{{2,12}}_{_A}{{24,80}}", "random"),
    shape("vultr-token", "vultr_", rf"vultr_[a-z]{{2,12}}_{_A}{{24,80}}", "random"),
    shape("hetzner-token", "hcloud_", rf"hcloud_[a-z]{{2,12}}_{_A}{{24,80}}", "random"),
    shape("koyeb-token", "koy_", rf"koy_{_A}{{30,80}}", "random"),
    shape("northflank-token", "nf-", rf"nf-(?:eyJ{_T}{{20,400}}\.{_T}{{20,400}}\.{_T}{{20,200}}|{_A}{{40,80}})", "random"),
    shape("turso-token", "turso_", rf"turso_[a-z]{{2,12}}_{_T}{{24,400}}", "random"),
    shape("artifactory-reference", "cmVmd", rf"cmVmd[A-Za-z0-9]{{59,75}}{_END}", "random"),
)  # fmt: skip

MODEL_FORMS = (
    shape("helicone-key", "sk-helicone- pk-helicone-", rf"[sp]k-helicone-{_T}{{20,60}}"),
    shape("llama-cloud-key", "llx-", rf"llx-{_A}{{44,80}}", "random"),
    shape("runpod-key", "rpa_", rf"rpa_{_A}{{36,60}}", "random"),
    shape("modal-token", "ak- as-", rf"a[ks]-{_A}{{22}}{_END}", "random"),
    shape("dify-key", "app- dataset-", rf"(?:app|dataset)-{_A}{{24}}{_END}", "random"),
    shape("n8n-key", "n8n_api_", rf"n8n_api_{_T}{{20,400}}(?:\.{_T}{{20,400}}){{0,2}}", "random"),
    shape("coze-token", "pat_ sat_", rf"[ps]at_{_A}{{60,70}}{_END}", "random"),
    shape("cursor-key", "key_ crsr_", rf"(?:key|crsr)_{_H}{{64}}{_END}"),
    shape("windsurf-key", "sk-ws-", rf"sk-ws-[0-9]{{2}}-{_T}{{40,120}}", "random"),
    shape("brave-key", "BSA", rf"BSA{_T}{{27,30}}{_END}", "random"),
    shape("openai-session-token", "sess-", rf"sess-{_A}{{40}}{_END}", "random"),
    shape("zhipu-key", ".", rf"[0-9a-f]{{32}}\.[A-Za-z0-9_-]{{16,24}}{_END}", "random"),
    shape("glhf-key", "glhf_", rf"glhf_{_A}{{24,60}}", "random"),
    shape("murf-key", "ap2_", rf"ap2_{_UUID}"),
    shape("retell-key", "key_", rf"key_{_H}{{28}}{_END}", "random"),
    shape("huggingface-letters", "hf_", rf"hf_[A-Za-z]{{34}}{_END}"),
    shape("xai-long-key", "xai-", rf"xai-[A-Za-z0-9_]{{70,90}}{_END}", "random"),
    shape("secret-token-uri", "secret-token:", r"secret-token:[A-Za-z0-9_.~:+/=-]{16,400}", "random"),
    shape("anyscale-key", "esecret_", rf"esecret_{_A}{{24,60}}", "random"),
    shape("predibase-key", "pb_", rf"pb_{_A}{{20,40}}{_END}", "random"),
    shape("lakera-key", "lakera_", rf"lakera_{_T}{{30,80}}", "random"),
    shape("arize-key", "ak-", rf"ak-{_UUID}-{_T}{{20,60}}"),
    shape("braintrust-key", "sk-bt-", rf"sk-bt-{_A}{{30,60}}", "random"),
    shape("unstructured-key", "unstr_", rf"unstr_{_A}{{24,60}}", "random"),
    shape("greptile-key", "greptile_", rf"greptile_[a-z]{{0,8}}_?{_A}{{24,80}}", "random"),
)  # fmt: skip

TEAM_FORMS = (
    shape("facebook-app-token", "|", rf"[0-9]{{13,17}}\|{_T}{{24,40}}{_END}", "random"),
    shape("ntlm-message", "TlRMTVNTUAAD", r"TlRMTVNTUAAD[A-Za-z0-9+/]{40,2000}={0,2}"),
    shape("riot-key", "RGAPI-", rf"RGAPI-{_UUID}"),
    shape("wakatime-key", "waka_", rf"waka_(?:sec_|tok_|ref_)?(?:{_UUID}|{_A}{{40,100}})"),
    shape("cosmo-key", "cosmo_", rf"cosmo_{_H}{{32}}{_END}"),
    shape("trello-token", "ATTA", rf"ATTA{_A}{{60,90}}", "random"),
    shape("linear-webhook-secret", "lin_wh_", rf"lin_wh_{_A}{{32,60}}", "random"),
    shape("figma-header-token", "-", rf"{_H}{{4,6}}-{_H}{{8}}-{_H}{{4}}-{_H}{{4}}-{_H}{{4}}-{_H}{{12}}{_END}", "random"),
    shape("close-key", "api_", rf"api_{_A}{{22}}\.{_A}{{22}}{_END}", "random"),
    shape("sanity-token", "sk", rf"sk{_A}{{78,200}}{_END}", "random"),
    shape("woocommerce-key", "ck_ cs_", rf"c[ks]_{_H}{{40}}{_END}"),
    shape("ghost-key", ":", rf"{_H}{{24}}:{_H}{{64}}{_END}", "random"),
    shape("ably-key", ".", rf"{_T}{{6}}\.{_T}{{6}}:{_T}{{43}}{_END}", "random"),
    shape("pubnub-secret", "sec-c-", rf"sec-c-{_A}{{44,60}}", "random"),
    shape("onesignal-key", "os_v2_", r"os_v2_(?:app|org)_[a-z0-9]{60,120}"),
    shape("telnyx-key", "KEY", rf"KEY{_T}{{55}}{_END}", "random"),
    shape("zoho-token", "1000. 1001. 1002. 1003. 1004. 1005.", r"100[0-9]\.[0-9a-f]{32}\.[0-9a-f]{32}"),
    shape("ebay-secret", "PRD- SBX-", rf"(?:PRD|SBX)-{_H}{{8,12}}-{_H}{{4}}-{_H}{{4}}-{_H}{{4}}-{_H}{{4,12}}"),
    shape("intra42-secret", "s-s4t2", rf"s-s4t2(?:ud|af)-{_H}{{64}}"),
    shape("twilio-mixed-key", "SK", rf"SK{_H}{{32}}{_END}", "random"),
    shape("uptimerobot-key", "-", rf"(?:u[0-9]{{6,9}}|m[0-9]{{8,10}}|ur[0-9]{{6,9}})-{_H}{{24,32}}{_END}", "random"),
    shape("checkly-key", "cu_", rf"cu_{_H}{{32}}{_END}"),
    shape("honeycomb-key", "hcaik_ hcxik_ hcamk_ hcbik_", rf"hc[abx](?:ik|mk)_{_A}{{20,80}}"),
    shape("firehydrant-token", "fhb-", rf"fhb-{_H}{{32,80}}"),
    shape("socket-token", "sktsec_", rf"sktsec_{_T}{{30,80}}"),
    shape("snyk-token", "snyk_uat. snyk_sat.", rf"snyk_[us]at\.{_T}{{6,12}}\.{_T}{{20,200}}\.{_T}{{10,80}}"),
    shape("bitwarden-token", "0.", rf"0\.{_UUID}\.{_A}{{28,34}}:[A-Za-z0-9+/]{{20,60}}={{0,2}}"),
    shape("dashlane-key", "dls_", rf"dls_{_T}{{20,200}}", "random"),
    shape("statsig-secret", "secret-", r"secret-(?:live-|test-)?[A-Za-z0-9_=-]{36,60}", "random"),
    shape("configcat-key", "configcat-", rf"configcat-(?:sdk-1|proxy)/{_T}{{20,60}}(?:/{_T}{{20,60}})?"),
    shape("unleash-token", ":development. :production. :default. :staging. :test.", rf"(?:\*|[a-z0-9_-]{{2,30}}):[a-z]{{4,12}}\.{_H}{{48,64}}{_END}"),
    shape("flagsmith-key", "ser.", rf"ser\.{_A}{{22}}{_END}", "random"),
    shape("tinybird-token", "p.eyJ", rf"p\.eyJ{_T}{{20,400}}\.{_T}{{20,100}}"),
    shape("dbt-token", "dbtc_ dbts_ dbtu_", rf"dbt[csu]_{_T}{{20,100}}", "random"),
    shape("dynatrace-short-token", "dt0", r"dt0[a-z][0-9]{2}\.[A-Za-z0-9]{12,24}\.[A-Za-z0-9]{32,80}"),
    shape("ory-token", "ory_", rf"ory_(?:pat|at|rt|st|ac|lo|apikey)_{_T}{{24,120}}"),
    shape("stytch-secret", "secret-test- secret-live-", r"secret-(?:test|live)-[A-Za-z0-9_=-]{30,60}"),
    shape("permit-key", "permit_key_", rf"permit_key_{_A}{{40,100}}"),
    shape("svix-key", "testsk_ sk_", rf"(?:testsk|sk)_{_T}{{28,80}}\.(?:us|eu|ca|au|in)"),
    shape("localstack-token", "ls-", r"ls-[A-Za-z0-9]{8}-[A-Za-z0-9]{4}-[A-Za-z0-9]{4}-[A-Za-z0-9]{4}-[A-Za-z0-9]{8,16}"),
    shape("crowdin-token", "crowdin_", rf"crowdin_[a-z]{{2,8}}_{_A}{{30,80}}", "random"),
    shape("retool-key", "retool_", rf"retool_{_A}{{24,60}}", "random"),
    shape("webflow-token", "ws-", rf"ws-{_H}{{64}}{_END}"),
    shape("storyblok-token", "sb_", rf"sb_(?:pat|oauth)_{_A}{{24,80}}", "random"),
    shape("censys-key", "censys_", rf"censys_{_A}{{6,12}}_{_A}{{24,60}}", "random"),
    shape("vanta-secret", "vcs_", rf"vcs_{_A}{{4,10}}_{_A}{{30,80}}", "random"),
    shape("okta-token", "00", rf"00(?=[^A-Z\s]{{0,38}}[A-Z])(?=[^g-z\s]{{0,38}}[g-z])(?![^\s]{{0,36}}-[a-z]{{2,30}}-)[A-Za-z0-9_-]{{39,41}}{_END}", "random"),
    shape("jfrog-access", "JFROG-", rf"JFROG-{_A}{{24,80}}", "random"),
    shape("tailscale-short-key", "tskey-", rf"tskey-(?:api|auth|client|webhook|scim)-{_A}{{16,80}}"),
    shape("sendinblue-key", "xkeysib-", rf"xkeysib-{_H}{{40,80}}(?:-{_A}{{8,40}})?"),
    shape("personal-token", "_pat_ _sat_ _pat- _oat_", rf"[a-z][a-z0-9]{{1,14}}_[pso]at[_-]{_T}{{20,200}}", "random"),
)  # fmt: skip

PAY_FORMS = (
    shape("checkout-key", "sk_", rf"sk_(?:test_|sbox_|live_)?(?:{_UUID}|[a-z0-9]{{27}}[a-z0-9*#$=]){_END}", "random"),
    shape("paddle-key", "pdl_", rf"pdl_(?:live|sdbx)_[a-z]{{2,8}}_{_A}{{20,30}}_{_A}{{20,30}}(?:_{_A}{{2,4}})?"),
    shape("brex-token", "bxt_", rf"bxt_{_A}{{30,60}}", "random"),
    shape("circle-key", "_API_KEY:", rf"(?:TEST|LIVE|SAND)_(?:API|CLIENT)_KEY:{_H}{{32}}:{_H}{{32}}"),
    shape("alchemy-key", "alcht_ alch_", rf"alcht?_{_A}{{28,40}}", "random"),
    shape("quicknode-key", "QN_", rf"QN_{_H}{{32}}{_END}"),
    shape("crossmint-key", "sk_production_ sk_staging_ sk_development_", rf"sk_(?:production|staging|development)_{_A}{{40,200}}", "random"),
    shape("lithic-token", "secret_", rf"secret_(?:live|test|sandbox|key)_{_A}{{20,80}}", "random"),
    shape("shopify-custom-token", "shp", rf"shp[a-z]{{2,4}}_{_H}{{32}}{_END}"),
    shape("increase-key", "increase_", rf"increase_(?:[a-z]{{2,10}}_)?{_A}{{24,60}}", "random"),
    shape("klaviyo-private-key", "pk_", rf"pk_{_L}{{34}}{_END}", "random"),
    shape("clickup-mixed-token", "pk_", rf"pk_[0-9]{{6,10}}_{_A}{{32}}{_END}"),
    shape("yandex-static-key", "YC", rf"YC{_T}{{38}}{_END}", "random"),
    shape("newrelic-lower-key", "NRAK-", rf"NRAK-{_A}{{27,40}}"),
    shape("mem0-short-key", "m0-", rf"m0-{_A}{{24,60}}{_END}", "random"),
)  # fmt: skip

HASH_FORMS = (
    shape("framework-password-hash", "pbkdf2_sha scrypt: pbkdf2:sha {SSHA {SMD5} bcrypt_sha256$ argon2$",
          r"pbkdf2_sha(?:1|256|512)\$[0-9]{3,8}\$[A-Za-z0-9./]{6,64}\$[A-Za-z0-9+/=.]{20,128}|scrypt:[0-9]{3,8}:[0-9]{1,3}:[0-9]{1,3}\$[A-Za-z0-9]{8,64}\$[0-9a-f]{64,256}|pbkdf2:sha[0-9]{1,3}:[0-9]{3,8}\$[A-Za-z0-9]{6,64}\$[0-9a-f]{40,256}|\{(?:SSHA(?:256|384|512)?|SMD5)\}[A-Za-z0-9+/]{20,200}={0,2}"),
    shape("ntlm-hash", ":::", rf"{_H}{{32}}:{_H}{{32}}(?=:::)", "none"),
    shape("jwk-private", "kty", r"\"kty\"\s{0,3}:[^{}]{1,4000}?\"d\"\s{0,3}:\s{0,3}\"([A-Za-z0-9_-]{40,600})\"|\"d\"\s{0,3}:\s{0,3}\"[A-Za-z0-9_-]{40,600}\"(?=[^{}]{1,4000}?\"kty\")", "random"),
    shape("minisign-key", "RWRTY0Iy", r"RWRTY0Iy[A-Za-z0-9+/]{100,260}={0,2}"),
    shape("ansible-vault-key", "vault_password", r"vault_password\s{0,3}[:=]\s{0,3}[\"']?([A-Za-z0-9+/=_-]{16,200})", "random"),
    shape("loose-jwt", "ey", r"ey(?<![A-Za-z0-9_]ey)(?>[A-Za-z0-9_-]{16,4000})\.ey(?>[A-Za-z0-9_/-]{16,8000})\.[A-Za-z0-9_/-]{10,2000}", "random"),
)  # fmt: skip

FORMATS = (*CLOUD_FORMS, *MODEL_FORMS, *TEAM_FORMS, *PAY_FORMS, *HASH_FORMS)
