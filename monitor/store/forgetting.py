"""Forgetting: targets in; their words, numbers and names go from every table, and counts stay."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

from monitor.masking import HIDDEN
from monitor.store.cases import Cases
from monitor.store.connection import Connection
from monitor.store.signs import contact_sign
from monitor.store.targets import GONE, ID_LENGTH, Target, Targets
from monitor.store.times import now, to_column
from monitor.store.tombstones import Tombstones

# Tables and columns that hold no words of people: hashes, names of ours, times.
_OWN_TABLES = {"tombstones", "requests", "sign_in_links", "sessions", "claims", "substitutes_seen"}
_OWN_COLUMNS = {
    "id", "source", "agent", "actor", "stage", "outcome", "digest", "disposition", "kind",
    "key_kind", "mark", "effect", "role", "label", "voice", "reader", "day", "until", "at", "act",
    "status", "hand_id", "callback_id", "after_id",
}  # fmt: skip
# A contact that is gone is nobody's: it is called no more, and no two of them are one.
_NOBODY = {
    "contact_marks": (
        "UPDATE contact_marks SET \"key\" = 'forgotten ' || id WHERE value IN (?1, ?2)",
    ),
    "callbacks": (
        "UPDATE callbacks SET contact_value = NULL, contact_typed = NULL "
        "WHERE contact_value IN (?1, ?2)",
        "UPDATE callbacks SET new_value = NULL, new_typed = NULL, new_person = NULL "
        "WHERE new_value IN (?1, ?2)",
    ),
}
_WORDS = ("text", "reposted_text", "source_id", "url")
_NAMED_BY = {
    "author": "author = ?1 OR reposted_author = ?1",
    "author id": "author_id = ?1",
    "post": "source_id = ?1",
}


def _blanking(posts: str) -> tuple[str, ...]:
    """Return what takes words and people out of what was read in posts, a query of their ids."""
    needs = f"(SELECT id FROM needs WHERE post_id IN {posts})"
    updates = f"(SELECT id FROM updates WHERE post_id IN {posts})"
    return (
        f"DELETE FROM post_raw WHERE post_id IN {posts}",
        f"DELETE FROM post_edits WHERE post_id IN {posts}",
        f"DELETE FROM contacts WHERE need_id IN {needs}",
        f"DELETE FROM evidence WHERE need_id IN {needs}",
        f"DELETE FROM need_details WHERE need_id IN {needs}",
        f"DELETE FROM need_signs WHERE need_id IN {needs}",
        f"DELETE FROM held_contacts WHERE post_id IN {posts}",
        f"DELETE FROM update_signs WHERE update_id IN {updates}",
        "UPDATE items SET text = name, quantity_text = NULL, per = NULL, "
        f'"start" = 0, "end" = 0 WHERE need_id IN {needs}',
        f'UPDATE facilities SET "start" = 0, "end" = 0 WHERE need_id IN {needs}',
        f'UPDATE places SET "start" = 0, "end" = 0 WHERE need_id IN {needs}',
        "UPDATE needs SET words = '', digest = 'forgotten ' || id, urgency = "
        "json_set(urgency, '$.text', '', '$.start', 0, '$.end', 0) "
        f"WHERE post_id IN {posts}",
        "UPDATE updates SET words = '', digest = 'forgotten ' || id, "
        f"looked_at = coalesce(looked_at, said_at) WHERE post_id IN {posts}",
        "UPDATE need_updates SET new_contacts = '[]', unwanted = '[]', "
        f'"start" = 0, "end" = 0 WHERE update_id IN {updates}',
        f"DELETE FROM readings WHERE post_id IN {posts} AND EXISTS (SELECT 1 FROM readings "
        "AS later WHERE later.post_id = readings.post_id AND later.read_at > "
        "readings.read_at AND later.reader = readings.reader)",
        "UPDATE OR REPLACE readings SET error = NULL, digest = 'forgotten ' || post_id "
        f"WHERE post_id IN {posts}",
    )


class Forgetting:
    """What takes words out of the store."""

    def __init__(self, connection: Connection, tombstones: Tombstones) -> None:
        self._connection = connection
        self._db = connection.db
        self._tombstones = tombstones
        self._cases = Cases(connection)

    def posts_by(self, targets: Sequence[Target]) -> set[int]:
        """Return the ids of the posts that are by these authors, pass them on, or are these."""
        ids: set[int] = set()
        for target in targets:
            if target.kind in _NAMED_BY:
                rows = self._db.execute(
                    f"SELECT id FROM posts WHERE ({_NAMED_BY[target.kind]}) "
                    "AND (?2 = '' OR source = ?2)",
                    [target.value, target.source],
                )
                ids.update(row["id"] for row in rows)
        return ids

    def posts_of(self, targets: Sequence[Target]) -> list[int]:
        """Return the ids of the posts that are by, of, or name one of these, oldest first."""
        ids = self.posts_by(targets)
        for target in targets:
            if target.kind == "number":
                rows = self._db.execute(
                    "SELECT post_id FROM needs JOIN need_signs ON need_id = needs.id "
                    "WHERE need_signs.kind = 'contact' AND \"key\" = ?",
                    [contact_sign(("number", target.value))],
                )
                ids.update(row["post_id"] for row in rows)
        spread = Targets(target for target in targets if target.kind != "post")
        for row in self._db.execute(
            "SELECT id, text, reposted_text, source_id, url, source FROM posts "
            "WHERE forgotten_at IS NULL"
        ):
            words = "\n".join(filter(None, (row[name] for name in _WORDS)))
            named = spread.named_in(words)
            if any(target.source in ("", row["source"]) for target in named):
                ids.add(row["id"])
        for post_id, text in self._db.execute("SELECT post_id, text FROM post_edits"):
            if spread.named_in(text):
                ids.add(post_id)
        return sorted(ids)

    def post_named(self, words: str, source: str = "") -> list[Target]:
        """Return the posts of a source, or of any, that have this id or address."""
        rows = self._db.execute(
            "SELECT source, source_id FROM posts WHERE (source_id = ?1 OR url = ?1) "
            "AND (?2 = '' OR source = ?2) AND forgotten_at IS NULL ORDER BY id",
            [words, source],
        )
        return [Target("post", row["source_id"], row["source"]) for row in rows]

    def also(self, targets: Sequence[Target], post_ids: Collection[int]) -> list[Target]:
        """Return what else goes: ids of authors, the posts' own ids, and their addresses."""
        found: list[Target] = []
        names = {target.value for target in targets if target.kind == "author"}
        by_id = {target.value for target in targets if target.kind == "author id"}
        for row in self._rows(post_ids):
            found.append(Target("post", row["source_id"], row["source"]))
            if row["url"] and len(row["url"]) >= ID_LENGTH * 2:
                found.append(Target("link", row["url"]))
            if row["author"] in names and row["author_id"]:
                found.append(Target("author id", row["author_id"], row["source"]))
            if row["author_id"] in by_id and row["author"]:
                found.append(Target("author", row["author"], row["source"]))
        return list(dict.fromkeys(found))

    def reposts_of(self, post_ids: Collection[int]) -> list[int]:
        """Return the ids of posts that pass on the very words of these."""
        ids = set(post_ids)
        for row in self._rows(post_ids):
            if row["text"]:
                ids.update(
                    other["id"]
                    for other in self._db.execute(
                        "SELECT id FROM posts WHERE reposted_text = ?", [row["text"]]
                    )
                )
        return sorted(ids)

    def _rows(self, post_ids: Collection[int]) -> list[sqlite3.Row]:
        return self._db.execute(
            "SELECT id, source, source_id, author, author_id, url, text FROM posts "
            "WHERE id IN (SELECT value FROM json_each(?))",
            [json.dumps(list(post_ids))],
        ).fetchall()

    def wipe(self, post_ids: Collection[int], *, whole: bool) -> int:
        """Take the words, links and people out of posts and of what was read in them.

        What is counted stays: that there was a post and when, its goods, amounts and places.
        whole: also its id at the source, and open cases lose it; without, a case that has ended
            keeps its place.
        """
        ids = json.dumps(list(post_ids))
        posts = "(SELECT value FROM json_each(?1))"
        gone = "'forgotten ' || posts.id"
        with self._connection.write() as db:
            if whole:
                self._leave_open_cases(ids)
            for statement in _blanking(posts):
                db.execute(statement, [ids])
            db.execute(
                "UPDATE pictures SET name = '', removed_at = coalesce(removed_at, ?2) "
                f"WHERE post_id IN {posts}",
                [ids, to_column(now())],
            )
            count = db.execute(
                f"UPDATE posts SET text = '', digest = {gone}, reposted_text = NULL, "
                "reposted_author = NULL, url = NULL, author = NULL, author_id = NULL, "
                "pictures = NULL, walk = NULL, forgotten_at = coalesce(forgotten_at, ?2), "
                f"source_id = CASE WHEN ?3 THEN {gone} ELSE source_id END WHERE id IN {posts}",
                [ids, to_column(now()), whole],
            ).rowcount
            if whole:
                db.execute(
                    "INSERT OR IGNORE INTO readings (post_id, digest, reader, flagged, score, "
                    f"label, read_at) SELECT id, digest, '', 0, 0, '', ?2 FROM posts "
                    f"WHERE id IN {posts} AND id NOT IN (SELECT post_id FROM readings)",
                    [ids, to_column(now())],
                )
        return count

    def _leave_open_cases(self, ids: str) -> None:
        rows = self._db.execute(
            "SELECT case_id, need_id FROM case_needs JOIN cases ON cases.id = case_id "
            "JOIN needs ON needs.id = need_id WHERE left_at IS NULL AND closed = 0 "
            "AND post_id IN (SELECT value FROM json_each(?))",
            [ids],
        ).fetchall()
        for row in rows:
            self._cases.leave(row["case_id"], row["need_id"])

    def wipe_ended(self, before: datetime) -> int:
        """Take the words out of the posts that only cases rest on which ended before a time.

        Their callbacks lose notes and whom they reached; the do-not-call list stays. Returns how
        many posts it were.
        """
        at = to_column(before)
        ended = (
            "SELECT cases.id FROM cases WHERE closed AND NOT EXISTS (SELECT 1 FROM callbacks "
            "WHERE case_id IN (SELECT id FROM cases AS part WHERE part.id = cases.id "
            "OR part.merged_into = cases.id) AND (max(recorded_at, attempted_at) >= ?1 "
            "OR next_need_at >= ?1)) AND NOT EXISTS (SELECT 1 FROM case_needs "
            "WHERE case_id = cases.id AND joined_at >= ?1)"
        )
        with self._connection.write() as db:
            rows = db.execute(
                "SELECT DISTINCT post_id FROM needs JOIN posts ON posts.id = post_id "
                "WHERE forgotten_at IS NULL AND posts.first_seen_at < ?1 AND NOT EXISTS "
                "(SELECT 1 FROM needs AS other JOIN case_needs ON need_id = other.id "
                "AND left_at IS NULL WHERE other.post_id = needs.post_id "
                f"AND case_id NOT IN ({ended}))",
                [at],
            ).fetchall()
            db.execute(
                "UPDATE callbacks SET note = '', contact_value = NULL, contact_typed = NULL, "
                "new_value = NULL, new_typed = NULL, new_person = NULL "
                f"WHERE case_id IN ({ended})",
                [at],
            )
            return self.wipe([row["post_id"] for row in rows], whole=False)

    def scrub(self, targets: Sequence[Target]) -> int:
        """Take what names these out of every column of every table; return how many rows it were.

        A row whose packed contents name one goes as a whole.
        """
        names = Targets(
            target for target in targets if target.kind != "post" or _is_telling(target)
        )

        def blanked(text: str) -> str:
            return names.blanked(text)

        def named(content: str | bytes) -> bool:
            if isinstance(content, bytes):
                return names.named_in_bytes(content)
            return bool(names.named_in(content))

        self._db.conn.create_function("blanked", 1, blanked)
        self._db.conn.create_function("named", 1, named)
        with self._connection.write():
            return sum(self._scrub_table(table) for table in self._tables())

    def _scrub_table(self, table: str) -> int:
        db, count = self._db, 0
        for column in self._columns(table):
            where = f"WHERE typeof(\"{column}\") IN ('text', 'blob') AND named(\"{column}\")"
            try:
                # A packed answer cannot be mended, and a sign that finds things must not lead on.
                if table.endswith("_signs"):
                    raise sqlite3.IntegrityError
                packed = f"{where} AND typeof(\"{column}\") = 'blob'"
                count += db.execute(f'DELETE FROM "{table}" {packed}').rowcount
                count += db.execute(
                    f'UPDATE "{table}" SET "{column}" = blanked("{column}") {where}'
                ).rowcount
                # What is escaped in it cannot be cut out alone.
                db.execute(f'UPDATE "{table}" SET "{column}" = \'\' {where}')
            except sqlite3.IntegrityError:
                count += db.execute(f'DELETE FROM "{table}" {where}').rowcount
        for statement in _NOBODY.get(table, ()) if count else ():
            db.execute(statement, [GONE, HIDDEN])
        return count

    def _tables(self) -> Iterator[str]:
        """Yield the tables that may hold words; of an index of words the index itself."""
        rows = self._db.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'table'"
        ).fetchall()
        virtual = [row["name"] for row in rows if (row["sql"] or "").startswith("CREATE VIRTUAL")]
        for row in rows:
            name = row["name"]
            if name in _OWN_TABLES or name.startswith(("sqlite_", "_sqlite", "_counts")):
                continue
            if any(name.startswith(f"{index}_") for index in virtual):
                continue
            if name not in virtual or "content=" not in row["sql"].replace(" ", ""):
                yield name

    def _columns(self, table: str) -> list[str]:
        return [
            row["name"]
            for row in self._db.execute(f'PRAGMA table_info("{table}")').fetchall()
            if row["type"] in ("TEXT", "BLOB", "")
            and row["name"] not in _OWN_COLUMNS
            and not row["name"].endswith("_at")
        ]

    def rebuild_indexes(self) -> None:
        """Build the full-text indexes anew that hold words of tables beside them."""
        for row in self._db.execute(
            "SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL TABLE%fts5%'"
        ).fetchall():
            with self._connection.write() as db:
                db.execute(f'INSERT INTO "{row["name"]}" ("{row["name"]}") VALUES (\'rebuild\')')

    def forgotten_in_clear(self) -> list[Target]:
        """Return what the store still, or again, names of the forgotten."""
        found: set[Target] = set()
        for row in self._db.execute(
            "SELECT source, source_id, author, author_id, reposted_author FROM posts "
            "WHERE forgotten_at IS NULL"
        ):
            for of in ("", row["source"]):
                found |= {
                    Target("author", name, of)
                    for name in (row["author"], row["reposted_author"])
                    if name
                }
                if row["author_id"]:
                    found.add(Target("author id", row["author_id"], of))
            found.add(Target("post", row["source_id"], row["source"]))
        found = set(filter(self._tombstones.holds, found))
        for table in self._tables():
            for column in self._columns(table):
                for row in self._db.execute(f'SELECT "{column}" AS held FROM "{table}"'):
                    if isinstance(row["held"], str):
                        found.update(self._tombstones.named_in(row["held"]))
        return sorted(found, key=lambda target: (target.kind, target.value))

    def clean(self, *, wait: float = 10.0) -> bool:
        """Write the file anew without what was deleted, and cut the log of writes to nothing.

        Returns False where another process still reads older pages, `wait` seconds long.
        """
        self._db.conn.execute("VACUUM")
        return self._connection.cut_log(wait=wait)


def _is_telling(target: Target) -> bool:
    return len(target.value) >= ID_LENGTH * 2
