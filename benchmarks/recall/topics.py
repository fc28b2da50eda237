# ruff: noqa: RUF001  # notes in Chinese and Japanese
"""Hand-written developers' notes with a direct and a paraphrased question each. None of it is about a real project."""

# category | title | body | direct question | paraphrase that shares hardly a word with the note
TOPICS = """
decision | Use React Query, not SWR | Better TypeScript types and a devtools panel; cache invalidation by key prefix is what we need. | why did we choose react query over swr | which library loads server state in our web client
decision | Postgres instead of MongoDB for orders | Orders need transactions across line items, and reporting wants joins. Revisit if writes pass 5k per second. | why postgres for orders instead of mongodb | what made us go relational for purchases
decision | Feature flags live in LaunchDarkly | Home-grown flags drifted between environments; LaunchDarkly has an audit trail and targeting rules. | where do feature flags live | how do we switch functionality on for only some customers
decision | Monorepo with pnpm workspaces | Shared packages were published forty times a week. pnpm workspaces with turbo caching builds only what changed. | why are we using pnpm workspaces | how is the code base organised into packages
decision | gRPC between internal services | JSON payloads were 6x larger and contracts broke silently. Protobuf files are in the schemas repository. | why grpc between internal services | what protocol do backends talk to each other with
decision | Tailwind for styling | Design tokens map to the Tailwind config; styled-components cost 40 ms of runtime per page. | why did we pick tailwind for styling | how is css written here
decision | Soft deletes with deleted_at | Support restores accounts weekly, so rows are marked and purged after 90 days by a nightly sweep. | how do soft deletes work | can an account that was removed be brought back
decision | Trunk based development | Long branches caused merge hell in the spring; now branches live two days at most and everything hides behind flags. | why trunk based development | how long may a branch stay open
decision | ULIDs as primary keys | Sortable by time, generated on the client, no coordination; UUIDv4 fragmented the b-tree. | why ulids as primary keys | how are identifiers of rows generated
decision | Rust for the image resizer | The Node version needed 1.4 GB per pod. The Rust rewrite holds 60 MB and is three times quicker. | why was the image resizer written in rust | what did we do about memory consumption of thumbnail generation
decision | Stripe over Adyen for payments | Adyen's onboarding took eleven weeks; Stripe supports SEPA and instant payouts out of the box. | why stripe over adyen for payments | which provider handles card charges
decision | Event sourcing was rejected for billing | The team is three people and nobody had operated it; an append-only ledger table gives us the audit we need. | why was event sourcing rejected for billing | did we consider storing every change of an invoice
decision | OpenTelemetry for tracing | Vendor neutral; Jaeger locally and Honeycomb in production get the same spans. | why opentelemetry for tracing | how can I follow a request through all systems
decision | Vite replaced webpack | Cold start of the dev server fell from 48 s to 2 s; module federation was the only loss. | why did vite replace webpack | what bundles the frontend
decision | Sessions in Redis, not in JWT | Revocation within seconds is a compliance demand; JWTs would need a deny list anyway. | why are sessions in redis and not in jwt | how can a logged in user be kicked out immediately
fact | Staging database host | Staging runs on db-stg-02 behind the bastion; port 5433 because 5432 is taken by the legacy cluster. | what port does the staging database use | how do I connect to the test environment's sql server
fact | Rate limit of the public API | 600 requests a minute per token, burst 50; exceeding answers 429 with Retry-After. | what is the rate limit of the public api | how many calls may a client send before being throttled
fact | CI minutes budget | We have 50,000 GitHub Actions minutes a month; macOS counts tenfold. | how many ci minutes do we have | is there a cap on how much the build pipeline may run
fact | Backups | Nightly pg_dump to the Glacier bucket at 02:30 UTC, kept 35 days; restore drill every quarter. | when do backups run | how would we recover after losing the whole database
fact | Supported browsers | Last two versions of Chrome, Firefox, Edge and Safari 16+. No IE. | which browsers are supported | does the site need to work in internet explorer
fact | The mobile app's minimum OS | iOS 16 and Android 10; below that the store hides the app. | what is the minimum ios version | which phones are too old for us
fact | Timezone of all cron jobs | All schedules are UTC, also in the Frankfurt region; daylight saving bit us twice. | which timezone are cron jobs in | do nightly tasks shift in summer
fact | Log retention | Application logs are kept 14 days hot in Loki and 400 days cold in S3 for auditors. | how long are logs kept | for how many days can I look up old error output
fact | Office VPN range | The VPN hands out 10.88.0.0/16; production firewalls allow only 10.88.4.0/24. | which ip range does the vpn hand out | why can't I reach prod from home
fact | Size of the search cluster | Three Elasticsearch data nodes with 64 GB, 1.2 billion documents, one replica. | how big is the elasticsearch cluster | what hardware serves full text lookups
fact | SLA with the enterprise customers | 99.95 % monthly, credits from 43 minutes of downtime; planned maintenance needs five days' notice. | what is our sla with enterprise customers | how much outage are big clients promised at most
fact | License key format | Keys are 25 Crockford characters in groups of five, checksum in the last group. | what is the format of license keys | what does a product activation code look like
fact | Email sending domain | Transactional mail leaves from mail.example.com with DKIM selector s2; marketing uses another domain. | which domain sends transactional email | where do password reset messages come from
preference | Commit messages in imperative mood | Subject under 60 characters, imperative, no trailing period; body explains why. | how should commit messages be written | what style for describing a change in version control
preference | No abbreviations in variable names | Spell words out: `configuration`, not `cfg`; loop counters excepted. | are abbreviations allowed in variable names | can I shorten identifiers
preference | Tabs versus spaces | Four spaces in Python, two in TypeScript; prettier and ruff decide, nobody argues. | tabs or spaces | what indentation is expected
preference | Reviews within one working day | A pull request waits no longer than one working day; larger than 400 lines gets split. | how quickly are pull requests reviewed | how long until somebody looks at my patch
preference | Errors are values in the domain layer | Return Result objects in domain code; raise exceptions only at the edges. | how are errors handled in the domain layer | should business logic throw
preference | Early returns over nesting | Guard clauses first, the main path unindented. | early returns or nested ifs | preferred shape of conditionals in functions
preference | Tests name the behaviour | test_rejects_expired_token rather than test_token_3; one assert where possible. | how should tests be named | convention for titles of unit specs
preference | Short answers please | The user wants answers without preamble, with code first and explanation after. | does the user want short answers | how verbose should replies be
configuration | Local environment variables | Copy .env.example to .env.local; FEATURE_SEARCH_V2 must be on or half of the UI disappears. | which env file do I copy | how to set up my laptop so that the interface shows everything
configuration | Docker memory for integration tests | Docker Desktop needs 8 GB or Kafka is killed by the OOM reaper in the integration suite. | how much memory does docker need for integration tests | containers die while the test suite runs on my machine
configuration | Nginx upload size | client_max_body_size is 25m at the edge and 20m at the app; raise both. | what is the nginx upload size | customers cannot attach large files
configuration | Kafka retention for the audit topic | audit.events keeps 30 days, compacted; other topics 7. | what is kafka retention for the audit topic | how far back can we replay the trail of user actions
configuration | Terraform state backend | State is in the tf-state-prod bucket with DynamoDB locking; never run apply from a laptop. | where is terraform state | who may change infrastructure and from where
configuration | ESLint ignores generated code | src/generated is excluded; run `make codegen` before lint or imports fail. | is generated code linted by eslint | why are there unresolved modules when I check style
task | Rotate the signing certificate | The code signing certificate expires on 14 February; ask IT two weeks ahead because the HSM needs a ceremony. | when does the code signing certificate expire | what must be renewed early next year
task | Upgrade Node 18 to 22 | Blocked by the canvas package; the branch node22 has everything else green. | what blocks the node 22 upgrade | why are we still on an outdated javascript runtime
task | Remove the legacy checkout | Traffic is below one percent; delete the checkout-v1 folder after the holidays. | when do we remove the legacy checkout | is the old purchase flow still needed
task | Accessibility audit | Contrast of the secondary buttons fails WCAG AA, and the date picker traps focus. | what did the accessibility audit find | problems that blind users have with our forms
note | Flaky login test | test_login_redirect fails once in thirty runs since the cookie is set after navigation; wait for the network to be idle. | why is the login test flaky | a spec around signing in sometimes goes red
note | Memory leak in the websocket gateway | Listeners were added on every reconnect and never removed; fixed with AbortController, heap is flat now. | what caused the memory leak in the websocket gateway | the realtime server kept growing until it was restarted
note | Slow dashboard query | The tenant filter was applied after the join; a partial index on (tenant_id, created_at) took it from 9 s to 80 ms. | why was the dashboard query slow | how was the overview page made faster
note | Incident: DNS cache | Pods cached NXDOMAIN for an hour when the record was missing for ten seconds; negative TTL is now 30 s. | what happened in the dns incident | name resolution kept failing long after the entry was back
note | Safari drops cookies in iframes | Third-party cookies are partitioned; the embed now uses a token in postMessage. | why does safari drop cookies in the embed | embedded widget loses its login on apple devices
note | Deadlock on nightly import | Two workers updated products in different order; ids are sorted before the batch now. | what caused the deadlock in the nightly import | jobs waiting on each other forever while loading the catalogue
note | How to profile the API | `py-spy record -o out.svg --pid` on the pod, then open the flame graph; sampling costs under two percent. | how do I profile the api | find out where cpu time goes in production
note | Releasing a hotfix | Branch from the tag, cherry-pick, bump the patch version, run the release workflow with `hotfix=true`. | how do I release a hotfix | steps to ship an urgent correction
note | Seeding demo data | `make seed DEMO=1` fills three tenants with invoices; takes four minutes. | how do I seed demo data | get some fake customers to show to prospects
note | GraphQL pagination | Relay style cursors; `first` is capped at 100 and offsets are refused. | how does graphql pagination work | fetch the next bunch of results from the api
note | Currency rounding | Amounts are integer minor units; half-even rounding happens once at invoice level, never per line. | how are currency amounts rounded | totals on bills are off by one cent
note | Feature toggle cleanup | Flags older than 60 days fail the build through scripts/check-flags; owners get a ticket. | what happens to old feature toggles | stale switches in the code base
person | Maria leads the platform team | Maria Oliveira decides on infrastructure; she is in Lisbon and prefers written proposals. | who leads the platform team | whom do I ask about servers
person | Jonas knows the billing code | Jonas Weber wrote the invoicing engine and reviews every change in it. | who knows the billing code | expert for invoices
person | Priya handles security reports | Priya Nair triages vulnerability reports; answer researchers within 48 hours. | who handles security reports | someone mailed us about a hole in the site
person | Tomasz is on parental leave | Tomasz is away until 1 March; Lena covers the mobile releases. | who covers for tomasz | contact for shipping the phone apps at the moment
project-context | What the product is | A scheduling tool for dental practices: patients book online, reminders go by SMS, practices pay per chair. | what is the product | what business are we in
project-context | Architecture in one paragraph | Next.js frontend, FastAPI backend, Postgres, Redis for queues, all on Fly.io; the mobile apps are Flutter. | what is the architecture | which technologies make up the system
project-context | Compliance | Patient names are health data: EU hosting only, encryption at rest, no production copies on laptops. | what compliance rules apply | may I download real customer records for debugging
code-snippet | Retry with jitter | `await backoff(lambda: call(), tries=5, base=0.2, jitter=True)` from lib/retry.py, for idempotent calls only. | how do I retry with jitter | repeat a failing request politely
code-snippet | Debounce hook | `useDebounced(value, 300)` in hooks/useDebounced.ts delays search-as-you-type. | which hook debounces | avoid firing a query on each keystroke
code-snippet | Bulk insert | COPY FROM STDIN through psycopg's copy() beats executemany by 40x. | how do I bulk insert | load a million rows quickly
code-snippet | Squash migrations | `alembic merge heads` after two branches added revisions, then stamp. | how do I merge alembic heads | two schema changes conflict
prompt | Code review prompt | Review the diff for correctness, naming and missing tests; list findings by severity, at most ten. | what is the code review prompt | instructions for an assistant to check a patch
session | Session on search relevance | Tried boosting exact titles by 3; NDCG rose from 0.61 to 0.68 on the golden set; synonyms next. | what did we try for search relevance | experiments to make results better
session | Session on onboarding emails | Moved the welcome mail to day two; open rate went from 31 to 44 percent. | what did we change about onboarding emails | how did new users react to our messages
"""

CJK = """
zh | 数据库选择 | 订单服务使用PostgreSQL，因为需要跨表事务。 | 订单服务用什么数据库
zh | 部署流程 | 每周二下午发布到生产环境，周五禁止发布。 | 什么时候可以发布到生产环境
zh | 缓存策略 | 用户资料在Redis中缓存十分钟，更新后立即失效。 | 用户资料缓存多久
zh | 代码规范 | 变量名不要缩写，函数不超过四十行。 | 函数最长多少行
zh | 登录问题 | 登录失败的原因是时钟偏差，服务器已启用时间同步。 | 登录失败是什么原因
zh | 接口限流 | 公共接口每分钟最多六百次请求，超过返回429。 | 接口限流是多少
zh | 备份 | 数据库每天凌晨两点备份，保留三十五天。 | 备份保留多少天
zh | 前端框架 | 新页面一律使用Vue 3和组合式API，旧页面逐步迁移。 | 新页面使用什么框架
zh | 负责人 | 支付模块由王伟负责，紧急情况打电话。 | 支付模块谁负责
zh | 日志 | 日志保存十四天，审计日志保存一年。 | 审计日志保存多久
zh | 测试环境 | 测试环境的地址是内网，需要先连接VPN。 | 怎么访问测试环境
zh | 搜索优化 | 中文分词改用双字切分，召回率明显提高。 | 召回率怎么提高的
zh | 消息队列 | 订单事件通过Kafka发送，消费者必须幂等。 | 订单事件怎么发送
zh | 图片处理 | 图片压缩改用Rust实现，内存占用降低十倍。 | 图片压缩用什么实现
zh | 安全 | 密码使用argon2加密，旧的md5已全部迁移。 | 密码怎么加密
ja | データベースの選定 | 注文サービスではトランザクションが必要なのでPostgreSQLを使う。 | 注文サービスのデータベースは何
ja | リリース手順 | 本番リリースは毎週火曜日の午後、金曜日は禁止。 | 本番リリースは何曜日
ja | キャッシュ | ユーザー情報はRedisに十分間キャッシュする。 | ユーザー情報のキャッシュ時間
ja | コーディング規約 | 変数名は省略しない。関数は四十行以内。 | 関数は何行以内
ja | ログイン障害 | ログイン障害の原因はサーバーの時刻ずれだった。 | ログイン障害の原因
ja | 担当者 | 決済モジュールの担当は佐藤さん。 | 決済モジュールの担当は誰
ja | バックアップ | バックアップは毎晩二時に実行し三十五日間保存する。 | バックアップの保存期間
ja | テスト環境 | テスト環境に接続するには社内VPNが必要。 | テスト環境への接続方法
ja | 検索 | 検索の精度を上げるために二文字分割を採用した。 | 検索の精度を上げる方法
ja | 画像処理 | 画像の縮小処理はRustで書き直し、メモリ使用量が減った。 | 画像の縮小処理は何で書いた
ja | 監視 | 監視はGrafanaで行い、警告はSlackに送る。 | 監視の警告はどこに送る
ja | 会議 | 定例会議は木曜日の十時から、議事録はNotionに残す。 | 議事録はどこに残す
ja | 契約 | 企業顧客との契約では稼働率99.95%を保証している。 | 企業顧客に保証する稼働率
ja | メール | パスワード再設定メールは専用ドメインから送信する。 | パスワード再設定メールの送信元
ja | 依存関係 | ライブラリの更新は毎月第一月曜日にまとめて行う。 | ライブラリの更新はいつ
"""

NOTHING = """
what is the recipe for sourdough bread
who won the chess tournament in Reykjavik
which kangaroo species lives in Tasmania
how do I tune a violin
what is the boiling point of mercury
when was the cathedral of Cologne finished
favourite hiking trails near Grenoble
how tall is Mount Kilimanjaro
quantum entanglement of photons explained
best fertiliser for tomatoes
what colour is the guest bedroom
how do I file a tax return in Norway
orchestra rehearsal on Sunday
which bus goes to the zoo
how many moons has Jupiter
what is the plot of Hamlet
where are the ski boots
how to knit a scarf
what vaccine does a puppy need
who painted the ceiling of the Sistine chapel
which paint for the garden fence
what is our policy on drone photography
who maintains the COBOL mainframe
how is the Haskell compiler configured
why did we choose CockroachDB
what does the Salesforce integration do
where is the SAP connector documented
how do we deploy to Windows Phone
which Erlang version runs the switchboard
why was the blockchain prototype abandoned
what is the fax gateway's number
how is the Perl script for the plotter scheduled
who owns the satellite uplink
what did the legal team say about the patent
when is the company picnic
how are the vending machines restocked
what is the wifi password of the Oslo office
which satellite images does the crop model use
how do I calibrate the spectrometer
what is the salary band for interns
"""
