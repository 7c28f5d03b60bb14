"""Imports by other doors: which posts each brought, what it held back, and its taking back."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from monitor.store.cases import Cases
from monitor.store.connection import Connection
from monitor.store.needs import Needs
from monitor.store.posts import digest_of
from monitor.store.runs import Runs
from monitor.store.times import from_column, now, required, storable, to_column
from monitor.types import Import, KnownContact
from spiders.base.post import reading_text

STAGE = "intake"
_IMPORTS = (
    "SELECT imports.*, runs.source, runs.started_at FROM imports JOIN runs ON runs.id = run_id"
)
# Everything that was read in a need's words, and by which it is found.
_READ = ("items", "facilities", "contacts", "places", "evidence", "need_details", "need_signs")
# Posts of an import that no later one of them, still standing, holds as well.
_ITS_OWN = (
    "SELECT post_id FROM import_posts AS own WHERE run_id = ? AND change != 'gone' AND NOT EXISTS ("
    "SELECT 1 FROM import_posts AS other JOIN imports USING (run_id) "
    "WHERE other.post_id = own.post_id AND other.run_id > own.run_id AND other.change != 'gone' "
    "AND undone_at IS NULL AND forgotten_at IS NULL)"
)


class Imports:
    """The register of imports."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._db = connection.db
        self._runs = Runs(connection)
        self._needs = Needs(connection)
        self._cases = Cases(connection)

    def begin(
        self, kind: str, *, name: str, purpose: str, actor: str, keep_until: datetime | None
    ) -> int:
        """Write that an import begins and return its run's id."""
        with self._connection.write() as db:
            run_id = self._runs.start(STAGE, kind)
            db.execute(
                "INSERT INTO imports (run_id, name, purpose, actor, keep_until) "
                "VALUES (?, ?, ?, ?, ?)",
                [run_id, *map(storable, (name, purpose, actor)), to_column(keep_until)],
            )
            return run_id

    def note(self, run_id: int, post_id: int, *, place: str, change: str) -> None:
        """Note that an import brought a post, from where in it, and what changed."""
        with self._connection.write() as db:
            db.execute(
                "INSERT OR IGNORE INTO import_posts (run_id, post_id, place, change) "
                "VALUES (?, ?, ?, ?)",
                [run_id, post_id, storable(place), change],
            )

    def note_gone(self, run_id: int, post_id: int) -> None:
        """Note that a row which an earlier import of the list brought is there no longer."""
        with self._connection.write() as db:
            db.execute(
                "UPDATE posts SET gone_at = coalesce(gone_at, ?) WHERE id = ?",
                [to_column(now()), post_id],
            )
            self.note(run_id, post_id, place="", change="gone")

    def hold_back(self, post_id: int, contact: KnownContact) -> None:
        """Keep a contact of who told a post that may not be passed on."""
        key_kind, key = contact.key
        with self._connection.write() as db:
            db.execute(
                "INSERT OR REPLACE INTO held_contacts (post_id, kind, value, person, key_kind, "
                '"key") VALUES (?, ?, ?, ?, ?, ?)',
                [post_id, contact.kind, contact.value, contact.person, key_kind, key],
            )

    def held_contacts(self, post_ids: Sequence[int]) -> dict[int, list[KnownContact]]:
        """Return by post the contacts that may not be passed on."""
        rows = self._db.execute(
            "SELECT * FROM held_contacts WHERE post_id IN (SELECT value FROM json_each(?))",
            [json.dumps(list(post_ids))],
        )
        contacts: dict[int, list[KnownContact]] = defaultdict(list)
        for row in rows:
            contacts[row["post_id"]].append(
                KnownContact(kind=row["kind"], value=row["value"], person=row["person"])
            )
        return contacts

    def cases_of_held(self, contact: KnownContact) -> list[int]:
        """Return the ids of the open cases that somebody with this contact told of."""
        rows = self._db.execute(
            "SELECT DISTINCT case_id FROM held_contacts JOIN needs USING (post_id) "
            "JOIN case_needs ON need_id = needs.id AND left_at IS NULL "
            "JOIN cases ON cases.id = case_id AND closed = 0 "
            'WHERE key_kind = ? AND "key" = ? ORDER BY case_id',
            list(contact.key),
        )
        return [row["case_id"] for row in rows]

    def get(self, run_id: int) -> Import | None:
        """Return an import, None where the run is none."""
        row = self._db.execute(f"{_IMPORTS} WHERE run_id = ?", [run_id]).fetchone()
        return self._with_counts([row])[0] if row else None

    def all(self, kind: str | None = None, name: str | None = None) -> list[Import]:
        """Return the imports, the newest first; kind, name: only those of one kind or list."""
        rows = self._db.execute(
            f"{_IMPORTS} WHERE (?1 IS NULL OR source = ?1) AND (?2 IS NULL OR name = ?2) "
            "ORDER BY run_id DESC",
            [kind, name],
        )
        return self._with_counts(rows.fetchall())

    def outdated(self, at: datetime) -> list[int]:
        """Return the ids of imports that were kept until `at` or less long."""
        rows = self._db.execute(
            "SELECT run_id FROM imports WHERE keep_until <= ? AND forgotten_at IS NULL",
            [to_column(at)],
        )
        return [row["run_id"] for row in rows]

    def _with_counts(self, rows: Sequence[sqlite3.Row]) -> list[Import]:
        counts: dict[int, dict[str, int]] = defaultdict(dict)
        for row in self._db.execute(
            "SELECT run_id, change, count(*) AS posts FROM import_posts "
            "WHERE run_id IN (SELECT value FROM json_each(?)) GROUP BY run_id, change",
            [json.dumps([row["run_id"] for row in rows])],
        ):
            counts[row["run_id"]][row["change"]] = row["posts"]
        return [_import_from(row, counts[row["run_id"]]) for row in rows]

    def posts_of(self, run_id: int) -> list[tuple[int, str, str]]:
        """Return the posts of an import as (id, place, change)."""
        rows = self._db.execute(
            "SELECT post_id, place, change FROM import_posts WHERE run_id = ? ORDER BY post_id",
            [run_id],
        )
        return [(row["post_id"], row["place"], row["change"]) for row in rows]

    def rows_of_list(self, kind: str, name: str) -> list[int]:
        """Return the ids of the posts that stand of a list, whichever import brought them."""
        rows = self._db.execute(
            "SELECT DISTINCT post_id FROM import_posts JOIN imports USING (run_id) "
            "JOIN runs ON runs.id = imports.run_id JOIN posts ON posts.id = post_id "
            "WHERE runs.source = ? AND imports.name = ? AND taken_back_at IS NULL "
            "ORDER BY post_id",
            [kind, storable(name)],
        )
        return [row["post_id"] for row in rows]

    def cases_called_since(self, run_id: int) -> list[int]:
        """Return the ids of cases with a need of the import that somebody called since it came."""
        rows = self._db.execute(
            "SELECT DISTINCT case_needs.case_id FROM import_posts "
            "JOIN needs USING (post_id) JOIN case_needs ON need_id = needs.id AND left_at IS NULL "
            "JOIN callbacks ON callbacks.case_id = case_needs.case_id "
            "JOIN runs ON runs.id = import_posts.run_id AND recorded_at >= runs.started_at "
            "WHERE import_posts.run_id = ? AND change IN ('new', 'changed') "
            "ORDER BY case_needs.case_id",
            [run_id],
        )
        return [row["case_id"] for row in rows]

    def undo(self, run_id: int, *, actor: str) -> None:
        """Take an import back: its needs leave their cases, what it changed is as it was before.

        The posts stay on record, but nobody reads them again; the same import brings them back.
        """
        with self._connection.write() as db:
            for post_id, _, change in self.posts_of(run_id):
                if change == "new":
                    self._withdraw(post_id)
                    db.execute(
                        "UPDATE posts SET taken_back_at = ? WHERE id = ?",
                        [to_column(now()), post_id],
                    )
                elif change == "changed":
                    self._restore(post_id)
                elif change == "gone":
                    db.execute("UPDATE posts SET gone_at = NULL WHERE id = ?", [post_id])
            db.execute(
                "INSERT INTO campaign_steps (campaign_id, state, actor, at) "
                "SELECT id, 'ended', ?, ? FROM campaigns WHERE run_id = ?",
                [storable(actor), to_column(now()), run_id],
            )
            db.execute(
                "UPDATE imports SET undone_at = ?, undone_by = ? WHERE run_id = ?",
                [to_column(now()), storable(actor), run_id],
            )

    def _restore(self, post_id: int) -> None:
        """Give a post the words that it had before its last edit; the later need goes."""
        db = self._db
        post = db.execute("SELECT * FROM posts WHERE id = ?", [post_id]).fetchone()
        edit = db.execute(
            "SELECT * FROM post_edits WHERE post_id = ? ORDER BY id DESC LIMIT 1", [post_id]
        ).fetchone()
        if edit is None:
            return
        self._withdraw(post_id, digest=post["digest"])
        db.execute(
            "INSERT INTO post_edits (post_id, text, reposted_text, digest, replaced_at) "
            "VALUES (?, ?, ?, ?, ?)",
            [post_id, post["text"], post["reposted_text"], post["digest"], to_column(now())],
        )
        db.execute(
            "UPDATE posts SET text = ?, digest = ?, edited_at = ? WHERE id = ?",
            [edit["text"], edit["digest"], to_column(now()), post_id],
        )

    def _withdraw(self, post_id: int, digest: str | None = None) -> None:
        """Take the needs of a post out of their cases; digest: of these words only."""
        rows = self._db.execute(
            "SELECT needs.id, case_id FROM needs "
            "LEFT JOIN case_needs ON need_id = needs.id AND left_at IS NULL "
            "WHERE post_id = ?1 AND (?2 IS NULL OR digest = ?2)",
            [post_id, digest],
        ).fetchall()
        for row in rows:
            if row["case_id"] is not None:
                self._cases.leave(row["case_id"], row["id"])
            self._needs.withdraw(row["id"])

    def forget(self, run_id: int) -> int:
        """Blank all that an import said of people; return of how many posts.

        Cases, calls and their outcomes stay as rows without words, so that counts stay true. What
        a later import of the list that is still kept holds as well stays with that.
        """
        with self._connection.write() as db:
            rows = db.execute(_ITS_OWN, [run_id]).fetchall()
            for row in rows:
                self._forget_post(row["post_id"])
            self._forget_list(run_id)
            db.execute(
                "UPDATE imports SET forgotten_at = ? WHERE run_id = ?",
                [to_column(now()), run_id],
            )
            return len(rows)

    def _forget_list(self, run_id: int) -> None:
        """Blank the records of a campaign; that there were any, and why not called, stays."""
        db = self._db
        of_run = "SELECT id FROM campaigns WHERE run_id = ?"
        db.execute(
            "UPDATE campaign_records SET cells = '{}', detail = '' "
            f"WHERE campaign_id IN ({of_run})",
            [run_id],
        )
        db.execute(
            "UPDATE campaign_people SET name = '', address = '', numbers = '[]', waiting = 0 "
            f"WHERE campaign_id IN ({of_run})",
            [run_id],
        )
        db.execute(
            "INSERT INTO campaign_steps (campaign_id, state, actor, at) "
            "SELECT id, 'ended', '', ? FROM campaigns WHERE run_id = ?",
            [to_column(now()), run_id],
        )

    def _forget_post(self, post_id: int) -> None:
        db = self._db
        cases = [
            row["case_id"]
            for row in db.execute(
                "SELECT DISTINCT case_id FROM case_needs JOIN needs ON needs.id = need_id "
                "WHERE post_id = ?",
                [post_id],
            ).fetchall()
        ]
        self._withdraw(post_id)
        its_needs = "SELECT id FROM needs WHERE post_id = ?"
        its_updates = "SELECT id FROM updates WHERE post_id = ?"
        for table in _READ:
            db.execute(f"DELETE FROM {table} WHERE need_id IN ({its_needs})", [post_id])
        db.execute(f"DELETE FROM need_facts WHERE need_id IN ({its_needs})", [post_id])
        db.execute(
            "DELETE FROM facility_aliases WHERE NOT EXISTS (SELECT 1 FROM need_facts "
            "WHERE need_facts.alias = facility_aliases.alias AND need_facts.town = "
            "facility_aliases.town)"
        )
        for table in ("update_signs", "need_updates"):
            db.execute(f"DELETE FROM {table} WHERE update_id IN ({its_updates})", [post_id])
        for table in ("updates", "post_raw", "post_edits", "held_contacts", "readings"):
            db.execute(f"DELETE FROM {table} WHERE post_id = ?", [post_id])
        db.execute("UPDATE needs SET words = '', urgency = NULL WHERE post_id = ?", [post_id])
        db.execute(
            "UPDATE posts SET text = '', reposted_text = NULL, reposted_author = NULL, url = NULL, "
            "author = NULL, author_id = NULL, pictures = NULL, digest = ?, taken_back_at = ? "
            "WHERE id = ?",
            [digest_of(reading_text("", None, None)), to_column(now()), post_id],
        )
        for case_id in cases:
            self._forget_words_of(case_id)

    def _forget_words_of(self, case_id: int) -> None:
        """Blank what calls and hand-overs say of a case that rests on nothing any longer."""
        db = self._db
        if db.execute(
            "SELECT 1 FROM case_needs WHERE case_id = ? AND left_at IS NULL", [case_id]
        ).fetchone():
            return
        db.execute(
            "UPDATE callbacks SET note = '', contact_kind = NULL, contact_value = NULL, "
            "contact_typed = NULL, new_kind = NULL, new_value = NULL, new_person = NULL, "
            "new_role = NULL, new_typed = NULL WHERE case_id = ?",
            [case_id],
        )
        db.execute("UPDATE assignments SET note = '' WHERE case_id = ?", [case_id])

    def column_map(self, name: str) -> Mapping[str, Mapping[str, str]]:
        """Return what was kept of a sheet by its name, {} where it is new.

        "fields": which column is what; "dragged": by column, what to read where N95 was dragged.
        """
        row = self._db.execute(
            'SELECT "columns" FROM column_maps WHERE name = ?', [storable(name)]
        ).fetchone()
        return dict(json.loads(row["columns"])) if row else {}

    def keep_column_map(self, name: str, kept: Mapping[str, Mapping[str, str]]) -> None:
        """Keep for the next time which column of a sheet is what, and what a person answered."""
        words = json.dumps(kept, ensure_ascii=False, default=dict)
        with self._connection.write() as db:
            db.execute(
                'INSERT OR REPLACE INTO column_maps (name, "columns", changed_at) VALUES (?, ?, ?)',
                [storable(name), storable(words), to_column(now())],
            )


def _import_from(row: sqlite3.Row, posts: Mapping[str, int]) -> Import:
    return Import(
        run_id=row["run_id"],
        kind=row["source"],
        name=row["name"],
        purpose=row["purpose"],
        actor=row["actor"],
        at=required(row["started_at"]),
        keep_until=from_column(row["keep_until"]),
        undone_at=from_column(row["undone_at"]),
        undone_by=row["undone_by"] or "",
        forgotten_at=from_column(row["forgotten_at"]),
        posts=posts,
    )
