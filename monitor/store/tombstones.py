"""Tombstones: keyed hashes of what was forgotten, so that no crawl, file or backup brings it back.

The key lies beside the store, in a file for its owner alone, with a copy of the hashes: so a backup
that is older than they are can be held against them before anything else reads it.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Iterable
from pathlib import Path

from monitor.errors import StoreError
from monitor.files import write_file
from monitor.store.connection import Connection
from monitor.store.targets import Target, candidates
from monitor.store.times import now, to_column
from monitor.types import KnownContact
from spiders.base.post import Post

SUFFIX = ".forgotten"
_FORMAT = "distress-forgotten"


def file_beside(store: Path) -> Path:
    """Return where the key and the hashes of a store lie."""
    return store.with_name(f"{store.name}{SUFFIX}")


class Tombstones:
    """The tombstones of the store."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._db = connection.db
        self.file = file_beside(connection.path)
        self._known: tuple[int, set[tuple[str, str]], set[int]] = (-1, set(), set())
        self._key = b""

    def add(self, targets: Iterable[Target]) -> None:
        """Let nothing in any more that is one of these.

        The file is written before the transaction ends: after a kill more is kept out, never less.
        """
        key = self._its_key(make=True)
        with self._connection.write() as db:
            for target in targets:
                length = len(target.value) if target.kind == "number" else 0
                db.execute(
                    "INSERT OR IGNORE INTO tombstones (kind, hash, length, at) VALUES (?, ?, ?, ?)",
                    [target.kind, _hash(key, target), length, to_column(now())],
                )
            self._write(key)

    def take_in(self, other: Path) -> int:
        """Take in the hashes of another file of the same key; return how many were new.

        Raises StoreError where the file cannot be read, or was made with another key.
        """
        key, rows = read(other)
        if self.file.exists() and read(self.file)[0] != key:
            raise StoreError(
                f"{other} was made with another key than {self.file}, so what it keeps out cannot "
                "be told. Keep the one that is of this store, and move the other away"
            )
        with self._connection.write() as db:
            new = sum(
                db.execute(
                    "INSERT OR IGNORE INTO tombstones (kind, hash, length, at) VALUES (?, ?, ?, ?)",
                    row,
                ).rowcount
                for row in rows
            )
            self._write(key)
        return new

    def drop(self) -> None:
        """Let everything in again; for a store whose key is lost."""
        with self._connection.write() as db:
            db.execute("DELETE FROM tombstones")

    def count(self) -> int:
        """Return how many there are."""
        return int(self._db.execute("SELECT count(*) FROM tombstones").fetchone()[0])

    def behind(self) -> bool:
        """Tell whether the file beside the store keeps more out than the store knows."""
        if not self.file.exists():
            return False
        hashes = {(kind, hash_) for kind, hash_, *_ in read(self.file)[1]}
        return not hashes <= self._hashes()[0]

    def holds(self, target: Target) -> bool:
        """Tell whether something was forgotten."""
        hashes, _ = self._hashes()
        return bool(hashes) and self._is_in(hashes, target)

    def _is_in(self, hashes: set[tuple[str, str]], target: Target) -> bool:
        return (target.kind, _hash(self._its_key(), target)) in hashes

    def named_in(self, text: str) -> list[Target]:
        """Return what of the forgotten a text names, in clear."""
        hashes, lengths = self._hashes()
        if not hashes or not text:
            return []
        return [target for target in candidates(text, lengths) if self._is_in(hashes, target)]

    def bars(self, source: str, post: Post) -> bool:
        """Tell whether a post is one of the forgotten, by its author, its id or what it says."""
        hashes, _ = self._hashes()
        if not hashes:
            return False
        names = (post.author, post.reposted_author)
        targets = [
            *(Target("author", name, of) for name in names if name for of in ("", source)),
            *(Target("author id", post.author_id, of) for of in ("", source) if post.author_id),
            Target("post", post.source_id, source),
        ]
        words = "\n".join(filter(None, (post.text, post.reposted_text, post.url, *names)))
        return any(self._is_in(hashes, target) for target in targets) or bool(self.named_in(words))

    def bars_contact(self, contact: KnownContact | None) -> bool:
        """Tell whether a contact was forgotten."""
        return contact is not None and self.holds(Target.of_contact(contact))

    def blanked(self, text: str) -> str:
        """Return a text without what of the forgotten it names."""
        for target in self.named_in(text):
            text = target.blanked(text)
        return text

    def _hashes(self) -> tuple[set[tuple[str, str]], set[int]]:
        """Return kind and hash of each, and the lengths of numbers; read again once they change."""
        count = self.count()
        if self._known[0] != count:
            rows = self._db.execute("SELECT kind, hash, length FROM tombstones").fetchall()
            self._known = (
                count,
                {(row["kind"], row["hash"]) for row in rows},
                {row["length"] for row in rows if row["length"]},
            )
        return self._known[1], self._known[2]

    def _its_key(self, *, make: bool = False) -> bytes:
        if not self._key:
            if self.file.exists():
                self._key = read(self.file)[0]
            elif make and not self.count():
                self._key = secrets.token_bytes(32)
            else:
                raise StoreError(
                    f"the key {self.file} is missing, so what was forgotten cannot be kept out. "
                    "Put it back from where the last backup lies: its name ends with "
                    f"'{SUFFIX}'; or: distress restore"
                )
        return self._key

    def _write(self, key: bytes) -> None:
        rows = self._db.execute("SELECT kind, hash, length, at FROM tombstones ORDER BY at, hash")
        content = {
            "format": _FORMAT,
            "key": key.hex(),
            "tombstones": [[row["kind"], row["hash"], row["length"], row["at"]] for row in rows],
        }
        part = self.file.with_name(f"{self.file.name}.part")
        write_file(part, json.dumps(content, indent=0).encode())
        part.replace(self.file)
        self._key = key


def read(file: Path) -> tuple[bytes, list[tuple[str, str, int, str]]]:
    """Return the key and the rows of a file of tombstones; raises StoreError where it is none."""
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        if content["format"] != _FORMAT:
            raise ValueError
        rows = [(str(a), str(b), int(c), str(d)) for a, b, c, d in content["tombstones"]]
        return bytes.fromhex(content["key"]), rows
    except (OSError, ValueError, LookupError, TypeError, RecursionError) as error:
        raise StoreError(
            f"cannot read {file}, which keeps out what was forgotten. Put it back from where the "
            "last backup lies, and let this user read it: chmod 600"
        ) from error


def _hash(key: bytes, target: Target) -> str:
    return hmac.new(key, f"{target.kind}\0{target.seed}".encode(), hashlib.sha256).hexdigest()
