"""Decisions on pages go in: cases are merged or not, numbers barred, cases handed to colleagues.

Decided once: where nobody asks any longer, nothing changes.
"""

from __future__ import annotations

from datetime import UTC, datetime

from monitor import merge
from monitor.callback.demands import UnknownCaseError
from monitor.calling.contacts import check_markable
from monitor.calling.goods import own_updates
from monitor.store import Store
from monitor.types import Ban, Decision, Hand, SubstituteAnswer
from spiders.base.trouble import one_line


def decide(store: Store, decision: Decision | Ban | Hand | SubstituteAnswer) -> bool:
    """Do what was decided; return False where nobody is asked about it any longer.

    Of merged cases the open one is kept, of two the older one, with an agent of either. A contact
    is barred for all cases, in the words of the later post that asks so. A case goes to a colleague
    where it is still with whoever hands it over. Raises UnknownCaseError for a case that does not
    exist, DistressError for a number that may not be barred.
    """
    if isinstance(decision, Ban):
        return _bar(store, decision)
    if isinstance(decision, Hand):
        return _hand(store, decision)
    if isinstance(decision, SubstituteAnswer):
        _check_exists(store, decision.case_id)
        return store.supplies.answer_substitute(decision)
    pair = {decision.case_id, decision.other_id}
    with store.write():
        for case_id in sorted(pair):
            _check_exists(store, case_id)
        suggestions = store.suggestions.open([decision.case_id])
        if not any({one.case_id, one.other_id} == pair for one in suggestions):
            return False
        cases = store.cases.get(sorted(pair))
        kept, other = sorted(cases, key=lambda case: (case.closed, case.id))
        if not decision.are_one:
            merge.keep_apart(store, kept, other, actor=decision.agent)
            return True
        merge.merge_cases(store, kept, other, actor=decision.agent)
        if other.agent and not kept.agent:
            store.cases.assign(kept.id, other.agent, "merged", actor=decision.agent)
        return True


def _bar(store: Store, ban: Ban) -> bool:
    check_markable(ban.contact)
    key = ban.contact.key
    with store.write():
        _check_exists(store, ban.case_id)
        [case] = store.cases.get([ban.case_id])
        updates = [one for one in own_updates(case) if key in {c.key for c in one.unwanted}]
        if not updates or store.marks.standing(datetime.now(UTC), [ban.contact]):
            return False
        store.marks.add(
            ban.contact, "barred", actor=ban.agent, reason=one_line(updates[-1].statement)
        )
        return True


def _hand(store: Store, hand: Hand) -> bool:
    with store.write():
        _check_exists(store, hand.case_id)
        [case] = store.cases.get([hand.case_id])
        if case.agent not in (hand.agent, None) or case.agent == hand.to:
            return False
        return store.cases.hand(hand)


def _check_exists(store: Store, case_id: int) -> None:
    if not store.cases.exists(case_id):
        raise UnknownCaseError(f"no case {case_id}. See: distress case list")
