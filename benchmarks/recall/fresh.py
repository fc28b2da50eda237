"""Notes and paraphrases written after the list of synonyms was frozen (commit 762b322), and not looked at while anything was chosen.

The same hand wrote them, so they say what happens with other matters, not with another person's words; outside.py has those.
"""

# category | title | body | as a person asks | as somebody asks who remembers no word of it
FRESH = """
decision | Parquet for the event lake | CSV files took eleven hours to scan; Parquet with zstd is a ninth of the size and typed. | what file format are the analytics events in | how is the raw tracking information laid out on disk
decision | Airflow gave way to Dagster | Assets with lineage fit our reports better than DAG files full of operators. | which orchestrator runs the data pipelines | what coordinates the nightly number crunching
decision | Kotlin for new Android modules | Null safety ended a third of our crash reports; Java stays where it is. | what language do we write new android code in | should I still add java classes
decision | No microfrontends | Four teams share one shell; splitting it doubled the bytes and nobody deployed alone anyway. | why is the web app one bundle and not split by team | did we think about independent ui packages per squad
decision | Markdown over Confluence | Pages went stale because they lived far from the code; docs are reviewed like code now. | where is documentation written | why did we leave the wiki
decision | Zstandard for backups | Level 9 halves the archive against gzip and restores twice as quickly. | how are the dumps compressed | which algorithm shrinks our archives
fact | Warehouse quota | BigQuery scans are capped at 20 TB a day for the analysts' project. | how much may analysts scan a day | what happens if someone runs a giant report
fact | GPU node names | Training boxes are called otter-01 to otter-06; otter-04 has the A100s. | which machine has the a100 cards | where can I train a large network
fact | Firmware signing key slot | The production key sits in slot 9c of the YubiHSM, the test key in 9a. | where is the key the firmware is signed with | what do we use so that devices accept an image
fact | Push notification limits | Apple drops payloads over 4 KB; ours are trimmed at 3.5. | how large may a push payload be | why was the text of an alert on the lock screen cut
fact | Translation deadline | Strings are frozen every second Wednesday at noon, translators need three days. | when do strings have to be final | until when can I still change wording in the interface
fact | Support hours | The help desk answers from 7 to 19 Berlin time, weekends only for priority one. | when is the help desk staffed | who picks up if a shop calls on Sunday
fact | Sensor sampling | The vibration sensors report at 6.4 kHz, temperature once a minute. | at what rate do the vibration sensors sample | how often do we hear from the machines in the hall
fact | Map tiles licence | Tiles come from OpenMapTiles under ODbL; the credit line must stay visible. | what licence do the map tiles have | do we have to mention where the street pictures come from
preference | Plots without gridlines | Figures in reports: no gridlines, direct labels instead of legends, colour-blind safe palette. | how should charts in reports look | style for graphics shown to management
preference | Ask before adding packages | New third-party packages need a word in the channel first; the bundle has a budget. | may I just add a new npm package | am I free to pull in something from the registry
preference | SQL keywords in lower case | Lower-case keywords, one clause a line, commas at the end. | how do we format sql | capital letters in statements or not
preference | British spelling | User-facing text uses British spelling: colour, cancelled, centre. | which english do we use in the interface | is it color or colour
configuration | Proxy for the lab network | In the lab set HTTPS_PROXY to http://proxy.lab:3128, else pip hangs. | why does pip hang in the lab | installing things on the second floor never finishes
configuration | Emulator memory | Give the Android emulator 4 GB and turn on hardware GL or the map stutters. | why does the map stutter in the emulator | the virtual phone is sluggish on my computer
configuration | pre-commit on Windows | core.autocrlf must be input, otherwise black rewrites every line. | why does black change every line on windows | the formatter touches the whole file on my colleague's pc
configuration | Jupyter kernels | Register the project's venv with ipykernel; the default kernel lacks pandas. | why can't the notebook import pandas | analysis sheet says a module does not exist
task | Replace the SMS provider | Contract with Nexmo ends in June; Twilio quote is waiting for finance. | what is left to do about the sms provider | who sends texts to users from summer on
task | Move CI runners to ARM | Graviton runners are a third cheaper; blocked by one x86-only image. | why aren't the ci runners on arm yet | what stops us from saving on build machines
task | Delete staging S3 buckets | Twelve old buckets cost 300 a month; ask Petra before removing stg-legacy. | which buckets should be removed | cheap cleanup of forgotten file storage
note | Clock drift on the kiosks | Kiosks drifted up to four minutes since NTP was blocked; chrony now uses the store router. | why was the time wrong on the kiosks | the terminals in shops showed a different hour
note | PDF export garbles Arabic | The font had no shaping tables; bundling Noto Naskh fixed right-to-left invoices. | why was arabic text broken in pdfs | letters were disconnected on printed bills for Dubai
note | Battery drain on Pixel | A wake lock stayed open after each upload; releasing it in finally fixed the drain. | what drained the battery on pixel phones | people complained that the device was empty by noon
note | Race in the seat map | Two buyers got the same seat because the hold expired during payment; holds are extended now. | how could two buyers get one seat | double bookings in the hall plan
note | Cold start of the lambda | Importing boto3 at the top cost 700 ms; lazy import brought p95 under 200. | what made the lambda start slowly | first call after idle took ages
person | Yuki knows the embedded side | Yuki Tanaka wrote the bootloader and the CAN driver; ask her about anything on the board. | who wrote the bootloader | somebody to ask about low-level device matters
person | Omar runs the design system | Omar Haddad approves new components; send Figma links, not screenshots. | who approves new ui components | whom do I show a mock-up
project-context | What the fleet app does | It plans routes for forty vans, tracks cold chain temperatures and tells customers the arrival time. | what is the fleet app for | what problem do we solve for couriers
project-context | Where data may live | Customer addresses stay in Frankfurt; telemetry without identifiers may go to Virginia. | in which region are customer addresses stored | can I copy personal records to the american site
code-snippet | Chunked upload | `uploadInParts(file, {size: 8 << 20})` in src/upload.ts resumes after a broken connection. | how do I upload a file in chunks | continue sending a big video after the wifi dropped
code-snippet | Idempotency key | Pass `Idempotency-Key: order.id` or the gateway books twice on retry. | which header prevents booking twice | keep a repeated request from being charged again
"""
