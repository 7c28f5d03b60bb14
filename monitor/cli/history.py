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
from monitor.types import Callback, Case, KnownContact, Mark, Need, SupplyLine

_WORDS_SHOWN = 500

Event = tuple[datetime, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """A case with all that happened to it; numbers: whether they are told in full."""

    case: Case
    needs: Sequence[Need]
    history: CaseHistory
    marks: Sequence[Mark]
    lines: Sequence[SupplyLine]
    zone: ZoneInfo
    numbers: bool

    def events(self) -> list[Event]:
        """Return what happened, oldest first; of one moment, in the order of the line."""
        events: list[Event] = [(self.case.opened_at, f"case {self.case.id} opened")]
        for part in (self._posts, self._needs, self._agents, self._callbacks, self._clashes,
                     self._marks, self._reopenings, self._supplies):  # fmt: skip
            events += part()
        return sorted(events, key=lambda event: event[0])

    def _text(self, words: str) -> str:
        """Return words of a post or an agent; what the readers took for a contact is masked too."""
        if self.numbers:
            return plain(words)
        ids = {contact.text for need in self.needs for contact in need.reading.contacts}
        for text in sorted(ids, key=len, reverse=True):
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
            source = f"{need.post.source}/{need.post.source_id} ({need.reading.score:.2f})"
            words = f"{source}: {self._text(need.words)[:_WORDS_SHOWN]}"
            yield need.post.at, "\n".join(filter(None, [words, contacts]))
        for edit in self.history.edits:
            if post := posts.get(edit.post_id):
                before = self._text(edit.text)[:_WORDS_SHOWN]
                yield edit.at, f"{post.source}/{post.source_id} was edited; before: {before}"

    def _needs(self) -> Iterator[Event]:
        for entry in self.history.memberships:
            as_need = f" as need {entry.matched_need_id}" if entry.matched_need_id else ""
            yield entry.joined_at, f"need {entry.need_id} joined: {entry.reason}{as_need}"
            if entry.left_at:
                yield entry.left_at, f"need {entry.need_id} left: split into another case"

    def _agents(self) -> Iterator[Event]:
        for entry in self.history.assignments:
            by = f" by {entry.actor}" if entry.actor else ""
            yield entry.assigned_at, f"given to {entry.agent}{by}: {entry.reason}"
            if entry.ended_at and entry.ended_reason != "reassigned":
                yield entry.ended_at, f"taken from {entry.agent}: {entry.ended_reason}"

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
                self._text(callback.note),
                f"[{callback.origin}, {recorded}, {callback.id}]",
            ]
            yield callback.attempted_at, " · ".join(filter(None, parts))

    def _clashes(self) -> Iterator[Event]:
        for clash in all_clashes(self.case):
            yield clash.second.attempted_at, clash_words(clash)

    def _marks(self) -> Iterator[Event]:
        for mark in self.marks:
            yield mark.at, self._mark_words(mark)

    def _mark_words(self, mark: Mark) -> str:
        until = f" until {at(mark.until, self.zone)}" if mark.until else ""
        reason = self._text(mark.reason)
        return f"{self._contact(mark.contact)} marked {mark.mark}{until} by {mark.actor}: {reason}"

    def _reopenings(self) -> Iterator[Event]:
        keys = set()
        for entry in self.history.reopenings:
            if (entry.at, entry.actor, entry.reason) not in keys:  # one for each callback it undid
                keys.add((entry.at, entry.actor, entry.reason))
                yield entry.at, f"opened again by {entry.actor}: {self._text(entry.reason)}"

    def _supplies(self) -> Iterator[Event]:
        for line in self.lines:
            for step in line.steps:
                amount = f"{step.quantity or ''}{(step.unit or '') if step.quantity else ''}"
                what = " ".join(filter(None, [f"supply line {line.id}", line.name, amount]))
                by = f" by {step.actor}" if step.actor else ""
                note = f" · {self._text(step.note)}" if step.note else ""
                status = "withdrawn" if is_withdrawal(step) else step.status
                yield step.at, f"{what}: {status}{by}{note}"


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
    )


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
