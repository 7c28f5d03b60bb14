"""What a case's callbacks say so far: callbacks and rungs in, what a next call follows from out."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.calling.dispositions import Disposition, dispositions
from monitor.calling.ladder import Rung
from monitor.types import DIALLED, Callback

EARLY = timedelta(minutes=10)  # a call this much before the agreed time is the agreed one


@dataclass(frozen=True, slots=True)
class Noted:
    """A callback at its place in the history, with what its disposition means; at: when it was."""

    place: int
    at: datetime
    callback: Callback
    means: Disposition

    @property
    def key(self) -> tuple[str, str] | None:
        """The key of the contact tried, None where it was not noted."""
        return self.callback.contact.key if self.callback.contact else None

    @property
    def dialled(self) -> bool:
        """Whether a telephone rang, or may have: outcomes of old do not tell the contact."""
        contact = self.callback.contact
        return self.means.number != "-" and (contact is None or contact.kind in DIALLED)


@dataclass(frozen=True, slots=True)
class Back:
    """Why a ward is called back, and from when on (UTC).

    reason: "received", "no news", "substitute" or "next need".
    """

    reason: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """The facts.

    counted: calls that the people in need may have heard; none to numbers not theirs.
    unanswered: those of them that nobody answered, since someone did or the case was reopened.
    messages: messages sent since the case was reopened.
    handed: the last callback in which whoever answered named another contact.
    agreed: the callback whose agreed time stands.
    quiet: the callback since which the lead decides, or nobody calls of their own accord.
    last: the last callback since the case was reopened.
    back: the call back that woke the case after it had ended, None for a case that is open.
    """

    counted: tuple[Noted, ...]
    unanswered: tuple[Noted, ...]
    messages: tuple[Noted, ...]
    handed: Noted | None
    agreed: Noted | None
    quiet: Noted | None
    last: Noted | None
    back: Back | None = None

    @property
    def handed_by(self) -> tuple[str, str] | None:
        """The contact that asked to call somebody else."""
        return self.handed.key if self.handed else None

    @property
    def message(self) -> Noted | None:
        """The last message, where nobody was called since."""
        last_call = self.counted[-1].place if self.counted else -1
        if self.messages and self.messages[-1].place > last_call:
            return self.messages[-1]
        return None


_NOTHING_YET = Story(
    counted=(), unanswered=(), messages=(), handed=None, agreed=None, quiet=None, last=None
)


def story(
    history: Sequence[Callback], rungs: Sequence[Rung], now: datetime, leads: Collection[str] = ()
) -> Story:
    """Return the facts of a case that is not ended.

    What was noted up to the last callback that ended the case counts for nothing but the gap
    between calls, the calls of a day, and the quiet that a person in grief or distress is owed.
    Nothing was yet to come when it was noted: a clock that runs ahead moves no call.
    """
    if not history:
        return _NOTHING_YET
    table = dispositions()
    pairs = [(min(c.counted_at, now), c) for c in history if c.disposition in table]
    in_order = sorted(pairs, key=lambda pair: pair[0])
    entries = [Noted(place, at, c, table[c.disposition]) for place, (at, c) in enumerate(in_order)]
    last_end = max((n.place for n in entries if n.means.ends_case), default=-1)
    recent = [n for n in entries if n.place > last_end]
    barred_keys = {rung.contact.key for rung in rungs if not rung.usable(now)}
    calls = [
        n
        for n in entries
        if n.dialled and n.means.number not in ("wrong", "dead") and n.key not in barred_keys
    ]
    last_answer = max((n.place for n in recent if n.means.number == "reached"), default=last_end)
    referrals = [n for n in recent if n.means.next == "contact" and n.means.number == "reached"]
    quiet, aware = _quiet(entries, leads)
    promise = _promise(recent)
    if promise and quiet and (quiet.means.next != "never" or promise.place not in aware):
        promise = None
    return Story(
        counted=tuple(calls),
        unanswered=tuple(
            n for n in calls if n.place > last_answer and n.means.number == "unanswered"
        ),
        messages=tuple(n for n in recent if n.means.next == "message" and n.key not in barred_keys),
        handed=referrals[-1] if referrals else None,
        agreed=promise,
        quiet=quiet,
        last=recent[-1] if recent else None,
    )


def _promise(recent: Sequence[Noted]) -> Noted | None:
    """Return the last callback with an agreed time, unless a later call settled it.

    A call before that time which nobody answered settles nothing: the time was promised.
    """
    promises = [n for n in recent if n.callback.call_again_at]
    if not promises:
        return None
    promise = promises[-1]
    agreed_at = promise.callback.call_again_at
    for n in recent:
        if n.place <= promise.place or not n.dialled or agreed_at is None:
            continue
        if n.at >= agreed_at - EARLY or n.means.number in ("reached", "barred"):
            return None
    return promise


def _quiet(entries: Sequence[Noted], leads: Collection[str]) -> tuple[Noted | None, frozenset[int]]:
    """Return the callback that keeps a case quiet, and the places of those noted knowing of it.

    Whoever noted something without knowing of it, on a page made before, takes nothing back.
    """
    quiet: Noted | None = None
    ids: set[str] = set()
    aware: set[int] = set()
    for n in entries:
        knows = n.callback.after_id is None or n.callback.after_id in ids
        if n.means.is_quiet and not (quiet and quiet.means.next == "never"):
            quiet, ids, aware = n, {n.callback.id}, set()
        elif quiet and knows:
            ids.add(n.callback.id)
            aware.add(n.place)
            by_lead = not leads or n.callback.agent in leads
            if by_lead and (quiet.means.next == "lead" or n.callback.new_contact):
                quiet = None
    return quiet, frozenset(aware)
