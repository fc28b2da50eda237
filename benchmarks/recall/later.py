"""Notes and questions written on 21 November 2026 before ranking was worked on again, to hold its changes against; not looked at meanwhile.

Each note is asked for twice, as somebody asks who remembers the matter and not the words. Written in one go, before any engine
saw them, by a hand that knew the engine but had changed nothing yet. The other notes of the set lie in the same store.

python benchmarks/recall/later.py [--ablate]
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import notes as noteset
import run

# category | title | body | asked once | asked otherwise
LATER = """
decision | Cursor instead of page numbers in the admin list | Skipping rows got slow past two million records, so the list now remembers where it stopped. | why can't I jump to a certain page in the back office table | how do we walk through very long result sets
decision | NATS for messages between plants | Brokers on site must survive a cut line for a day; leaf nodes buffer and catch up. | what carries events between the factories | how do sites keep talking when the internet is down
decision | Playwright over Cypress | Several tabs and real Safari are needed for the payment tests. | which tool drives the browser in end to end checks | automated clicking through the shop
decision | Passwordless sign-in by mail link | Support spent a third of its hours on forgotten passwords. | why don't our users have passwords | how does someone log in to the portal
decision | DuckDB for ad-hoc reports | Analysts query the exported files on their own machines instead of loading the primary. | what should analysts use for quick numbers | answering one-off questions about sales without hurting production
decision | One container image for all environments | Configuration comes from the outside at start; three builds had drifted apart. | do we build separately for test and live | why is nothing baked into the docker file
decision | Row level security for tenants | A forgotten where clause leaked a customer list in March; the database itself now refuses. | how are clients kept from seeing each other's records | what protects us if a programmer forgets a filter
decision | Elixir for the chat backend | Hundred thousand open connections on two machines, and supervisors restart what falls over. | what language is the messenger server in | why not node for live conversations
decision | Weekly releases on Tuesday | Friday deployments cost us two weekends; everything merged by Monday noon goes out. | on which day do we publish | when does my merged change reach customers
decision | Cookie banner built in house | The bought one slowed the first paint by 900 ms and blocked our own analytics. | why did we write the consent popup ourselves | who made the thing that asks visitors for permission
decision | Keep invoices as PDF/A | Tax office demands ten years of readability; plain PDF had missing fonts. | in what format are bills archived | making sure old receipts can still be opened in a decade
decision | SQLite on the handheld scanners | Warehouses have dead corners without radio; orders are stored locally and synced at the dock. | where does the scanner put its bookings when there is no wifi | offline storage for the devices in the hall
decision | No ORM in the reporting service | Generated queries joined nine tables; hand-written SQL is a tenth of the time. | why are there raw queries in reports | do we use an object mapper for statistics
decision | Semantic versions for the SDK | Partners pinned exact builds because we broke them twice in minor releases. | how do we number the client library | what may change without a new major
fact | Courier cut-off | Parcels handed over before 16:30 leave the same day, later ones the next morning. | until what time can an order still be shipped today | when does the truck pick up packages
fact | Blood sample retention | Tubes stay in the fridge for seven days, frozen serum for two years. | how long does the lab keep specimens | when are the vials thrown away
fact | Maximum photo size in the app | Pictures are scaled down to 2048 pixels on the long edge before they are sent. | why are the images people submit so small | what resolution do uploaded snapshots have
fact | Cost of the maps API | Above 200,000 loads a month each thousand costs five dollars. | how expensive is showing street maps | what do we pay google for geography
fact | Wi-Fi in the warehouse | SSID hall-iot, 2.4 GHz only; the gate at dock 4 has no coverage. | which wireless network do the scanners join | where is there no signal
fact | Emergency contact of the data centre | The night desk answers under extension 7700, say the rack number first. | whom to call when a server dies after midnight | phone for the hosting people
fact | Ports on the demo laptop | Presentation runs on 8123, the fake backend on 8124. | at which address do I open the showcase | what listens on the machine for trade fairs
fact | Fiscal year | Our year ends on 30 September, the budget round starts in June. | when does the company close its books | month in which we plan spending
fact | Meeting room projector | The beamer in Bergen needs the white adapter from reception. | how do I get my screen on the wall in Bergen | display cable missing in the conference room
fact | Password rules of the bank's portal | Twelve characters, changed every 60 days, no reuse of the last ten. | how often must the banking login be renewed | requirements for the treasury credentials
fact | Invoice number range | 2026 begins at 2600001; gaps must be explained to the auditor. | what number does the first bill of the year have | may numbers be skipped
fact | Test card numbers | 4242 always succeeds, 4000 0002 is declined, 4000 3220 asks for the second factor. | which fake credit card gets refused | simulating a failed purchase
fact | Size of the training set | 1.4 million labelled receipts, 60,000 of them held back for validation. | how many examples did the model learn from | amount of annotated documents
fact | Holiday calendar source | Public holidays come from the state's feed, refreshed each December. | where do we get bank holidays from | who tells the planner which days are off
fact | Speed limit of forklift robots | 1.2 metres a second, half of that near people. | how fast may the autonomous trucks drive | velocity of vehicles around workers
fact | Domain renewal | The names are paid until 2029 at Gandi, account of the finance team. | when do our web addresses run out | registrar of the company site
preference | No emoji in commit subjects | History is read in terminals over slow links; plain text only. | may I put smileys into git messages | decoration in change descriptions
preference | Explain before code | The user wants two sentences on the idea first and the program afterwards. | should I start with the source or with reasoning | in what order does she like answers
preference | Dark screenshots | Pictures for the manual are taken with the dark theme at 1280 wide. | how should images for the handbook look | which mode do I switch to before capturing the screen
preference | Metric units everywhere | Millimetres and kilograms, also in text for American clients. | inches or centimetres | what system of measurement do we write
preference | Ask once, then act | Do not request confirmation for each small step; one plan, one yes. | how often should the assistant check back | he gets annoyed by too many questions
preference | Logs in English | Messages to operators are English even where the interface is German. | in which language are log lines | should error texts for admins be translated
preference | Small functions | Over twenty lines the reviewer sends it back. | how long can a method get | length above which code is rejected
preference | Calls only after lunch | Mornings are for writing; meetings start at 13:00. | when can I invite her to a video conference | good hours to talk
preference | Comments say why | Nobody needs a remark repeating the line below; leave the reason instead. | what belongs in remarks in source | annotation style for developers
configuration | Heap of the build | Gradle needs -Xmx6g or the Kotlin compiler dies silently. | android compilation ends without a message | how much ram must I give the java build
configuration | Certificates in the container | Mount the corporate CA into /usr/local/share/ca-certificates and run the update, otherwise curl refuses. | downloads inside docker complain about trust | self-signed root isn't accepted in the image
configuration | Local mail catcher | Mailpit shows everything the app sends at localhost:8025. | where do I see outgoing letters while developing | check the welcome message without a real inbox
configuration | Inotify limit | Set fs.inotify.max_user_watches to 524288, the editor stops noticing changes otherwise. | files aren't reloaded automatically on linux | hot refresh doesn't work in the big repository
configuration | Redis eviction | allkeys-lru with 2 GB; before, writes failed when it was full. | what happens when the cache has no more room | throwing out rarely used entries
configuration | Printer queue for labels | Zebra ZT411 over raw port 9100, 203 dpi, driver set to passthrough. | how do I hook up the sticker printer | address labels come out garbled
configuration | Timeout at the load balancer | Idle connections are dropped at 350 seconds, so keepalive is set to 300. | long requests are cut off after six minutes | why do websockets disconnect when nobody types
configuration | Feature branch previews | Each pull request gets pr-NUMBER.preview.example.com, removed after seven days. | how can a designer look at unmerged work | temporary site for trying a change
configuration | Clock of the test suite | TZ=UTC and a frozen date of 2024-02-29; leap day bugs show up at once. | what day is it in our specs | why do tests think it's february
task | Replace the self-written PDF library | It cannot embed fonts; weasyprint looks good, decide in January. | what is planned for document generation | alternative to our homemade printing code
task | Shorten the onboarding form | Nine fields, half of the visitors leave at the phone number. | people give up while registering | fewer questions for new users
task | Rotate the webhook secrets | Shared with two former contractors, due before the audit in May. | which keys do ex-employees still know | what has to be exchanged before the inspection
task | Translate the help pages | Polish and Czech are missing, agency wants the texts in XLIFF. | which languages lack documentation | hand over articles to the translators
task | Move cron jobs off the old VM | Eleven scripts on the box nobody dares to reboot. | what still runs on the legacy server | get rid of the machine under the desk
task | Load test before Black Friday | Aim for four times the traffic of last year with p95 under a second. | how much demand must the shop withstand in november | rehearsal for the big sale
task | Clean up feature experiments | Thirty A/B tests ended, their code is still in. | dead branches from trials | remove what is left of finished variants
task | Write down the on-call handover | Mondays at ten, but nobody knows what has to be said. | how does the pager change hands | document switching duty between colleagues
note | Why the export took all night | Each row opened its own connection; pooling brought it to eleven minutes. | what made the nightly dump so slow | speeding up writing the report file
note | Double mails in April | The worker was restarted between sending and acknowledging. | customers got the same message twice | cause of repeated notifications in spring
note | Wrong tax on gift cards | Vouchers were taxed at sale instead of when they are spent. | what was incorrect with vat for coupons | error in accounting for presents
note | Frozen dashboard on Mondays | Weekly aggregation locked the table; it now works on a copy. | overview hangs at the start of the week | statistics screen unresponsive
note | Lost scans in hall 3 | Firmware 4.1 forgot its buffer when the battery was swapped. | barcodes disappeared after changing the accumulator | missing bookings in the third warehouse
note | Fonts missing in the Docker image | Slim images have none; charts showed boxes until fontconfig and DejaVu were added. | squares instead of letters in graphs | text in diagrams is not rendered in the container
note | Time jump on daylight saving | Shifts from 2 to 3 am were counted twice in October. | wrong working hours in autumn | payroll mistake when clocks changed
note | Vanishing uploads | The virus scanner quarantined macros silently; users now get told. | documents disappear after being submitted | why did excel sheets never arrive
note | Search could not find umlauts | The collation compared bytes; ICU fixed Müller against Mueller. | german names were not matched | looking up customers with special characters
note | Memory of the crawler | The set of seen addresses grew without end, a Bloom filter holds it at 300 MB. | the spider ate all ram | deduplicating visited links cheaply
note | Slow first login after deploy | Templates were compiled on demand; they are warmed up before traffic is let in. | initial sign-in takes long following a release | preheating to avoid sluggish pages
note | Negative stock | Two cash desks sold the last piece at once; reservation is atomic now. | inventory below zero | overselling items
note | Camera rotates pictures | Orientation in EXIF was ignored, portraits lay on their side. | photos shown sideways | images turned by ninety degrees
person | Ingrid signs contracts | Ingrid Aas is the only one who may sign with suppliers, answers in the evening. | who is allowed to approve vendor agreements | whose signature do I need
person | Pavel built the data warehouse | Pavel Novotny modelled the star schema; ask before adding a dimension. | expert on analytics tables | who designed our reporting database
person | Leila tests on real phones | Leila Haddad keeps the drawer with forty handsets and knows their quirks. | where can I borrow an old iphone | someone to try it on physical hardware
person | Marcus is the customer at the clinic | Marcus Feld decides what the ward needs, not the IT department. | who is our contact in the hospital | whom do we ask about requirements of nurses
person | Aiko does the accounting export | Aiko Sato matches our ledger to DATEV each month. | who knows how bookkeeping gets its figures | responsible for handing numbers to the tax adviser
project-context | What the scanner project is for | Pickers are guided through the shelves and mistakes fall below one in a thousand. | purpose of the handheld software | what do we want to achieve in the warehouse
project-context | Who uses the portal | Four hundred pharmacies order through it, mostly between seven and nine in the morning. | who are the users of the ordering site | when is the load highest
project-context | Limits of the pilot | Two wards, no connection to the hospital's records, ends at Easter. | what is out of scope in the trial | until when does the experiment run
code-snippet | Read a huge CSV | `for chunk in pd.read_csv(p, chunksize=50_000)` keeps it under 200 MB. | process a big spreadsheet without running out of memory | stream a table in pieces
code-snippet | Cancel a fetch | `const c = new AbortController(); fetch(u, {signal: c.signal}); c.abort()` | stop a running http call in javascript | user leaves before the answer has come
code-snippet | Upsert in Postgres | `insert ... on conflict (id) do update set ...` returns the row either way. | insert or change if it exists already | write a record no matter whether it is there
code-snippet | Stable sort by two columns | `sorted(rows, key=lambda r: (r.team, -r.points))` | order by group and then descending score | ranking inside each club
code-snippet | Kill what holds a port | `lsof -ti :3000 | xargs kill` frees it again. | address already in use after a crash | end the process that blocks my dev server
prompt | Summary of a meeting | List decisions, owners and dates, nothing else; at most ten lines. | instructions for minutes | how should the model condense a conversation
prompt | Release notes prompt | Turn merged titles into sentences a customer understands, group by area, leave out refactoring. | generate the changelog for users | text for what's new
session | Session on cheaper storage | Moved cold pictures to the infrequent tier, bill went down by 38 percent. | what did we do about the cost of keeping images | saving money on buckets
session | Session on fewer false alarms | Alerts now need three bad minutes in a row; pages fell from forty to six a week. | how did we get fewer calls at night | making monitoring less noisy
session | Session on the ranking of offers | Showing delivery time first raised orders by five percent, price first did nothing. | experiment with the order of products | what made people buy more
"""


def build() -> noteset.Set:
    """Return all notes of the set and these, with these questions only, and those that have no answer."""
    made = noteset.build()
    made.questions = [asked for asked in made.questions if not asked.relevant]
    rng = random.Random(21)
    for category, title, body, *questions in _rows(LATER):
        path = made.note(
            category, title, body, scope=rng.choice(("global", *(f"projects/{p}" for p in noteset.PROJECTS)))
        )
        for text in questions:
            kind = "later paraphrase" if noteset.is_paraphrase(text, f"{title} {body}") else "later re-asked"
            made.ask(kind, text, path, held_out=True)
    return made


def _rows(text: str) -> list[list[str]]:
    """Return the cells of each line; code may have a bar of its own, so the last two are taken from the right."""
    lines = (line.split(" | ") for line in text.strip().splitlines())
    return [[*cells[:2], " | ".join(cells[2:-2]), *cells[-2:]] for cells in lines]


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--ablate", action="store_true")
    given = options.parse_args()
    made = build()
    with tempfile.TemporaryDirectory() as folder:
        engine = run.Memsync(made, Path(folder))
        if given.ablate:
            run.ablate(engine, made)
            return
        run.compare(engine, made, Path(folder))


if __name__ == "__main__":
    main()
