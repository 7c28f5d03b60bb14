"""The tables, as numbered migrations; each runs in a transaction when the store is opened.

A migration that has been released is never changed: a later one mends it.
"""

from __future__ import annotations

import json
import zlib

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from monitor.store.facility_keys import facility_key
from monitor.store.signs import note_signs_again
from monitor.store.times import storable
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
