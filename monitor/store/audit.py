"""Who took personal data out, looked at it in full, or had it forgotten: rows only ever added."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from monitor.store.connection import Connection
from monitor.store.times import now, required, storable, to_column

EXPORTED, OPENED, FORGOT = "exported", "opened", "forgot"
BACKED_UP, RESTORED = "backed up", "restored"


def told(numbers: bool) -> str:
    """Return how an export holds people's numbers: in full, or masked."""
    return f"people's numbers {'in full' if numbers else 'masked'}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Audited:
    """Who did what when; what: in words without names or numbers. file: what was written."""

    at: datetime
    actor: str
    act: str
    what: str
    file: Path | None = None


class Audit:
    """The audit of the store."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._db = connection.db

    def note(
        self,
        act: str,
        what: str,
        *,
        actor: str,
        file: Path | None = None,
        once_since: datetime | None = None,
    ) -> None:
        """Note an act; a file that was written is on the register of exports from then on.

        once_since: leave it out where the same was noted since then.
        """
        with self._connection.write() as db:
            if once_since is not None and any(
                (one.act, one.what, one.actor) == (act, what, actor)
                for one in self.since(once_since)
            ):
                return
            db.execute(
                "INSERT INTO audit (at, actor, act, what, file) VALUES (?, ?, ?, ?, ?)",
                [
                    to_column(now()),
                    storable(actor),
                    act,
                    storable(what),
                    storable(str(file.absolute())) if file else None,
                ],
            )

    def since(self, at: datetime) -> list[Audited]:
        """Return what was done since then, oldest first."""
        rows = self._db.execute("SELECT * FROM audit WHERE at >= ? ORDER BY id", [to_column(at)])
        return [
            Audited(
                at=required(row["at"]),
                actor=row["actor"],
                act=row["act"],
                what=row["what"],
                file=Path(row["file"]) if row["file"] else None,
            )
            for row in rows
        ]

    def exports(self) -> list[Path]:
        """Return the files on the register, each once, the last written last."""
        rows = self._db.execute(
            "SELECT file FROM audit WHERE act = ? AND file IS NOT NULL ORDER BY id", [EXPORTED]
        )
        return [Path(file) for file in dict.fromkeys(row["file"] for row in rows)]

    def drop(self, before: datetime) -> int:
        """Remove what was noted before a time; return how many rows it were."""
        with self._connection.write() as db:
            return db.execute("DELETE FROM audit WHERE at < ?", [to_column(before)]).rowcount
