"""All that happened to a case: its rows in, dated lines in order of time out, numbers masked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from monitor.calling.clashes import Clash, all_clashes
from monitor.calling.dispositions import dispositions
from monitor.calling.ladder import contacts_of
from monitor.cli.table_parts import at, hidden
from monitor.masking import HIDDEN, masked, plain
from monitor.store import Store
from monitor.store.history import CaseHistory
from monitor.supply.progress import is_withdrawal
from monitor.types import (
    Callback,
    Case,
    CaseUpdate,
    KnownContact,
    Mark,
    Need,
    SupplyLine,
    UpdatedGoods,
)

_WORDS_SHOWN = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened; words are masked as a whole, head and tail are the program's own."""

    at: datetime
    words: str
    head: str = ""
    tail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """A case with all that happened to it; numbers: whether they are told in full.

    updates: what later posts say of it, with when and by whom each was undone.
    """

    case: Case
    needs: Sequence[Need]
    history: CaseHistory
    marks: Sequence[Mark]
    lines: Sequence[SupplyLine]
    zone: ZoneInfo
    numbers: bool
    updates: Sequence[tuple[CaseUpdate, datetime | None, str]] = ()

    def events(self) -> list[Event]:
        """Return what happened, oldest first; of one moment, in the order of the line."""
        case = self.case
        events = [Event(at=case.opened_at, head=f"case {case.id} opened", words="")]
        for part in (self._posts, self._updates, self._needs, self._agents, self._callbacks,
                     self._clashes, self._marks, self._reopenings, self._supplies):  # fmt: skip
            events += part()
        return sorted(events, key=lambda event: event.at)

    def text(self, words: str) -> str:
        """Return words of a post or an agent; what the readers took for a contact is masked too."""
        if self.numbers:
            return plain(words)
        ids = {contact.text for need in self.needs for contact in need.reading.contacts}
        ids |= {contact.value for update, *_ in self.updates for contact in update.new_contacts}
        for text in sorted(filter(None, ids), key=len, reverse=True):
            words = words.replace(text, HIDDEN)
        return masked(words)

    def _contact(self, contact: KnownContact) -> str:
        value = contact.value if self.numbers else hidden(contact)
        return " ".join(filter(None, [contact.person, contact.role, contact.kind, value]))

    def _posts(self) -> Iterator[Event]:
        posts = {need.post.id: need.post for need in self.needs}
        for need in self.needs:
            contacts = ", ".join(
                self._contact(KnownContact(kind=contact.kind, value=contact.dialled))
                for contact in need.reading.contacts
            )
            head = f"{need.post.source}/{need.post.source_id} ({need.reading.score:.2f}): "
            tail = f"\n{contacts}" if contacts else ""
            words = self.text(need.words)[:_WORDS_SHOWN]
            yield Event(at=need.post.at, head=head, words=words, tail=tail)
        for one in posts.values():
            if one.gone_at:
                head = f"{one.source}/{one.source_id} is gone at its source"
                yield Event(at=one.gone_at, head=head, words="")
        for edit in self.history.edits:
            if post := posts.get(edit.post_id):
                head = f"{post.source}/{post.source_id} was edited; before: "
                yield Event(at=edit.at, head=head, words=self.text(edit.text)[:_WORDS_SHOWN])

    def _updates(self) -> Iterator[Event]:
        for update, undone_at, actor in self.updates:
            voice = "own voice" if update.own else "someone says, which changes nothing"
            goods = "、".join(map(_goods_words, update.goods))
            contacts = [f"not to call: {self._contact(contact)}" for contact in update.unwanted]
            contacts += [f"to call: {self._contact(contact)}" for contact in update.new_contacts]
            head = (
                f"update {update.id}, {update.effect.replace('_', ' ')} ({voice}, {update.reason})"
            )
            words = " · ".join(filter(None, [self.text(update.statement), goods]))
            yield Event(
                at=update.said_at,
                head=f"{head}: ",
                words=words,
                tail="".join(f" · {c}" for c in contacts),
            )
            if undone_at:
                yield Event(at=undone_at, words=f"update {update.id} undone by {actor}")

    def _needs(self) -> Iterator[Event]:
        for entry in self.history.memberships:
            as_need = f" as need {entry.matched_need_id}" if entry.matched_need_id else ""
            joined = f"need {entry.need_id} joined: {entry.reason}{as_need}"
            yield Event(at=entry.joined_at, words=joined)
            if entry.left_at:
                left = f"need {entry.need_id} left: split into another case"
                yield Event(at=entry.left_at, words=left)

    def _agents(self) -> Iterator[Event]:
        for entry in self.history.assignments:
            by = f" by {entry.actor}" if entry.actor else ""
            yield Event(at=entry.assigned_at, words=f"given to {entry.agent}{by}: {entry.reason}")
            if entry.ended_at and entry.ended_reason != "reassigned":
                taken = f"taken from {entry.agent}: {entry.ended_reason}"
                yield Event(at=entry.ended_at, words=taken)

    def _callbacks(self) -> Iterator[Event]:
        for callback in self.case.callbacks:
            again = callback.call_again_at
            barred = callback.barred_until
            new = callback.new_contact
            goods = "、".join(
                f"{item.name} {item.quantity or ''}{item.unit or ''}".strip()
                for item in callback.items
            )
            recorded = at(callback.recorded_at, self.zone)
            parts: list[str | None] = [
                outcome(callback),
                self._contact(callback.contact) if callback.contact else None,
                goods,
                f"agreed for {at(again, self.zone)}" if again else None,
                f"to call: {self._contact(new)}" if new else None,
                f"until {at(barred, self.zone)}" if barred else None,
                callback.note,
            ]
            tail = f" · [{self.text(callback.origin)}, {recorded}, {callback.id}]"
            words = " · ".join(filter(None, parts))
            yield Event(at=callback.attempted_at, words=words, tail=tail)

    def _clashes(self) -> Iterator[Event]:
        for clash in all_clashes(self.case):
            yield Event(at=clash.second.attempted_at, words=clash_words(clash))

    def _marks(self) -> Iterator[Event]:
        for mark in self.marks:
            until = f" until {at(mark.until, self.zone)}" if mark.until else ""
            marked = f"{self._contact(mark.contact)} marked {mark.mark}{until} by {mark.actor}"
            yield Event(at=mark.at, words=f"{marked}: {mark.reason}")

    def _reopenings(self) -> Iterator[Event]:
        keys = set()
        for entry in self.history.reopenings:
            if (entry.at, entry.actor, entry.reason) not in keys:  # one for each callback it undid
                keys.add((entry.at, entry.actor, entry.reason))
                yield Event(at=entry.at, words=f"opened again by {entry.actor}: {entry.reason}")

    def _supplies(self) -> Iterator[Event]:
        for line in self.lines:
            for step in line.steps:
                amount = f"{step.quantity or ''}{(step.unit or '') if step.quantity else ''}"
                what = " ".join(filter(None, [f"supply line {line.id}", line.name, amount]))
                by = f" by {step.actor}" if step.actor else ""
                note = f" · {step.note}" if step.note else ""
                status = "withdrawn" if is_withdrawal(step) else step.status
                yield Event(at=step.at, words=f"{what}: {status}{by}{note}")


def timeline_of(store: Store, case: Case, *, zone: ZoneInfo, numbers: bool) -> Timeline:
    """Return a case with all that the store knows of it; needs that left it are told too."""
    history = store.history.of_case(case.id)
    need_ids = list(dict.fromkeys(entry.need_id for entry in history.memberships))
    callback_contacts = (callback.contact for callback in case.callbacks if callback.contact)
    return Timeline(
        case=case,
        needs=store.needs.get(need_ids),
        history=history,
        marks=store.marks.of([*contacts_of(case), *callback_contacts]),
        lines=store.supplies.lines([case.id]),
        zone=zone,
        numbers=numbers,
        updates=store.updates.of_case(case.id),
    )


def _goods_words(goods: UpdatedGoods) -> str:
    """Return what a post says of goods, as in 护手霜 arrived 40支, 60支 left."""
    amount = "" if goods.quantity is None else f" {goods.quantity:.10g}{goods.unit or ''}"
    left = "" if goods.left is None else f", {goods.left:.10g}{goods.unit or ''} left"
    return f"{goods.name} {goods.state}{amount}{left}"


def outcome(callback: Callback) -> str:
    """Return who noted which outcome, as in 云落: 未接."""
    disposition = dispositions().get(callback.disposition)
    return f"{callback.agent}: {disposition.zh if disposition else callback.disposition}"


def clash_words(clash: Clash) -> str:
    """Return which two outcomes clash, and who settled it."""
    words = "contradict each other" if clash.kind == "contradict" else "both called"
    settled = (
        f"settled by {outcome(clash.settled_by)}" if clash.settled_by else "nobody settled it yet"
    )
    return (
        f"clash, {words}: {outcome(clash.first)} / {outcome(clash.second)}, "
        f"noted without knowing each other; {settled}"
    )
