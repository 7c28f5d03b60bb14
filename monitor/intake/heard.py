"""Needs heard on the way: what agents noted on a campaign's calls goes in, relayed needs come out.

Goods that were confirmed belong to the person's case, whose supply lines they are. A need that
stands in a note alone is read as a volunteer's note is; where the call ended the person's case, it
is a case of its own.
"""

from __future__ import annotations

from datetime import timedelta

from classifiers.contacts.phones import find_phones
from classifiers.doors import CheckedGoods, checked_line
from classifiers.need import Reading
from classifiers.normalise import normalise
from monitor import merge
from monitor.calling.dispositions import dispositions
from monitor.calling.ladder import contacts_of
from monitor.flag import version
from monitor.store import Store
from monitor.types import Callback, Case, KnownContact
from spiders.base.post import Post

SOURCE = "relay"


def take_heard(store: Store, *, window: timedelta) -> int:
    """Make needs of what was noted on calls and not looked at yet; return how many."""
    found = 0
    for callback_id, run_id in store.campaigns.unheard():
        callback = store.callbacks.get(callback_id)
        if callback is None:
            continue
        means = dispositions().get(callback.disposition)
        goods = bool(callback.items) and means is not None and means.confirms_goods
        found += _take(store, callback, run_id, goods=goods)
    if found:
        merge.merge(store, window=window)
    return found


def _take(store: Store, callback: Callback, run_id: int, *, goods: bool) -> bool:
    """Keep one note as a post where it is a need; tell whether it is."""
    from classifiers import pipeline, stored  # take seconds to load; most calls leave no note

    [case] = store.cases.get([callback.case_id])
    contact = callback.contact or next(iter(contacts_of(case)), None)
    text = _text(callback, contact, _person(case, contact))
    is_need = goods or pipeline.read_post(text).flagged
    with store.write():
        if not is_need:
            store.campaigns.heard(callback.id, None)
            return False
        post = Post(
            source_id=f"heard/{callback.id}",
            text=text,
            author=callback.agent,
            posted_at=callback.counted_at,
        )
        post_id, change = store.posts.keep(SOURCE, post, run_id=run_id)
        store.imports.note(run_id, post_id, place=f"callback {callback.id}", change=change)
        [kept] = store.posts.get([post_id])
        reading = stored.read_stored(SOURCE, kept.words)
        store.posts.mark_read(kept, reading, version())
        need_id = store.needs.add(kept, reading)
        store.campaigns.heard(callback.id, post_id)
        if need_id is None:
            return False
        own = not _names_another(reading, case)
        if goods or (own and not case.closed):
            store.cases.join(case.id, need_id, reason="same contact", matched_need_id=None)
        elif own:
            store.cases.open(need_id)  # merging would find the case that the call ended
    return True


def _names_another(reading: Reading, case: Case) -> bool:
    """Tell whether a note gives a contact that is not the case's."""
    keys = {contact.key for contact in contacts_of(case)}
    contacts = (KnownContact(kind=c.kind, value=c.dialled) for c in reading.contacts)
    return any(contact.key not in keys for contact in contacts)


def _person(case: Case, contact: KnownContact | None) -> str:
    named = (c.person for c in contacts_of(case) if contact and c.key == contact.key and c.person)
    return next(named, "")


def _text(callback: Callback, contact: KnownContact | None, person: str) -> str:
    """Return what was heard as a post has it: the note, whom to ask, the goods confirmed."""
    lines = [callback.note.strip()]
    if contact and not find_phones(normalise(callback.note)):  # else the note says whom to ask
        lines.append(f"联系人：{person} {contact.value}".replace("： ", "："))
    if callback.items:
        goods = (
            CheckedGoods(item.name, f"{item.quantity or ''}{item.unit or ''}" or None)
            for item in callback.items
        )
        lines.append(checked_line(list(goods)))
    return "\n".join(filter(None, lines))
