"""Tokens that name their vendor: clouds, code hosts, registries, language models, infrastructure.

Lengths are the least a vendor gives; a longer run of the same letters is taken whole, so that redaction leaves no tail.
Every repetition has an upper bound, so that the time to scan grows with the text and no faster.
"""

from __future__ import annotations

from memsync.core.secrets.rules import shape

_A = "[A-Za-z0-9]"
_T = "[A-Za-z0-9_-]"
_H = "[0-9a-fA-F]"
_B = "[A-Za-z0-9+/]"
_UUID = "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"

CLOUDS = (
    shape(
        "aws-access-key",
        "AKIA ASIA ABIA ACCA A3T",
        r"(?:A3T[A-Z0-9]|ABIA|ACCA|AKIA|ASIA)[0-9A-Z]{16,40}(?![a-z])",
    ),
    shape(
        "aws-bedrock-key",
        "ABSK bedrock-api-key-",
        rf"(?:ABSK{_B}{{80,400}}|bedrock-api-key-{_B}{{60,400}})={{0,2}}",
    ),
    shape("google-api-key", "AIza", rf"AIza{_T}{{35,60}}"),
    shape("google-oauth-token", "ya29.", r"ya29\.[A-Za-z0-9_.-]{20,600}", "random"),
    shape("google-client-secret", "GOCSPX-", rf"GOCSPX-{_T}{{24,60}}"),
    shape("google-refresh-token", "1//", rf"1//0{_T}{{38,200}}", "random"),
    shape("azure-ad-secret", "Q~", r"[A-Za-z0-9_~.-]{3}[0-9]Q~[A-Za-z0-9_~.-]{31,40}"),
    shape("azure-devops-pat", "AZDO", rf"{_A}{{70,80}}AZDO{_A}{{4,10}}"),
    shape(
        "azure-resource-key",
        "+ACR ACDb AIoT +AEh +ASb +ARm +AMC APIM ACom AzCa AzSe AzFu JQQJ",
        r"[A-Za-z0-9+/]{30,90}(?:\+ACR|ACDb|AIoT|\+AEh|\+ASb|\+ARm|\+AMC|APIM|ACom|AzCa|AzSe|AzFu|JQQJ)[A-Za-z0-9+/]{5,40}={0,2}",
        "random",
    ),
    shape(
        "azure-account-key",
        "AccountKey SharedAccessKey",
        r"(?:AccountKey|SharedAccessKey)\s{0,2}=\s{0,2}([A-Za-z0-9+/]{40,100}={0,2})",
    ),
    shape(
        "azure-sas",
        "sig=",
        r"(?:https://[a-z0-9.-]{3,120}/[^\s\"'<>?]{0,300}\?[^\s\"'<>]{0,400}?)?\bsig=[A-Za-z0-9%+/]{40,160}(?:%3[dD]|=)?",
    ),
    shape("digitalocean-token", "dop_v1_ doo_v1_ dor_v1_ dos_v1_", rf"do[oprs]_v1_{_H}{{64}}{_A}{{0,64}}"),
    shape("cloudflare-origin-ca", "v1.0-", rf"v1\.0-{_H}{{24}}-{_H}{{100,200}}"),
    shape("cloudflare-token", "cfut_ cfat_ cfk_", rf"cf(?:ut|at|k)_{_T}{{36,80}}", "random"),
    shape("alibaba-access-key", "LTAI", rf"LTAI{_A}{{12,30}}", "random"),
    shape("tencent-secret-id", "AKID", rf"AKID{_A}{{32,40}}", "random"),
    shape(
        "yandex-token",
        "AQVN y0_ t1. YCAJ YC AgAAAA",
        rf"(?:AQVN{_T}{{35,60}}|y0_{_T}{{50,80}}|YC[AONP][A-Za-z]?{_T}{{34,44}}|t1\.[A-Z0-9a-z_-]{{60,400}}={{0,2}}\.{_T}{{80,120}}={{0,2}})",
        "random",
    ),
    shape(
        "fly-token",
        "fo1_ fm1 fm2_",
        rf"(?:fo1_{_T}{{43,60}}|(?:FlyV1\s)?fm(?:1[ar]|2)_[A-Za-z0-9+/]{{80,600}}={{0,3}})",
    ),
    shape("heroku-key", "HRKU-", rf"HRKU-(?:AA{_T}{{58,70}}|{_UUID})"),
    shape("netlify-token", "nfp_ nfc_ nfo_ nfu_ nfb_", rf"nf[pcoub]_{_A}{{36,60}}"),
    shape("vercel-token", "vcp_ vci_ vca_ vcr_ vck_", rf"vc[piark]_{_A}{{24,80}}", "random"),
    shape(
        "supabase-token", "sbp_ sb_secret_", rf"(?:sbp_(?:v0_|oauth_)?{_H}{{40,64}}|sb_secret_{_T}{{22,60}})"
    ),
    shape("planetscale-token", "pscale_", r"pscale_(?:tkn|pw|oauth)_[A-Za-z0-9_.=-]{32,80}"),
    shape("neon-key", "napi_", rf"napi_{_A}{{40,80}}", "random"),
    shape("render-key", "rnd_", rf"rnd_{_A}{{26,60}}", "random"),
    shape("databricks-token", "dapi dose dkea", rf"(?:dapi|dose|dkea){_H}{{32}}(?:-[0-9]{{1,2}})?"),
    shape("mongodb-atlas-secret", "mdb_sa_sk_", rf"mdb_sa_sk_{_T}{{32,60}}"),
    shape("snowflake-token", "ver:1-hint:", r"ver:1-hint:[0-9]{1,20}-ETMs[A-Za-z0-9+/=]{60,400}"),
    shape("scaleway-secret", "SCWSECRET", r"SCWSECRET[A-Z0-9]{11,40}"),
    shape("oracle-cloud-key", "ocid1.credential", r"ocid1\.credential\.[a-z0-9.]{40,120}"),
    shape("railway-token", "rw_Fe26", r"rw_Fe26\.2\*\*[A-Za-z0-9_*-]{80,400}"),
)

CODE = (
    shape("github-token", "ghp_ gho_ ghu_ ghs_ ghr_", r"gh[pousr]_[A-Za-z0-9_]{36,255}"),
    shape("github-fine-grained-token", "github_pat_", r"github_pat_[A-Za-z0-9_]{36,255}"),
    shape(
        "gitlab-token",
        "glpat- gldt- glft- glsoat- glrt- glcbt- glptt- glimt- glagent- gloas- glffct- glwt- GR1348941 _gitlab_session",
        rf"(?:gl(?:pat|dt|ft|soat|rt|rtr|ptt|imt|agent|oas|ffct|wt)-{_T}{{20,300}}(?:\.[0-9a-z]{{2}}\.[0-9a-z]{{7,9}})?|glcbt-(?:[0-9a-fA-F]{{1,5}}_)?{_T}{{20,100}}|GR1348941{_T}{{20,60}}|_gitlab_session=[0-9a-z]{{32}}(?!{_A}))",
    ),
    shape(
        "bitbucket-token",
        "ATBB ATCTT3",
        rf"(?:ATBB{_A}{{24,60}}|ATCTT3xFfG[A-Za-z0-9_=-]{{50,260}})",
        "random",
    ),
    shape("npm-token", "npm_", rf"npm_{_A}{{36,80}}", "random"),
    shape(
        "npm-legacy-token",
        "_authToken",
        rf"_authToken\s{{0,2}}=\s{{0,2}}[\"']?({_UUID}|[A-Za-z0-9+/=_.-]{{20,400}})",
    ),
    shape("pypi-token", "pypi-AgE", rf"pypi-AgE{_T}{{50,400}}"),
    shape("rubygems-key", "rubygems_", rf"rubygems_{_H}{{48}}{_A}{{0,20}}"),
    shape("crates-token", "cio", rf"cio{_A}{{32}}(?!{_A})", "random"),
    shape("nuget-key", "oy2", rf"oy2[a-z0-9]{{43}}(?!{_A})", "random"),
    shape("docker-token", "dckr_", rf"dckr_[po]at_{_T}{{27,60}}"),
    shape(
        "artifactory-token",
        "AKC AP cmVmdGtuOj",
        rf"(?:AKC[a-zA-Z0-9]{{10,100}}|cmVmdGtuOj{_A}{{40,120}}|AP[0-9A-F][a-zA-Z0-9]{{20,100}})",
        "random",
    ),
    shape("clojars-token", "CLOJARS_", rf"CLOJARS_{_A}{{60,80}}"),
    shape("packagist-token", "packagist_", rf"packagist_[a-z]{{2,4}}_{_H}{{60,80}}"),
    shape("sourcegraph-token", "sgp_ slk_", rf"(?:sgp_(?:{_H}{{16}}_|local_)?{_H}{{40,64}}|slk_{_H}{{64}})"),
    shape("gitea-token", "gta_", rf"gta_{_H}{{40}}{_A}{{0,20}}"),
    shape("hex-pm-key", "hexpm_", rf"hexpm_{_A}{{32,80}}", "random"),
    shape("jetbrains-token", "perm:", r"perm:[A-Za-z0-9+/=]{8,80}\.[A-Za-z0-9+/=]{4,80}\.[A-Za-z0-9]{30,60}"),
    shape("circleci-token", "CCIPAT_ CCIPRJ_", rf"CCIP(?:AT|RJ)_{_A}{{20,40}}_{_H}{{40,80}}"),
    shape("buildkite-token", "bkua_ bkct_ bkaj_", rf"bk(?:ua|ct|aj)_{_A}{{32,60}}"),
    shape("sonar-token", "sqp_ squ_ sqa_", rf"sq[pua]_{_H}{{40}}{_A}{{0,20}}"),
    shape("harness-token", "pat. sat.", rf"[ps]at\.{_T}{{22}}\.{_A}{{24}}\.{_A}{{20,30}}"),
    shape("octopus-key", "API-", r"API-[A-Z0-9]{25,36}(?![A-Za-z0-9_-])", "random"),
)

MODELS = (
    shape("anthropic-key", "sk-ant-", rf"sk-ant-[a-z0-9]{{1,12}}-{_T}{{60,200}}|sk-ant-{_T}{{32,200}}"),
    shape("openrouter-key", "sk-or-", rf"sk-or-(?:v1-)?{_A}{{40,100}}", "random"),
    shape("langfuse-key", "sk-lf-", rf"sk-lf-{_UUID}"),
    shape(
        "openai-key",
        "T3BlbkFJ sk-proj- sk-admin- sk-svcacct- sk-None-",
        rf"sk-{_T}{{10,200}}T3BlbkFJ{_T}{{20,200}}|sk-(?:proj|admin|svcacct|None)-{_T}{{32,300}}",
        "random",
    ),
    shape("sk-key", "sk-", rf"sk-{_T}{{20,220}}", "random"),
    shape("groq-key", "gsk_", rf"gsk_{_A}{{40,100}}", "random"),
    shape("huggingface-token", "hf_ api_org_", rf"(?:hf_|api_org_){_A}{{30,60}}", "random"),
    shape("replicate-token", "r8_", rf"r8_{_A}{{36,60}}", "random"),
    shape("perplexity-key", "pplx-", rf"pplx-{_A}{{40,80}}", "random"),
    shape("xai-key", "xai-", rf"xai-{_A}{{60,120}}", "random"),
    shape(
        "langsmith-key", "lsv2_ ls__", rf"(?:lsv2_(?:pt|sk)_{_H}{{32}}_{_H}{{10}}|ls__{_H}{{32}}){_A}{{0,20}}"
    ),
    shape("tavily-key", "tvly-", rf"tvly-(?:dev-|prod-)?{_T}{{28,80}}", "random"),
    shape("fireworks-key", "fw_", rf"fw_{_A}{{20,40}}(?!{_T})", "random"),
    shape("nvidia-key", "nvapi-", rf"nvapi-{_T}{{50,100}}"),
    shape("cerebras-key", "csk-", rf"csk-{_A}{{40,80}}", "random"),
    shape("elevenlabs-key", "sk_", rf"sk_{_H}{{40,64}}(?!{_A})", "random"),
    shape("pinecone-key", "pcsk_", rf"pcsk_{_A}{{4,8}}_{_A}{{40,90}}"),
    shape("jina-key", "jina_", rf"jina_{_T}{{50,80}}", "random"),
    shape("firecrawl-key", "fc-", rf"fc-{_H}{{32}}(?!{_A})", "random"),
    shape("e2b-key", "e2b_", rf"e2b_{_H}{{40}}{_A}{{0,20}}", "random"),
    shape("voyage-key", "pa-", rf"pa-{_T}{{43,60}}", "random"),
    shape("weights-biases-key", "wandb_v1_", rf"wandb_v1_{_T}{{40,120}}", "random"),
    shape("friendli-key", "flp_", rf"flp_{_A}{{40,60}}", "random"),
    shape("apify-token", "apify_api_", rf"apify_api_{_A}{{30,60}}", "random"),
    shape("browserbase-key", "bb_live_", rf"bb_live_{_T}{{20,40}}", "random"),
    shape("composio-key", "ak_", rf"ak_{_A}{{20,40}}(?!{_T})", "random"),
    shape("mem0-key", "m0-", rf"m0-{_A}{{36,60}}", "random"),
    shape("letta-key", "sk-let-", rf"sk-let-{_A}{{40,120}}={{0,2}}", "random"),
    shape("deepgram-key", "dg_", rf"dg_{_A}{{36,60}}", "random"),
)

INFRASTRUCTURE = (
    shape("vault-token", "hvs. hvb. hvr.", rf"hv[sbr]\.{_T}{{20,400}}", "random"),
    shape("terraform-token", ".atlasv1.", rf"{_A}{{14}}\.atlasv1\.{_T}{{50,100}}"),
    shape("pulumi-token", "pul-", rf"pul-{_H}{{40}}(?!{_A})"),
    shape(
        "doppler-token",
        "dp.",
        rf"dp\.(?:pt|st|ct|sa|scim|audit|said)\.(?:[a-z0-9_-]{{2,35}}\.)?{_A}{{40,60}}",
    ),
    shape("infisical-token", "st.", rf"st\.{_H}{{8,24}}[0-9a-f-]{{0,20}}\.{_H}{{32,64}}\.{_H}{{32,64}}"),
    shape("onepassword-token", "ops_eyJ", r"ops_eyJ[A-Za-z0-9+/_-]{100,2000}={0,3}"),
    shape(
        "onepassword-secret-key",
        "A3-",
        r"A3-[A-Z0-9]{6}-(?:[A-Z0-9]{11}|[A-Z0-9]{6}-[A-Z0-9]{5})-[A-Z0-9]{5}-[A-Z0-9]{5}-[A-Z0-9]{5}",
    ),
    shape(
        "age-key", "AGE-SECRET-KEY-", r"AGE-SECRET-KEY-1[0-9A-Z]{50,70}|AGE-SECRET-KEY-PQ-1[0-9A-Z]{50,80}"
    ),
    shape("tailscale-key", "tskey-", rf"tskey-(?:[a-z]{{2,12}}-)?{_A}{{8,40}}-{_A}{{8,60}}"),
    shape("ngrok-token", "_", rf"[12][A-Za-z0-9]{{26}}_[A-Za-z0-9]{{20,23}}(?!{_T})", "random"),
    shape(
        "sentry-token",
        "sntrys_ sntryu_ sntrya_ sntryi_",
        rf"sntrys_eyJ[A-Za-z0-9+/]{{40,600}}={{0,2}}_[A-Za-z0-9+/]{{40,60}}|sntry[uai]_{_H}{{64}}{_A}{{0,10}}",
    ),
    shape(
        "grafana-token",
        "glsa_ glc_ eyJrIjoi",
        rf"glsa_{_A}{{32}}_{_H}{{8}}|glc_[A-Za-z0-9+/]{{32,500}}={{0,3}}|eyJrIjoi[A-Za-z0-9+/]{{32,400}}={{0,2}}",
    ),
    shape(
        "newrelic-key",
        "NRAK- NRAA- NRIQ- NRJS- NRII- NRAL NRRA- NRSP-",
        rf"(?:NRAK-[A-Z0-9]{{27,40}}|NRJS-[0-9a-z]{{19}}|NRAA-{_A}{{27,40}}|NRI[IQ]-{_T}{{32,50}}|NR(?:RA|SP)-{_H}{{40,50}}|(?:eu01xx)?{_A}{{30,36}}NRAL(?!{_A}))",
    ),
    shape("dynatrace-token", "dt0", r"dt0[a-z][0-9]{2}\.[A-Z0-9]{24}\.[A-Z0-9]{64}"),
    shape("launchdarkly-key", "sdk- api- rel-", rf"(?:sdk|api|rel)-{_UUID}"),
    shape("prefect-key", "pnu_ pnb_", rf"pn[ub]_{_A}{{36}}(?!{_A})", "random"),
    shape("posthog-key", "phx_ phs_", rf"ph[xs]_{_A}{{40,60}}", "random"),
    shape("postman-key", "PMAK-", rf"PMAK-{_H}{{24}}-{_H}{{34}}"),
    shape("contentful-token", "CFPAT-", rf"CFPAT-{_T}{{43,60}}"),
    shape("nats-seed", "SUA SAA SOA SCA SNA", r"S[UAOCN]A[A-Z2-7]{55}(?![A-Za-z0-9])", "random"),
    shape("defined-key", "dnkey-", rf"dnkey-{_T}{{26}}-{_T}{{52}}"),
    shape("netbird-token", "nbp_", rf"nbp_{_A}{{36}}(?!{_A})", "random"),
    shape("elastic-key", "essu_", r"essu_[A-Za-z0-9+/]{40,200}={0,2}"),
    shape("axiom-token", "xaat- xapt-", rf"xa[ap]t-{_UUID}"),
    shape("logfire-token", "pylf_v1_", rf"pylf_v[0-9]_[a-z]{{2}}_{_A}{{40,60}}"),
    shape("honeybadger-key", "hbp_", rf"hbp_{_A}{{30,60}}", "random"),
    shape(
        "trigger-token",
        "tr_prod_ tr_dev_ tr_pat_ unkey_",
        rf"(?:tr_(?:prod|dev|pat)|unkey)_{_A}{{20,60}}",
        "random",
    ),
    shape(
        "authress-key",
        "sc_ ext_ scauth_ authress_",
        r"(?:sc|ext|scauth|authress)_[A-Za-z0-9]{5,30}\.[A-Za-z0-9]{4,6}\.acc[_-][A-Za-z0-9-]{10,32}\.[A-Za-z0-9+/_=-]{30,120}",
    ),
)
