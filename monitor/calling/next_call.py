"""Whom to call next and when: a case's callbacks and ladder in, one proposal out; no clock."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from monitor.calling.hours import first_moment, open_parts, part_of
from monitor.calling.ladder import Rung
from monitor.calling.story import Story, story
from monitor.settings import CallingSettings
from monitor.types import DIALLED, Callback, KnownContact


def call_moment(
    facts: Story,
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
    if not facts.counted and not elsewhere:
        due = first_moment(earliest or now, zone, rules)
        return due, first_moment(max(due, now), zone, rules)
    since = facts.handed.place if facts.handed else -1
    mine = [n for n in facts.counted if n.place > since or (key is not None and n.key == key)]
    times = [*(n.at for n in mine), *elsewhere]
    silent = [n for n in mine if n.means.next == "retry"]
    called_parts = {part_of(n.at, zone, rules) for n in silent}
    days = Counter(part_of(time, zone, rules)[0] for time in times)
    full = {day for day, calls in days.items() if calls >= rules.daily}
    parts = None
    if mine and mine[-1].means.next == "retry":
        in_round = facts.unanswered[len(facts.unanswered) // rules.round * rules.round :]
        calls_by_part = Counter(
            part_of(n.at, zone, rules)[1] for n in in_round if n.means.next == "retry"
        )
        fewest = min(calls_by_part[part] for part in open_parts(rules))
        parts = {part for part in open_parts(rules) if calls_by_part[part] == fewest}
    floors = [max(times) + rules.gap] if times else []
    floors += [earliest] if earliest else []
    first = max(floors, default=now)
    due = first_moment(first, zone, rules, called_parts=called_parts, full=full, parts=parts)
    return due, first_moment(max(due, now), zone, rules)


LATE = timedelta(minutes=30)  # so late an agreed call is still made outside calling hours
ACTIONS = ("call", "message", "wait", "lead", "never", "switchboard", "unreachable", "ended")
REASONS = {
    "call": (
        "agreed",  # a time was agreed
        "new",  # no call went unanswered so far
        "retry",  # nobody answered: another part of the day
        "busy",  # the line was busy
        "new contact",  # the call was passed on to this one
        "next contact",  # the last number was wrong or dead
        "after message",  # a message was sent, and time given to answer it
        "next round",  # a round went unanswered, and no message was sent
        "received",  # goods came: are they there, do they fit, what next
        "no news",  # confirmed goods of which no word came
        "substitute",  # the ward has to say whether other goods will do
        "next need",  # the day on which they run out again
    ),
    "message": ("round over", "no number", "new contact"),
    "wait": ("message sent", "barred until"),
    "switchboard": ("no contact", "no way left"),
    "unreachable": ("rounds over",),
    "lead": ("in distress", "stopped"),  # stopped: a later post says that all is there, or untrue
    "never": ("never",),
    "ended": ("ended",),
}


@dataclass(frozen=True, slots=True)
class Offer:
    """A message that may be written, and from when on (UTC): a telephone does not hum at night."""

    contact: KnownContact
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NextCall:
    """What to do next for a case.

    action: one of ACTIONS. "message": write to `contact`. "wait": nothing before `at`.
        "switchboard": ask the facility's switchboard. "unreachable": all rounds went unanswered;
        write to `contact`, or where that is None, ask the switchboard. "lead": the lead decides.
    at: earliest moment (UTC, never before now); None where nobody is to do anything.
    contact: whom to call or write to; None where it is not known.
    reason: one of REASONS of the action; its words are in the page.
    round: to which round, from 1 on, the next call belongs.
    unanswered: calls that nobody answered since someone last did.
    agreed_at: the time that was agreed, where the proposal keeps to it; it may be past.
    offer: the message to write: where the proposal is none itself, the one that belongs to the
        last full round of unanswered calls, until a message followed it. None for none.
    back: why a case that had ended is called again, a reason of Back; None for an open one.
    """

    action: str
    at: datetime | None
    contact: KnownContact | None
    reason: str
    round: int = 1
    unanswered: int = 0
    agreed_at: datetime | None = None
    offer: Offer | None = None
    back: str | None = None


def next_call(
    history: Sequence[Callback],
    rungs: Sequence[Rung],
    rules: CallingSettings,
    zone: ZoneInfo,
    now: datetime,
    *,
    closed: bool = False,
    elsewhere: Mapping[tuple[str, str], Sequence[datetime]] | None = None,
    leads: Collection[str] = (),
) -> NextCall:
    """Return what to do next for a case.

    history: the case's callbacks. rungs: its ladder, as ladder() returns it.
    zone: the callee's, as callee_zone() returns it; that of a rung wins.
    closed: whether the case is ended and sleeps; else callbacks that ended it were undone.
    elsewhere: when numbers of the ladder were dialled for other cases, by key of the contact.
    leads: who may take back a case from the lead; empty for everyone.
    """
    facts = None if closed else story(history, rungs, now, leads)
    return next_call_of(facts, rungs, rules, zone, now, elsewhere=elsewhere)


def next_call_of(
    facts: Story | None,
    rungs: Sequence[Rung],
    rules: CallingSettings,
    zone: ZoneInfo,
    now: datetime,
    *,
    elsewhere: Mapping[tuple[str, str], Sequence[datetime]] | None = None,
    stopped_at: datetime | None = None,
) -> NextCall:
    """Return what to do next for a case of which the story is told, None for one that sleeps.

    rungs, rules, zone, now, elsewhere: as next_call() takes them.
    stopped_at: when the case's own voice said that nobody needs to be called, else None.
    """
    if facts is None:
        return NextCall(action="ended", at=None, contact=None, reason="ended")
    question = _Question(
        facts, tuple(rungs), rules, zone, now.astimezone(UTC), elsewhere or {}, stopped_at
    )
    proposal = (
        question.stop()
        or question.keep_agreed_time()
        or question.quiet()
        or question.write_to_new_contact()
        or question.call()
        or question.write()
    )
    unanswered = len(facts.unanswered)
    number = min(unanswered // rules.round + 1, rules.rounds)
    return replace(
        proposal,
        round=number,
        unanswered=unanswered,
        offer=question.offer(proposal),
        back=facts.back.reason if facts.back else None,
    )


@dataclass(frozen=True, slots=True)
class _Question:
    """What next_call() was asked, and the answers that it tries one after the other."""

    facts: Story
    rungs: tuple[Rung, ...]
    rules: CallingSettings
    zone: ZoneInfo
    now: datetime
    elsewhere: Mapping[tuple[str, str], Sequence[datetime]]
    stopped_at: datetime | None

    def stop(self) -> NextCall | None:
        """Take the call back that a later post makes needless, unless somebody answered since."""
        stopped_at = self.stopped_at
        if self.facts.quiet or stopped_at is None:
            return None
        if any(n.means.number == "reached" and n.at > stopped_at for n in self.facts.counted):
            return None
        return NextCall(action="lead", at=None, contact=None, reason="stopped")

    def keep_agreed_time(self) -> NextCall | None:
        """Keep an agreed time, whatever the hours; a missed one is made good within them."""
        promise = self.facts.agreed
        if promise is None or promise.callback.call_again_at is None:
            return None
        contact = promise.callback.new_contact or promise.callback.contact
        rung = next((r for r in self.rungs if contact and r.contact.key == contact.key), None)
        if rung and not rung.usable(self.now):
            return None
        if contact is None or contact.kind not in DIALLED:
            numbers = self._numbers()
            rung = numbers[0] if numbers else rung
        agreed_at = promise.callback.call_again_at.astimezone(UTC)
        at = max(agreed_at, self.now)
        if at - agreed_at > LATE:
            at = first_moment(at, self._zone(rung), self.rules)
        return NextCall(
            action="call",
            at=at,
            contact=rung.contact if rung else contact,
            reason="agreed",
            agreed_at=agreed_at,
        )

    def quiet(self) -> NextCall | None:
        """Leave a case to the lead, or leave the people alone."""
        if self.facts.quiet is None:
            return None
        if self.facts.quiet.means.next == "lead":
            return NextCall(action="lead", at=None, contact=None, reason="in distress")
        return NextCall(action="never", at=None, contact=None, reason="never")

    def write_to_new_contact(self) -> NextCall | None:
        """Write to whom a call was just passed on to, where no number was given."""
        referral = self.facts.handed
        new_contact = referral.callback.new_contact if referral else None
        if referral is not self.facts.last or new_contact is None or new_contact.kind in DIALLED:
            return None
        for rung in self.rungs:
            if rung.contact.key == new_contact.key and rung.usable(self.now):
                return self._message(rung, "new contact")
        return None

    def call(self) -> NextCall | None:
        """Call the number tried least in this round; None where no number is left."""
        facts, rules = self.facts, self.rules
        numbers, calls = self._numbers(), len(facts.unanswered)
        if not numbers and calls < rules.round * rules.rounds:
            return None
        if calls >= rules.round * rules.rounds:
            called_keys = {call.key for call in facts.counted}
            new_numbers = [rung for rung in numbers if rung.contact.key not in called_keys]
            return self._call(new_numbers[0], "new") if new_numbers else self._unreachable()
        rung = self._tried_least(numbers) if calls else numbers[0]
        if facts.message:
            return self._call(rung, "after message", facts.message.at + rules.after_message)
        if calls and calls % rules.round == 0:
            later = facts.unanswered[-1].at + rules.after_message
            way = self._way()
            if way and self.now < self._moments(rung, later)[0]:
                return self._message(way, "round over")
            return self._call(rung, "next round", later)
        return self._call(rung, self._reason(rung))

    def _tried_least(self, numbers: Sequence[Rung]) -> Rung:
        """Return the number that was tried least in this round, and of several the first."""
        unanswered = self.facts.unanswered
        since = len(unanswered) - len(unanswered) % self.rules.round
        in_round = Counter(call.key for call in unanswered[since:])
        tries = Counter(call.key for call in unanswered)
        return min(numbers, key=lambda rung: (in_round[rung.contact.key], tries[rung.contact.key]))

    def write(self) -> NextCall:
        """Write where nobody can be called; where that was done too, ask the switchboard."""
        ways = self._new_ways()
        if self.facts.message:
            answer_by = self.facts.message.at + self.rules.after_message
            if self.now < answer_by:
                contact = self.facts.message.callback.contact
                return NextCall(action="wait", at=answer_by, contact=contact, reason="message sent")
        if ways:
            return self._message(ways[0], "no number")
        ends = [
            (rung.barred.until, at)
            for at, rung in enumerate(self.rungs)
            if rung.dialled and rung.barred and rung.barred.until and not rung.usable(self.now)
        ]
        if ends:
            until, at = min(ends)
            rung = self.rungs[at]
            moment = first_moment(until, self._zone(rung), self.rules)
            return NextCall(action="wait", at=moment, contact=rung.contact, reason="barred until")
        reason = "no way left" if self.rungs else "no contact"
        return NextCall(
            action="switchboard", at=self._moments(None)[1], contact=None, reason=reason
        )

    def offer(self, proposal: NextCall) -> Offer | None:
        """Keep the message of a round on offer, beside whatever call is due by now."""
        if proposal.action in ("message", "unreachable") and proposal.contact and proposal.at:
            return Offer(proposal.contact, proposal.at)
        if proposal.reason == "stopped":
            return None
        calls = len(self.facts.unanswered) // self.rules.round * self.rules.round
        last = self.facts.unanswered[calls - 1].place if calls else None
        if self.facts.quiet or last is None or any(n.place > last for n in self.facts.messages):
            return None
        way = self._way()
        return Offer(way.contact, self._moment_to_write(way)) if way else None

    def _unreachable(self) -> NextCall:
        ways = self._new_ways()
        earliest = self.now
        if self.facts.message:
            earliest = max(earliest, self.facts.message.at + self.rules.after_message)
        return NextCall(
            action="unreachable",
            at=earliest if ways else self._moments(None, earliest)[1],
            contact=ways[0].contact if ways else None,
            reason="rounds over",
        )

    def _reason(self, rung: Rung) -> str:
        """Return why a number is called that waits for no message."""
        last, first_reason = self.facts.last, self.facts.back.reason if self.facts.back else "new"
        if last is None:
            return first_reason
        if last.means.next == "contact":
            contact = last.callback.new_contact
            return "new contact" if contact and contact.key == rung.contact.key else "next contact"
        if last.means.next == "soon":
            return "busy"
        return "retry" if self.facts.unanswered else first_reason

    def _numbers(self) -> list[Rung]:
        """Return the numbers that may be called; who asked to call another, only where alone."""
        usable = [rung for rung in self.rungs if rung.dialled and rung.usable(self.now)]
        others = [rung for rung in usable if rung.contact.key != self.facts.handed_by]
        return others or usable

    def _new_ways(self) -> list[Rung]:
        """Return the contacts to write to (no telephones) that were not written to yet."""
        message_keys = {message.key for message in self.facts.messages}
        return [
            rung
            for rung in self.rungs
            if not rung.dialled and rung.usable(self.now) and rung.contact.key not in message_keys
        ]

    def _way(self) -> Rung | None:
        """Return the contact to write to after a round: one that had the fewest messages."""
        messages_by_key = Counter(message.key for message in self.facts.messages)
        ways = [
            rung
            for rung in self.rungs
            if rung.usable(self.now) and rung.contact.kind not in ("phs", "landline")
        ]
        return min(ways, key=lambda rung: messages_by_key[rung.contact.key], default=None)

    def _message(self, rung: Rung, reason: str) -> NextCall:
        at = self._moment_to_write(rung)
        return NextCall(action="message", at=at, contact=rung.contact, reason=reason)

    def _moment_to_write(self, rung: Rung) -> datetime:
        """Return when to write: at once, but a telephone does not hum at night."""
        return first_moment(self.now, self._zone(rung), self.rules) if rung.dialled else self.now

    def _call(self, rung: Rung, reason: str, earliest: datetime | None = None) -> NextCall:
        at = self._moments(rung, earliest)[1]
        return NextCall(action="call", at=at, contact=rung.contact, reason=reason)

    def _moments(
        self, rung: Rung | None, earliest: datetime | None = None
    ) -> tuple[datetime, datetime]:
        key = rung.contact.key if rung else None
        return call_moment(
            self.facts,
            key,
            self.rules,
            self._zone(rung),
            now=self.now,
            earliest=earliest,
            elsewhere=self.elsewhere.get(key, ()) if key else (),
        )

    def _zone(self, rung: Rung | None) -> ZoneInfo:
        return ZoneInfo(rung.zone) if rung and rung.zone else self.zone
