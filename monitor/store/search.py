"""Search: words go in; posts and notes that hold all of them come out, in both scripts.

SQLite's FTS5 over single characters set apart, in simplified script: a word is a row of characters,
so that no segmenter decides what can be found. Triggers keep what is to be read in a queue, and
take what is removed out at once.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlite_utils import Database

from monitor.store.times import required, to_column

if TYPE_CHECKING:
    from monitor.store.connection import Connection  # whose migrations make these tables

BATCH = 500
LOOKED_AT = 400  # of the matches, the newest, that are ranked
_LONGEST = 20_000  # characters of a post that are searched

TABLES = """
CREATE VIRTUAL TABLE post_words USING fts5(words, tokenize = 'unicode61 remove_diacritics 0');
CREATE VIRTUAL TABLE note_words USING fts5(words, tokenize = 'unicode61 remove_diacritics 0');
CREATE TABLE notes_searched (id INTEGER PRIMARY KEY, callback_id TEXT NOT NULL UNIQUE);
CREATE TABLE search_waiting (
  kind TEXT NOT NULL, ref TEXT NOT NULL, PRIMARY KEY (kind, ref)
) WITHOUT ROWID;
INSERT INTO search_waiting (kind, ref) SELECT 'post', id FROM posts;
INSERT INTO search_waiting (kind, ref) SELECT 'note', id FROM callbacks WHERE note <> ''
"""
_ASK = "INSERT OR IGNORE INTO search_waiting (kind, ref) "
TRIGGERS = (
    f"CREATE TRIGGER search_post AFTER INSERT ON posts BEGIN {_ASK} VALUES ('post', NEW.id); END",
    # What changed is found no more by its old words: somebody may have asked to forget them.
    "CREATE TRIGGER search_edit AFTER UPDATE OF digest ON posts BEGIN "
    "DELETE FROM post_words WHERE rowid = OLD.id; "
    f"{_ASK} VALUES ('post', NEW.id); END",
    "CREATE TRIGGER search_need AFTER INSERT ON need_facts BEGIN "
    f"{_ASK} SELECT 'post', post_id FROM needs WHERE id = NEW.need_id; END",
    "CREATE TRIGGER search_gone AFTER DELETE ON posts BEGIN "
    "DELETE FROM post_words WHERE rowid = OLD.id; "
    "DELETE FROM search_waiting WHERE kind = 'post' AND ref = OLD.id; END",
    "CREATE TRIGGER search_note AFTER INSERT ON callbacks WHEN NEW.note <> '' BEGIN "
    f"{_ASK} VALUES ('note', NEW.id); END",
    "CREATE TRIGGER search_note_edit AFTER UPDATE OF note ON callbacks BEGIN "
    "DELETE FROM note_words WHERE rowid IN "
    "(SELECT id FROM notes_searched WHERE callback_id = OLD.id); "
    f"{_ASK} VALUES ('note', NEW.id); END",
    "CREATE TRIGGER search_note_gone AFTER DELETE ON callbacks BEGIN "
    "DELETE FROM note_words WHERE rowid IN "
    "(SELECT id FROM notes_searched WHERE callback_id = OLD.id); "
    "DELETE FROM notes_searched WHERE callback_id = OLD.id; "
    "DELETE FROM search_waiting WHERE kind = 'note' AND ref = OLD.id; END",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is looked for: words, of which all must be there, and what the matches are held to.

    since, until: when a post was posted, or a callback made. place: what the codes of a division
    and of those in it begin with. goods: a canonical name. status: "open" or "closed", of the case.
    """

    words: tuple[str, ...]
    since: datetime | None = None
    until: datetime | None = None
    place: str | None = None
    goods: str | None = None
    source: str | None = None
    status: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundWords:
    """A post or a note with the words in it; numbers in full.

    kind: "post" or "note". case_id: None for a post of no case. closed: whether that has ended.
    """

    kind: str
    ref: str
    case_id: int | None
    closed: bool | None
    source: str
    text: str
    at: datetime


_PLACED = (
    "EXISTS (SELECT 1 FROM case_needs AS held JOIN need_facts ON need_facts.need_id = held.need_id "
    "WHERE held.case_id = {case} AND held.left_at IS NULL "
    "AND substr(need_facts.code, 1, length(:place)) = :place)"
)
_WITH_GOODS = (
    "EXISTS (SELECT 1 FROM case_needs AS held JOIN items ON items.need_id = held.need_id "
    "WHERE held.case_id = {case} AND held.left_at IS NULL AND items.name = :goods)"
)
_HOLDS = (
    "(:since IS NULL OR {at} >= :since) AND (:until IS NULL OR {at} < :until) "
    "AND (:source IS NULL OR {source} = :source) AND (:status IS NULL OR cases.closed = :status) "
    f"AND (:place IS NULL OR {_PLACED}) AND (:goods IS NULL OR {_WITH_GOODS}) "
    "ORDER BY {table}.rowid DESC LIMIT :most"
)
_AT = "coalesce(posted_at, first_seen_at)"
_POSTS = (
    "SELECT 'post' AS kind, posts.id AS ref, case_needs.case_id, cases.closed, source, "
    f"text || coalesce(char(10) || reposted_text, '') AS text, {_AT} AS at FROM post_words "
    "CROSS JOIN posts ON posts.id = post_words.rowid "
    "LEFT JOIN needs ON needs.post_id = posts.id AND needs.digest = posts.digest "
    "LEFT JOIN case_needs ON case_needs.need_id = needs.id AND left_at IS NULL "
    "LEFT JOIN cases ON cases.id = case_needs.case_id WHERE post_words MATCH :match AND "
    + _HOLDS.format(at=_AT, source="source", case="cases.id", table="post_words")
)
_NOTES = (
    "SELECT 'note' AS kind, callbacks.id AS ref, cases.id AS case_id, cases.closed, "
    "'callback' AS source, note AS text, attempted_at AS at FROM note_words "
    "CROSS JOIN notes_searched ON notes_searched.id = note_words.rowid "
    "JOIN callbacks ON callbacks.id = callback_id JOIN cases AS noted ON noted.id = case_id "
    "JOIN cases ON cases.id = coalesce(noted.merged_into, noted.id) "
    "WHERE note_words MATCH :match AND "
    + _HOLDS.format(at="attempted_at", source="'callback'", case="cases.id", table="note_words")
)


def make_search(db: Database) -> None:
    """Make the tables of the search and what fills their queue."""
    for statement in (*TABLES.split(";"), *TRIGGERS):
        db.execute(statement)


def apart(text: str) -> str:
    """Return a text as it is searched: simplified, in small letters, each character by itself."""
    from classifiers.normalise import normalise  # which loads tables that few commands need

    return " ".join(char for char in normalise(text[:_LONGEST]).lower() if char.isalnum())


class Search:
    """What can be searched of the store."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._db = connection.db

    def waiting(self) -> int:
        """Return how many posts and notes cannot be found yet."""
        return int(self._db.execute("SELECT count(*) FROM search_waiting").fetchone()[0])

    def take_in(self) -> int:
        """Make the next BATCH posts and notes searchable; return how many they were, 0 for none.

        They are read before the store is locked: a crawl waits for writing alone.
        """
        waiting = self._db.execute(
            "SELECT kind, ref FROM search_waiting LIMIT ?", [BATCH]
        ).fetchall()
        if not waiting:
            return 0
        read = [
            (row["kind"], row["ref"], before, apart(before))
            for row in waiting
            for before in [self._words(row["kind"], row["ref"])]
        ]
        with self._connection.write() as db:
            for kind, ref, before, words in read:
                if self._words(kind, ref) != before:
                    continue  # changed meanwhile: it is read again with the next ones
                (self._put_post if kind == "post" else self._put_note)(ref, words)
                db.execute("DELETE FROM search_waiting WHERE kind = ? AND ref = ?", [kind, ref])
        return len(waiting)

    def _words(self, kind: str, ref: str) -> str:
        """Return what a post or note is found by; "" for one that is gone."""
        if kind == "note":
            row = self._db.execute("SELECT note FROM callbacks WHERE id = ?", [ref]).fetchone()
            return row["note"] if row else ""
        row = self._db.execute(
            "SELECT text, reposted_text, reposted_author FROM posts WHERE id = ?", [ref]
        ).fetchone()
        derived = self._db.execute(
            "SELECT name AS word FROM needs JOIN items ON need_id = needs.id WHERE post_id = ?1 "
            "UNION SELECT coalesce(divisions.province, '') || char(10) || "
            "coalesce(divisions.city, '') || char(10) || coalesce(divisions.county, '') "
            "FROM needs JOIN need_facts ON need_id = needs.id "
            "JOIN divisions ON divisions.code = need_facts.code WHERE post_id = ?1",
            [ref],
        )
        return "\n".join(filter(None, [*(row or ()), *(found["word"] for found in derived)]))

    def _put_post(self, ref: str, words: str) -> None:
        self._db.execute("DELETE FROM post_words WHERE rowid = ?", [ref])
        self._db.execute("INSERT INTO post_words (rowid, words) VALUES (?, ?)", [ref, words])

    def _put_note(self, ref: str, words: str) -> None:
        self._db.execute("INSERT OR IGNORE INTO notes_searched (callback_id) VALUES (?)", [ref])
        [number] = self._db.execute(
            "SELECT id FROM notes_searched WHERE callback_id = ?", [ref]
        ).fetchone()
        self._db.execute("DELETE FROM note_words WHERE rowid = ?", [number])
        self._db.execute("INSERT INTO note_words (rowid, words) VALUES (?, ?)", [number, words])

    def find(self, wanted: Wanted, *, most: int = LOOKED_AT) -> list[FoundWords]:
        """Return at most so many posts, and notes, with all words, those stored last first.

        Words without a letter or digit are left out; where none is left, nothing matches.
        """
        if not (match := _query(wanted.words)):
            return []
        values = {
            "match": match,
            "since": to_column(wanted.since),
            "until": to_column(wanted.until),
            "source": wanted.source,
            "status": None if wanted.status is None else int(wanted.status == "closed"),
            "place": wanted.place,
            "goods": wanted.goods,
            "most": most,
        }
        return [
            _match_from(row)
            for query in (_POSTS, _NOTES)
            for row in self._db.execute(query, values)
        ]

    def open_cases(self, words: Sequence[str], most: int) -> list[int]:
        """Return the ids of open cases with all words in one post or note."""
        found = self.find(Wanted(words=tuple(words), status="open"), most=most)
        return sorted({match.case_id for match in found if match.case_id is not None})


def _query(words: Sequence[str]) -> str:
    """Return the words as FTS5 asks for them: each a row of characters, all of them wanted."""
    rows = (apart(word) for word in words)
    return " AND ".join(f'"{row}"' for row in dict.fromkeys(rows) if row)


def _match_from(row: sqlite3.Row) -> FoundWords:
    return FoundWords(
        kind=row["kind"],
        ref=str(row["ref"]),
        case_id=row["case_id"],
        closed=None if row["closed"] is None else bool(row["closed"]),
        source=row["source"],
        text=row["text"],
        at=required(row["at"]),
    )
