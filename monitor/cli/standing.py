"""What an outcome typed in the terminal leads to: a case in, its next call and doubts out."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from monitor.calling.clashes import clashes
from monitor.calling.dispositions import dispositions
from monitor.calling.ladder import numbers_of
from monitor.calling.next_call import NextCall
from monitor.calling.standing import Standing, standings
from monitor.calling.story import EARLY, Story, story
from monitor.cli.table_parts import at, hidden
from monitor.settings import Settings
from monitor.store import Store
from monitor.types import DIALLED, Callback, Case, KnownContact, Mark

_SWITCHBOARD = "ask the facility's switchboard"
ACTIONS = {
    "call": "call {way} {time}",
    "message": "write to {way} {time}",
    "wait": "nothing before {time}",
    "switchboard": f"{_SWITCHBOARD} {{time}}",
    "unreachable": "{other} {time}",
    "lead": "the lead decides; nobody else calls",
    "never": "nobody calls of their own accord; the lead knows",
    "ended": "nothing, the case is closed",
}
REASONS = {
    ("call", "agreed"): "the time that was agreed",
    ("call", "new"): "nobody has called yet",
    ("call", "retry"): "nobody answered so far",
    ("call", "busy"): "the line was busy",
    ("call", "new contact"): "the call was passed on to them",
    ("call", "next contact"): "the last number was wrong or dead",
    ("call", "after message"): "a message was sent, and time is given to answer it",
    ("call", "next round"): "a round of calls went unanswered",
    ("message", "round over"): "a round of calls went unanswered",
    ("message", "no number"): "there is no number to call",
    ("message", "new contact"): "the call was passed on to them",
    ("wait", "message sent"): "a message was sent, and time is given to answer it",
    ("wait", "barred until"): "until then nobody may be called",
    ("switchboard", "no contact"): "no contact is known",
    ("switchboard", "no way left"): "no contact is left to try",
    ("unreachable", "rounds over"): "all rounds of calls went unanswered",
}


def warnings_and_next_words(
    store: Store, settings: Settings, before: Case, outcome: Callback
) -> list[str]:
    """Return what to say of an outcome that was just noted: doubts first, then what is next.

    before: the case as it stood without it.
    """
    now = outcome.attempted_at
    [after] = store.cases.get([before.id])
    ids = {other for number in numbers_of(after) for other in store.history.cases_of(number)}
    others = store.cases.get(sorted(ids - {after.id}))
    marks = store.marks.standing(now)
    [was, *_] = standings([before, *others], settings, marks, now)
    [stands, *_] = standings([after, *others], settings, marks, now)
    doubts = _doubts(outcome, was, _mark_before(store, outcome), settings)
    warnings = [f"warning: {doubt}" for doubt in doubts]
    return warnings + next_words(stands.proposal, now, settings.zone)


def next_words(proposal: NextCall, now: datetime, zone: ZoneInfo) -> list[str]:
    """Return what is next for a case, and the message on offer beside it; numbers are masked."""
    is_message = proposal.action in ("message", "unreachable") and proposal.contact is not None
    words = ACTIONS[proposal.action].format(
        way=_way(proposal.contact) if proposal.contact else "",
        other=f"write to {_way(proposal.contact)}" if proposal.contact else _SWITCHBOARD,
        time=_time(proposal.at, now, zone) if proposal.at else "",
    )
    why = REASONS.get((proposal.action, proposal.reason))
    lines = [f"next: {words}, {why}" if why else f"next: {words}"]
    if proposal.offer and not is_message:
        time = _time(proposal.offer.at, now, zone)
        lines.append(
            f"also: write to {_way(proposal.offer.contact)} {time}, no message followed the round "
            "that went unanswered"
        )
    return lines


def _mark_before(store: Store, outcome: Callback) -> Mark | None:
    """Return the mark that stood against the contact tried before the outcome made its own."""
    own = store.marks.of_callback(outcome.id)
    earlier_mark = None
    for mark in store.marks.of([outcome.contact] if outcome.contact else []):
        if mark.mark == "lifted":
            earlier_mark = None
        elif mark not in own and (mark.until is None or mark.until > outcome.attempted_at):
            earlier_mark = mark
    return earlier_mark


def _doubts(
    outcome: Callback, before: Standing, mark: Mark | None, settings: Settings
) -> list[str]:
    """Return why an outcome may be one too many; it is kept all the same.

    before: the case as it stood without it. mark: the mark that stood against its contact.
    """
    case, zone, leads = before.case, settings.zone, settings.leads
    facts = story(case.callbacks, before.rungs, outcome.attempted_at, leads)
    doubts = []
    if case.closed:
        ending = next((c for c in case.callbacks[::-1] if _ends(c)), None)
        since = f" since {_callback_words(ending, zone)}" if ending else ""
        if not clashes(case) and not _ends(outcome):  # settling or correcting is no call too many
            doubts.append(
                f"case {case.id} is closed{since}; to open it again: distress case reopen {case.id}"
            )
    elif facts.quiet and leads and outcome.agent not in leads:
        doubts.append(
            f"case {case.id} is with the lead since {_callback_words(facts.quiet.callback, zone)}; "
            "nobody else calls"
        )
    if mark:
        until = f" until {at(mark.until, zone)}" if mark.until else ""
        doubts.append(
            f"{_way(mark.contact)} is not to be used: {mark.mark}{until}, by {mark.actor}"
        )
    return doubts + _too_soon(outcome, before, facts, settings)


def _too_soon(outcome: Callback, before: Standing, facts: Story, settings: Settings) -> list[str]:
    """Tell that a number rang again sooner than the rules have it; an agreed time is kept to."""
    contact, now = outcome.contact, outcome.attempted_at
    if dispositions()[outcome.disposition].number != "unanswered":
        return []
    if contact and contact.kind not in DIALLED:
        return []
    promised = facts.agreed.callback.call_again_at if facts.agreed else None
    if promised and promised - EARLY <= now:
        return []
    key = contact.key if contact else None
    since = facts.handed.place if facts.handed else -1
    times = [n.at for n in facts.counted if n.place > since or (key and n.key == key)]
    times += before.elsewhere.get(key, ()) if key else ()
    last = max((time for time in times if time <= now), default=None)
    gap = settings.calling.gap
    if last is None or now - last >= gap:
        return []
    minutes = (now - last) // timedelta(minutes=1)
    return [
        f"the last call was {minutes} min ago, at {at(last, settings.zone)}; the settings have at "
        f"least {gap // timedelta(minutes=1)} min between two calls: [calling] gap"
    ]


def _ends(callback: Callback) -> bool:
    disposition = dispositions().get(callback.disposition)
    return disposition is not None and disposition.ends_case


def _callback_words(callback: Callback, zone: ZoneInfo) -> str:
    """Return when an outcome was noted, which and by whom."""
    return f"{at(callback.attempted_at, zone)}: {callback.disposition} by {callback.agent}"


def _way(contact: KnownContact) -> str:
    return f"{contact.kind} {hidden(contact)}"


def _time(moment: datetime, now: datetime, zone: ZoneInfo) -> str:
    """Return a moment as people say it in `zone`: now, today 18:00, tomorrow 09:00, or its date."""
    if moment <= now:
        return "now"
    there = moment.astimezone(zone)
    days = (there.date() - now.astimezone(zone).date()).days
    day = {0: "today", 1: "tomorrow"}.get(days, f"{there:%Y-%m-%d}")
    return f"{day} {there:%H:%M}"
