"""Tokens that name their vendor: chat, mail, money, work, and forms that many share (JWT, hashes, wallet keys)."""

from __future__ import annotations

from memsync.core.secrets.rules import WARN, shape

_A = "[A-Za-z0-9]"
_T = "[A-Za-z0-9_-]"
_H = "[0-9a-fA-F]"
_UUID = "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"

CHAT = (
    shape(
        "slack-token",
        "xoxb- xoxp- xoxa- xoxs- xoxo- xoxr- xoxc- xoxd- xoxe",
        r"xoxe\.xox[bp]-[0-9]-[A-Za-z0-9+/_-]{100,400}|xoxe-[0-9]-[A-Za-z0-9]{100,400}|xox[abposrc]-(?:[0-9]{1,20}-){1,4}[A-Za-z0-9]{6,200}(?:-[A-Za-z0-9]{6,80}){0,3}|xoxd-[A-Za-z0-9%+/_-]{40,400}|xox[abposr]-[A-Za-z0-9-]{24,200}",
    ),
    shape("slack-app-token", "xapp-", r"xapp-[0-9]-[A-Z0-9]{2,24}-[0-9]{6,24}-[A-Za-z0-9]{8,128}"),
    shape(
        "slack-webhook",
        "hooks.slack",
        r"https://hooks\.slack(?:-gov)?\.com/(?:services|workflows|triggers)/[A-Za-z0-9_+/-]{30,120}",
    ),
    shape(
        "discord-token", "", r"[MNO][A-Za-z0-9_-]{23,27}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,60}", "random"
    ),
    shape(
        "discord-webhook",
        "/api/webhooks/",
        rf"(?:https://)?(?:canary\.|ptb\.)?discord(?:app)?\.com/api/(?:v[0-9]{{1,2}}/)?webhooks/[0-9]{{15,22}}/{_T}{{50,100}}",
    ),
    shape(
        "teams-webhook",
        "webhook.office.com logic.azure.com",
        rf"https://[A-Za-z0-9.-]{{1,80}}\.webhook\.office\.com/webhookb2/{_UUID}@{_UUID}/IncomingWebhook/{_A}{{32}}/{_UUID}(?:/{_T}{{20,80}})?|https://[A-Za-z0-9.:-]{{1,120}}logic\.azure\.com(?::443)?/workflows/[^\s\"'<>]{{20,300}}sig={_T}{{30,60}}",
    ),
    shape(
        "google-chat-webhook",
        "chat.googleapis.com",
        r"https://chat\.googleapis\.com/v1/spaces/[A-Za-z0-9_-]{6,30}/messages\?key=[A-Za-z0-9_-]{20,60}&token=[A-Za-z0-9_%-]{20,80}",
    ),
    shape(
        "automation-webhook",
        "hooks.zapier.com hook. maker.ifttt.com",
        r"https://hooks\.zapier\.com/hooks/catch/[0-9]{4,10}/[A-Za-z0-9]{5,20}(?:/[A-Za-z0-9]{4,20})?/?|https://hook\.[a-z0-9]{2,5}\.make\.com/[a-z0-9]{28,40}|https://maker\.ifttt\.com/trigger/[A-Za-z0-9_-]{1,60}/(?:json/)?with/key/[A-Za-z0-9_-]{20,60}",
    ),
    shape("telegram-token", ":", rf"[0-9]{{8,10}}:(?:AA{_T}{{32,40}}|{_T}{{35}}(?!{_T}))", "random"),
    shape(
        "mailgun-key",
        "key- pubkey-",
        rf"key-[0-9a-z]{{32}}(?!{_A})|{_H}{{32}}-{_H}{{8}}-{_H}{{8}}(?!{_A})",
        "random",
    ),
    shape("mailchimp-key", "-us", r"[0-9a-f]{32}-us[0-9]{1,2}(?![0-9A-Za-z])"),
    shape("mandrill-key", "md-", rf"md-{_T}{{22}}(?!{_T})", "random"),
    shape("sendgrid-key", "SG.", rf"SG\.{_T}{{16,32}}\.{_T}{{16,64}}"),
    shape("brevo-key", "xkeysib- xsmtpsib-", rf"x(?:key|smtp)sib-{_H}{{64}}-{_A}{{16}}{_A}{{0,10}}"),
    shape("resend-key", "re_", rf"re_{_A}{{8,10}}_{_A}{{20,40}}", "random"),
    shape("twilio-key", "SK", r"SK[0-9a-f]{32}(?![0-9A-Za-z])", "random"),
    shape("intercom-token", "dG9rO", r"dG9rO[A-Za-z0-9+/]{40,80}={0,2}"),
    shape("klaviyo-key", "pk_", rf"pk_{_H}{{34}}(?!{_A})", "random"),
    shape("courier-key", "pk_prod_ sk_prod_", rf"[ps]k_prod_{_A}{{20,60}}", "random"),
    shape(
        "chat-robot-webhook",
        "open.feishu.cn oapi.dingtalk.com qyapi.weixin.qq.com",
        rf"https://open\.(?:feishu\.cn|larksuite\.com)/open-apis/bot/v2/hook/{_UUID}|https://oapi\.dingtalk\.com/robot/send\?access_token={_H}{{64}}|https://qyapi\.weixin\.qq\.com/cgi-bin/webhook/send\?key={_UUID}",
    ),
)

MONEY = (
    shape(
        "stripe-key",
        "sk_live_ rk_live_ sk_test_ rk_test_ sk_prod_",
        rf"[rs]k_(?:live|test|prod)_{_A}{{10,255}}",
    ),
    shape("stripe-webhook-secret", "whsec_", r"whsec_[A-Za-z0-9+/]{24,80}={0,2}", "random"),
    shape("stripe-org-key", "sk_org_", r"sk_org_(?:live|test)?_?[A-Za-z0-9_]{20,255}", "random"),
    shape(
        "shopify-token",
        "shpat_ shpss_ shpca_ shppa_ shpua_ shptka_",
        rf"shp(?:at|ss|ca|pa|ua|tka)_{_A}{{32,64}}",
    ),
    shape(
        "square-token",
        "sq0 EAAA",
        rf"sq0(?!idp)[a-z]{{3}}-{_T}{{22,60}}|EAAA{_T}{{56,70}}(?!{_T})",
        "random",
    ),
    shape(
        "braintree-token",
        "access_token$",
        rf"access_token\$(?:production|sandbox)\$[a-z0-9]{{16}}\${_H}{{32}}",
    ),
    shape("plaid-token", "access-", rf"access-(?:production|sandbox|development)-{_UUID}"),
    shape("flutterwave-key", "FLWSECK", rf"FLWSECK(?:_TEST)?-{_A}{{12,64}}(?:-X)?"),
    shape("razorpay-key", "rzp_", rf"rzp_(?:live|test)_{_A}{{14,40}}"),
    shape("paystack-key", "sk_", rf"sk_(?:live|test)_{_H}{{40}}"),
    shape("shippo-token", "shippo_", rf"shippo_(?:live|test)_{_H}{{40}}{_A}{{0,10}}"),
    shape("easypost-key", "EZAK EZTK", rf"EZ[AT]K{_A}{{54,60}}"),
    shape("duffel-token", "duffel_", r"duffel_(?:live|test)_[A-Za-z0-9_=-]{40,60}"),
    shape("lob-key", "live_ test_", rf"(?:live|test)_(?:pub_)?{_H}{{35}}(?!{_A})"),
    shape("gocardless-token", "live_ sandbox_", rf"(?:live|sandbox)_{_T}{{40}}(?!{_T})", "random"),
    shape(
        "adyen-key",
        "AQE",
        r"AQE[a-z]hm[A-Za-z0-9+/]{60,200}={0,2}-[A-Za-z0-9+/]{20,80}={0,2}-[A-Za-z0-9<>!@#$%^&*()+{}?;:,.|\[\]=/_-]{10,40}",
    ),
    shape("mollie-key", "live_ test_", rf"(?:live|test)_{_A}{{30,34}}(?!{_T})", "random"),
    shape("coinbase-key", "organizations/", rf"organizations/{_UUID}/apiKeys/{_UUID}", level=WARN),
)

WORK = (
    shape("adafruit-key", "aio_", rf"aio_{_A}{{28,40}}", "random"),
    shape("akamai-token", "akab-", rf"akab-{_A}{{16,40}}-{_A}{{16,40}}", "random"),
    shape("amazon-mws-key", "amzn.mws.", r"amzn\.mws\.[0-9A-Za-z-]{30,60}", "random"),
    shape("heartland-key", "skapi_", rf"skapi_(?:cert|prod)_{_A}{{24,80}}", "random"),
    shape("ionic-token", "ion_", rf"ion_{_A}{{42}}", "random"),
    shape("firebase-messaging-key", ":APA91b", rf"{_T}{{11,40}}:APA91b{_T}{{100,200}}", "random"),
    shape(
        "outlook-webhook",
        "outlook.office",
        r"https://outlook\.office(?:365)?\.com/webhook/[0-9A-Za-z@/_-]{40,300}",
    ),
    shape("linear-key", "lin_api_ lin_oauth_", rf"lin_(?:api|oauth)_{_A}{{32,80}}"),
    shape("notion-token", "ntn_ secret_", rf"ntn_{_A}{{40,60}}|secret_{_A}{{43}}(?!{_A})", "random"),
    shape("airtable-token", "pat", rf"pat{_A}{{14}}\.{_H}{{64}}"),
    shape("atlassian-token", "ATATT3", r"ATATT3[A-Za-z0-9_=-]{60,260}"),
    shape("asana-token", "1/ 2/ 0/", rf"[0-2]/[0-9]{{13,20}}(?:/[0-9]{{13,20}})?:{_H}{{32}}"),
    shape("clickup-token", "pk_", r"pk_[0-9]{6,10}_[A-Z0-9]{32}(?![A-Za-z0-9])"),
    shape("figma-token", "figd_ figu_ figo_ figoh_", rf"fig(?:d|u|o|oh|ur|dr)_{_T}{{38,80}}", "random"),
    shape("hubspot-token", "pat-", rf"pat-(?:na|eu|ap)[0-9]-{_UUID}"),
    shape("salesforce-token", "00D", r"00D[A-Za-z0-9]{12,15}![A-Za-z0-9_.]{36,260}"),
    shape("dropbox-token", "sl.", rf"sl\.(?:u\.)?{_T}{{120,1500}}", "random"),
    shape("typeform-token", "tfp_", r"tfp_[A-Za-z0-9_.=-]{40,80}", "random"),
    shape("readme-key", "rdme_", r"rdme_[a-z0-9]{70,80}"),
    shape("mapbox-secret", "sk.eyJ tk.eyJ", rf"[st]k\.eyJ{_T}{{40,400}}\.{_T}{{20,60}}"),
    shape("adobe-secret", "p8e- p8-", r"p8e-[A-Za-z0-9_-]{32,60}", "random"),
    shape("frameio-token", "fio-u-", r"fio-u-[A-Za-z0-9_=-]{60,80}", "random"),
    shape("maxmind-key", "_mmk", rf"{_A}{{6}}_{_A}{{29}}_mmk"),
    shape("rapidapi-key", "jsn", rf"{_A}{{10}}msh{_A}{{15}}p1{_A}{{6}}jsn{_A}{{12}}"),
    shape("facebook-token", "EAA IGQV", rf"(?:EAA[A-Z]?|IGQV){_A}{{80,400}}", "random"),
    shape("twitter-bearer", "AAAAAAAAAAAAAAAAAAAA", r"A{20,24}[A-Za-z0-9%]{60,160}", "random"),
    shape("linkedin-secret", "WPL_AP", r"WPL_AP[0-9]\.[A-Za-z0-9._=-]{16,60}", "random"),
    shape("zendesk-key", "zdg_", rf"zdg_{_A}{{30,60}}", "random"),
    shape("beamer-key", "b_", rf"b_[A-Za-z0-9=_-]{{44}}(?!{_T})", "random"),
    shape("cal-key", "cal_live_ cal_", rf"cal_(?:live_)?{_H}{{32}}(?!{_A})", "random"),
    shape("settlemint-token", "sm_", rf"sm_(?:aat|pat|sat)_{_A}{{16}}(?!{_A})"),
    shape("shortcut-key", "sct_", rf"sct_(?:rw|ro)_[a-z0-9-]{{1,40}}_{_T}{{40,60}}", "random"),
)

COMMON = (
    shape(
        "jwt",
        "eyJ",
        rf"eyJ{_T}{{10,4000}}\.(?:eyJ{_T}{{5,8000}}\.{_T}{{16,2000}}|{_T}{{0,2000}}\.{_T}{{16,100}}\.{_T}{{16,8000}}\.{_T}{{16,100}})",
        "none",
    ),
    shape(
        "password-hash",
        "$2a$ $2b$ $2y$ $6$ $5$ $1$ $apr1$ $argon2 $y$ $7$ $scrypt$ $pbkdf2",
        r"\$2[aby]\$[0-9]{2}\$[./A-Za-z0-9]{53}|\$(?:6|5|1|apr1|y|7|scrypt|gy)\$[^\s:\"'|$]{1,60}\$[./A-Za-z0-9$+]{20,120}|\$argon2(?:id|i|d)\$v=[0-9]{1,3}\$[^\s:\"'|]{20,300}|\$pbkdf2[a-z0-9-]{0,10}\$[^\s:\"'|]{20,300}",
    ),
    shape("wallet-import-key", "5 K L", r"[5KL][1-9A-HJ-NP-Za-km-z]{50,51}(?![A-Za-z0-9+/=_-])", "random"),
    shape("wallet-key", "xprv yprv zprv tprv", r"[xyzt]prv[1-9A-HJ-NP-Za-km-z]{100,112}"),
    shape(
        "openssh-key-body",
        "b3BlbnNzaC1rZXktdjE",
        r"b3BlbnNzaC1rZXktdjE[A-Za-z0-9+/=]{40,4000}(?:\s{1,12}[A-Za-z0-9+/=]{20,200}){0,100}",
    ),
    shape(
        "pkcs-key-body",
        "MIIE MIIJ MIIC MIIB MIIG MIGH MHcCAQEE MC4CAQAw",
        r"(?:MII(?:Ev|Ew|Jw|Jr|CX|CW|BV|Eo|Ep|Jk|CdQ|CdgIBADAN|G[0-9a-zA-Z])[A-Za-z0-9+/]{0,6}(?:IBADANBgkqhkiG9w0B|IBAAK)|MIGHAgEAMBMGByqGSM49|MHcCAQEE|MC4CAQAwBQYDK2Vw)[A-Za-z0-9+/=]{40,8000}",
    ),
    shape(
        "otp-secret", "otpauth://", r"otpauth://[a-z]{4}/[^\s\"'<>]{1,200}?[?&]secret=([A-Za-z2-7=]{16,128})"
    ),
    shape(
        "vendor-key",
        "_api_ _key_ _token_ _secret_ _live_ _prod_ _pat_ -api- -live- -prod- -secret- -token- _sk_",
        r"(?!pk_|pub)[a-z][a-z0-9]{1,14}[_-](?:api|key|token|secret|live|prod|pat|sk)[_-](?:key[_-]|v[0-9][_-])?[A-Za-z0-9]{24,200}(?![A-Za-z0-9])",
        "tail",
    ),
)

LATER = (
    shape("asaas-key", "$aact_", r"\$aact_(?:prod|hmlg)_[A-Za-z0-9_-]{20,100}"),
    shape("cartesia-key", "sk_car_", rf"sk_car_{_T}{{18,60}}", "random"),
    shape("circleci-personal-token", "CCIPAT_ CCIPRJ_", rf"CCIP(?:AT|RJ)_{_A}{{22}}_[a-z0-9]{{40}}"),
    shape("cockroach-key", "CCDB1_", rf"CCDB1_{_A}{{22}}_{_A}{{40}}"),
    shape("astra-token", "AstraCS:", rf"AstraCS:{_A}{{20,40}}(?::{_A}{{40,80}})?"),
    shape("deno-token", "ddp_ ddo_", rf"dd[po]_{_A}{{36}}(?!{_A})", "random"),
    shape("devcycle-key", "dvc_server_ dvc_mobile_", rf"dvc_(?:server|mobile)_{_T}{{10,60}}"),
    shape("docker-swarm-key", "SWMKEY-1- SWMTKN-1-", r"SWM(?:KEY|TKN)-1-[A-Za-z0-9+/-]{40,100}"),
    shape("endorlabs-key", "endr+", r"endr\+[A-Za-z0-9-]{16}(?![A-Za-z0-9-])", "random"),
    shape("fly-access-token", "FlyV1", r"FlyV1[ \t]{1,4}[A-Za-z0-9=_,/+-]{100,4000}"),
    shape("mailersend-token", "mlsn.", rf"mlsn\.{_A}{{30,100}}", "random"),
    shape("onfido-token", "api_live", rf"api_live(?:_us|_ca)?\.{_T}{{20,80}}", "random"),
    shape("openshift-token", "sha256~", rf"sha256~{_T}{{43}}(?!{_T})", "random"),
    shape("pinterest-token", "pina_", rf"pina_{_T}{{20,200}}", "random"),
    shape("polar-token", "polar_", rf"polar_[a-z]{{2,4}}_{_T}{{20,100}}", "random"),
    shape("ramp-secret", "ramp_sec_", rf"ramp_sec_{_A}{{40,60}}"),
    shape("rootly-key", "rootly_", rf"rootly_{_H}{{64}}"),
    shape("gc-notify-key", "gcntfy-", rf"gcntfy-[A-Za-z0-9_-]{{1,60}}?-{_UUID}-{_UUID}"),
    shape("miro-token", "eyJtaXJv", r"eyJtaXJv[A-Za-z0-9-]{10,64}_[A-Za-z0-9_-]{20,64}"),
    shape("postman-collection-token", "PMAT-", rf"PMAT-{_A}{{20,40}}", "random"),
    shape("slack-config-token", "xoxe", r"xoxe(?:\.xox[bp])?-[0-9]{1,12}-[A-Za-z0-9-]{20,260}", "random"),
    shape("thunderstore-token", "tss_", rf"tss_{_A}{{24,60}}(?!{_A})", "random"),
    shape("together-key", "tgp_v1_", rf"tgp_v1_{_T}{{30,80}}", "random"),
    shape("upcloud-token", "ucat_", rf"ucat_{_A}{{20,60}}", "random"),
    shape("valtown-token", "vtwn_", rf"vtwn_{_T}{{20,60}}", "random"),
    shape("vercel-app-token", "vcp_ vci_ vca_ vcr_ vck_", rf"vc[piark]_{_T}{{40,80}}", "random"),
    shape("workato-token", "wrka", r"wrka(?:[a-z]{2})?-[A-Za-z0-9_.-]{40,2000}", "random"),
    shape("zuplo-key", "zpka_", rf"zpka_[a-z0-9]{{24,40}}_{_H}{{8}}"),
)
