"""The tables, as numbered migrations; each runs in a transaction when the store is opened.

A migration that has been released is never changed: a later one mends it.
"""

from __future__ import annotations

import json
import zlib
from zoneinfo import ZoneInfo

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from monitor.store.facility_keys import facility_key
from monitor.store.facts import note_all_facts
from monitor.store.lookups import DEFAULT_ZONE, note_lookups
from monitor.store.search import make_search
from monitor.store.signs import note_signs_again, note_wide_signs_again
from monitor.store.times import storable
from monitor.store.views import make_views
from monitor.types import KnownContact

migrations = Migrations("distress")

_POSTS = """
CREATE TABLE runs (
  id INTEGER PRIMARY KEY, stage TEXT NOT NULL, source TEXT,
  started_at TEXT NOT NULL, ended_at TEXT,
  pages INTEGER NOT NULL DEFAULT 0, posts_new INTEGER NOT NULL DEFAULT 0,
  posts_known INTEGER NOT NULL DEFAULT 0, posts_set_aside INTEGER NOT NULL DEFAULT 0,
  newest_post_at TEXT, outcome TEXT, message TEXT, process_id INTEGER
);
CREATE INDEX runs_source ON runs (source, id);
CREATE TABLE marks (
  source TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, changed_at TEXT NOT NULL,
  PRIMARY KEY (source, name)
);
CREATE TABLE set_aside (
  id INTEGER PRIMARY KEY, source TEXT NOT NULL, place TEXT NOT NULL, reason TEXT NOT NULL,
  excerpt TEXT NOT NULL, first_run_id INTEGER REFERENCES runs (id), last_seen_at TEXT NOT NULL,
  UNIQUE (source, place, reason)
);
CREATE TABLE posts (
  id INTEGER PRIMARY KEY, source TEXT NOT NULL, source_id TEXT NOT NULL,
  text TEXT NOT NULL, digest TEXT NOT NULL, reposted_text TEXT, reposted_author TEXT,
  url TEXT, author TEXT, author_id TEXT, posted_at TEXT,
  first_seen_at TEXT NOT NULL, edited_at TEXT, run_id INTEGER REFERENCES runs (id),
  UNIQUE (source, source_id)
);
CREATE INDEX posts_posted_at ON posts (posted_at);
CREATE TABLE post_raw (
  post_id INTEGER PRIMARY KEY REFERENCES posts (id), answer BLOB NOT NULL
);
CREATE TABLE post_edits (
  id INTEGER PRIMARY KEY, post_id INTEGER NOT NULL REFERENCES posts (id),
  text TEXT NOT NULL, reposted_text TEXT, digest TEXT NOT NULL, replaced_at TEXT NOT NULL
);
CREATE TABLE readings (
  post_id INTEGER NOT NULL REFERENCES posts (id), digest TEXT NOT NULL, reader TEXT NOT NULL,
  flagged INTEGER NOT NULL, score REAL NOT NULL, label TEXT NOT NULL, error TEXT,
  read_at TEXT NOT NULL,
  PRIMARY KEY (post_id, digest, reader)
) WITHOUT ROWID
"""

_NEEDS = """
CREATE TABLE needs (
  id INTEGER PRIMARY KEY, post_id INTEGER NOT NULL REFERENCES posts (id), digest TEXT NOT NULL,
  words TEXT NOT NULL, score REAL NOT NULL, label TEXT NOT NULL, voice TEXT,
  urgency TEXT, found_at TEXT NOT NULL,
  UNIQUE (post_id, digest)
);
CREATE TABLE items (
  id INTEGER PRIMARY KEY, need_id INTEGER NOT NULL REFERENCES needs (id), name TEXT NOT NULL,
  text TEXT NOT NULL, quantity REAL, quantity_max REAL, per TEXT, quantity_text TEXT, unit TEXT,
  "start" INTEGER NOT NULL, "end" INTEGER NOT NULL
);
CREATE INDEX items_need ON items (need_id);
CREATE INDEX items_name ON items (name);
CREATE TABLE facilities (
  id INTEGER PRIMARY KEY, need_id INTEGER NOT NULL REFERENCES needs (id), text TEXT NOT NULL,
  "start" INTEGER NOT NULL, "end" INTEGER NOT NULL
);
CREATE INDEX facilities_need ON facilities (need_id);
CREATE TABLE contacts (
  id INTEGER PRIMARY KEY, need_id INTEGER NOT NULL REFERENCES needs (id), kind TEXT NOT NULL,
  value TEXT NOT NULL, text TEXT NOT NULL, "start" INTEGER NOT NULL, "end" INTEGER NOT NULL
);
CREATE INDEX contacts_need ON contacts (need_id);
CREATE TABLE places (
  id INTEGER PRIMARY KEY, need_id INTEGER NOT NULL REFERENCES needs (id), text TEXT NOT NULL,
  province TEXT, city TEXT, county TEXT, "start" INTEGER NOT NULL, "end" INTEGER NOT NULL
);
CREATE INDEX places_need ON places (need_id);
CREATE TABLE evidence (
  id INTEGER PRIMARY KEY, need_id INTEGER NOT NULL REFERENCES needs (id), role TEXT NOT NULL,
  text TEXT NOT NULL, "start" INTEGER NOT NULL, "end" INTEGER NOT NULL
);
CREATE INDEX evidence_need ON evidence (need_id);
CREATE TABLE need_details (
  need_id INTEGER NOT NULL REFERENCES needs (id), field TEXT NOT NULL, value TEXT NOT NULL,
  PRIMARY KEY (need_id, field)
) WITHOUT ROWID
"""

_CASES = """
CREATE TABLE cases (id INTEGER PRIMARY KEY, opened_at TEXT NOT NULL);
CREATE TABLE case_needs (
  id INTEGER PRIMARY KEY, case_id INTEGER NOT NULL REFERENCES cases (id),
  need_id INTEGER NOT NULL REFERENCES needs (id), reason TEXT NOT NULL,
  matched_need_id INTEGER REFERENCES needs (id), joined_at TEXT NOT NULL, left_at TEXT
);
CREATE UNIQUE INDEX case_needs_once ON case_needs (need_id) WHERE left_at IS NULL;
CREATE INDEX case_needs_case ON case_needs (case_id);
CREATE TABLE assignments (
  id INTEGER PRIMARY KEY, case_id INTEGER NOT NULL REFERENCES cases (id), agent TEXT NOT NULL,
  reason TEXT NOT NULL, assigned_at TEXT NOT NULL, ended_at TEXT, ended_reason TEXT
);
CREATE UNIQUE INDEX assignments_once ON assignments (case_id) WHERE ended_at IS NULL;
CREATE INDEX assignments_agent ON assignments (agent);
CREATE TABLE callbacks (
  id TEXT PRIMARY KEY, case_id INTEGER NOT NULL REFERENCES cases (id), agent TEXT NOT NULL,
  disposition TEXT NOT NULL, ends_case INTEGER NOT NULL, note TEXT NOT NULL DEFAULT '',
  attempted_at TEXT NOT NULL, call_again_at TEXT, recorded_at TEXT NOT NULL, origin TEXT NOT NULL
);
CREATE INDEX callbacks_case ON callbacks (case_id);
CREATE TABLE callback_items (
  id INTEGER PRIMARY KEY, callback_id TEXT NOT NULL REFERENCES callbacks (id),
  name TEXT NOT NULL, quantity TEXT, unit TEXT
);
CREATE INDEX callback_items_callback ON callback_items (callback_id);
CREATE TABLE supply_lines (
  id INTEGER PRIMARY KEY, callback_item_id INTEGER NOT NULL UNIQUE REFERENCES callback_items (id),
  case_id INTEGER NOT NULL REFERENCES cases (id), facility TEXT, name TEXT NOT NULL,
  quantity TEXT, unit TEXT
);
CREATE TABLE supply_steps (
  id INTEGER PRIMARY KEY, supply_line_id INTEGER NOT NULL REFERENCES supply_lines (id),
  status TEXT NOT NULL, note TEXT NOT NULL DEFAULT '', at TEXT NOT NULL
);
CREATE INDEX supply_steps_line ON supply_steps (supply_line_id)
"""

_PERSONS_AND_CODES = """
ALTER TABLE contacts ADD COLUMN person TEXT;
ALTER TABLE contacts ADD COLUMN role TEXT;
ALTER TABLE places ADD COLUMN code TEXT
"""

_ANSWERS = """
CREATE TABLE answers (
  id INTEGER PRIMARY KEY, source TEXT NOT NULL, run_id INTEGER REFERENCES runs (id),
  outcome TEXT NOT NULL, message TEXT NOT NULL, url TEXT, kept_at TEXT NOT NULL,
  answer BLOB NOT NULL
);
CREATE INDEX answers_source ON answers (source, id);
CREATE INDEX posts_first_seen ON posts (first_seen_at, source)
"""

_REQUESTS = """
CREATE TABLE requests (
  day TEXT NOT NULL, host TEXT NOT NULL, asked INTEGER NOT NULL, PRIMARY KEY (day, host)
) WITHOUT ROWID
"""

_AGENTS_DAY = """
ALTER TABLE callbacks ADD COLUMN contact_kind TEXT;
ALTER TABLE callbacks ADD COLUMN contact_value TEXT;
ALTER TABLE callbacks ADD COLUMN new_kind TEXT;
ALTER TABLE callbacks ADD COLUMN new_value TEXT;
ALTER TABLE callbacks ADD COLUMN new_person TEXT;
ALTER TABLE callbacks ADD COLUMN new_role TEXT;
ALTER TABLE callbacks ADD COLUMN barred_until TEXT;
ALTER TABLE callbacks ADD COLUMN after_id TEXT;
CREATE INDEX callbacks_recorded ON callbacks (recorded_at);
CREATE INDEX callbacks_contact ON callbacks (contact_value);
CREATE INDEX needs_found ON needs (found_at);
CREATE INDEX cases_opened ON cases (opened_at);
CREATE INDEX supply_steps_at ON supply_steps (at);
CREATE TABLE contact_marks (
  id INTEGER PRIMARY KEY, kind TEXT NOT NULL, value TEXT NOT NULL,
  key_kind TEXT NOT NULL, "key" TEXT NOT NULL, mark TEXT NOT NULL, reason TEXT NOT NULL,
  until TEXT, callback_id TEXT REFERENCES callbacks (id), actor TEXT NOT NULL, at TEXT NOT NULL
);
CREATE INDEX contact_marks_key ON contact_marks (key_kind, "key", id);
CREATE TABLE reopenings (
  callback_id TEXT PRIMARY KEY REFERENCES callbacks (id), actor TEXT NOT NULL,
  reason TEXT NOT NULL, at TEXT NOT NULL
);
ALTER TABLE assignments ADD COLUMN actor TEXT NOT NULL DEFAULT '';
ALTER TABLE supply_lines ADD COLUMN team TEXT;
ALTER TABLE supply_steps ADD COLUMN quantity TEXT;
ALTER TABLE supply_steps ADD COLUMN actor TEXT NOT NULL DEFAULT '';
ALTER TABLE supply_steps ADD COLUMN callback_item_id INTEGER REFERENCES callback_items (id);
CREATE TABLE sign_in_links (
  hash TEXT PRIMARY KEY, agent TEXT NOT NULL, made_at TEXT NOT NULL, expires_at TEXT NOT NULL,
  used_at TEXT
);
CREATE TABLE sessions (
  hash TEXT PRIMARY KEY, agent TEXT NOT NULL, csrf TEXT NOT NULL, made_at TEXT NOT NULL,
  expires_at TEXT NOT NULL, ended_at TEXT
);
CREATE TABLE claims (
  case_id INTEGER PRIMARY KEY REFERENCES cases (id), agent TEXT NOT NULL, session TEXT NOT NULL,
  claimed_at TEXT NOT NULL, expires_at TEXT NOT NULL
)
"""

# Of each source the time of its newest post is the last entry of its part of the index.
_NEWEST = """
CREATE INDEX posts_newest ON posts (source, coalesce(posted_at, first_seen_at))
"""

_TYPED = """
ALTER TABLE callbacks ADD COLUMN contact_typed TEXT;
ALTER TABLE callbacks ADD COLUMN new_typed TEXT;
ALTER TABLE contact_marks ADD COLUMN typed TEXT
"""

# Which cases are open, and which a facility has or had, found without reading all cases.
_ROUTING = """
ALTER TABLE cases ADD COLUMN closed INTEGER NOT NULL DEFAULT 0;
UPDATE cases SET closed = 1 WHERE EXISTS (
  SELECT 1 FROM callbacks WHERE callbacks.case_id = cases.id AND callbacks.ends_case
  AND NOT EXISTS (SELECT 1 FROM reopenings WHERE callback_id = callbacks.id)
);
CREATE INDEX cases_open ON cases (id) WHERE closed = 0;
CREATE TABLE case_facilities (
  "key" TEXT NOT NULL, case_id INTEGER NOT NULL REFERENCES cases (id),
  PRIMARY KEY ("key", case_id)
) WITHOUT ROWID;
CREATE INDEX case_facilities_case ON case_facilities (case_id);
CREATE INDEX supply_steps_item ON supply_steps (callback_item_id) WHERE callback_item_id IS NOT NULL
"""

_PEOPLE = """
ALTER TABLE facilities ADD COLUMN role TEXT NOT NULL DEFAULT 'needing';
ALTER TABLE contacts ADD COLUMN do_not_call INTEGER NOT NULL DEFAULT 0;
ALTER TABLE contacts ADD COLUMN area TEXT;
ALTER TABLE contacts ADD COLUMN area_from TEXT;
CREATE TABLE run_languages (
  run_id INTEGER NOT NULL REFERENCES runs (id), language TEXT NOT NULL, posts INTEGER NOT NULL,
  PRIMARY KEY (run_id, language)
) WITHOUT ROWID
"""

# Also what fills the keys again, in a migration of the release whose facility_key() changed.
_FACILITY_KEYS = """
INSERT OR IGNORE INTO case_facilities ("key", case_id)
SELECT facility_key(text), case_id FROM facilities
JOIN case_needs ON case_needs.need_id = facilities.need_id AND left_at IS NULL
"""


_SIGHTINGS = """
ALTER TABLE posts ADD COLUMN pictures TEXT;
ALTER TABLE posts ADD COLUMN walk TEXT;
ALTER TABLE posts ADD COLUMN gone_at TEXT
"""


def _create(db: Database, statements: str) -> None:
    """Run the statements one by one: executescript would end the migration's transaction."""
    for statement in statements.split(";"):
        db.execute(statement)


@migrations(name="0001_posts")
def posts(db: Database) -> None:
    """Hold runs, what sources remember, posts with raw answers and edits, and which were read."""
    _create(db, _POSTS)


@migrations(name="0002_needs")
def needs(db: Database) -> None:
    """Needs and their spans."""
    _create(db, _NEEDS)


@migrations(name="0003_cases")
def cases(db: Database) -> None:
    """Cases, assignments, callbacks, supply lines."""
    _create(db, _CASES)


@migrations(name="0004_persons_and_codes")
def persons_and_codes(db: Database) -> None:
    """Who answers a contact, and the codes of places."""
    _create(db, _PERSONS_AND_CODES)


@migrations(name="0005_requests")
def requests(db: Database) -> None:
    """How many requests each host was asked on a day."""
    _create(db, _REQUESTS)


@migrations(name="0006_answers")
def answers(db: Database) -> None:
    """Keep what services answered where a run failed, and find posts by when they came in."""
    _create(db, _ANSWERS)


@migrations(name="0008_agents_day")
def agents_day(db: Database) -> None:
    """Which contact was tried, marks of contacts, reopened cases, amounts on the way, the desk."""
    _create(db, _AGENTS_DAY)


@migrations(name="0009_newest")
def newest(db: Database) -> None:
    """Find the newest post of each source without reading all posts."""
    _create(db, _NEWEST)


@migrations(name="0010_typed_contacts")
def typed_contacts(db: Database) -> None:
    """Contacts that were typed, read again by the one rule; the words as typed stay beside them.

    Before, 李护士13800138000 was a WeChat id of that name: to bar it barred nobody.
    """
    _create(db, _TYPED)
    for name in ("contact", "new"):
        _read_again(db, "callbacks", f"{name}_kind", f"{name}_value", f"{name}_typed")
    _read_again(db, "contact_marks", "kind", "value", "typed")
    for row in db.execute("SELECT id, kind, value FROM contact_marks").fetchall():
        key_kind, key = KnownContact(kind=row["kind"], value=row["value"]).key
        db.execute(
            'UPDATE contact_marks SET key_kind = ?, "key" = ? WHERE id = ?',
            [key_kind, key, row["id"]],
        )


def _read_again(db: Database, table: str, kind: str, value: str, typed: str) -> None:
    """Put the kind and value that the rule tells into the rows for which it tells others."""
    # Readers take seconds to load, and a store that is up to date needs none of them.
    from classifiers.contacts.typed import read_typed

    rows = db.execute(
        f"SELECT rowid AS place, {kind} AS kind, {value} AS value FROM {table} "
        f"WHERE {value} IS NOT NULL"
    ).fetchall()
    for row in rows:
        reading = read_typed(row["value"], row["kind"])
        if reading is None or (reading.kind, reading.value) == (row["kind"], row["value"]):
            continue
        db.execute(
            f"UPDATE {table} SET {kind} = ?, {value} = ?, {typed} = ? WHERE rowid = ?",
            [reading.kind, reading.value, row["value"], row["place"]],
        )
        if kind == "new_kind":
            db.execute(
                "UPDATE callbacks SET new_person = coalesce(new_person, ?) WHERE rowid = ?",
                [reading.person, row["place"]],
            )


@migrations(name="0011_routing")
def routing(db: Database) -> None:
    """Which cases are closed, and the facilities of cases by their keys."""
    _create(db, _ROUTING)
    db.conn.create_function("facility_key", 1, facility_key, deterministic=True)
    db.execute(_FACILITY_KEYS)


@migrations(name="0012_sightings")
def sightings(db: Database) -> None:
    """Keep pictures, which walk gave a post, and since when it is gone at its source.

    Mastodon's posts go by their uri from here on: the id of a server may change with an edit.
    Where two rows were one post, the later has its uri and the earlier keeps the id it had.
    """
    _create(db, _SIGHTINGS)
    taken: set[tuple[str, str]] = set()
    for (post_id,) in db.execute("SELECT post_id FROM post_raw ORDER BY post_id DESC").fetchall():
        row = db.execute(
            "SELECT source, source_id, answer FROM posts "
            "JOIN post_raw ON post_raw.post_id = posts.id WHERE posts.id = ?",
            [post_id],
        ).fetchone()
        identity = _identity_of(row["source_id"], row["answer"])
        if identity and (row["source"], identity) not in taken:
            taken.add((row["source"], identity))
            db.execute("UPDATE posts SET source_id = ? WHERE id = ?", [identity, post_id])


def _identity_of(source_id: str, answer: bytes) -> str | None:
    """Return the identity of a post that was kept by a Mastodon server's own id, else None."""
    raw = zlib.decompress(answer)
    if b'"uri"' not in raw or b'"visibility"' not in raw:
        return None
    try:
        status = json.loads(raw)
        if not isinstance(status, dict) or str(status["id"]) != source_id:
            return None
        from spiders.mastodon import identity_of  # which loads Scrapy: few stores need it

        return storable(identity_of(status))
    except (ValueError, LookupError, RecursionError):
        return None


@migrations(name="0015_people")
def people(db: Database) -> None:
    """Parts of facilities in a need, numbers not to be called, area codes, languages not read.

    Keys of facilities are made again: 上海瑞金医院 and 瑞金医院 have one now.
    """
    _create(db, _PEOPLE)
    db.conn.create_function("facility_key", 1, facility_key, deterministic=True)
    db.execute("DELETE FROM case_facilities")
    db.execute(_FACILITY_KEYS)


_SUGGESTIONS = """
CREATE TABLE suggestions (
  id INTEGER PRIMARY KEY, need_id INTEGER NOT NULL REFERENCES needs (id),
  matched_need_id INTEGER NOT NULL REFERENCES needs (id),
  reason TEXT NOT NULL, against TEXT NOT NULL, made_at TEXT NOT NULL,
  decision TEXT, actor TEXT, decided_at TEXT,
  UNIQUE (need_id, matched_need_id)
);
CREATE INDEX suggestions_matched ON suggestions (matched_need_id);
ALTER TABLE cases ADD COLUMN merged_into INTEGER REFERENCES cases (id);
CREATE INDEX cases_merged_into ON cases (merged_into) WHERE merged_into IS NOT NULL
"""


@migrations(name="0016_suggestions")
def suggestions(db: Database) -> None:
    """Pairs of cases that a person decides on, and the cases that were put into another."""
    _create(db, _SUGGESTIONS)


@migrations(name="0017_items")
def items(db: Database) -> None:
    """Whether the unit of an amount fits its goods, and whose goods they are."""
    db.execute("ALTER TABLE items ADD COLUMN doubtful INTEGER NOT NULL DEFAULT 0")
    db.execute("ALTER TABLE items ADD COLUMN facility TEXT")


# Signs are what a post shares with others: its author, contacts and facilities, found by index.
_UPDATES = """
CREATE TABLE updates (
  id INTEGER PRIMARY KEY, post_id INTEGER NOT NULL REFERENCES posts (id), digest TEXT NOT NULL,
  words TEXT NOT NULL, said_at TEXT NOT NULL, found_at TEXT NOT NULL,
  looked_at TEXT, UNIQUE (post_id, digest)
);
CREATE INDEX updates_waiting ON updates (id) WHERE looked_at IS NULL;
CREATE TABLE update_signs (
  kind TEXT NOT NULL, "key" TEXT NOT NULL, update_id INTEGER NOT NULL REFERENCES updates (id),
  PRIMARY KEY (kind, "key", update_id)
) WITHOUT ROWID;
CREATE INDEX update_signs_update ON update_signs (update_id);
CREATE TABLE need_signs (
  kind TEXT NOT NULL, "key" TEXT NOT NULL, need_id INTEGER NOT NULL REFERENCES needs (id),
  PRIMARY KEY (kind, "key", need_id)
) WITHOUT ROWID;
CREATE INDEX need_signs_need ON need_signs (need_id);
CREATE TABLE need_updates (
  id INTEGER PRIMARY KEY, update_id INTEGER NOT NULL REFERENCES updates (id),
  need_id INTEGER NOT NULL REFERENCES needs (id),
  effect TEXT NOT NULL, goods TEXT NOT NULL, "start" INTEGER NOT NULL, "end" INTEGER NOT NULL,
  unwanted TEXT NOT NULL, new_contacts TEXT NOT NULL, own INTEGER NOT NULL, reason TEXT NOT NULL,
  matched_at TEXT NOT NULL, undone_at TEXT, undone_by TEXT,
  UNIQUE (update_id, need_id)
);
CREATE INDEX need_updates_need ON need_updates (need_id);
ALTER TABLE needs ADD COLUMN withdrawn_at TEXT;
CREATE INDEX supply_lines_case ON supply_lines (case_id);
CREATE TABLE update_cursor (join_id INTEGER NOT NULL);
INSERT INTO update_cursor (join_id) SELECT coalesce(max(id), 0) FROM case_needs
"""


@migrations(name="0018_updates")
def updates(db: Database) -> None:
    """Hold what later posts say of needs told before, and the signs that needs are found by."""
    _create(db, _UPDATES)
    note_signs_again(db)


@migrations(name="0019_wide_signs")
def wide_signs(db: Database) -> None:
    """Find needs that stand already by goods, people and short forms of their facilities, too."""
    note_wide_signs_again(db)


_SECOND_DAY = """
ALTER TABLE callbacks ADD COLUMN arrived TEXT;
ALTER TABLE callbacks ADD COLUMN fits INTEGER;
ALTER TABLE callbacks ADD COLUMN next_need_at TEXT;
ALTER TABLE callbacks ADD COLUMN seconds INTEGER;
CREATE INDEX callbacks_next_need ON callbacks (next_need_at) WHERE next_need_at IS NOT NULL;
ALTER TABLE assignments ADD COLUMN note TEXT NOT NULL DEFAULT '';
ALTER TABLE assignments ADD COLUMN hand_id TEXT;
CREATE UNIQUE INDEX assignments_hand ON assignments (hand_id) WHERE hand_id IS NOT NULL;
ALTER TABLE claims ADD COLUMN dialled INTEGER NOT NULL DEFAULT 0;
CREATE TABLE substitutes (
  id INTEGER PRIMARY KEY, supply_line_id INTEGER NOT NULL REFERENCES supply_lines (id),
  name TEXT NOT NULL, reason TEXT NOT NULL, actor TEXT NOT NULL, asked_at TEXT NOT NULL,
  accepted INTEGER, answered_by TEXT, answered_at TEXT
);
CREATE INDEX substitutes_line ON substitutes (supply_line_id);
CREATE TABLE back_orders (
  id INTEGER PRIMARY KEY, supply_line_id INTEGER NOT NULL REFERENCES supply_lines (id),
  expected_at TEXT NOT NULL, note TEXT NOT NULL, actor TEXT NOT NULL, at TEXT NOT NULL
);
CREATE INDEX back_orders_line ON back_orders (supply_line_id)
"""


@migrations(name="0020_second_day")
def second_day(db: Database) -> None:
    """Keep what a ward says when called back, hand-overs, substitutes and back-orders."""
    _create(db, _SECOND_DAY)


_INTAKE = """
CREATE TABLE imports (
  run_id INTEGER PRIMARY KEY REFERENCES runs (id), name TEXT NOT NULL, purpose TEXT NOT NULL,
  actor TEXT NOT NULL, keep_until TEXT, undone_at TEXT, undone_by TEXT, forgotten_at TEXT
);
CREATE INDEX imports_kept ON imports (keep_until)
  WHERE keep_until IS NOT NULL AND forgotten_at IS NULL;
CREATE TABLE import_posts (
  run_id INTEGER NOT NULL REFERENCES imports (run_id),
  post_id INTEGER NOT NULL REFERENCES posts (id), place TEXT NOT NULL, change TEXT NOT NULL,
  PRIMARY KEY (run_id, post_id)
) WITHOUT ROWID;
CREATE INDEX import_posts_post ON import_posts (post_id);
CREATE TABLE held_contacts (
  post_id INTEGER NOT NULL REFERENCES posts (id), kind TEXT NOT NULL, value TEXT NOT NULL,
  person TEXT, key_kind TEXT NOT NULL, "key" TEXT NOT NULL,
  PRIMARY KEY (post_id, key_kind, "key")
);
CREATE INDEX held_contacts_key ON held_contacts (key_kind, "key");
CREATE TABLE column_maps (
  name TEXT PRIMARY KEY, "columns" TEXT NOT NULL, changed_at TEXT NOT NULL
) WITHOUT ROWID;
ALTER TABLE posts ADD COLUMN taken_back_at TEXT
"""


@migrations(name="0021_intake")
def intake(db: Database) -> None:
    """Which import brought which posts, contacts that are not passed on, the maps of sheets."""
    _create(db, _INTAKE)


# A record is a row of a list; a person has one call however many records are theirs; a turn is the
# call given to an agent for a part of a day.
_CAMPAIGN = """
CREATE TABLE campaigns (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE,
  run_id INTEGER NOT NULL REFERENCES imports (run_id), file TEXT NOT NULL, "columns" TEXT NOT NULL,
  script TEXT, notice TEXT NOT NULL, rounds INTEGER NOT NULL,
  made_at TEXT NOT NULL
);
CREATE TABLE campaign_steps (
  id INTEGER PRIMARY KEY, campaign_id INTEGER NOT NULL REFERENCES campaigns (id),
  state TEXT NOT NULL, actor TEXT NOT NULL, at TEXT NOT NULL
);
CREATE INDEX campaign_steps_campaign ON campaign_steps (campaign_id);
CREATE TABLE campaign_people (
  id INTEGER PRIMARY KEY, campaign_id INTEGER NOT NULL REFERENCES campaigns (id),
  name TEXT NOT NULL, address TEXT NOT NULL, numbers TEXT NOT NULL,
  case_id INTEGER REFERENCES cases (id), waiting INTEGER NOT NULL DEFAULT 1
);
CREATE INDEX campaign_people_campaign ON campaign_people (campaign_id);
CREATE INDEX campaign_people_case ON campaign_people (case_id) WHERE case_id IS NOT NULL;
CREATE TABLE campaign_records (
  id INTEGER PRIMARY KEY, campaign_id INTEGER NOT NULL REFERENCES campaigns (id),
  place TEXT NOT NULL, cells TEXT NOT NULL, reason TEXT NOT NULL, detail TEXT NOT NULL,
  person_id INTEGER REFERENCES campaign_people (id), joined TEXT NOT NULL
);
CREATE INDEX campaign_records_campaign ON campaign_records (campaign_id);
CREATE INDEX campaign_records_person ON campaign_records (person_id);
CREATE TABLE campaign_turns (
  id INTEGER PRIMARY KEY, person_id INTEGER NOT NULL REFERENCES campaign_people (id),
  agent TEXT NOT NULL, day TEXT NOT NULL, part INTEGER NOT NULL, given_at TEXT NOT NULL,
  ended_at TEXT
);
CREATE INDEX campaign_turns_person ON campaign_turns (person_id);
CREATE INDEX campaign_turns_open ON campaign_turns (person_id) WHERE ended_at IS NULL;
CREATE INDEX campaign_turns_window ON campaign_turns (day, part);
CREATE TABLE campaign_heard (
  callback_id TEXT PRIMARY KEY REFERENCES callbacks (id),
  post_id INTEGER, at TEXT NOT NULL
)
"""


@migrations(name="0022_campaign")
def campaign(db: Database) -> None:
    """Contact lists that are called in rounds: their records, people, and who called when."""
    _create(db, _CAMPAIGN)


_PICTURES = """
CREATE TABLE pictures (
  id INTEGER PRIMARY KEY, post_id INTEGER NOT NULL REFERENCES posts (id), digest TEXT NOT NULL,
  kind TEXT NOT NULL, name TEXT NOT NULL, size INTEGER NOT NULL, kept_at TEXT NOT NULL,
  removed_at TEXT, UNIQUE (post_id, digest)
)
"""


@migrations(name="0023_pictures")
def pictures(db: Database) -> None:
    """Which picture, kept in a file beside the store, a post was read in."""
    _create(db, _PICTURES)


_FORGET = """
CREATE TABLE tombstones (
  kind TEXT NOT NULL, hash TEXT NOT NULL, length INTEGER NOT NULL, at TEXT NOT NULL,
  PRIMARY KEY (kind, hash)
) WITHOUT ROWID;
ALTER TABLE posts ADD COLUMN forgotten_at TEXT
"""


@migrations(name="0024_forget")
def forget(db: Database) -> None:
    """Keep what was forgotten out, by keyed hashes, and tell of which posts the words went."""
    _create(db, _FORGET)


_AUDIT = """
CREATE TABLE audit (
  id INTEGER PRIMARY KEY, at TEXT NOT NULL, actor TEXT NOT NULL, act TEXT NOT NULL,
  what TEXT NOT NULL, file TEXT
);
CREATE INDEX audit_at ON audit (at)
"""


@migrations(name="0025_audit")
def audit(db: Database) -> None:
    """Note who exported, opened numbers, forgot, backed up and restored."""
    _create(db, _AUDIT)


_DISPOSITIONS = """
CREATE TABLE disposition_codes (
  code TEXT PRIMARY KEY, place INTEGER NOT NULL, number TEXT NOT NULL, called INTEGER NOT NULL,
  reached INTEGER NOT NULL, unanswered INTEGER NOT NULL, dialled INTEGER NOT NULL,
  accepted INTEGER NOT NULL, ends_case INTEGER NOT NULL, label TEXT, zh TEXT NOT NULL,
  en TEXT NOT NULL
) WITHOUT ROWID
"""
_VIEWS = f"""
CREATE TABLE divisions (
  code TEXT PRIMARY KEY, level TEXT NOT NULL, name TEXT NOT NULL, province TEXT NOT NULL,
  city TEXT, county TEXT, longitude REAL, latitude REAL
) WITHOUT ROWID;
{_DISPOSITIONS};
CREATE TABLE zone_offsets (
  since TEXT PRIMARY KEY, since_local TEXT NOT NULL, minutes INTEGER NOT NULL, zone TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE need_facts (
  need_id INTEGER PRIMARY KEY REFERENCES needs (id), facility TEXT, alias TEXT,
  town TEXT NOT NULL, code TEXT
);
CREATE TABLE facility_aliases (
  alias TEXT NOT NULL, town TEXT NOT NULL, name TEXT NOT NULL, bare TEXT, facility_key TEXT,
  PRIMARY KEY (alias, town)
) WITHOUT ROWID;
CREATE INDEX facility_aliases_bare ON facility_aliases (bare);
CREATE TABLE supply_progress (
  line_id INTEGER PRIMARY KEY REFERENCES supply_lines (id), step_id INTEGER NOT NULL,
  goods TEXT NOT NULL, facility TEXT, unit TEXT, asked REAL, committed REAL NOT NULL,
  in_transit REAL NOT NULL, received REAL NOT NULL, missing REAL, status TEXT NOT NULL,
  complete INTEGER NOT NULL
);
CREATE INDEX callbacks_counted ON callbacks (min(attempted_at, recorded_at))
"""


@migrations(name="0026_views")
def views(db: Database) -> None:
    """Make views for analysts: codes, keys of facilities and how far lines are stand beside."""
    _create(db, _VIEWS)
    note_lookups(db, ZoneInfo(DEFAULT_ZONE))
    note_all_facts(db)
    make_views(db)


@migrations(name="0027_search")
def search(db: Database) -> None:
    """Find posts and notes by their words; all of them wait to be taken in."""
    make_search(db)


_OUTBOX = """
CREATE TABLE outbox (
  id INTEGER PRIMARY KEY, "key" TEXT NOT NULL, channel TEXT NOT NULL, kind TEXT NOT NULL,
  case_id INTEGER, words TEXT NOT NULL, made_at TEXT NOT NULL, begun_at TEXT NOT NULL,
  due_at TEXT NOT NULL, state TEXT NOT NULL DEFAULT 'waiting', tries INTEGER NOT NULL DEFAULT 0,
  tried_at TEXT, process_id INTEGER, batch INTEGER, "repeat" INTEGER NOT NULL DEFAULT 0,
  receipt TEXT NOT NULL DEFAULT '',
  UNIQUE ("key", channel)
);
CREATE INDEX outbox_channel ON outbox (channel, tried_at);
CREATE INDEX outbox_state ON outbox (state, id);
CREATE TABLE outbox_notes (
  name TEXT PRIMARY KEY, at TEXT NOT NULL, words TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX case_needs_joined ON case_needs (joined_at);
CREATE INDEX callbacks_agreed ON callbacks (call_again_at) WHERE call_again_at IS NOT NULL
"""


@migrations(name="0028_outbox")
def outbox(db: Database) -> None:
    """Keep messages until they are sent, and what became of each."""
    _create(db, _OUTBOX)


@migrations(name="0029_campaign_view")
def campaign_view(db: Database) -> None:
    """Make a view of campaigns, and tell which outcomes ring a number and accept an offer."""
    db.execute("DROP TABLE disposition_codes")
    _create(db, _DISPOSITIONS)
    note_lookups(db, ZoneInfo(DEFAULT_ZONE))
    make_views(db)


_LEASES = """
CREATE TABLE leases (
  token TEXT PRIMARY KEY, run_id INTEGER NOT NULL REFERENCES runs (id),
  taker TEXT NOT NULL DEFAULT '', parts INTEGER NOT NULL DEFAULT 0,
  entry TEXT NOT NULL DEFAULT '', edited INTEGER NOT NULL DEFAULT 0,
  shared INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID
"""


@migrations(name="0031_leases")
def leases(db: Database) -> None:
    """Know which runs workers on other machines are at."""
    _create(db, _LEASES)
