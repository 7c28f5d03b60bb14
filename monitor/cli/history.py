"""All that happened to a case: its rows in, dated lines in order of time out, numbers masked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from monitor.calling.clashes import Clash, all_clashes
from monitor.calling.dispositions import dispositions
from monitor.calling.ladder import contacts_of
from monitor.cli.table_parts import SHARED, at, hidden, kind_word, mark_reason, mark_word
from monitor.language import PageLanguage
from monitor.masking import HIDDEN, masked, plain
from monitor.store import Store
from monitor.store.history import CaseHistory
from monitor.supply.progress import STATUS_WORDS, WITHDRAWN, is_withdrawal
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
# Why routing, or a person, gave a case to an agent or took it back.
_GIVEN = {
    "region": "按地区",
    "smallest load": "手上最少",
    "same facility": "同一单位",
    "region; no contact of it may be called": "按地区；号码都不能拨",
    "smallest load; no contact of it may be called": "手上最少；号码都不能拨",
    "same facility; no contact of it may be called": "同一单位；号码都不能拨",
    "by hand": "手动",
    "handed over": "同事交接",
    "no such agent in the settings": "设置里没有这位同事",
    "no need is left": "里面没有求助帖了",
    "merged": "并进别的求助了",
}
_EFFECTS = {
    "enough_all": "都够了",
    "enough_some": "有的够了",
    "arrived_all": "都收到了",
    "arrived_some": "收到一些",
    "denied": "不属实",
    "do_not_call": "别打",
    "contact_change": "换了联系人",
    "more": "还要",
    "again": "又缺了",
}
_GOODS_STATES = {"enough": "够了", "arrived": "收到", "wanted": "还要"}

# How pages say whether goods arrived.
_ARRIVALS = {"all": "物资都到了", "some": "物资到了一部分", "none": "物资没到"}


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
    spoken: PageLanguage

    def events(self) -> list[Event]:
        """Return what happened, oldest first; of one moment, in the order of the line."""
        case = self.case
        head = self.spoken.say("求助 %(id)s 开始", id=case.id)
        events = [Event(at=case.opened_at, head=head, words="")]
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
        kind = kind_word(contact.kind, self.spoken)
        return " ".join(filter(None, [contact.person, contact.role, kind, value]))

    def _by(self, actor: str) -> str:
        return self.spoken.say("（%(actor)s）", actor=actor) if actor else ""

    def _goods_words(self, goods: UpdatedGoods) -> str:
        """Return what a post says of goods, as in 护手霜 收到 40支，还差 60支."""
        state = self.spoken.of(_GOODS_STATES.get(goods.state, goods.state), goods.state)
        words = [f"{self.spoken.named(goods.name)} {state}"]
        if goods.quantity is not None:
            words.append(self.spoken.amount(f"{goods.quantity:.10g}", goods.unit or ""))
        told = " ".join(words)
        if goods.left is None:
            return told
        left = self.spoken.amount(f"{goods.left:.10g}", goods.unit or "")
        return told + self.spoken.say("，还差 %(amount)s", amount=left)

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
                head = self.spoken.say(
                    "%(post)s 的原帖不在了", post=f"{one.source}/{one.source_id}"
                )
                yield Event(at=one.gone_at, head=head, words="")
        for edit in self.history.edits:
            if post := posts.get(edit.post_id):
                name = f"{post.source}/{post.source_id}"
                head = self.spoken.say("%(post)s 改过，原来是：", post=name)
                yield Event(at=edit.at, head=head, words=self.text(edit.text)[:_WORDS_SHOWN])

    def _updates(self) -> Iterator[Event]:
        for update, undone_at, actor in self.updates:
            say = self.spoken.say
            voice = say("本人说") if update.own else say("别人说的，先不算数")
            goods = say("、").join(self._goods_words(one) for one in update.goods)
            contacts = [
                say("别打：%(contact)s", contact=self._contact(one)) for one in update.unwanted
            ]
            contacts += [
                say("改打：%(contact)s", contact=self._contact(one)) for one in update.new_contacts
            ]
            code = update.effect
            effect = self.spoken.of(_EFFECTS.get(code, code), code.replace("_", " "))
            reason = self.spoken.of(SHARED.get(update.reason, update.reason), update.reason)
            head = say("更新 %(id)s，%(effect)s", id=update.id, effect=effect)
            head += self.spoken.of(f"（{voice}，{reason}）", f" ({voice}, {reason})")
            words = " · ".join(filter(None, [self.text(update.statement), goods]))
            yield Event(
                at=update.said_at,
                head=f"{head}: ",
                words=words,
                tail="".join(f" · {c}" for c in contacts),
            )
            if undone_at:
                undone = say("%(actor)s 撤回了更新 %(id)s", id=update.id, actor=actor)
                yield Event(at=undone_at, words=undone)

    def _needs(self) -> Iterator[Event]:
        for entry in self.history.memberships:
            say = self.spoken.say
            reason = self.spoken.of(SHARED.get(entry.reason, entry.reason), entry.reason)
            joined = say("求助帖 %(id)s 并进来：%(reason)s", id=entry.need_id, reason=reason)
            if entry.matched_need_id:
                joined += say("，和求助帖 %(id)s 一样", id=entry.matched_need_id)
            yield Event(at=entry.joined_at, words=joined)
            if entry.left_at:
                left = say("求助帖 %(id)s 拆到另一个求助", id=entry.need_id)
                yield Event(at=entry.left_at, words=left)

    def _agents(self) -> Iterator[Event]:
        for entry in self.history.assignments:
            by = self._by(entry.actor)
            given = self.spoken.say("分给 %(agent)s", agent=entry.agent)
            note = f" · {entry.note}" if entry.note else ""
            why = self.spoken.of(_GIVEN.get(entry.reason, entry.reason), entry.reason)
            yield Event(at=entry.assigned_at, words=f"{given}{by}: {why}{note}")
            if entry.ended_at and entry.ended_reason != "reassigned":
                reason = entry.ended_reason or ""
                why = self.spoken.of(_GIVEN.get(reason, reason), reason)
                taken = self.spoken.say(
                    "从 %(agent)s 收回：%(reason)s", agent=entry.agent, reason=why
                )
                yield Event(at=entry.ended_at, words=taken)

    def _callbacks(self) -> Iterator[Event]:
        for callback in self.case.callbacks:
            again = callback.call_again_at
            barred = callback.barred_until
            new = callback.new_contact
            needed = callback.next_need_at
            say = self.spoken.say
            goods = say("、").join(
                self.spoken.goods(item.name, item.quantity or "", item.unit or "")
                for item in callback.items
            )
            recorded = at(callback.recorded_at, self.zone)
            parts: list[str | None] = [
                outcome(callback, self.spoken),
                self._contact(callback.contact) if callback.contact else None,
                goods,
                say("约在 %(time)s", time=at(again, self.zone)) if again else None,
                say("改打：%(contact)s", contact=self._contact(new)) if new else None,
                say("到 %(time)s", time=at(barred, self.zone)) if barred else None,
                say(_ARRIVALS[callback.arrived]) if callback.arrived else None,
                {True: say("合用"), False: say("不合用"), None: None}[callback.fits],
                say("%(date)s 又会缺", date=at(needed, self.zone)) if needed else None,
                length_words(callback.seconds),
                callback.note,
            ]
            tail = f" · [{self.text(callback.origin)}, {recorded}, {callback.id}]"
            words = " · ".join(filter(None, parts))
            yield Event(at=callback.attempted_at, words=words, tail=tail)

    def _clashes(self) -> Iterator[Event]:
        for clash in all_clashes(self.case):
            yield Event(at=clash.second.attempted_at, words=clash_words(clash, self.spoken))

    def _marks(self) -> Iterator[Event]:
        for mark in self.marks:
            say = self.spoken.say
            marked = say(
                "%(contact)s 标为%(mark)s",
                contact=self._contact(mark.contact),
                mark=mark_word(mark, self.spoken),
            )
            until = say("，到 %(time)s", time=at(mark.until, self.zone)) if mark.until else ""
            marked += f"{until}{self._by(mark.actor)}"
            yield Event(at=mark.at, words=f"{marked}: {mark_reason(mark, self.spoken)}")

    def _reopenings(self) -> Iterator[Event]:
        keys = set()
        for entry in self.history.reopenings:
            if (entry.at, entry.actor, entry.reason) not in keys:  # one for each callback it undid
                keys.add((entry.at, entry.actor, entry.reason))
                again = self.spoken.say("重新打开") + self._by(entry.actor)
                yield Event(at=entry.at, words=f"{again}: {entry.reason}")

    def _supplies(self) -> Iterator[Event]:
        for line in self.lines:
            for step in line.steps:
                amount = self.spoken.amount(step.quantity or "", step.unit or "")
                number = self.spoken.say("物资行 %(id)s", id=line.id)
                what = " ".join(filter(None, [number, self.spoken.named(line.name), amount]))
                by = self._by(step.actor)
                note = f" · {step.note}" if step.note else ""
                code = WITHDRAWN if is_withdrawal(step) else step.status
                status = self.spoken.of(STATUS_WORDS[code], code)
                yield Event(at=step.at, words=f"{what}: {status}{by}{note}")


def length_words(seconds: int | None) -> str | None:
    """Return how long a call took, as in 3:05; None where no clock ran."""
    return None if seconds is None else f"{seconds // 60}:{seconds % 60:02d}"


def timeline_of(
    store: Store, case: Case, *, zone: ZoneInfo, numbers: bool, spoken: PageLanguage
) -> Timeline:
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
        spoken=spoken,
    )


def outcome(callback: Callback, spoken: PageLanguage) -> str:
    """Return who noted which outcome, as in 云落: 未接."""
    disposition = dispositions().get(callback.disposition)
    words = spoken.of(disposition.zh, disposition.en) if disposition else callback.disposition
    return f"{callback.agent}: {words}"


def clash_words(clash: Clash, spoken: PageLanguage) -> str:
    """Return which two outcomes clash, and who settled it."""
    words = (
        spoken.say("两个结果对不上") if clash.kind == "contradict" else spoken.say("两个人都拨了")
    )
    both = f"{outcome(clash.first, spoken)} / {outcome(clash.second, spoken)}"
    by = clash.settled_by
    settled = (
        spoken.say("以 %(who)s 为准", who=outcome(by, spoken)) if by else spoken.say("还没有定")
    )
    return spoken.say(
        "%(words)s：%(both)s，记的时候互相不知道；%(settled)s",
        words=words,
        both=both,
        settled=settled,
    )
