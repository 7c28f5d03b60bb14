"""Pictures that stand beside the store, one file each, and which post was read in which.

A file's name is the digest of its bytes. Only its owner may read it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from monitor.files import make_folder, write_file
from monitor.store.connection import Connection
from monitor.store.times import now, required, to_column

UNSEEN = "unseen"  # the folder of those that nobody has ticked yet
UNSEEN_SECONDS = 24 * 3600  # how long those are kept
KINDS = ("png", "jpg", "webp")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_FORGOTTEN = (
    "SELECT post_id FROM import_posts JOIN imports USING (run_id) "
    "GROUP BY post_id HAVING min(forgotten_at IS NOT NULL)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPicture:
    """A picture whose words a person checked.

    digest: of its bytes, SHA-256. kind: one of KINDS. name: of the file as it came.
    """

    id: int
    post_id: int
    digest: str
    kind: str
    name: str
    size: int
    kept_at: datetime

    @property
    def file(self) -> str:
        """Name of its file in the folder."""
        return f"{self.digest}.{self.kind}"


class Pictures:
    """The pictures of the store; folder: where their files are."""

    def __init__(self, connection: Connection, folder: Path) -> None:
        self._connection = connection
        self._db = connection.db
        self.folder = folder

    def keep(self, post_id: int, content: bytes, *, digest: str, kind: str, name: str) -> None:
        """Keep the picture that a post was read in; once for each post."""
        with self._connection.write() as db:
            db.execute(
                "INSERT INTO pictures (post_id, digest, kind, name, size, kept_at) "
                "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (post_id, digest) "
                "DO UPDATE SET removed_at = NULL, kept_at = excluded.kept_at",
                [post_id, digest, kind, name, len(content), to_column(now())],
            )
            _write(self.folder / f"{digest}.{kind}", content)

    def of_posts(self, post_ids: Sequence[int]) -> dict[int, KeptPicture]:
        """Return the pictures that are still there, by post."""
        holes = ", ".join("?" * len(post_ids))
        rows = self._db.execute(
            f"SELECT * FROM pictures WHERE removed_at IS NULL AND post_id IN ({holes})",
            list(post_ids),
        )
        return {
            row["post_id"]: KeptPicture(
                id=row["id"],
                post_id=row["post_id"],
                digest=row["digest"],
                kind=row["kind"],
                name=row["name"],
                size=row["size"],
                kept_at=required(row["kept_at"]),
            )
            for row in rows
        }

    def put_by(self, content: bytes, *, digest: str, kind: str, told: bytes) -> None:
        """Put a picture by, with what was read in it, until somebody has checked that.

        A day later it is gone.
        """
        _write(self.folder / UNSEEN / f"{digest}.{kind}", content)
        _write(self.folder / UNSEEN / f"{digest}.json", told)

    def unseen(self, digest: str) -> tuple[bytes, str, bytes] | None:
        """Return a picture that was put by, its kind and what was read; None for none."""
        if not _DIGEST.fullmatch(digest):
            return None
        for kind in KINDS:
            try:
                content = (self.folder / UNSEEN / f"{digest}.{kind}").read_bytes()
                return content, kind, (self.folder / UNSEEN / f"{digest}.json").read_bytes()
            except FileNotFoundError:
                continue
        return None

    def drop_unseen(self, digest: str) -> None:
        """Remove a picture that was put by."""
        for kind in (*KINDS, "json"):
            (self.folder / UNSEEN / f"{digest}.{kind}").unlink(missing_ok=True)

    def expire(self, before: datetime | None) -> int:
        """Note as removed those kept before a time and those of forgotten imports; return how many.

        Their files go with the next sweep(), which stands behind the transaction.
        """
        with self._connection.write() as db:
            return db.execute(
                "UPDATE pictures SET removed_at = ? WHERE removed_at IS NULL "
                f"AND (kept_at < ? OR post_id IN ({_FORGOTTEN}))",
                [to_column(now()), to_column(before) or ""],
            ).rowcount

    def sweep(self) -> None:
        """Remove the files that no row stands for, and those that nobody checked for a day."""
        if not self.folder.is_dir():
            return
        rows = self._db.execute(
            "SELECT digest, kind, min(removed_at IS NOT NULL) AS gone FROM pictures "
            "GROUP BY digest, kind"
        )
        gone = {f"{row['digest']}.{row['kind']}": bool(row["gone"]) for row in rows}
        for file in (*self.folder.glob("*.*"), *(self.folder / UNSEEN).glob("*.*")):
            # One without a row may be of a transaction that is not through yet.
            is_old = now().timestamp() - file.stat().st_mtime > UNSEEN_SECONDS
            is_unseen = file.parent.name == UNSEEN
            if is_old if is_unseen or file.name not in gone else gone[file.name]:
                file.unlink(missing_ok=True)


def _write(file: Path, content: bytes) -> None:
    """Write a picture for its owner alone, dated by the clock that it is kept by."""
    make_folder(file.parent)
    write_file(file, content)
    os.utime(file, (now().timestamp(), now().timestamp()))
