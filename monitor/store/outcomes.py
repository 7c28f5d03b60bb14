"""Outcomes: dispositions go in, the cases with a callback that ended so come out."""

from __future__ import annotations

from collections.abc import Collection

from monitor.store.cases import Cases
from monitor.store.connection import Connection
from monitor.types import Case


class Outcomes:
    """What the callbacks of the store came to."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection.db
        self._cases = Cases(connection)

    def cases(self, dispositions: Collection[str]) -> list[Case]:
        """Return the cases with a callback that ended so, the one called last first."""
        holes = ", ".join("?" * len(dispositions))
        rows = self._db.execute(
            f"SELECT case_id FROM callbacks WHERE disposition IN ({holes}) "
            "GROUP BY case_id ORDER BY max(attempted_at) DESC, case_id",
            list(dispositions),
        )
        return self._cases.get([row["case_id"] for row in rows])
