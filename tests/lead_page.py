"""Cases, posts and days that the lead's page and its figures tell of."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from staged_day import AGENT, NOW, add_case, reading_of, settings_in

from monitor import digest
from monitor.calling.dispositions import dispositions
from monitor.settings import AgentSettings, CallingSettings, Settings
from monitor.store import Store
from monitor.store.figures import DayFigures, Figures

TODAY = NOW.date()
ANSWERED = [code for code, known in dispositions().items() if known.number == "reached"]
TRIED = [*dispositions()]


def days(store: Store, last: date = TODAY, count: int = 2) -> tuple[DayFigures, ...]:
    """Return the figures of the days that end with `last`, in Shanghai."""
    zone = ZoneInfo("Asia/Shanghai")
    return Figures(store.connection).days(last, count, zone=zone, answered=ANSWERED, tried=TRIED)


def put(store: Store, statement: str, *values: object) -> None:
    """Change the store as time would: its own clock cannot be set."""
    with store.connection.write() as db:
        db.execute(statement, values)


def column(time: datetime) -> str:
    """Return a time as the store writes it."""
    return f"{time.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def case(
    store: Store,
    facility: str,
    *,
    agent: str | None = AGENT,
    opened: float = 1,
    urgent: bool = False,
) -> int:
    """Open a case so many hours before NOW and return its id."""
    text = f"{facility}急需口罩，只够一天 {store.posts.count()}"
    reading = reading_of(
        text,
        goods=[("口罩", None, None)],
        facility=facility,
        urgent=("critical", "只够一天") if urgent else None,
    )
    case_id = add_case(store, text, reading, agent=agent)
    opened_at = column(NOW - timedelta(hours=opened))
    put(store, "UPDATE cases SET opened_at = ? WHERE id = ?", opened_at, case_id)
    return case_id


def settings(folder: Path, *agents: AgentSettings, first: float = 4) -> Settings:
    """Return settings whose cases are ageing after so many hours."""
    loaded = settings_in(folder)
    calling = CallingSettings(first=timedelta(hours=first))
    return loaded.model_copy(update={"calling": calling, "agents": agents or loaded.agents})


def page_of(store: Store, folder: Path, loaded: Settings | None = None) -> str:
    """Write the digest and return the lead's page."""
    written = digest.write(store, loaded or settings(folder), now=NOW)
    return (written / "index.html").read_text(encoding="utf-8")
