"""Long random runs that only their surroundings give away: a prefix nobody knows, or a vendor's name before them."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from memsync.core.secrets.judgement import is_placeholder, is_uuid, looks_random
from memsync.core.secrets.rules import BLOCK, Span, begins

if TYPE_CHECKING:
    from collections.abc import Iterator

_VENDORS = (
    "abuseipdb adyen aircall airtable aiven akamai algolia alibaba alphavantage amplitude anthropic apify apollo artifactory asana assemblyai atlassian auth0 azure baidu bigcommerce"
    " binance bitfinex bittrex box braintree bugsnag buildkite bunny calendly censys circleci clearbit clickup cloudflare cloudinary cloudsmith codecov cohere coinbase confluent consul"
    " contentful coveralls crowdstrike datadog deepgram deepl dialpad digitalocean discord dnsimple docusign drone dropbox dynatrace easypost ebay elastic elevenlabs etherscan etsy eventbrite"
    " facebook fastly fauna finicity finnhub firebase flickr foursquare freshbooks freshdesk fullstory gitter godaddy grafana greynoise groq heap heroku hetzner honeycomb hotjar hubspot"
    " huggingface hunter influx influxdb infura instagram intercom ipinfo ipstack jfrog jumio klaviyo kraken kucoin lacework launchdarkly lightstep linear linkedin linode lob logz loggly"
    " mailchimp mailgun mapbox mattermost maxmind meilisearch messagebird mistral mixpanel monday mongodb moralis namecheap netlify newrelic newsapi nexmo ngrok nytimes okta onfido openai"
    " opencage openweather openweathermap opsgenie optimizely pagerduty papertrail paypal pendo perplexity persona pinecone pingdom pinterest pipedrive plaid planetscale plivo polygon"
    " posthog postmark quandl quickbooks rapidapi raygun recaptcha recurly reddit replicate ringcentral rollbar salesforce scaleway scraperapi securitytrails segment sendbird sendgrid sentry"
    " serpapi shippo shodan shopify slack snyk sonarqube sparkpost splunk spotify square squarespace stability storyblok stripe sumo sumologic supabase surveymonkey tailscale telegram"
    " telnyx tencent tenable tomtom travis travisci trello twilio twitch twitter typeform typesense upstash vercel virustotal vonage vultr weatherapi weaviate webex webflow wepay xero yandex"
    " yelp zendesk zerotier zoho zoom zulip"
).split()
_LEAST = 20  # letters of a run beside a vendor's name
_BEFORE = 64  # characters before a run in which the name must be
_PUBLIC_PREFIX = re.compile(
    r"pk_|phc_|pub|sha\d|md5|blake|nonce|integrity|client|price_|prod_|cus_|sub_|evt_|css-|chunk|commit|rev|build|cache|hash|digest|etag|img|image|asset|file|upload|v\d"
)


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    run = re.compile(r"[A-Za-z0-9+/_.~=-]{20,600}+")
    prefixed = re.compile(
        r"(?P<prefix>[a-z][a-z0-9]{1,11}(?:[_-][a-z0-9]{1,12}){0,3}[_-])(?P<body>[A-Za-z0-9]{32,200})(?![A-Za-z0-9+/=_-])"
    )
    named = re.compile(
        rf"(?<![a-z])(?:{'|'.join(sorted(_VENDORS, key=len, reverse=True))})(?![a-rt-z])(?P<rest>[\w .\[\]-]{{0,24}}?)(?:[\\\"'`\])]{{0,3}}\s{{0,4}}(?:=>|[:?+.]{{0,3}}=|:|>|,|\(|\|)\s{{0,4}}[\"'`]?|(?:key|token|secret|private|access|auth|password)[\s\"'`-]{{1,6}})$",
        re.IGNORECASE,
    )
    return run, prefixed, named


def nearby(text: str) -> Iterator[Span]:
    """Yield random runs that begin with a prefix as keys have it, or are assigned to a vendor's name."""
    run, prefixed, named = _patterns()
    for match in run.finditer(text):
        value = match[0].rstrip(".=~-_") if "=" not in match[0][-3:] else match[0].rstrip(".")
        for token in prefixed.finditer(value):
            start = match.start() + token.start()
            if begins(text, start) and not _PUBLIC_PREFIX.match(token["prefix"]) and _is_mixed(token["body"]):
                yield Span("prefixed-token", BLOCK, start, start + len(token[0]), token[0])
        if looks_random(value) and not is_uuid(value):
            before = named.search(text, max(0, match.start() - _BEFORE), match.start())
            if before and _is_key(value, before["rest"]):
                yield Span("vendor-secret", BLOCK, match.start(), match.start() + len(value), value)


def _is_mixed(body: str) -> bool:
    kinds = (str.isupper, str.islower, str.isdigit)
    return (
        all(sum(map(kind, body)) >= 3 for kind in kinds) and looks_random(body) and not is_placeholder(body)
    )


def _is_key(value: str, rest: str) -> bool:
    """Return whether a run beside a vendor's name may be its key: no commit, no checksum, no id, no path, no placeholder."""
    digest = re.fullmatch(r"[0-9a-f]{40}|[0-9a-f]{64}|[0-9a-f]{128}", value)
    own = re.match(r"[a-z]{2,10}_|[a-z0-9-]+\.[a-z]", value)
    named = re.search(r"commit|sha|hash|digest|version|id\b|url|path|file|ref", rest, re.IGNORECASE)
    return not (digest or own or named or value.count("/") > 4 or is_placeholder(value))
