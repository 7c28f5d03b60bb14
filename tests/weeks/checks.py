"""What must hold of a desk whatever happened to it: its folder goes in, assertions come out."""

from __future__ import annotations

import hashlib
import random
import re
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from agents import Noted
from world import MOUNTS, Plea, source_of

_MADE_OF = re.compile(r'<script [^>]*?data-made-of="\w+\.(\w+)"[^>]*id="generated">.*')

# Numbers of the world's pleas; those of the kept stores, and told on the phone, are others.
_OF_A_PLEA = re.compile(r"1380013[0-3]\d{3}")


def assert_whole(folder: Path) -> None:
    """Look with SQLite alone at the store, and at each page of each day."""
    with _reading(folder / "distress.db") as db:
        assert db.execute("PRAGMA quick_check").fetchall() == [("ok",)]
        assert not db.execute("PRAGMA foreign_key_check").fetchall()
    for page in (folder / "digest").rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert text.startswith("<!doctype html>") and text.rstrip().endswith("</html>"), page
        # The page says of what it was made, and what came of that.
        [mark] = _MADE_OF.finditer(text)
        rest = text[: mark.start()] + text[mark.end() :]
        assert hashlib.sha256(rest.encode()).hexdigest() == mark[1], f"{page} is not whole"


@dataclass(frozen=True)
class Sizes:
    """How many bytes a desk takes at a moment, and how many rows it has; ever: posts it had."""

    at: datetime
    store: int
    log: int
    pages: int
    backups: int
    posts: int
    outbox: int
    ever: int

    @classmethod
    def of(cls, folder: Path, at: datetime, ever: int) -> Sizes:
        """Measure a desk."""
        store = folder / "distress.db"
        log = store.with_name("distress.db-wal")
        with _reading(store) as db:
            posts, outbox = (
                db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
                for table in ("posts", "outbox")
            )
        return cls(
            at=at,
            store=store.stat().st_size,
            log=log.stat().st_size if log.exists() else 0,
            pages=_bytes(folder / "digest"),
            backups=_bytes(folder / "backups"),
            posts=posts,
            outbox=outbox,
            ever=ever,
        )


def _bytes(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


@dataclass
class Ledger:
    """What a store has had, whatever it keeps; seen: ids of posts by mount."""

    store: Path
    seen: dict[str, set[str]] = field(default_factory=lambda: {mount: set() for mount in MOUNTS})

    def note_posts(self) -> None:
        """Keep which posts are there; none is there twice."""
        for mount, ids in self.posts().items():
            self.seen[mount] |= ids

    def posts(self) -> dict[str, set[str]]:
        """Return the ids of the posts that are there, by mount; none is there twice."""
        mounts = {source_of(mount): mount for mount in MOUNTS}
        counts: dict[tuple[str, str], int] = {}
        with _reading(self.store) as db:
            for source, source_id in db.execute("SELECT source, source_id FROM posts"):
                if source in mounts and not source_id.startswith("forgotten "):
                    key = source, re.split("[:/]", source_id)[-1]
                    counts[key] = counts.get(key, 0) + 1
        assert not [key for key, count in counts.items() if count > 1], "a post is there twice"
        found: dict[str, set[str]] = {mount: set() for mount in MOUNTS}
        for source, source_id in counts:
            found[mounts[source]].add(source_id)
        return found

    def callbacks(self) -> set[str]:
        """Return the ids of the outcomes that are there."""
        with _reading(self.store) as db:
            return {row[0] for row in db.execute("SELECT id FROM callbacks")}

    def assert_outcomes(self, noted: Iterable[Noted]) -> None:
        """Hold that each outcome is there, once, and with the case that it was noted of."""
        with _reading(self.store) as db:
            cases = {
                row[0]: row[1:]
                for row in db.execute("SELECT id, contact_value, case_id FROM callbacks")
            }
            words: dict[int, str] = {}
            for case_id, text in db.execute(
                "SELECT case_id, posts.text || coalesce(posts.reposted_text, '') FROM case_needs "
                "JOIN needs ON needs.id = need_id JOIN posts ON posts.id = post_id"
            ):
                words[case_id] = words.get(case_id, "") + text
            merged = dict(db.execute("SELECT id, merged_into FROM cases WHERE merged_into"))
        for one in noted:
            assert one.id in cases, f"lost: {one}"
            number, case_id = cases[one.id]
            text = words.get(merged.get(case_id, case_id), "")
            # Words go as they are to, some days after a case ended.
            if number and _OF_A_PLEA.match(number) and _OF_A_PLEA.search(text):
                assert number in text, f"{one} stands at case {case_id}: {text}"

    def goods_underway(self, chance: random.Random, most: int) -> Iterator[tuple[int, str]]:
        """Yield supply lines with what may become of them next."""
        with _reading(self.store) as db:
            rows = db.execute("SELECT line_id FROM supply_progress WHERE status != 'received'")
            lines = [row[0] for row in rows]
        for line in chance.sample(lines, min(most, len(lines))):
            yield line, chance.choice(("committed", "in transit", "received"))

    def messages(self, *states: str) -> int:
        """Return how many messages are in these states."""
        with _reading(self.store) as db:
            marks = ", ".join("?" * len(states))
            query = f"SELECT count(*) FROM outbox WHERE state IN ({marks})"
            return int(db.execute(query, states).fetchone()[0])

    def has(self, plea: Plea) -> bool:
        """Tell whether a plea is there."""
        with _reading(self.store) as db:
            return bool(_posts_of(db, "author", plea))

    def assert_forgotten(self, plea: Plea, kind: str) -> None:
        """Hold that nothing is there of somebody who was forgotten."""
        with _reading(self.store) as db:
            assert not _posts_of(db, kind, plea), f"{plea} came back"


def _posts_of(db: sqlite3.Connection, kind: str, plea: Plea) -> list[Any]:
    if kind == "author":
        return db.execute(
            "SELECT id FROM posts WHERE author = ?1 OR reposted_author = ?1", [plea.author]
        ).fetchall()
    return db.execute(
        "SELECT id FROM posts WHERE instr(text || coalesce(reposted_text, ''), ?)", [plea.number]
    ).fetchall()


def _reading(store: Path) -> closing[sqlite3.Connection]:
    return closing(sqlite3.connect(store, timeout=30))
