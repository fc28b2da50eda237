"""The hand-written notes asked for once more, as people and assistants re-ask: from what they remember of the matter.

Written before any engine was asked, two a note: as a person says it, and as an assistant puts it into a search box. Whoever
asks has forgotten the note's wording, but not what it was about; so some words are the note's own and most are not.
"""

# title of the note | as a person asks | as an assistant searches
REASKED = """
Use React Query, not SWR | what did we settle on for fetching from the backend in react components | frontend server state caching library choice
Postgres instead of MongoDB for orders | why isn't the order store a document database | orders database technology rationale
Feature flags live in LaunchDarkly | which tool manages our toggles and gradual rollouts | feature toggle provider
Monorepo with pnpm workspaces | why is everything in one repository | repository layout package manager monorepo tooling
gRPC between internal services | why don't the services call each other over plain rest | inter-service communication protocol schema
Tailwind for styling | which css framework is the frontend built with | styling approach utility classes design tokens
Soft deletes with deleted_at | what happens to a row when a customer deletes it | account deletion restore grace period
Trunk based development | do we work with long lived feature branches | git branching strategy merge policy
ULIDs as primary keys | why don't we use uuids or auto increment for ids | primary key id format decision
Rust for the image resizer | why did we rewrite the thumbnail service | image processing service memory rewrite language
Stripe over Adyen for payments | who is our payment provider and why | payment gateway selection
Event sourcing was rejected for billing | why don't we keep an event log for invoices | billing architecture audit trail alternatives considered
OpenTelemetry for tracing | what do we use to trace calls across services | distributed tracing vendor setup
Vite replaced webpack | why is the dev server so much faster than it used to be | frontend bundler build tool
Sessions in Redis, not in JWT | why don't we use stateless tokens for login | session storage revocation auth
Staging database host | where is the database for staging and how do I get in | staging postgres hostname port bastion
Rate limit of the public API | how many requests per minute can a customer make | api throttling quota 429
CI minutes budget | how much github actions time is left in our plan | ci runner usage allowance monthly
Backups | how often is the database dumped and for how long do we keep it | backup schedule retention restore
Supported browsers | do we still have to support old safari | browser compatibility matrix
The mobile app's minimum OS | what android version do users need at least | mobile minimum supported os version
Timezone of all cron jobs | are scheduled jobs in local time or utc | cron schedule timezone dst
Log retention | how far back do the logs go | log storage duration loki s3
Office VPN range | what addresses do we get when connected to the vpn | vpn ip range firewall allow list
Size of the search cluster | how many nodes does search run on | elasticsearch capacity documents nodes memory
SLA with the enterprise customers | what uptime do we guarantee in contracts | enterprise sla uptime credits maintenance notice
License key format | how are license codes generated and checked | license key checksum structure
Email sending domain | what address do our automatic emails come from | transactional email sender domain dkim
Commit messages in imperative mood | what rules are there for git commit subjects | commit message convention length
No abbreviations in variable names | may I call a variable cfg | naming conventions variables
Tabs versus spaces | how many spaces do we indent in typescript | code formatting indentation width
Reviews within one working day | how soon do I have to review somebody's pull request | code review turnaround pr size
Errors are values in the domain layer | do we throw exceptions or return errors in domain code | error handling style result type
Early returns over nesting | should I use guard clauses | code style conditionals nesting preference
Tests name the behaviour | what do we call our test functions | test naming convention assertions
Short answers please | how long should my answers be | user response style preference
Local environment variables | which variables do I have to set to run it locally | local dev setup .env feature flag ui missing
Docker memory for integration tests | why does kafka get killed when I run the integration suite | docker desktop memory requirement tests oom
Nginx upload size | what is the biggest file a user may upload | nginx body size limit upload 413
Kafka retention for the audit topic | how many days of audit events are kept in kafka | audit log topic retention compaction
Terraform state backend | can I run terraform from my own machine | terraform remote state bucket locking
ESLint ignores generated code | why does linting complain about missing imports in generated files | eslint codegen generated sources excluded
Rotate the signing certificate | when do we need a new code signing cert | certificate renewal deadline hsm
Upgrade Node 18 to 22 | what is keeping us from upgrading node | node version upgrade blocker dependency
Remove the legacy checkout | can the old checkout be deleted yet | legacy checkout removal plan traffic
Accessibility audit | what did the a11y check complain about | accessibility issues contrast keyboard focus
Flaky login test | which test fails randomly because of a cookie | intermittent login test failure cause
Memory leak in the websocket gateway | why did the websocket service run out of memory | websocket reconnect listener leak fix
Slow dashboard query | what index did we add to speed up the dashboard | dashboard performance sql optimisation
Incident: DNS cache | what was the outage with cached dns lookups about | dns negative caching incident pods
Safari drops cookies in iframes | why doesn't the embedded widget keep people logged in on safari | third party cookies iframe workaround
Deadlock on nightly import | why did the import job get stuck with locks | product import deadlock lock ordering
How to profile the API | how can I get a flame graph of the running api | python profiling production pod
Releasing a hotfix | what is the procedure for an emergency patch release | hotfix workflow tag cherry-pick
Seeding demo data | how do I fill my database with sample data | demo seed command test tenants
GraphQL pagination | do we page by offset or by cursor in graphql | graphql list limit cursor convention
Currency rounding | why do invoice totals differ by a cent from the sum of the lines | money rounding rule minor units
Feature toggle cleanup | who removes old feature flags | feature flag expiry build check
Maria leads the platform team | who decides about infrastructure changes | platform team lead contact
Jonas knows the billing code | who should review a change in the invoicing engine | billing code owner expert
Priya handles security reports | who answers people that report a vulnerability | security disclosure contact response time
Tomasz is on parental leave | who does the mobile releases while tomasz is away | mobile release owner absence cover
What the product is | who are our customers and what do they do with the software | product description domain
Architecture in one paragraph | what stack are backend and mobile written in | tech stack overview hosting
Compliance | are we allowed to have production data on a laptop | health data privacy hosting requirements
Retry with jitter | is there a helper to retry calls with backoff | retry utility exponential backoff
Debounce hook | what do I use to delay the search while the user is typing | react debounce input hook
Bulk insert | what is the fastest way to insert many rows into postgres | bulk load psycopg copy
Squash migrations | alembic says there are multiple heads, what now | alembic migration heads merge
Code review prompt | which prompt do we give the assistant for reviewing a diff | review prompt template findings
Session on search relevance | did boosting titles improve the search results | search relevance tuning experiment ndcg
Session on onboarding emails | what happened to open rates after we moved the welcome mail | onboarding email timing open rate result
"""
