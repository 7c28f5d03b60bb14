"""Posts with their raw answers and edits, what sources remember, and which posts were read."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from classifiers.need import Reading
from classifiers.written_in import unread_language
from monitor.store.connection import Connection, id_of
from monitor.store.identity import Version, base_id, own_id, own_ids, same_post
from monitor.store.signs import note_author_again
from monitor.store.times import from_column, now, required, storable, to_column
from monitor.store.tombstones import Tombstones
from monitor.types import RawPost, StoredPost
from spiders.base.post import Post, Reread, SetAside, reading_text
from spiders.base.trouble import one_line

POST_COLUMNS = (
    "posts.id, posts.source, posts.source_id, posts.text, posts.digest, posts.first_seen_at, "
    "posts.url, posts.author, posts.author_id, posts.posted_at, "
    "posts.reposted_text, posts.reposted_author, posts.pictures, posts.gone_at"
)

# From source to source and to the last time of each, by the index posts_newest: a GROUP BY would
# read the entry of every post.
_NEWEST = """
WITH RECURSIVE names (source) AS (
  SELECT min(source) FROM posts
  UNION ALL
  SELECT (SELECT min(posts.source) FROM posts WHERE posts.source > names.source)
  FROM names WHERE names.source IS NOT NULL
)
SELECT source, (
  SELECT max(coalesce(posted_at, first_seen_at)) FROM posts WHERE posts.source = names.source
) AS at
FROM names WHERE source IS NOT NULL
"""


@dataclass(frozen=True, slots=True)
class Saved:
    """How many posts of a batch were new, known with the same words, or known with new words.

    shared: how many bore an id that stands for another post already.
    ids: of each, in order, its number; None where it is not kept, or not with these words.
    """

    new: int = 0
    known: int = 0
    edited: int = 0
    shared: int = 0
    ids: tuple[int | None, ...] = field(default=(), compare=False)


def digest_of(words: str) -> str:
    """Return the digest that tells whether the words of a post changed."""
    return hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()[:32]


def post_from(row: sqlite3.Row) -> StoredPost:
    """Return the post of a row that has POST_COLUMNS."""
    return StoredPost(
        id=row["id"],
        source=row["source"],
        source_id=row["source_id"],
        text=row["text"],
        digest=row["digest"],
        first_seen_at=required(row["first_seen_at"]),
        url=row["url"],
        author=row["author"],
        author_id=row["author_id"],
        posted_at=from_column(row["posted_at"]),
        reposted_text=row["reposted_text"],
        reposted_author=row["reposted_author"],
        pictures=tuple(json.loads(row["pictures"] or "[]")),
        gone_at=from_column(row["gone_at"]),
    )


def _version(row: sqlite3.Row) -> Version:
    return Version(
        words=row["text"],
        digest=row["digest"],
        author=row["author"],
        author_id=row["author_id"],
        posted_at=from_column(row["posted_at"]),
        url=row["url"],
    )


def _words_of(post: Post) -> str:
    return reading_text(post.text, post.reposted_author, post.reposted_text)


def _as_column(pictures: Sequence[str]) -> str | None:
    return json.dumps(pictures, ensure_ascii=False) if pictures else None


class Posts:
    """The posts of the store."""

    def __init__(self, connection: Connection, tombstones: Tombstones) -> None:
        self._connection = connection
        self._tombstones = tombstones
        self._db = connection.db

    def save(self, source: str, posts: Iterable[Post], *, run_id: int | None) -> Saved:
        """Insert or update a batch in one transaction; a post's first seen time stays.

        Words of which there is only the beginning replace none. A post whose id stands for another
        one is kept beside it, under an id of its own. New posts in languages that are not read are
        counted for the run. What was forgotten is not let in again; it counts as known.
        """
        outcomes: Counter[str] = Counter()
        unread: Counter[str] = Counter()
        ids: list[int | None] = []
        with self._connection.write() as db:
            for post in posts:
                outcome, post_id = self._save(source, post, run_id, outcomes)
                outcomes[outcome] += 1
                ids.append(post_id)
                if outcome == "new":
                    unread.update(filter(None, [unread_language(_words_of(post))]))
            for language, count in unread.items() if run_id is not None else ():
                db.execute(
                    "INSERT INTO run_languages (run_id, language, posts) VALUES (?, ?, ?) "
                    "ON CONFLICT (run_id, language) DO UPDATE SET posts = posts + excluded.posts",
                    [run_id, language, count],
                )
        return Saved(**outcomes, ids=tuple(ids))

    def _save(
        self, source: str, post: Post, run_id: int | None, outcomes: Counter[str]
    ) -> tuple[str, int | None]:
        """Return "new", "known" or "edited", and the post's number if it is kept in these words.

        outcomes: also counts the posts whose id stands for another one.
        """
        if self._tombstones.bars(source, post):
            return "known", None
        digest = digest_of(_words_of(post))
        source_id, old = self._known_as(source, post, digest, run_id)
        outcomes["shared"] += source_id != post.source_id
        if old is None:
            return "new", self._insert(source, replace(post, source_id=source_id), digest, run_id)
        if old["forgotten_at"] is not None:
            return "known", None  # its words went with the case that ended
        self._meet_again(old, post)
        if old["digest"] == digest:
            return "known", old["id"]
        if post.cut:
            return "known", None
        self._edit(old, post, digest)
        return "edited", old["id"]

    def keep(self, source: str, post: Post, *, run_id: int) -> tuple[int, str]:
        """Keep a post of another door under exactly its id; return its own and what changed.

        "new", "same" words as before, or "changed". One that was taken back is new again.
        """
        digest = digest_of(_words_of(post))
        with self._connection.write() as db:
            old = self._row_of(source, post.source_id)
            if old is None:
                return self._insert(source, post, digest, run_id), "new"
            changed = old["digest"] != digest
            if changed:
                self._edit(old, post, digest)
            came_back = db.execute(
                "UPDATE posts SET taken_back_at = NULL, run_id = ? "
                "WHERE id = ? AND taken_back_at IS NOT NULL",
                [run_id, old["id"]],
            ).rowcount
            if came_back:
                db.execute("DELETE FROM readings WHERE post_id = ?", [old["id"]])
                db.execute("UPDATE posts SET author = ? WHERE id = ?", [post.author, old["id"]])
            db.execute("UPDATE posts SET gone_at = NULL WHERE id = ?", [old["id"]])
            return old["id"], "new" if came_back else "changed" if changed else "same"

    def _known_as(
        self, source: str, post: Post, digest: str, run_id: int | None
    ) -> tuple[str, sqlite3.Row | None]:
        """Return the id that a post is kept under, and its row where it is known."""
        row = self._row_of(source, post.source_id)
        if row is None or row["forgotten_at"] is not None:
            return post.source_id, row
        stored, version = _version(row), Version.of(post, digest)
        if stored.digest == digest and same_post(post.source_id, stored, version, shared=False):
            return post.source_id, row
        other_id = own_id(post.source_id, version)
        other = self._row_of(source, other_id)
        if other is None:
            # The beginning of a text is of the post that its whole text is of.
            once = run_id is None or row["run_id"] != run_id or post.cut
            shared = not once or self._is_shared(source, post.source_id)
            if same_post(post.source_id, stored, version, shared=shared):
                return post.source_id, row
        return other_id, other

    def _row_of(self, source: str, source_id: str) -> sqlite3.Row | None:
        row: sqlite3.Row | None = self._db.execute(
            "SELECT id, text, reposted_text, digest, url, author, author_id, posted_at, run_id, "
            "walk, gone_at, forgotten_at FROM posts WHERE source = ? AND source_id = ?",
            [source, storable(source_id)],
        ).fetchone()
        return row

    def _is_shared(self, source: str, source_id: str) -> bool:
        """Tell whether posts are kept under ids made from this one."""
        first, last = (storable(end) for end in own_ids(source_id))
        return bool(
            self._db.execute(
                "SELECT EXISTS (SELECT 1 FROM posts WHERE source = ? AND source_id > ? "
                "AND source_id < ?)",
                [source, first, last],
            ).fetchone()[0]
        )

    def _insert(self, source: str, post: Post, digest: str, run_id: int | None) -> int:
        # A plain statement: sqlite-utils asks for the table's columns at every insert, which
        # doubles the time of a crawl's writing.
        cursor = self._db.execute(
            "INSERT INTO posts (source, source_id, text, digest, reposted_text, reposted_author, "
            "url, author, author_id, posted_at, first_seen_at, run_id, pictures, walk) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                source,
                storable(post.source_id),
                storable(post.text),
                digest,
                storable(post.reposted_text),
                storable(post.reposted_author),
                storable(post.url),
                storable(post.author),
                storable(post.author_id),
                to_column(post.posted_at),
                to_column(now()),
                run_id,
                _as_column(post.pictures),
                storable(post.walk) or None,
            ],
        )
        post_id = id_of(cursor)
        self._keep_raw(post_id, post.raw)
        return post_id

    def _keep_edit(self, old: sqlite3.Row) -> None:
        self._db.execute(
            "INSERT INTO post_edits (post_id, text, reposted_text, digest, replaced_at) "
            "VALUES (?, ?, ?, ?, ?)",
            [old["id"], old["text"], old["reposted_text"], old["digest"], to_column(now())],
        )

    def _edit(self, old: sqlite3.Row, post: Post, digest: str) -> None:
        self._keep_edit(old)
        self._db.execute(
            "UPDATE posts SET text = ?, reposted_text = ?, reposted_author = ?, digest = ?, "
            "pictures = ?, edited_at = ? WHERE id = ?",
            [
                storable(post.text),
                storable(post.reposted_text),
                storable(post.reposted_author),
                digest,
                _as_column(post.pictures),
                to_column(now()),
                old["id"],
            ],
        )
        self._keep_raw(old["id"], post.raw)

    def _meet_again(self, old: sqlite3.Row, post: Post) -> None:
        """Note by which walk a known post came last, and that it is not gone."""
        if old["gone_at"] is not None or (post.walk and post.walk != old["walk"]):
            self._db.execute(
                "UPDATE posts SET gone_at = NULL, walk = ? WHERE id = ?",
                [storable(post.walk) or old["walk"], old["id"]],
            )

    def mark_gone(self, source: str, reread: Reread) -> int:
        """Mark those posts as gone that did not come again though their walk did; return how many.

        They stay, with when it was seen first. Whatever else comes by that walk is not judged.
        """
        with self._connection.write() as db:
            rows = db.execute(
                "SELECT id, source_id FROM posts WHERE source = ? AND walk = ? "
                "AND coalesce(posted_at, first_seen_at) BETWEEN ? AND ? "
                "AND posted_at IS NOT NULL AND gone_at IS NULL",
                [
                    source,
                    storable(reread.walk),
                    to_column(reread.since),
                    to_column(reread.until),
                ],
            ).fetchall()
            again = set(map(storable, reread.ids))
            gone = [row["id"] for row in rows if base_id(row["source_id"]) not in again]
            at = to_column(now())
            for post_id in gone:
                db.execute("UPDATE posts SET gone_at = ? WHERE id = ?", [at, post_id])
        return len(gone)

    def _keep_raw(self, post_id: int, raw: bytes) -> None:
        if raw:
            self._db.execute(
                "INSERT OR REPLACE INTO post_raw (post_id, answer) VALUES (?, ?)",
                [post_id, zlib.compress(raw, 6)],
            )

    def get(self, ids: Sequence[int]) -> list[StoredPost]:
        """Return posts in the order of `ids`."""
        rows = self._db.execute(
            f"SELECT {POST_COLUMNS} FROM posts WHERE id IN (SELECT value FROM json_each(?))",
            [json.dumps(list(ids))],
        )
        posts = {row["id"]: post_from(row) for row in rows}
        return [posts[post_id] for post_id in ids]

    def id_of(self, source: str, source_id: str) -> int | None:
        """Return a post's number by its source's id, None where none stands under it."""
        row = self._db.execute(
            "SELECT id FROM posts WHERE source = ? AND source_id = ? AND taken_back_at IS NULL",
            [source, storable(source_id)],
        ).fetchone()
        return int(row["id"]) if row else None

    def raw(self, post_id: int) -> bytes | None:
        """Return the part of the source's answer that the post was read from."""
        row = self._db.execute(
            "SELECT answer FROM post_raw WHERE post_id = ?", [post_id]
        ).fetchone()
        return zlib.decompress(row["answer"]) if row else None

    def with_raw(
        self, since: datetime | None = None, source: str | None = None, *, batch: int = 200
    ) -> Iterator[list[RawPost]]:
        """Yield batches of posts of which the source's answer is kept, oldest id first.

        since: only those posted, or else first seen, since then. source: only of this one.
        """
        last = 0
        while True:
            rows = self._db.execute(
                f"SELECT {POST_COLUMNS}, answer, coalesce(edited_at, first_seen_at) AS came_at "
                "FROM posts JOIN post_raw ON post_id = posts.id WHERE posts.id > ?1 "
                "AND (?2 IS NULL OR source = ?2) "
                "AND (?3 IS NULL OR coalesce(posted_at, first_seen_at) >= ?3) "
                "ORDER BY posts.id LIMIT ?4",
                [last, source, to_column(since), batch],
            ).fetchall()
            if not rows:
                return
            last = rows[-1]["id"]
            yield [
                RawPost(post_from(row), zlib.decompress(row["answer"]), required(row["came_at"]))
                for row in rows
            ]

    def correct(self, known: StoredPost, post: Post) -> bool:
        """Write what is read now in a post's raw answer; return False where it changed since.

        known: as it was when that was found. Other words are those of an edit: the ones before stay
        in its history, and the new ones are unread. The raw answer stays, and tells the rest.
        """
        with self._connection.write() as db:
            row = self._row_of(known.source, known.source_id)
            if row is None or row["digest"] != known.digest:
                return False
            digest = digest_of(_words_of(post))
            if digest != known.digest:
                self._keep_edit(row)
            db.execute(
                "UPDATE posts SET text = ?, reposted_text = ?, reposted_author = ?, digest = ?, "
                "pictures = ?, url = ?, author = ?, author_id = ?, posted_at = ? WHERE id = ?",
                [
                    storable(post.text),
                    storable(post.reposted_text),
                    storable(post.reposted_author),
                    digest,
                    _as_column(post.pictures),
                    storable(post.url),
                    storable(post.author),
                    storable(post.author_id),
                    to_column(post.posted_at),
                    known.id,
                ],
            )
            if (known.author, known.author_id) != (post.author, post.author_id):
                note_author_again(db, known.id, post, known.source)
            return True

    def drop_raw(self, before: datetime) -> int:
        """Remove the raw answers of posts first seen before a time; return how many."""
        with self._connection.write() as db:
            return db.execute(
                "DELETE FROM post_raw WHERE post_id IN "
                "(SELECT id FROM posts WHERE first_seen_at < ?)",
                [to_column(before)],
            ).rowcount

    def drop_unneeded(self, before: datetime) -> int:
        """Remove posts first seen before a time that no case speaks of; return how many."""
        old = (
            "SELECT id FROM posts WHERE first_seen_at < ? AND id NOT IN (SELECT post_id FROM needs)"
            " AND id NOT IN "
            "(SELECT post_id FROM need_updates JOIN updates ON updates.id = update_id)"
        )
        unneeded = f"SELECT id FROM updates WHERE post_id IN ({old})"
        with self._connection.write() as db:
            at = to_column(before)
            db.execute(f"DELETE FROM update_signs WHERE update_id IN ({unneeded})", [at])
            db.execute(f"DELETE FROM updates WHERE post_id IN ({old})", [at])
            for table in (
                "post_raw",
                "post_edits",
                "readings",
                "import_posts",
                "held_contacts",
                "pictures",
            ):
                db.execute(f"DELETE FROM {table} WHERE post_id IN ({old})", [to_column(before)])
            return db.execute(
                f"DELETE FROM posts WHERE id IN ({old})", [to_column(before)]
            ).rowcount

    def forgotten(self, post_ids: Iterable[int]) -> set[int]:
        """Return the ids of those of these posts whose words went, or that are gone."""
        ids = set(post_ids)
        rows = self._db.execute(
            "SELECT id FROM posts WHERE forgotten_at IS NULL "
            "AND id IN (SELECT value FROM json_each(?))",
            [json.dumps(sorted(ids))],
        )
        return ids - {row["id"] for row in rows}

    def count(self) -> int:
        """Return how many posts the store holds."""
        return int(self._db.execute("SELECT count(*) FROM posts").fetchone()[0])

    def count_unread(self, reader: str | None = None) -> int:
        """Return how many posts `unread` would yield."""
        query, values, _ = self._unread_query("count(*)", reader)
        return int(self._db.execute(query, values).fetchone()[0])

    def unread(self, reader: str | None = None, *, batch: int = 500) -> Iterator[list[StoredPost]]:
        """Yield batches of posts whose present words were not read, oldest id first.

        reader: where given, posts that this very version of the readers has not read.
        """
        last = 0
        while True:
            query, values, number = self._unread_query(POST_COLUMNS, reader)
            rows = self._db.execute(
                f"{query} AND {number} > ? ORDER BY {number} LIMIT ?", [*values, last, batch]
            ).fetchall()
            if not rows:
                return
            last = rows[-1]["id"]
            yield [post_from(row) for row in rows]

    def unread_of(self, ids: Sequence[int], reader: str | None = None) -> set[int]:
        """Return which of these posts `unread` would yield."""
        query, values, number = self._unread_query("posts.id", reader)
        rows = self._db.execute(
            f"{query} AND {number} IN (SELECT value FROM json_each(?))",
            [*values, json.dumps(list(ids))],
        )
        return {row["id"] for row in rows}

    def _unread_query(self, columns: str, reader: str | None) -> tuple[str, list[object], str]:
        """Return a query for unread posts, by the list of them, or by one reader's readings.

        With it go its values, and the column by which the posts are in order.
        """
        here = "taken_back_at IS NULL AND forgotten_at IS NULL"
        if not reader:
            # CROSS: in this order; the list is short and the posts are many.
            listed = "unread_posts CROSS JOIN posts ON posts.id = unread_posts.post_id"
            return f"SELECT {columns} FROM {listed} WHERE {here}", [], "post_id"
        return (
            f"SELECT {columns} FROM posts WHERE {here} AND NOT EXISTS (SELECT 1 FROM readings "
            "WHERE readings.post_id = posts.id AND readings.digest = posts.digest "
            "AND readings.reader = ?)",
            [reader],
            "posts.id",
        )

    def known(
        self,
        since: datetime | None = None,
        source: str | None = None,
        *,
        batch: int = 500,
    ) -> Iterator[list[StoredPost]]:
        """Yield batches of posts whose present words were read, oldest id first.

        since: only those posted, or else first seen, since then. source: only of this one.
        """
        last = 0
        while True:
            rows = self._db.execute(
                f"SELECT {POST_COLUMNS} FROM posts WHERE posts.id > ?1 AND forgotten_at IS NULL "
                "AND (?2 IS NULL OR source = ?2) "
                "AND (?3 IS NULL OR coalesce(posted_at, first_seen_at) >= ?3) "
                "AND taken_back_at IS NULL "
                "AND EXISTS (SELECT 1 FROM readings WHERE readings.post_id = posts.id "
                "AND readings.digest = posts.digest) ORDER BY posts.id LIMIT ?4",
                [last, source, to_column(since), batch],
            ).fetchall()
            if not rows:
                return
            last = rows[-1]["id"]
            yield [post_from(row) for row in rows]

    def mark_read(
        self, post: StoredPost, reading: Reading, reader: str, error: str | None = None
    ) -> None:
        """Note that the present words of a post were read, or why they could not be."""
        with self._connection.write() as db:
            db.execute(
                "INSERT OR REPLACE INTO readings "
                "(post_id, digest, reader, flagged, score, label, error, read_at) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    post.id,
                    post.digest,
                    reader,
                    int(reading.flagged),
                    reading.score,
                    reading.label,
                    error and one_line(error),
                    to_column(now()),
                ],
            )

    def marks(self, source: str) -> dict[str, str]:
        """Return what a source remembers from its last run."""
        rows = self._db.execute("SELECT name, value FROM marks WHERE source = ?", [source])
        return {row["name"]: row["value"] for row in rows}

    def complete(self) -> list[tuple[str, str, datetime]]:
        """Return source, walk, and the time of posts up to which the walk has everything."""
        rows = self._db.execute(
            "SELECT source, substr(name, 10) AS walk, value FROM marks "
            "WHERE name LIKE 'complete %' ORDER BY source, walk"
        )
        return [(row["source"], row["walk"], required(row["value"])) for row in rows]

    def remember(self, source: str, name: str, value: str) -> None:
        """Keep something for a source's next run."""
        with self._connection.write() as db:
            db.execute(
                "INSERT OR REPLACE INTO marks (source, name, value, changed_at) "
                "VALUES (?, ?, ?, ?)",
                [source, name, value, to_column(now())],
            )

    def set_aside(self, source: str, row: SetAside, *, run_id: int | None) -> None:
        """Keep the place of a row that could not be read, once however often it is met."""
        with self._connection.write() as db:
            db.execute(
                "INSERT INTO set_aside (source, place, reason, excerpt, first_run_id, last_seen_at)"
                " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (source, place, reason)"
                " DO UPDATE SET last_seen_at = excluded.last_seen_at",
                [
                    source,
                    storable(row.place),
                    storable(row.reason),
                    storable(self._tombstones.blanked(row.excerpt[:200])),
                    run_id,
                    to_column(now()),
                ],
            )

    def list_set_aside(self, source: str | None = None) -> list[tuple[str, SetAside]]:
        """Return what was set aside, as (source, row), oldest first."""
        rows = self._db.execute(
            "SELECT source, place, reason, excerpt FROM set_aside "
            "WHERE ?1 IS NULL OR source = ?1 ORDER BY id",
            [source],
        )
        return [
            (
                row["source"],
                SetAside(place=row["place"], reason=row["reason"], excerpt=row["excerpt"]),
            )
            for row in rows
        ]

    def newest(self) -> dict[str, datetime]:
        """Return the time of the newest post of each source, posted or else first seen."""
        rows = self._db.execute(_NEWEST)
        return {row["source"]: required(row["at"]) for row in rows}
