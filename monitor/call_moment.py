"""When a number may be called again: what was tried so far in, the first fair moment out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from monitor.calling_hours import first_moment, open_parts, part_of
from monitor.case_story import Story
from monitor.settings_agents import CallingSettings


def call_moment(
    told: Story,
    key: tuple[str, str] | None,
    rules: CallingSettings,
    zone: ZoneInfo,
    *,
    now: datetime,
    earliest: datetime | None = None,
    elsewhere: Sequence[datetime] = (),
) -> tuple[datetime, datetime]:
    """Return when a contact becomes due, whatever the clock says, and when to call from `now` on.

    A call that nobody answered makes the next one due in a part of the day that had the fewest
    such calls of this round. Once that part was there, any will do: a desk that works only in the
    mornings still gets to call.
    key: of the contact, None for one that is not on the ladder.
    earliest: nothing is due before. elsewhere: when the contact was dialled for other cases.
    """
    since = told.handed.place if told.handed else -1
    mine = [n for n in told.counted if n.place > since or (key is not None and n.key == key)]
    times = [*(n.at for n in mine), *elsewhere]
    silent = [n for n in mine if n.means.next == "retry"]
    taken = {part_of(n.at, zone, rules) for n in silent}
    days = Counter(part_of(time, zone, rules)[0] for time in times)
    full = {day for day, calls in days.items() if calls >= rules.daily}
    parts = None
    if mine and mine[-1].means.next == "retry":
        in_round = told.unanswered[len(told.unanswered) // rules.round * rules.round :]
        had = Counter(part_of(n.at, zone, rules)[1] for n in in_round if n.means.next == "retry")
        fewest = min(had[part] for part in open_parts(rules))
        parts = {part for part in open_parts(rules) if had[part] == fewest}
    floors = [max(times) + rules.gap] if times else []
    floors += [earliest] if earliest else []
    first = max(floors, default=now)
    due = first_moment(first, zone, rules, taken=taken, full=full, parts=parts)
    return due, first_moment(max(due, now), zone, rules)
